// The stage Emit: a copy of fields from the form `queued` to a program. It decides nothing.
#pragma once
#include "mlir/IR/BuiltinOps.h"
#include "tarn/ISA/Program.h"

namespace tarn {
/// Errors are emitted at the operation: an operand without address, more dimensions than the hardware walks.
mlir::FailureOr<isa::Program> emitProgram(mlir::ModuleOp module);
} // namespace tarn
