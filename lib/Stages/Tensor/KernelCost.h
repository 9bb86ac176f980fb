// What a kernel costs with each dimension of its result on the partitions. All other layouts in the kernel follow from that
// one, so the cost of a candidate is that of the whole kernel:
//
//   computing    every op works on as many partitions as the candidate has places in it (at most the chip's); an op that does
//                not have the dimension, such as a row's sum when columns lie on the partitions, works on one
//   products     K tiles × tiles of the stationary side × columns of the moving side; what depends on the candidate is
//                stationary. A dimension of both operands (depthwise) leaves the PE for elementwise work. Every bank of PSUM
//                that is filled must be emptied and stored
//   transfers    bytes ÷ bandwidth ÷ efficiency of the contiguous run that one partition gets; for an operand also a natural
//                transfer and transposing on the PE; an operand without the dimension is read for every partition
#pragma once
#include "Rates.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace tarn::tensor {
struct KernelCost {
  double work = 0;  // ns without transfers
  double store = 0; // of the result to HBM
  llvm::SmallVector<double>
      loads;        // of each argument from HBM; those of products, which do not depend on the root, are not in `total`
  double total = 0; // of the kernel alone, all tensors in HBM
  /// How arguments are read: see ReadLayouts.h.
  llvm::SmallVector<std::optional<unsigned>> layouts;
};

/// By dimension of the result; nothing for a dimension that does not come into question.
llvm::SmallVector<std::optional<KernelCost>> costsOf(mlir::func::FuncOp kernel, const Rates &rates);

/// Turning a tensor on chip so that dimension `to` lies on the partitions instead of `from`.
double turnNs(mlir::RankedTensorType type, unsigned from, unsigned to, const Rates &rates);
} // namespace tarn::tensor
