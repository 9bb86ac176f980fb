// The dialect `nisa`: tile type, attributes, structural, macro and instruction operations.
#pragma once
#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "tarn/ISA/Instructions.h"
#include <memory>

#include "tarn/Dialect/NISA/NISAEnums.h.inc"

namespace tarn {
struct Chip;
}
#include "tarn/Dialect/NISA/NISADialect.h.inc"

#define GET_ATTRDEF_CLASSES
#include "tarn/Dialect/NISA/NISAAttributes.h.inc"

#define GET_TYPEDEF_CLASSES
#include "tarn/Dialect/NISA/NISATypes.h.inc"

namespace tarn::nisa {
/// The verifier of all instruction operations: asks exactly those rules of the instruction's record for which everything
/// is decided. Those of shapes always; of addresses when its tiles have them; of queues within a queue. An operation that
/// has no engine yet must be legal on one.
mlir::LogicalResult verifyInstruction(mlir::Operation *op);

/// A tile operand of an instruction.
struct TileAccess {
  mlir::OpOperand *operand;
  bool isRead, isWritten;
};
/// The element type of a tile as the machine's; nothing for types the machine does not have (i1 is uint8).
std::optional<DType> toDType(mlir::Type elementType);
mlir::Type toMlirType(DType type, mlir::MLIRContext *context);
} // namespace tarn::nisa

#include "tarn/Dialect/NISA/NISAInterfaces.h.inc"

#define GET_OP_CLASSES
#include "tarn/Dialect/NISA/NISAOps.h.inc"

namespace tarn::nisa {
/// Writes out all turns of a loop in its place.
void unroll(LoopOp loop);
} // namespace tarn::nisa
