// Casts, truth values and integers in a scalar body. Engines compute in fp32: what it does not hold is wrapped or computed
// with exact integer operations.
#include "KernelLowering.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/TypeSwitch.h"
#include <cmath>

using namespace mlir;
using namespace tarn::nisa;
namespace tarn::tile {

FailureOr<Expression> KernelLowering::evaluateCast(BodyContext &context, Operation *op, const Ref *target) {
  ShapeRef space = context.space;
  Type from = op->getOperand(0).getType(), to = op->getResult(0).getType();
  bool isNarrowed = llvm::isa<arith::TruncFOp>(op);
  // The instruction that makes the operand may write the narrow type itself.
  const Ref *passed =
      isNarrowed && target && tileType(target->tile).getElementType() == to && op->getOperand(0).hasOneUse() ? target
                                                                                                             : nullptr;
  FailureOr<Expression> operand = evaluate(context, op->getOperand(0), passed);
  if (failed(operand))
    return failure();
  Expression x = *operand;
  if (isNarrowed) {
    if (x.isNumber()) {
      x.type = to;
      return x;
    }
    force(space, x, passed, to);
    x.type = to;
    return x;
  }
  unsigned fromBits = from.isIndex() ? 64 : from.getIntOrFloatBitWidth();
  unsigned toBits = to.isIndex() ? 64 : to.getIntOrFloatBitWidth();
  if (llvm::isa<arith::UIToFPOp, arith::ExtUIOp>(op) && fromBits > 1 && fromBits < 32)
    x = wrapInteger(space, x, fromBits, false, to);
  if (llvm::isa<arith::FPToSIOp, arith::FPToUIOp>(op)) {
    Operation *rounded = op->getOperand(0).getDefiningOp();
    if (!llvm::isa_and_present<math::FloorOp, math::CeilOp, math::RoundOp, math::RoundEvenOp, math::TruncOp>(rounded))
      x = round(space, x, Rounding::zero, nullptr);
    x = toInteger(space, x, to);
    if (llvm::isa<arith::FPToUIOp>(op) && toBits < 32)
      x = wrapInteger(space, x, toBits, true, to);
  }
  if (llvm::isa<arith::TruncIOp>(op) && toBits < 32)
    x = wrapInteger(space, x, toBits, toBits > 1, to);
  if (llvm::isa<arith::BitcastOp>(op))
    return op->emitOpError("is a cast that the stage Tile does not compute yet");
  // Instructions convert what they read: the other casts only change how the scalar is called.
  if (!x.pending.empty())
    force(space, x);
  x.type = to;
  return x;
}

FailureOr<Expression> KernelLowering::evaluateInteger(BodyContext &context, Operation *op, const Ref *target) {
  ShapeRef space = context.space;
  if (op->getNumOperands() != 2 || op->getNumResults() != 1)
    return op->emitOpError("is an op that the stage Tile does not compute yet");
  FailureOr<Expression> lhs = evaluate(context, op->getOperand(0)), rhs = failure();
  if (succeeded(lhs))
    rhs = evaluate(context, op->getOperand(1));
  if (failed(rhs))
    return failure();
  Expression a = *lhs, b = *rhs;
  Type type = op->getResult(0).getType(), operandType = op->getOperand(0).getType();
  unsigned bits = operandType.isIndex() ? 64 : operandType.getIntOrFloatBitWidth();
  auto compute = [&](AluOp alu) { return binary(space, alu, a, b, type, nullptr, false); };
  if (bits == 1) {
    std::optional<AluOp> alu = llvm::TypeSwitch<Operation *, std::optional<AluOp>>(op)
                                   .Case<arith::AndIOp, arith::MulIOp>([](auto) { return AluOp::min; })
                                   .Case<arith::OrIOp>([](auto) { return AluOp::max; })
                                   .Case<arith::XOrIOp, arith::AddIOp>([](auto) { return AluOp::not_equal; })
                                   .Default(std::nullopt);
    if (auto compare = dyn_cast<arith::CmpIOp>(op))
      alu = compare.getPredicate() == arith::CmpIPredicate::eq   ? std::optional(AluOp::is_equal)
            : compare.getPredicate() == arith::CmpIPredicate::ne ? std::optional(AluOp::not_equal)
                                                                 : std::nullopt;
    if (alu)
      return compute(*alu);
    return op->emitOpError("is an op on truth values that the stage Tile does not compute yet");
  }

  Type word = IntegerType::get(type.getContext(), 32);
  // Both operands as int32 tiles: exact.
  auto exact = [&](AluOp alu) {
    Expression x = a, y = b;
    x.type = y.type = word;
    if (x.isNumber() && y.isNumber())
      return binary(space, alu, x, y, type, nullptr, false);
    Ref tileX = toTile(space, x, word), tileY = toTile(space, y, word);
    Ref dst = makeTile(space, {&x, &y}, word, nullptr);
    emit.tensorTensor(space, dst, tileX, tileY, alu);
    Expression result = Expression::ofTile(type, dst);
    if (bits < 32)
      result = wrapInteger(space, result, bits, true, type);
    return result;
  };
  auto asUnsigned = [&] {
    if (bits < 32) {
      a = wrapInteger(space, a, bits, false, word);
      b = wrapInteger(space, b, bits, false, word);
    }
  };
  auto isSmall = [](const Expression &e) { return e.isNumber() && std::abs(*e.number) < 16777216.0; };
  if (auto compare = dyn_cast<arith::CmpIOp>(op)) {
    using P = arith::CmpIPredicate;
    P predicate = compare.getPredicate();
    if (predicate == P::ult || predicate == P::ule || predicate == P::ugt || predicate == P::uge)
      asUnsigned();
    AluOp alu = llvm::StringSwitch<AluOp>(arith::stringifyCmpIPredicate(predicate))
                    .Case("eq", AluOp::is_equal)
                    .Case("ne", AluOp::not_equal)
                    .Cases({"slt", "ult"}, AluOp::is_lt)
                    .Cases({"sle", "ule"}, AluOp::is_le)
                    .Cases({"sgt", "ugt"}, AluOp::is_gt)
                    .Default(AluOp::is_ge);
    // Numbers below 2^24 compare exactly in fp32; otherwise the sign of the difference does.
    if (bits < 32 || isSmall(a) || isSmall(b))
      return compute(alu);
    Expression difference = exact(AluOp::subtract);
    return binary(space, alu, difference, Expression::ofNumber(word, 0.0), type, nullptr, false);
  }
  if (llvm::isa<arith::MaxUIOp, arith::MinUIOp, arith::DivUIOp, arith::RemUIOp>(op))
    asUnsigned();
  if (llvm::isa<arith::AddIOp>(op))
    return exact(AluOp::add);
  if (llvm::isa<arith::SubIOp>(op))
    return exact(AluOp::subtract);
  if (llvm::isa<arith::MulIOp>(op))
    return exact(AluOp::mult);
  if (llvm::isa<arith::MaxSIOp, arith::MaxUIOp>(op))
    return exact(AluOp::max);
  if (llvm::isa<arith::MinSIOp, arith::MinUIOp>(op))
    return exact(AluOp::min);
  if (llvm::isa<arith::AndIOp>(op))
    return exact(AluOp::bitwise_and);
  if (llvm::isa<arith::OrIOp>(op))
    return exact(AluOp::bitwise_or);
  if (llvm::isa<arith::XOrIOp>(op))
    return exact(AluOp::bitwise_xor);
  if (llvm::isa<arith::ShLIOp>(op))
    return exact(AluOp::shift_left);
  if (llvm::isa<arith::ShRSIOp>(op))
    return exact(AluOp::arith_shift_right);
  if (llvm::isa<arith::ShRUIOp>(op))
    return exact(AluOp::shift_right);
  if (llvm::isa<arith::DivSIOp, arith::DivUIOp, arith::RemSIOp, arith::RemUIOp>(op)) {
    Type real = Float32Type::get(type.getContext());
    Expression quotient = binary(space, AluOp::divide, a, b, real, nullptr, false);
    quotient = toInteger(space, round(space, quotient, Rounding::zero, nullptr), word);
    if (llvm::isa<arith::DivSIOp, arith::DivUIOp>(op)) {
      quotient.type = type;
      return quotient;
    }
    Expression whole = quotient;
    whole.type = word;
    std::swap(a, whole);
    Expression product = exact(AluOp::mult);
    a = whole;
    b = product;
    return exact(AluOp::subtract);
  }
  return op->emitOpError("is an op that the stage Tile does not compute yet");
}
} // namespace tarn::tile
