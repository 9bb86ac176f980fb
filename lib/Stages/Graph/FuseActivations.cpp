// Activations are products, and exporters disagree about the order of the factors and about where the
// constants stand: x * 0.5 * (1 + erf(x / 1.414)), 0.5 * (x * (1 + erf(x * 0.707))), ... So a product is
// first flattened into one constant and the other factors.
//
//   0.5   { x, 1 + erf(0.7071 x) }                                        Gelu
//   0.5   { x, 1 + tanh(0.7979 (x + 0.044715 x^3)) }                      Gelu, approximate
//   1/6   { x, clip(x + 3, 0, 6) }                                        HardSwish
//   1     { x, HardSigmoid(x; 1/6, 1/2) }                                 HardSwish
//   1/6   { clip(x + 3, 0, 6) }                                           HardSigmoid(1/6, 1/2)
//
// Constants agree when they do to 1e-3 relative: the exporters print them with as few as four digits.
#include "FuseActivations.h"
#include <algorithm>
#include <cmath>

using namespace mlir;

namespace tarn::graph {
namespace {

bool isNear(double value, double wanted) { return std::abs(value - wanted) <= 1e-3 * std::abs(wanted); }

struct Factors {
  double constant = 1;
  SmallVector<Value> values;
};

// Flattens Mul and Div by constants. Depth is bounded: the forms above have at most five factors.
void flatten(Value value, Factors &factors, unsigned depth = 0) {
  Operation *op = value.getDefiningOp();
  StringRef type = op ? opType(op) : StringRef();
  if (depth < 6 && (type == "Mul" || type == "Div")) {
    Value left = op->getOperand(0), right = op->getOperand(1);
    std::optional<double> leftNumber = constantScalar(left), rightNumber = constantScalar(right);
    bool sameType = [&] {
      for (Value side : {left, right})
        if (!isConstant(side) && side.getType() != value.getType())
          return false;
      return true;
    }();
    if (sameType && type == "Div" && rightNumber && *rightNumber != 0) {
      factors.constant /= *rightNumber;
      return flatten(left, factors, depth + 1);
    }
    if (sameType && type == "Mul") {
      for (auto [side, number] : {std::pair(left, leftNumber), std::pair(right, rightNumber)}) {
        if (number)
          factors.constant *= *number;
        else
          flatten(side, factors, depth + 1);
      }
      return;
    }
  }
  factors.values.push_back(value);
}

Factors factorsOf(Value value) {
  Factors factors;
  flatten(value, factors);
  return factors;
}

// The other operand of an Add of the given number.
Value otherThan(Value sum, double number) {
  Operation *op = definingNode(sum, "Add");
  if (!op)
    return nullptr;
  for (unsigned side : {0u, 1u})
    if (std::optional<double> found = constantScalar(op->getOperand(side)); found && isNear(*found, number))
      return op->getOperand(1 - side);
  return nullptr;
}

bool isProduct(const Factors &factors, double constant, ArrayRef<Value> values) {
  return isNear(factors.constant, constant) && factors.values.size() == values.size() &&
         std::is_permutation(values.begin(), values.end(), factors.values.begin());
}

// 0.7979 (x + 0.044715 x^3), or 0.7979 x (1 + 0.044715 x^2)
bool isTanhArgument(Value value, Value x) {
  constexpr double root = 0.7978845608, cubic = 0.044715;
  Factors factors = factorsOf(value);
  if (!isNear(factors.constant, root))
    return false;
  if (factors.values.size() == 1) {
    Operation *sum = definingNode(factors.values.front(), "Add");
    if (!sum)
      return false;
    for (unsigned side : {0u, 1u})
      if (sum->getOperand(side) == x && isProduct(factorsOf(sum->getOperand(1 - side)), cubic, {x, x, x}))
        return true;
    return false;
  }
  if (factors.values.size() != 2 || !llvm::is_contained(factors.values, x))
    return false;
  Value other = factors.values[0] == x ? factors.values[1] : factors.values[0];
  Value square = otherThan(other, 1);
  return square && isProduct(factorsOf(square), cubic, {x, x});
}

// x where the value is clip(x + 3, 0, 6).
Value operandOfClip(Value value) {
  Operation *clip = definingNode(value, "Clip");
  if (!clip || !input(clip, 1) || !input(clip, 2) || constantScalar(input(clip, 1)) != 0.0 ||
      constantScalar(input(clip, 2)) != 6.0)
    return nullptr;
  return otherThan(clip->getOperand(0), 3);
}

LogicalResult fuseProduct(Operation *op, NodeBuilder &builder) {
  Factors factors = factorsOf(op->getResult(0));
  Type type = op->getResult(0).getType();
  if (factors.values.size() == 1) {
    Value x = isNear(factors.constant, 1.0 / 6) ? operandOfClip(factors.values[0]) : Value();
    if (!x || x.getType() != type)
      return failure();
    builder.replace(op, builder.unary("HardSigmoid", x, {builder.attr("alpha", 1.0 / 6), builder.attr("beta", 0.5)}));
    return success();
  }
  if (factors.values.size() != 2)
    return failure();
  for (unsigned side : {0u, 1u}) {
    Value x = factors.values[side], gate = factors.values[1 - side];
    if (x.getType() != type)
      continue;
    if (isNear(factors.constant, 0.5)) {
      Value curve = otherThan(gate, 1);
      if (Operation *erf = definingNode(curve, "Erf");
          erf && isProduct(factorsOf(erf->getOperand(0)), std::sqrt(0.5), x)) {
        builder.replace(op, builder.unary("Gelu", x, builder.attr("approximate", "none")));
        return success();
      }
      if (Operation *tanh = definingNode(curve, "Tanh"); tanh && isTanhArgument(tanh->getOperand(0), x)) {
        builder.replace(op, builder.unary("Gelu", x, builder.attr("approximate", "tanh")));
        return success();
      }
    }
    Operation *hard = definingNode(gate, "HardSigmoid");
    bool isHard = hard && hard->getOperand(0) == x && isNear(factors.constant, 1) &&
                  isNear(floatAttr(hard, "alpha", 0.2), 1.0 / 6) && floatAttr(hard, "beta", 0.5) == 0.5;
    if (isHard || (isNear(factors.constant, 1.0 / 6) && operandOfClip(gate) == x)) {
      builder.replace(op, builder.unary("HardSwish", x));
      return success();
    }
  }
  return failure();
}

} // namespace

void populateActivationFusions(RewritePatternSet &patterns) {
  for (StringRef type : {"Mul", "Div"})
    addRewrite(patterns, type, fuseProduct);
}

} // namespace tarn::graph
