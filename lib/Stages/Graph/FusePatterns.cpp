// Recognises what exporters of older opsets spell out. Expects canonical operators: axes explicit, squares as
// Mul.
//
//   (x - mean(x)) / sqrt(mean((x - mean(x))^2) + e), then * gamma, then + beta      -> LayerNormalization
//   exp(x - max(x)) / sum(exp(x - max(x)))                                          -> Softmax
//
// The activations (Gelu, HardSwish, HardSigmoid) lie in FuseActivations.cpp. In 16-bit floats the pieces
// round between the steps and the whole does not: the result is closer to the exact one.
#include "FuseActivations.h"
#include "tarn/Stages/Graph/Passes.h"

namespace tarn {
#define GEN_PASS_DEF_FUSEPATTERNS
#include "tarn/Stages/Graph/Passes.h.inc"
} // namespace tarn

using namespace mlir;

namespace tarn::graph {
namespace {

// The reduced axes of `value`, a reduction of that type of `of` which keeps its dimensions.
std::optional<SmallVector<int64_t>> axesOfReduction(Value value, StringRef type, Value of) {
  Operation *op = definingNode(value, type);
  if (!op || op->getOperand(0) != of || !intAttr(op, "keepdims", 1) || !input(op, 1))
    return std::nullopt;
  return constantInts(input(op, 1));
}

// x where `value` is x - mean(x).
Value centredOperand(Value value, SmallVector<int64_t> &axes) {
  Operation *sub = definingNode(value, "Sub");
  if (!sub)
    return nullptr;
  auto found = axesOfReduction(sub->getOperand(1), "ReduceMean", sub->getOperand(0));
  if (!found)
    return nullptr;
  axes = *found;
  return sub->getOperand(0);
}

// The operand that is a constant of one number, and the other one.
std::optional<std::pair<double, Value>> scalarAndOther(Operation *op) {
  for (unsigned side : {0u, 1u})
    if (std::optional<double> number = constantScalar(op->getOperand(side));
        number && op->getOperand(1 - side).getType() == op->getResult(0).getType())
      return std::make_pair(*number, op->getOperand(1 - side));
  return std::nullopt;
}

LogicalResult fuseLayerNormalization(Operation *op, NodeBuilder &builder) {
  // 1. centred / deviation, or centred * (1 / deviation)
  Value centred = op->getOperand(0), deviation = op->getOperand(1);
  if (opType(op) == "Mul") {
    Operation *reciprocal = definingNode(deviation, "Reciprocal");
    if (!reciprocal) {
      std::swap(centred, deviation);
      reciprocal = definingNode(deviation, "Reciprocal");
    }
    if (!reciprocal)
      return failure();
    deviation = reciprocal->getOperand(0);
  }
  SmallVector<int64_t> axes, squareAxes;
  Value x = centredOperand(centred, axes);
  Operation *root = definingNode(deviation, "Sqrt");
  Operation *sum = root ? definingNode(root->getOperand(0), "Add") : nullptr;
  if (!x || !sum)
    return failure();
  // 2. the variance and epsilon
  auto epsilon = scalarAndOther(sum);
  Operation *variance = epsilon ? definingNode(epsilon->second, "ReduceMean") : nullptr;
  Operation *square = variance ? definingNode(variance->getOperand(0), "Mul") : nullptr;
  if (!square || square->getOperand(0) != square->getOperand(1) ||
      centredOperand(square->getOperand(0), squareAxes) != x || squareAxes != axes ||
      axesOfReduction(variance->getResult(0), "ReduceMean", variance->getOperand(0)) != axes)
    return failure();
  // 3. the last dimensions, all of them
  int64_t rank = shapeOf(x).size(), first = axes.empty() ? rank : axes.front();
  if (axes.empty() || axes != llvm::to_vector(llvm::seq<int64_t>(first, rank)))
    return failure();
  HostTensor ones(*toDType(elementType(x)), shapeOf(x).drop_front(first));
  for (int64_t i = 0, e = ones.size(); i < e; ++i)
    ones.setDouble(i, 1);
  Operation *whole = builder.node("LayerNormalization", x.getType(), {x, builder.constant(ones)},
                                  {builder.attr("axis", first), builder.attr("epsilon", epsilon->first)});
  builder.replace(op, whole->getResults());
  return success();
}

// LayerNormalization with scale 1 times a constant, or without bias plus one.
LogicalResult fuseScaleOrBias(Operation *op, NodeBuilder &builder) {
  bool scales = opType(op) == "Mul";
  for (unsigned side : {0u, 1u}) {
    Operation *whole = definingNode(op->getOperand(side), "LayerNormalization");
    Value constant = op->getOperand(1 - side);
    if (!whole || !whole->hasOneUse() || input(whole, 2) || !isConstant(constant) ||
        (scales && constantScalar(whole->getOperand(1)) != 1.0))
      continue;
    if (shapeOf(constant) != shapeOf(whole->getOperand(1)))
      continue;
    SmallVector<Value> operands = {whole->getOperand(0), scales ? constant : whole->getOperand(1)};
    if (!scales)
      operands.push_back(constant);
    builder.replace(
        op, builder.node("LayerNormalization", op->getResultTypes(), operands, whole->getAttrs())->getResults());
    return success();
  }
  return failure();
}

LogicalResult fuseSoftmax(Operation *op, NodeBuilder &builder) {
  Operation *exponential = definingNode(op->getOperand(0), "Exp");
  Operation *shifted = exponential ? definingNode(exponential->getOperand(0), "Sub") : nullptr;
  if (!shifted)
    return failure();
  Value x = shifted->getOperand(0);
  auto axes = axesOfReduction(shifted->getOperand(1), "ReduceMax", x);
  if (!axes || axes->size() != 1 || axesOfReduction(op->getOperand(1), "ReduceSum", exponential->getResult(0)) != axes)
    return failure();
  builder.replace(op, builder.unary("Softmax", x, builder.attr("axis", axes->front())));
  return success();
}

struct FusePatterns : public tarn::impl::FusePatternsBase<FusePatterns> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    for (StringRef type : {"Div", "Mul"})
      addRewrite(patterns, type, fuseLayerNormalization, 2);
    for (StringRef type : {"Add", "Mul"})
      addRewrite(patterns, type, fuseScaleOrBias);
    addRewrite(patterns, "Div", fuseSoftmax);
    populateActivationFusions(patterns);
    if (failed(applyRewrites(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
} // namespace tarn::graph
