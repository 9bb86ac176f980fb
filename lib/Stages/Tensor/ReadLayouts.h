// How a kernel reads its arguments: which of their dimensions lies on the partitions.
#pragma once
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include <optional>

namespace tarn::tensor {
/// For each argument the dimension that lies on the partitions in all reads when dimension `root` of the kernel's result
/// does; nothing for one that is broadcast over the partitions, or read in several ways or in one that cannot be told. What
/// follows from it is only how fast the program is: the stage Tile reads any tensor in any order.
llvm::SmallVector<std::optional<unsigned>> findReadLayouts(mlir::func::FuncOp kernel, unsigned root,
                                                           int64_t partitions);

/// Which dimension of a reshaped tensor is dimension `dim`; nothing when it was split or merged.
std::optional<unsigned> followReshape(mlir::Value from, unsigned dim, mlir::Value to);
} // namespace tarn::tensor
