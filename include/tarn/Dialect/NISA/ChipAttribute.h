// The chip that a module is compiled for: the module attribute `tarn.chip`, a name ("trn2") or the text of a resolved
// chip file. A module without it is for trn2.
#pragma once
#include "mlir/IR/BuiltinOps.h"
#include "tarn/Chip/Chip.h"

namespace tarn {
constexpr llvm::StringLiteral chipAttributeName = "tarn.chip";
/// Of the attribute, which may be null.
llvm::Expected<Chip> chipOf(mlir::StringAttr attribute);
/// Errors are emitted at the module.
mlir::FailureOr<Chip> getChip(mlir::ModuleOp module);
/// By name where it is a chip that Tarn knows as it stands, else as text.
void setChip(mlir::ModuleOp module, const Chip &chip);
} // namespace tarn
