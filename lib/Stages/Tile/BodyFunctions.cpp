// Functions of one number in a scalar body, by tables of ACT and by what is made of them.
#include "KernelLowering.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "llvm/ADT/TypeSwitch.h"
#include <cmath>

using namespace mlir;
using namespace tarn::nisa;
namespace tarn::tile {

static std::optional<ActivationFunction> functionOf(Operation *op) {
  using F = ActivationFunction;
  return llvm::TypeSwitch<Operation *, std::optional<F>>(op)
      .Case<math::ExpOp>([](auto) { return F::exp; })
      .Case<math::LogOp>([](auto) { return F::log; })
      .Case<math::SqrtOp>([](auto) { return F::sqrt; })
      .Case<math::RsqrtOp>([](auto) { return F::rsqrt; })
      .Case<math::TanhOp>([](auto) { return F::tanh; })
      .Case<math::ErfOp>([](auto) { return F::erf; })
      .Default(std::nullopt);
}

FailureOr<Expression> KernelLowering::matchFunction(BodyContext &context, Operation *op, const Ref *target) {
  ShapeRef space = context.space;
  Type type = op->getResult(0).getType();
  auto number = [&](double n) { return Expression::ofNumber(type, n); };
  // log(1 + exp(x)): 1 + exp(x) would lose what is small.
  auto exponential = llvm::isa<math::Log1pOp>(op) ? op->getOperand(0).getDefiningOp<math::ExpOp>() : math::ExpOp();
  FailureOr<Expression> x = evaluate(context, exponential ? exponential.getOperand() : op->getOperand(0));
  if (failed(x))
    return failure();
  auto compute = [&](AluOp alu, Expression a, Expression b) { return binary(space, alu, a, b, type, nullptr, true); };
  if (exponential)
    return apply(space, ActivationFunction::softplus, *x, type, target);
  if (std::optional<ActivationFunction> function = functionOf(op))
    return apply(space, *function, *x, type, target);
  if (llvm::isa<arith::NegFOp>(op))
    return binary(space, AluOp::mult, *x, number(-1.0), type, target, op->getResult(0).hasOneUse());
  if (llvm::isa<math::AbsFOp>(op))
    return binary(space, AluOp::abs_max, *x, number(0.0), type, target, op->getResult(0).hasOneUse());
  if (llvm::isa<math::FloorOp>(op))
    return round(space, *x, Rounding::floor, target);
  if (llvm::isa<math::CeilOp>(op))
    return round(space, *x, Rounding::ceil, target);
  if (llvm::isa<math::RoundEvenOp>(op))
    return round(space, *x, Rounding::even, target);
  if (llvm::isa<math::RoundOp>(op))
    return round(space, *x, Rounding::away, target);
  if (llvm::isa<math::TruncOp>(op))
    return round(space, *x, Rounding::zero, target);
  if (llvm::isa<math::Log1pOp>(op))
    return apply(space, ActivationFunction::log, compute(AluOp::add, *x, number(1.0)), type, target);
  if (llvm::isa<math::ExpM1Op>(op))
    return binary(space, AluOp::subtract, apply(space, ActivationFunction::exp, *x, type, nullptr), number(1.0), type,
                  target, false);
  if (llvm::isa<math::Exp2Op>(op))
    return apply(space, ActivationFunction::exp, compute(AluOp::mult, *x, number(M_LN2)), type, target);
  if (llvm::isa<math::Log2Op>(op))
    return binary(space, AluOp::mult, apply(space, ActivationFunction::log, *x, type, nullptr), number(M_LOG2E), type,
                  target, false);
  if (llvm::isa<math::SinOp, math::CosOp>(op)) {
    // The table holds [-pi, pi] (facts 4.2): whole turns are taken off in two steps, the first exact in fp32.
    Expression angle = *x;
    force(space, angle);
    Expression turns = compute(AluOp::mult, angle, number(0.5 * M_1_PI));
    if (llvm::isa<math::CosOp>(op))
      turns = compute(AluOp::add, turns, number(0.25));
    turns = round(space, turns, Rounding::even, nullptr);
    const double high = 6.28125, low = 2 * M_PI - high;
    Expression rest = compute(AluOp::add, compute(AluOp::mult, turns, number(-high)), angle);
    rest = compute(AluOp::add, compute(AluOp::mult, turns, number(-low)), rest);
    if (llvm::isa<math::CosOp>(op))
      rest = compute(AluOp::add, rest, number(M_PI_2));
    // Rounding may leave the end of the interval behind by a unit in the last place.
    rest = compute(AluOp::min, rest, number(3.14159250));
    rest = compute(AluOp::max, rest, number(-3.14159250));
    return apply(space, ActivationFunction::sin, rest, type, target);
  }
  return op->emitOpError("is a function that the stage Tile does not compute yet");
}
} // namespace tarn::tile
