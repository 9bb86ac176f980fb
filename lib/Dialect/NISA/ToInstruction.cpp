// Operations to instructions: the generated copy of fields.
#include "tarn/Dialect/NISA/Resolve.h"
#include "llvm/ADT/TypeSwitch.h"

namespace {
#include "tarn/ISA/Lowering.inc"
} // namespace

mlir::FailureOr<tarn::isa::Payload> tarn::nisa::toInstruction(mlir::Operation *op, Resolver &resolver) {
  return toPayload(op, resolver);
}
