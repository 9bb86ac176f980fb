// BatchNormalization at inference is y = a x + b per channel, with a = scale / sqrt(var + epsilon), b = bias
// - mean a.
//
//   1. It becomes Mul by a and Add of b (computed in double, rounded to the element type once).
//   2. Chains of Mul and Add by constants are joined to one Mul and one Add.
//   3. A Mul or Div by a constant per channel behind a Conv, ConvTranspose, Gemm or MatMul with constant
//   weights that nobody
//      else reads goes into the weights; an Add or Sub of one into the bias.
//
// Steps 2 and 3 also take the scales that exporters write as plain nodes. In fp16 and bf16 a product that
// overflows is not folded.
#include "Nodes.h"
#include "tarn/Stages/Graph/Passes.h"
#include <cmath>

namespace tarn {
#define GEN_PASS_DEF_FOLDBATCHNORMALIZATION
#include "tarn/Stages/Graph/Passes.h.inc"
} // namespace tarn

using namespace mlir;

namespace tarn::graph {
namespace {

// Parameters that are computed: the same formula as nodes.
LogicalResult spellOutBatchNormalization(Operation *op, NodeBuilder &builder) {
  Value x = op->getOperand(0);
  SmallVector<int64_t> shape(shapeOf(x).size() - 1, 1);
  shape[0] = shapeOf(x)[1];
  SmallVector<Value> parameters;
  for (Value parameter : op->getOperands().drop_front())
    parameters.push_back(builder.reshape(builder.cast(parameter, elementType(x)), shape));
  Value variance = builder.binary("Add", parameters[3], builder.scalarLike(x, floatAttr(op, "epsilon", 1e-5)));
  Value factor = builder.binary("Div", parameters[0], builder.unary("Sqrt", variance));
  Value scaled = builder.binary("Mul", builder.binary("Sub", x, parameters[2]), factor);
  builder.replace(op, builder.binary("Add", scaled, parameters[1]));
  return success();
}

LogicalResult splitBatchNormalization(Operation *op, NodeBuilder &builder) {
  Value x = op->getOperand(0);
  if (op->getNumResults() != 1 || intAttr(op, "training_mode", 0) || op->getNumOperands() != 5 || shapeOf(x).size() < 2)
    return failure();
  if (!llvm::all_of(op->getOperands().drop_front(), isConstant))
    return spellOutBatchNormalization(op, builder);
  std::optional<HostTensor> scale = constantOf(op->getOperand(1)), bias = constantOf(op->getOperand(2));
  std::optional<HostTensor> mean = constantOf(op->getOperand(3)), variance = constantOf(op->getOperand(4));
  if (!scale || !bias || !mean || !variance)
    return failure();
  int64_t channels = shapeOf(x)[1];
  for (const HostTensor *tensor : {&*scale, &*bias, &*mean, &*variance})
    if (tensor->size() != channels)
      return failure();
  SmallVector<int64_t> shape(shapeOf(x).size() - 1, 1);
  shape[0] = channels;
  double epsilon = floatAttr(op, "epsilon", 1e-5);
  DType type = *toDType(elementType(x));
  HostTensor factor(type, shape), offset(type, shape);
  for (int64_t i = 0; i < channels; ++i) {
    double a = scale->getDouble(i) / std::sqrt(variance->getDouble(i) + epsilon);
    factor.setDouble(i, a);
    offset.setDouble(i, bias->getDouble(i) - mean->getDouble(i) * a);
  }
  Value scaled = builder.binary("Mul", x, builder.constant(factor));
  builder.replace(op, builder.binary("Add", scaled, builder.constant(offset)));
  return success();
}

/// A node with weights whose output channels can be scaled.
struct Product {
  Operation *op;
  HostTensor weights;
  std::optional<HostTensor> bias;
  int64_t channels, channelDim;

  // The output channel of a weight: Conv [M, C/g, ...], ConvTranspose [C, M/g, ...], Gemm and MatMul [...,
  // N].
  int64_t channelOf(int64_t index) const {
    llvm::ArrayRef<int64_t> shape = weights.shape();
    StringRef type = opType(op);
    if (type == "Conv")
      return index / (weights.size() / shape[0]);
    if (type != "ConvTranspose")
      return index % channels;
    int64_t taps = weights.size() / (shape[0] * shape[1]), groups = channels / shape[1];
    int64_t row = index / (taps * shape[1]), group = row / (shape[0] / groups);
    return group * shape[1] + index / taps % shape[1];
  }
};

std::optional<Product> productBehind(Value value) {
  Operation *op = value.getDefiningOp();
  StringRef type = op ? opType(op) : StringRef();
  bool isConvolution = type == "Conv" || type == "ConvTranspose";
  if ((!isConvolution && type != "Gemm" && type != "MatMul") || !value.hasOneUse())
    return std::nullopt;
  if (type == "Gemm" && (op->hasAttr("transA") || op->hasAttr("transB") || floatAttr(op, "alpha", 1) != 1 ||
                         floatAttr(op, "beta", 1) != 1))
    return std::nullopt; // not canonical
  std::optional<HostTensor> weights = constantOf(op->getOperand(1));
  if (!weights || !isFloat(weights->type()) || weights->size() == 0)
    return std::nullopt;
  int64_t rank = shapeOf(value).size(), channelDim = isConvolution ? 1 : rank - 1;
  Product product{op, *weights, std::nullopt, shapeOf(value)[channelDim], channelDim};
  if (Value bias = input(op, 2)) {
    product.bias = constantOf(bias);
    if (!product.bias || product.bias->size() != product.channels ||
        (product.bias->rank() && product.bias->shape().back() != product.channels))
      return std::nullopt;
  }
  return product;
}

// The constant as one number per channel of `value`; nothing where it varies along another dimension or
// broadcasts.
std::optional<SmallVector<double>> perChannel(Value constant, Value value, int64_t channelDim) {
  std::optional<HostTensor> tensor = constantOf(constant);
  ArrayRef<int64_t> shape = shapeOf(value);
  if (!tensor || tensor->rank() > static_cast<int64_t>(shape.size()))
    return std::nullopt;
  int64_t missing = shape.size() - tensor->rank();
  for (auto [dim, size] : llvm::enumerate(tensor->shape()))
    if (size != 1 && (static_cast<int64_t>(dim) + missing != channelDim || size != shape[channelDim]))
      return std::nullopt;
  SmallVector<double> values;
  for (int64_t i = 0; i < shape[channelDim]; ++i)
    values.push_back(tensor->getDouble(tensor->size() == 1 ? 0 : i));
  return values;
}

bool setIfFinite(HostTensor &tensor, int64_t index, double value) {
  tensor.setDouble(index, value);
  return std::isfinite(tensor.getDouble(index));
}

// Replaces `op`, which reads the product, by the product with other weights and bias.
void finish(Operation *op, NodeBuilder &builder, const Product &product, const HostTensor &weights,
            const std::optional<HostTensor> &bias, bool weightsChanged) {
  IRRewriter::InsertionGuard guard(builder.rewriter);
  NodeBuilder at(builder.rewriter, product.op);
  SmallVector<Value> operands(product.op->getOperands().take_front(2));
  if (weightsChanged)
    operands[1] = at.constant(weights);
  if (bias)
    operands.push_back(at.constant(*bias));
  Operation *result = at.node(opType(product.op), product.op->getResultTypes(), operands, product.op->getAttrs());
  builder.replace(op, result->getResults());
}

LogicalResult foldScale(Operation *op, NodeBuilder &builder) {
  bool divides = opType(op) == "Div";
  for (unsigned side : {0u, 1u}) {
    if (side == 1 && divides)
      break;
    Value value = op->getOperand(side);
    if (value.getType() != op->getResult(0).getType())
      continue;
    std::optional<Product> product = productBehind(value);
    if (!product)
      continue;
    auto factors = perChannel(op->getOperand(1 - side), value, product->channelDim);
    if (!factors)
      continue;
    auto apply = [&](double number, int64_t channel) {
      return divides ? number / (*factors)[channel] : number * (*factors)[channel];
    };
    HostTensor weights = product->weights;
    std::optional<HostTensor> bias = product->bias;
    bool finite = true;
    for (int64_t i = 0, e = weights.size(); i < e && finite; ++i)
      finite = setIfFinite(weights, i, apply(weights.getDouble(i), product->channelOf(i)));
    for (int64_t i = 0, e = bias ? bias->size() : 0; i < e && finite; ++i)
      finite = setIfFinite(*bias, i, apply(bias->getDouble(i), i));
    if (!finite)
      return failure();
    finish(op, builder, *product, weights, bias, true);
    return success();
  }
  return failure();
}

LogicalResult foldOffset(Operation *op, NodeBuilder &builder) {
  bool subtracts = opType(op) == "Sub";
  for (unsigned side : {0u, 1u}) {
    if (side == 1 && subtracts)
      break;
    Value value = op->getOperand(side);
    if (value.getType() != op->getResult(0).getType())
      continue;
    std::optional<Product> product = productBehind(value);
    if (!product || opType(product->op) == "MatMul")
      continue;
    auto offsets = perChannel(op->getOperand(1 - side), value, product->channelDim);
    if (!offsets)
      continue;
    HostTensor bias = product->bias ? *product->bias : HostTensor(product->weights.type(), {product->channels});
    for (int64_t i = 0; i < product->channels; ++i)
      if (!setIfFinite(bias, i, bias.getDouble(i) + (subtracts ? -1 : 1) * (*offsets)[i]))
        return failure();
    finish(op, builder, *product, product->weights, bias, false);
    return success();
  }
  return failure();
}

// The operand that is a constant and does not broadcast the other one; null where there is none.
Operation *otherOperand(Operation *op, std::optional<HostTensor> &constant, Value &other) {
  for (unsigned side : {1u, 0u}) {
    other = op->getOperand(1 - side);
    if (other.getType() != op->getResult(0).getType() || isConstant(other))
      continue;
    constant = constantOf(op->getOperand(side));
    if (constant && isFloat(constant->type()))
      return op;
  }
  return nullptr;
}

std::optional<HostTensor> compute(StringRef type, const HostTensor &left, const HostTensor &right) {
  llvm::Expected<HostTensor> result = evaluateBinary(type, left, right);
  if (!result) {
    llvm::consumeError(result.takeError());
    return std::nullopt;
  }
  return std::move(*result);
}

// (x op c1) op c2 = x op (c1 op c2) for Mul and for Add; (x c0 + c1) c2 = x (c0 c2) + c1 c2.
LogicalResult joinConstants(Operation *op, NodeBuilder &builder) {
  std::optional<HostTensor> outer, inner, innermost;
  Value middle, x, source;
  StringRef type = opType(op);
  if (!otherOperand(op, outer, middle) || !middle.hasOneUse())
    return failure();
  Operation *before = middle.getDefiningOp();
  StringRef beforeType = before ? opType(before) : StringRef();
  if ((beforeType != "Mul" && beforeType != "Add") || !otherOperand(before, inner, x))
    return failure();
  if (beforeType == type) {
    std::optional<HostTensor> joined = compute(type, *inner, *outer);
    if (!joined || joined->rank() > static_cast<int64_t>(shapeOf(x).size()))
      return failure();
    builder.replace(op, builder.binary(type, x, builder.constant(*joined)));
    return success();
  }
  Operation *first = definingNode(x, "Mul");
  if (type != "Mul" || !first || !x.hasOneUse() || !otherOperand(first, innermost, source))
    return failure();
  std::optional<HostTensor> factor = compute("Mul", *innermost, *outer), offset = compute("Mul", *inner, *outer);
  if (!factor || !offset)
    return failure();
  Value scaled = builder.binary("Mul", source, builder.constant(*factor));
  builder.replace(op, builder.binary("Add", scaled, builder.constant(*offset)));
  return success();
}

struct FoldBatchNormalization : public tarn::impl::FoldBatchNormalizationBase<FoldBatchNormalization> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    addRewrite(patterns, "BatchNormalization", splitBatchNormalization);
    for (StringRef type : {"Mul", "Add"})
      addRewrite(patterns, type, joinConstants);
    for (StringRef type : {"Mul", "Div"})
      addRewrite(patterns, type, foldScale);
    for (StringRef type : {"Add", "Sub"})
      addRewrite(patterns, type, foldOffset);
    if (failed(applyRewrites(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
} // namespace tarn::graph
