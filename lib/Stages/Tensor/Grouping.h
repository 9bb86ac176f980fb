// Which ops of main form a kernel.
#pragma once
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include <vector>

namespace tarn::tensor {
/// The members in the order of main; the last one is the root.
using Group = std::vector<mlir::Operation *>;

/// An op that costs nothing and is repeated in every kernel that needs it: an empty tensor, a filled one, a
/// scalar.
bool isLeaf(mlir::Operation *op);
/// Groups in the order of their roots. Without `fuse` every op is on its own, but for the parts of one
/// concatenation.
std::vector<Group> groupOps(mlir::func::FuncOp main, bool fuse);
} // namespace tarn::tensor
