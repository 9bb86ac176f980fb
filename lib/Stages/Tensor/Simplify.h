// Makes main's ops fewer before they are grouped.
#pragma once
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace tarn::tensor {
/// On the arith.truncf that a node Cast becomes: this rounding is meant.
inline constexpr llvm::StringLiteral isCastAttributeName = "tarn.cast";

/// Folds copies with a permuting or broadcasting map into the maps of their readers and merges elementwise
/// ops with their only reader; reshapes move out of the way.
void simplify(mlir::func::FuncOp main);
} // namespace tarn::tensor
