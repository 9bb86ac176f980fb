// The stage Emit: a copy of fields from the form `queued` to a program. It decides nothing.
#pragma once
#include "tarn/ISA/Program.h"
#include "mlir/IR/BuiltinOps.h"

namespace tarn {
/// Errors are emitted at the operation: an operand without address, more dimensions than the hardware walks.
mlir::FailureOr<isa::Program> emitProgram(mlir::ModuleOp module);
} // namespace tarn
