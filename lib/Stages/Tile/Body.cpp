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
  while (!isPlaced(source) && lookThrough(source, from)) {
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
  Value other = constantOf(sum.getLhs()) == 1.0   ? sum.getRhs()
                : constantOf(sum.getRhs()) == 1.0 ? sum.getLhs()
                                                  : Value();
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
    Expression quotient =
        round(space, binary(space, AluOp::divide, a, b, type, nullptr, false), Rounding::zero, nullptr);
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
} // namespace tarn::tile
