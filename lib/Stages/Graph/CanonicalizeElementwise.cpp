// Elementwise operators: chains of two operands, powers by constants, and the operators outside the core
// spelt with those inside. Where ONNX has a function body, the pieces are those of the body.
#include "Canonicalize.h"
#include <cmath>

using namespace mlir;

namespace tarn::graph {
namespace {

bool isFloatNode(Operation *op) { return isa<FloatType>(elementType(op->getOperand(0))); }

// Sum, Min, Max of n operands.
LogicalResult rewriteVariadic(Operation *op, NodeBuilder &builder) {
  StringRef type = opType(op);
  if (type != "Sum" && op->getNumOperands() == 2)
    return failure();
  Value value = op->getOperand(0);
  for (Value operand : op->getOperands().drop_front())
    value = builder.binary(type == "Sum" ? "Add" : type, value, operand);
  builder.replace(op, value);
  return success();
}

LogicalResult rewriteMean(Operation *op, NodeBuilder &builder) {
  Value value = op->getOperand(0);
  for (Value operand : op->getOperands().drop_front())
    value = builder.binary("Add", value, operand);
  builder.replace(op, builder.binary("Mul", value, builder.scalarLike(value, 1.0 / op->getNumOperands())));
  return success();
}

// Constant bounds stay, others become Max and Min (in this order: the upper bound wins).
LogicalResult rewriteClip(Operation *op, NodeBuilder &builder) {
  Value low = input(op, 1), high = input(op, 2), value = op->getOperand(0);
  if ((low || high) && (!low || constantScalar(low)) && (!high || constantScalar(high)))
    return failure();
  if (low)
    value = builder.binary("Max", value, low);
  if (high)
    value = builder.binary("Min", value, high);
  builder.replace(op, value);
  return success();
}

LogicalResult rewritePow(Operation *op, NodeBuilder &builder) {
  Value base = op->getOperand(0), exponentValue = op->getOperand(1);
  std::optional<double> exponent = constantScalar(exponentValue);
  if (!exponent || base.getType() != op->getResult(0).getType())
    return failure();
  Value value;
  if (*exponent == 1)
    value = base;
  else if (*exponent == 2)
    value = builder.binary("Mul", base, base);
  else if (*exponent == 3)
    value = builder.binary("Mul", builder.binary("Mul", base, base), base);
  else if (!isFloatNode(op))
    return failure();
  else if (*exponent == 0.5)
    value = builder.unary("Sqrt", base);
  else if (*exponent == -1)
    value = builder.unary("Reciprocal", base);
  else if (*exponent == -0.5)
    value = builder.unary("Reciprocal", builder.unary("Sqrt", base));
  else
    return failure();
  builder.replace(op, value);
  return success();
}

// x + 0, x - 0, x * 1, x / 1, where the constant does not broadcast the other operand.
LogicalResult dropNeutral(Operation *op, NodeBuilder &builder) {
  StringRef type = opType(op);
  double neutral = type == "Add" || type == "Sub" ? 0 : 1;
  bool commutes = type == "Add" || type == "Mul";
  for (unsigned side : {1u, 0u}) {
    if (side == 0 && !commutes)
      break;
    Value other = op->getOperand(1 - side);
    if (other.getType() == op->getResult(0).getType() && constantScalar(op->getOperand(side)) == neutral) {
      builder.replace(op, other);
      return success();
    }
  }
  return failure();
}

LogicalResult rewriteOrEqual(Operation *op, NodeBuilder &builder) {
  Value left = op->getOperand(0), right = op->getOperand(1);
  Value strict = builder.compare(opType(op) == "GreaterOrEqual" ? "Greater" : "Less", left, right);
  builder.replace(op, builder.compare("Or", strict, builder.compare("Equal", left, right)));
  return success();
}

LogicalResult rewriteXor(Operation *op, NodeBuilder &builder) {
  builder.replace(op, builder.unary("Not", builder.compare("Equal", op->getOperand(0), op->getOperand(1))));
  return success();
}

LogicalResult rewritePRelu(Operation *op, NodeBuilder &builder) {
  std::optional<double> slope = constantScalar(op->getOperand(1));
  if (!slope || op->getOperand(0).getType() != op->getResult(0).getType())
    return failure();
  builder.replace(op, builder.unary("LeakyRelu", op->getOperand(0), builder.attr("alpha", *slope)));
  return success();
}

Value multiply(NodeBuilder &builder, Value value, double factor) {
  return factor == 1 ? value : builder.binary("Mul", value, builder.scalarLike(value, factor));
}

LogicalResult rewriteSwish(Operation *op, NodeBuilder &builder) {
  Value x = op->getOperand(0);
  Value gate = builder.unary("Sigmoid", multiply(builder, x, floatAttr(op, "alpha", 1)));
  builder.replace(op, builder.binary("Mul", x, gate));
  return success();
}

LogicalResult rewriteMish(Operation *op, NodeBuilder &builder) {
  Value x = op->getOperand(0);
  builder.replace(op, builder.binary("Mul", x, builder.unary("Tanh", builder.unary("Softplus", x))));
  return success();
}

LogicalResult rewriteSoftsign(Operation *op, NodeBuilder &builder) {
  Value x = op->getOperand(0);
  Value divisor = builder.binary("Add", builder.unary("Abs", x), builder.scalarLike(x, 1));
  builder.replace(op, builder.binary("Div", x, divisor));
  return success();
}

// gamma * Elu(x, alpha)
LogicalResult rewriteSelu(Operation *op, NodeBuilder &builder) {
  double alpha = floatAttr(op, "alpha", 1.67326319217681884765625);
  double gamma = floatAttr(op, "gamma", 1.05070102214813232421875);
  Value elu = builder.unary("Elu", op->getOperand(0), builder.attr("alpha", alpha));
  builder.replace(op, multiply(builder, elu, gamma));
  return success();
}

// max(0, x) + min(0, alpha (exp(x / alpha) - 1)) = alpha * Elu(x / alpha) for alpha > 0
LogicalResult rewriteCelu(Operation *op, NodeBuilder &builder) {
  double alpha = floatAttr(op, "alpha", 1);
  if (!(alpha > 0))
    return failure();
  Value scaled = multiply(builder, op->getOperand(0), 1 / alpha);
  builder.replace(op, multiply(builder, builder.unary("Elu", scaled, builder.attr("alpha", 1.0)), alpha));
  return success();
}

Value select(NodeBuilder &builder, Value condition, Value yes, Value no) {
  Type type = RankedTensorType::get(shapeOf(condition), elementType(yes));
  return builder.node("Where", type, {condition, yes, no})->getResult(0);
}

LogicalResult rewriteThresholdedRelu(Operation *op, NodeBuilder &builder) {
  Value x = op->getOperand(0), threshold = builder.scalarLike(x, floatAttr(op, "alpha", 1));
  builder.replace(op, select(builder, builder.compare("Greater", x, threshold), x, builder.scalarLike(x, 0)));
  return success();
}

// x + bias below -lambd, x - bias above lambd, 0 between
LogicalResult rewriteShrink(Operation *op, NodeBuilder &builder) {
  if (!isFloatNode(op))
    return failure();
  double bias = floatAttr(op, "bias", 0), lambd = floatAttr(op, "lambd", 0.5);
  Value x = op->getOperand(0), zero = builder.scalarLike(x, 0), shift = builder.scalarLike(x, bias);
  Value below = builder.compare("Less", x, builder.scalarLike(x, -lambd));
  Value above = builder.compare("Greater", x, builder.scalarLike(x, lambd));
  Value inner = select(builder, above, builder.binary("Sub", x, shift), zero);
  builder.replace(op, select(builder, below, builder.binary("Add", x, shift), inner));
  return success();
}

// (x - zero point) * scale where scale or zero point are computed; the constants of a quantised model stay as
// they are.
LogicalResult rewriteDequantizeLinear(Operation *op, NodeBuilder &builder) {
  Value x = op->getOperand(0), scale = op->getOperand(1), zero = input(op, 2);
  if ((isConstant(scale) && (!zero || isConstant(zero))) || intAttr(op, "block_size", 0) || !toDType(elementType(x)) ||
      (shapeOf(scale).size() > 1))
    return failure();
  int64_t rank = shapeOf(x).size(), axis = normalizedAxis(intAttr(op, "axis", 1), rank);
  auto spread = [&](Value parameter) {
    if (shapeOf(parameter).size() != 1 || shapeOf(parameter)[0] == 1 || axis < 0 || axis >= rank)
      return shapeOf(parameter).empty() ? parameter : builder.reshape(parameter, {});
    SmallVector<int64_t> shape(rank - axis, 1);
    shape[0] = shapeOf(parameter)[0];
    return builder.reshape(parameter, shape);
  };
  if (shapeOf(scale).size() == 1 && shapeOf(scale)[0] != 1 && (axis < 0 || axis >= rank))
    return failure();
  Type wide = builder.rewriter.getF32Type();
  Value value = builder.cast(x, wide);
  if (zero)
    value = builder.binary("Sub", value, builder.cast(spread(zero), wide));
  value = builder.binary("Mul", value, builder.cast(spread(scale), wide));
  builder.replace(op, builder.cast(value, elementType(op->getResult(0))));
  return success();
}

// A reader that broadcasts anyway need not have its operand expanded.
LogicalResult skipExpand(Operation *op, NodeBuilder &builder) {
  ArrayRef<int64_t> result = shapeOf(op->getResult(0));
  for (OpOperand &operand : op->getOpOperands()) {
    Operation *expand = definingNode(operand.get(), "Expand");
    if (!expand)
      continue;
    std::optional<Shape> shape(std::in_place, shapeOf(expand->getOperand(0)));
    for (OpOperand &other : op->getOpOperands())
      if (&other != &operand && shape)
        shape = broadcastShapes(*shape, shapeOf(other.get()));
    if (!shape || ArrayRef<int64_t>(*shape) != result)
      continue;
    builder.modify(op, [&] { operand.set(expand->getOperand(0)); });
    return success();
  }
  return failure();
}

} // namespace

void populateElementwiseRewrites(RewritePatternSet &patterns) {
  for (StringRef type : {"Sum", "Min", "Max"})
    addRewrite(patterns, type, rewriteVariadic);
  addRewrite(patterns, "Mean", rewriteMean);
  addRewrite(patterns, "Clip", rewriteClip);
  addRewrite(patterns, "Pow", rewritePow);
  for (StringRef type : {"Add", "Sub", "Mul", "Div"})
    addRewrite(patterns, type, dropNeutral);
  for (StringRef type : {"GreaterOrEqual", "LessOrEqual"})
    addRewrite(patterns, type, rewriteOrEqual);
  addRewrite(patterns, "Xor", rewriteXor);
  addRewrite(patterns, "PRelu", rewritePRelu);
  addRewrite(patterns, "DequantizeLinear", rewriteDequantizeLinear);
  addRewrite(patterns, "Swish", rewriteSwish);
  addRewrite(patterns, "Mish", rewriteMish);
  addRewrite(patterns, "Softsign", rewriteSoftsign);
  addRewrite(patterns, "Selu", rewriteSelu);
  addRewrite(patterns, "Celu", rewriteCelu);
  addRewrite(patterns, "ThresholdedRelu", rewriteThresholdedRelu);
  addRewrite(patterns, "Shrink", rewriteShrink);
  for (StringRef type :
       {"Add", "Sub", "Mul", "Div", "Pow", "Min", "Max", "Greater", "Less", "Equal", "And", "Or", "Where"})
    addRewrite(patterns, type, skipExpand);
}

} // namespace tarn::graph
