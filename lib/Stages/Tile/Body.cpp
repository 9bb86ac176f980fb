// The cover of a scalar body with instructions, from the yielded value down to the operands. A producer that is elementwise
// and used once is evaluated as part of its consumer's body.
#include "KernelLowering.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Matchers.h"
#include "llvm/ADT/TypeSwitch.h"
#include <cmath>

using namespace mlir;
using namespace tarn::nisa;
namespace tarn::tile {

static std::optional<double> constantOf(Value value) {
  Attribute attribute;
  if (!matchPattern(value, m_Constant(&attribute)))
    return std::nullopt;
  if (auto number = dyn_cast<FloatAttr>(attribute))
    return number.getValueAsDouble();
  if (auto number = dyn_cast<IntegerAttr>(attribute))
    return number.getType().isInteger(1) ? (number.getValue().isZero() ? 0.0 : 1.0)
                                         : static_cast<double>(number.getValue().getSExtValue());
  return std::nullopt;
}

FailureOr<Expression> KernelLowering::evaluateOperand(Value value, const Access &access, ShapeRef space,
                                                      Type scalarType, const Ref *target) {
  Value source = value;
  Access from = access;
  from.dropUnitDims(space, 1);
  while (!getHbm(source) && lookThrough(source, from)) {
  }
  if (std::optional<double> number = getNumber(source))
    return Expression::ofNumber(scalarType, *number);
  auto generic = source.getDefiningOp<linalg::GenericOp>();
  if (generic && isElementwise(generic) && !getHbm(source) && source.hasOneUse()) {
    // Windows overlap: there the producer is computed once for the region.
    Shape offsets, sizes;
    from.getRegion(space, offsets, sizes);
    int64_t asked = 1;
    for (unsigned d = 0; d < space.size(); ++d)
      asked *= from.dependsOn(d) ? space[d] : 1;
    if (asked <= product(sizes)) {
      unsigned result = cast<OpResult>(source).getResultNumber();
      FailureOr<Access> loops = getLoops(generic, result, from, false);
      if (failed(loops))
        return failure();
      BodyContext inner{generic, *loops, Shape(space), llvm::DenseMap<Value, Expression>()};
      return evaluate(inner, yielded(generic, result), target);
    }
  }
  FailureOr<Ref> ref = get(source, from, space);
  if (failed(ref))
    return failure();
  return Expression::ofTile(scalarType, *ref);
}

FailureOr<Expression> KernelLowering::evaluate(BodyContext &context, Value scalar, const Ref *target) {
  if (auto known = context.known.find(scalar); known != context.known.end())
    return known->second;
  if (std::optional<double> number = constantOf(scalar))
    return Expression::ofNumber(scalar.getType(), *number);
  FailureOr<Expression> result = failure();
  auto argument = dyn_cast<BlockArgument>(scalar);
  if (argument && argument.getOwner() == context.op.getBody()) {
    std::optional<Access> map = Access::of(context.op.getIndexingMapsArray()[argument.getArgNumber()]);
    if (!map)
      return context.op.emitOpError("has an indexing map that is not linear: ")
             << AffineMapAttr::get(context.op.getIndexingMapsArray()[argument.getArgNumber()]);
    result = evaluateOperand(context.op->getOperand(argument.getArgNumber()), map->after(context.loops), context.space,
                             scalar.getType(), target);
  } else if (!argument) {
    result = evaluateOp(context, scalar.getDefiningOp(), target);
  }
  if (failed(result))
    return failure();
  if (!scalar.hasOneUse() && !result->pending.empty())
    force(context.space, *result);
  context.known[scalar] = *result;
  return result;
}

// 1 / (1 + exp(-x)).
static Value matchSigmoid(Operation *op) {
  auto divide = dyn_cast<arith::DivFOp>(op);
  if (!divide || constantOf(divide.getLhs()) != 1.0)
    return {};
  auto sum = divide.getRhs().getDefiningOp<arith::AddFOp>();
  if (!sum)
    return {};
  Value other = constantOf(sum.getLhs()) == 1.0 ? sum.getRhs() : constantOf(sum.getRhs()) == 1.0 ? sum.getLhs() : Value();
  auto exp = other ? other.getDefiningOp<math::ExpOp>() : math::ExpOp();
  auto negated = exp ? exp.getOperand().getDefiningOp<arith::NegFOp>() : arith::NegFOp();
  return negated ? negated.getOperand() : Value();
}

static std::optional<AluOp> floatOperator(Operation *op) {
  return llvm::TypeSwitch<Operation *, std::optional<AluOp>>(op)
      .Case<arith::AddFOp>([](auto) { return AluOp::add; })
      .Case<arith::SubFOp>([](auto) { return AluOp::subtract; })
      .Case<arith::MulFOp>([](auto) { return AluOp::mult; })
      .Case<arith::DivFOp>([](auto) { return AluOp::divide; })
      .Case<arith::MaximumFOp, arith::MaxNumFOp>([](auto) { return AluOp::max; })
      .Case<arith::MinimumFOp, arith::MinNumFOp>([](auto) { return AluOp::min; })
      .Case<math::PowFOp>([](auto) { return AluOp::power; })
      .Default(std::nullopt);
}

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
  FailureOr<Expression> x = evaluate(context, op->getOperand(0));
  if (failed(x))
    return failure();
  auto compute = [&](AluOp alu, Expression a, Expression b) { return binary(space, alu, a, b, type, nullptr, true); };
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

FailureOr<Expression> KernelLowering::evaluateOp(BodyContext &context, Operation *op, const Ref *target) {
  ShapeRef space = context.space;
  emit.loc = context.op.getLoc();
  Type type = op->getNumResults() ? op->getResult(0).getType() : Type();
  if (Value x = matchSigmoid(op)) {
    FailureOr<Expression> argument = evaluate(context, x);
    if (failed(argument))
      return failure();
    return apply(space, ActivationFunction::sigmoid, *argument, type, target);
  }
  if (auto index = dyn_cast<linalg::IndexOp>(op)) {
    Linear coord = context.loops.coords[index.getDim()];
    for (unsigned d = 0; d < space.size(); ++d)
      if (space[d] == 1)
        coord.factors[d] = 0;
    if (coord.isConstant())
      return Expression::ofNumber(type, static_cast<double>(coord.offset));
    SmallVector<bool> dims;
    for (int64_t factor : coord.factors)
      dims.push_back(factor != 0);
    Ref ref = emit.allocOver(Memory::sbuf, space, dims, IntegerType::get(type.getContext(), 32));
    emit.iota(space, ref, coord);
    return Expression::ofTile(type, ref);
  }
  if (llvm::isa<arith::SelectOp>(op))
    return evaluateSelect(context, op, target);
  if (llvm::isa<CastOpInterface>(op))
    return evaluateCast(context, op, target);

  auto binaryOperands = [&](Expression &a, Expression &b) -> LogicalResult {
    FailureOr<Expression> lhs = evaluate(context, op->getOperand(0)), rhs = failure();
    if (succeeded(lhs))
      rhs = evaluate(context, op->getOperand(1));
    if (failed(rhs))
      return failure();
    a = *lhs;
    b = *rhs;
    return success();
  };
  bool mayWait = op->getNumResults() == 1 && op->getResult(0).hasOneUse();
  Expression a, b;
  if (std::optional<AluOp> alu = floatOperator(op)) {
    if (failed(binaryOperands(a, b)))
      return failure();
    return binary(space, *alu, a, b, type, target, mayWait);
  }
  if (auto compare = dyn_cast<arith::CmpFOp>(op)) {
    using P = arith::CmpFPredicate;
    if (failed(binaryOperands(a, b)))
      return failure();
    auto relation = [&](AluOp alu) { return binary(space, alu, a, b, type, nullptr, false); };
    auto negated = [&](AluOp alu) {
      return binary(space, AluOp::is_equal, relation(alu), Expression::ofNumber(type, 0.0), type, nullptr, false);
    };
    switch (compare.getPredicate()) {
    case P::OEQ:
      return relation(AluOp::is_equal);
    case P::UNE:
      return relation(AluOp::not_equal);
    case P::OGT:
      return relation(AluOp::is_gt);
    case P::OGE:
      return relation(AluOp::is_ge);
    case P::OLT:
      return relation(AluOp::is_lt);
    case P::OLE:
      return relation(AluOp::is_le);
    case P::UGT:
      return negated(AluOp::is_le);
    case P::UGE:
      return negated(AluOp::is_lt);
    case P::ULT:
      return negated(AluOp::is_ge);
    case P::ULE:
      return negated(AluOp::is_gt);
    case P::UNO:
    case P::ORD: {
      bool ordered = compare.getPredicate() == P::ORD;
      AluOp alu = ordered ? AluOp::is_equal : AluOp::not_equal;
      Expression first = binary(space, alu, a, a, type, nullptr, false);
      if (op->getOperand(0) == op->getOperand(1) || b.isNumber())
        return first;
      Expression second = binary(space, alu, b, b, type, nullptr, false);
      return binary(space, ordered ? AluOp::min : AluOp::max, first, second, type, nullptr, false);
    }
    default:
      return op->emitOpError("has a predicate that the stage Tile does not compute yet");
    }
  }
  if (llvm::isa<math::FmaOp>(op)) {
    if (failed(binaryOperands(a, b)))
      return failure();
    FailureOr<Expression> c = evaluate(context, op->getOperand(2));
    if (failed(c))
      return failure();
    return binary(space, AluOp::add, binary(space, AluOp::mult, a, b, type, nullptr, true), *c, type, target, mayWait);
  }
  if (llvm::isa<arith::RemFOp>(op)) { // a - trunc(a / b) * b
    if (failed(binaryOperands(a, b)))
      return failure();
    force(space, a);
    Expression quotient = round(space, binary(space, AluOp::divide, a, b, type, nullptr, false), Rounding::zero, nullptr);
    return binary(space, AluOp::subtract, a, binary(space, AluOp::mult, quotient, b, type, nullptr, true), type, target,
                  mayWait);
  }
  if (type && llvm::isa<FloatType>(type) && op->getNumOperands() == 1)
    return matchFunction(context, op, target);
  return evaluateInteger(context, op, target);
}

FailureOr<Expression> KernelLowering::evaluateSelect(BodyContext &context, Operation *op, const Ref *target) {
  std::vector<Expression> operands;
  for (Value operand : op->getOperands()) {
    FailureOr<Expression> e = evaluate(context, operand);
    if (failed(e))
      return failure();
    operands.push_back(*e);
  }
  return select(context.space, operands[0], operands[1], operands[2], op->getResult(0).getType(), target);
}

FailureOr<Expression> KernelLowering::evaluateCast(BodyContext &context, Operation *op, const Ref *target) {
  ShapeRef space = context.space;
  Type from = op->getOperand(0).getType(), to = op->getResult(0).getType();
  bool isNarrowed = llvm::isa<arith::TruncFOp>(op);
  // The instruction that makes the operand may write the narrow type itself.
  const Ref *passed = isNarrowed && target && tileType(target->tile).getElementType() == to &&
                              op->getOperand(0).hasOneUse()
                          ? target
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
