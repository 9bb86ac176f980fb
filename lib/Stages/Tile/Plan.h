// How the result of a kernel is cut into boxes: data, written on the kernel by tile-choose-plan in the attribute
// `tarn.plan`, one dictionary for each result, read by tile-lower.
//
//   {partition = 1, tile = array<i64: 1, 64, 9, 56>, order = array<i64: 1, 0, 2, 3>}
//
// `partition` is the dimension of the result that lies on the partitions (-1: none), `tile` the size of a box along each
// dimension, `order` the loops over boxes from the outermost in.
#pragma once
#include "Access.h"
#include "Limits.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace tarn::tile {
constexpr llvm::StringLiteral planAttributeName = "tarn.plan";
/// On a kernel: which dimension of its result the stage Tensor wants on the partitions.
constexpr llvm::StringLiteral partitionAttributeName = "tarn.partition_dim";
/// On a kernel: how many taps of a depthwise convolution the Tensor engine sums; by cost where it is missing.
constexpr llvm::StringLiteral peTapsAttributeName = "tarn.pe_taps";

struct Plan {
  int64_t partition = -1;
  Shape tile;
  llvm::SmallVector<unsigned> order;

  mlir::DictionaryAttr toAttribute(mlir::MLIRContext *context) const;
};

/// The plan for a value; `partition` pins the partition dimension.
Plan choosePlan(mlir::Value value, const Limits &limits, std::optional<int64_t> partition = std::nullopt);
/// The plans on a kernel, chosen where there are none. Errors: a plan that does not fit the result's shape.
mlir::FailureOr<llvm::SmallVector<Plan>> readPlans(mlir::func::FuncOp kernel, const Limits &limits);
/// A sum of products over at least one loop: yields out + a * b, a and b being inputs or casts of inputs.
struct Product {
  mlir::Value a, b; // scalars of the body
  unsigned inputA, inputB;
};
std::optional<Product> matchProduct(mlir::Operation *op);
} // namespace tarn::tile
