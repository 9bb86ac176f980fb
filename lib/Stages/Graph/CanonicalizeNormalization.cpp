// Normalisations: LayerNormalization with its axis counted from the front; GroupNormalization,
// RMSNormalization, LpNormalization and MeanVarianceNormalization as pieces of the core. 16-bit floats are
// computed in fp32 as ONNX says (stash_type 1) for those.
#include "Canonicalize.h"

using namespace mlir;

namespace tarn::graph {
namespace {

// Mean and InvStdDev are results too: with a reader, all is spelt out.
LogicalResult spellOutLayerNormalization(Operation *op, NodeBuilder &builder, int64_t axis) {
  Value x = op->getOperand(0);
  Type narrow = elementType(x), wide = elementType(op->getResult(1));
  SmallVector<int64_t> axes = llvm::to_vector(llvm::seq<int64_t>(axis, shapeOf(x).size()));
  Value value = builder.cast(x, wide);
  Value mean = builder.reduce("ReduceMean", value, axes, true);
  Value centred = builder.binary("Sub", value, mean);
  Value variance = builder.reduce("ReduceMean", builder.binary("Mul", centred, centred), axes, true);
  Value root =
      builder.unary("Sqrt", builder.binary("Add", variance, builder.scalarLike(value, floatAttr(op, "epsilon", 1e-5))));
  SmallVector<Value> results = {nullptr, mean, builder.unary("Reciprocal", root)};
  value = builder.binary("Mul", builder.cast(builder.binary("Mul", centred, results[2]), narrow), op->getOperand(1));
  results[0] = input(op, 2) ? builder.binary("Add", value, input(op, 2)) : value;
  builder.replace(op, ArrayRef<Value>(results).take_front(op->getNumResults()));
  return success();
}

LogicalResult rewriteLayerNormalization(Operation *op, NodeBuilder &builder) {
  int64_t axis = intAttr(op, "axis", -1), rank = shapeOf(op->getOperand(0)).size();
  bool negative = axis < 0;
  axis = normalizedAxis(axis, rank);
  if (axis < 0 || axis >= rank || (!negative && op->getNumResults() == 1))
    return failure();
  if (!llvm::all_of(op->getResults().drop_front(), [](Value value) { return value.use_empty(); }))
    return spellOutLayerNormalization(op, builder, axis);
  SmallVector<NamedAttribute> attributes = {builder.attr("axis", axis)};
  for (NamedAttribute attribute : op->getAttrs())
    if (attribute.getName() != "axis")
      attributes.push_back(attribute);
  Operation *single = builder.node("LayerNormalization", op->getResult(0).getType(), op->getOperands(), attributes);
  builder.rewriter.replaceAllUsesWith(op->getResult(0), single->getResult(0));
  builder.rewriter.eraseOp(op);
  return success();
}

// (x - mean) / sqrt(variance + epsilon) over the axes
Value standardize(NodeBuilder &builder, Value x, ArrayRef<int64_t> axes, double epsilon) {
  Value centred = builder.binary("Sub", x, builder.reduce("ReduceMean", x, axes, true));
  Value variance = builder.reduce("ReduceMean", builder.binary("Mul", centred, centred), axes, true);
  Value deviation = builder.unary("Sqrt", builder.binary("Add", variance, builder.scalarLike(x, epsilon)));
  return builder.binary("Div", centred, deviation);
}

// [N, C, ...] seen as [N, groups, all the rest].
LogicalResult rewriteGroupNormalization(Operation *op, NodeBuilder &builder) {
  Value x = op->getOperand(0);
  ArrayRef<int64_t> shape = shapeOf(x);
  int64_t groups = intAttr(op, "num_groups", 0);
  if (groups < 1 || shape.size() < 2 || shape[1] % groups)
    return failure();
  Type narrow = elementType(x), wide = builder.rewriter.getF32Type();
  int64_t rest = staticType(x).getNumElements() / (shape[0] * groups);
  Value value = builder.reshape(builder.cast(x, wide), {shape[0], groups, rest});
  value = standardize(builder, value, {2}, floatAttr(op, "epsilon", 1e-5));
  value = builder.reshape(value, shape);
  SmallVector<int64_t> perChannel(shape.size() - 1, 1);
  perChannel[0] = shape[1];
  value = builder.binary("Mul", value, builder.cast(builder.reshape(op->getOperand(1), perChannel), wide));
  value = builder.binary("Add", value, builder.cast(builder.reshape(op->getOperand(2), perChannel), wide));
  builder.replace(op, builder.cast(value, narrow));
  return success();
}

LogicalResult rewriteRMSNormalization(Operation *op, NodeBuilder &builder) {
  Value x = op->getOperand(0);
  int64_t rank = shapeOf(x).size(), axis = normalizedAxis(intAttr(op, "axis", -1), rank);
  if (axis < 0 || axis >= rank)
    return failure();
  Type narrow = elementType(x), wide = builder.rewriter.getF32Type();
  Value value = builder.cast(x, wide);
  SmallVector<int64_t> axes = llvm::to_vector(llvm::seq<int64_t>(axis, rank));
  Value square = builder.reduce("ReduceMean", builder.binary("Mul", value, value), axes, true);
  Value root =
      builder.unary("Sqrt", builder.binary("Add", square, builder.scalarLike(value, floatAttr(op, "epsilon", 1e-5))));
  value = builder.cast(builder.binary("Div", value, root), narrow);
  builder.replace(op, builder.binary("Mul", value, op->getOperand(1)));
  return success();
}

LogicalResult rewriteMeanVarianceNormalization(Operation *op, NodeBuilder &builder) {
  Value x = op->getOperand(0);
  SmallVector<int64_t> axes = op->hasAttr("axes") ? intsAttr(op, "axes") : SmallVector<int64_t>{0, 2, 3};
  for (int64_t &axis : axes)
    axis = normalizedAxis(axis, shapeOf(x).size());
  llvm::sort(axes);
  // The epsilon is added to the deviation, not under the root.
  Value centred = builder.binary("Sub", x, builder.reduce("ReduceMean", x, axes, true));
  Value variance = builder.reduce("ReduceMean", builder.binary("Mul", centred, centred), axes, true);
  Value deviation = builder.binary("Add", builder.unary("Sqrt", variance), builder.scalarLike(x, 1e-9));
  builder.replace(op, builder.binary("Div", centred, deviation));
  return success();
}

LogicalResult rewriteLpNormalization(Operation *op, NodeBuilder &builder) {
  Value x = op->getOperand(0);
  int64_t axis = normalizedAxis(intAttr(op, "axis", -1), shapeOf(x).size()), p = intAttr(op, "p", 2);
  if (p != 1 && p != 2)
    return failure();
  Value terms = p == 1 ? builder.unary("Abs", x) : builder.binary("Mul", x, x);
  Value norm = builder.reduce("ReduceSum", terms, axis, true);
  if (p == 2)
    norm = builder.unary("Sqrt", norm);
  // Where all elements are zero they stay so.
  Value isZero = builder.compare("Equal", norm, builder.scalarLike(x, 0));
  norm = builder.node("Where", norm.getType(), {isZero, builder.scalarLike(x, 1), norm})->getResult(0);
  builder.replace(op, builder.binary("Div", x, norm));
  return success();
}

} // namespace

void populateNormalizationRewrites(RewritePatternSet &patterns) {
  addRewrite(patterns, "LayerNormalization", rewriteLayerNormalization);
  addRewrite(patterns, "GroupNormalization", rewriteGroupNormalization);
  addRewrite(patterns, "RMSNormalization", rewriteRMSNormalization);
  addRewrite(patterns, "MeanVarianceNormalization", rewriteMeanVarianceNormalization);
  addRewrite(patterns, "LpNormalization", rewriteLpNormalization);
}

} // namespace tarn::graph
