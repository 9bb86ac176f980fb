// Reductions and softmax: axes as a sorted constant, none negative; composed reductions (ReduceL2,
// ReduceLogSumExp, global pooling) as their pieces. What is left: ReduceSum, ReduceMean, ReduceMax,
// ReduceMin, ReduceProd.
#include "Canonicalize.h"

using namespace mlir;

namespace tarn::graph {
namespace {

// The reduced axes; nothing where they are not constant. An empty list reduces nothing
// (noop_with_empty_axes).
std::optional<SmallVector<int64_t>> reducedAxes(Operation *op) {
  int64_t rank = shapeOf(op->getOperand(0)).size();
  SmallVector<int64_t> axes;
  if (Value given = input(op, 1)) {
    auto values = constantInts(given);
    if (!values)
      return std::nullopt;
    axes = *values;
  }
  if (axes.empty() && !intAttr(op, "noop_with_empty_axes", 0))
    axes = llvm::to_vector(llvm::seq<int64_t>(0, rank));
  for (int64_t &axis : axes)
    axis = normalizedAxis(axis, rank);
  llvm::sort(axes);
  return axes;
}

LogicalResult rewriteReduction(Operation *op, NodeBuilder &builder) {
  std::optional<SmallVector<int64_t>> axes = reducedAxes(op);
  if (!axes)
    return failure();
  if (axes->empty()) {
    builder.replace(op, op->getOperand(0));
    return success();
  }
  Value given = input(op, 1);
  if (given && constantInts(given) == axes && op->hasAttr("keepdims"))
    return failure();
  builder.replace(op, builder.reduce(opType(op), op->getOperand(0), *axes, intAttr(op, "keepdims", 1)));
  return success();
}

LogicalResult rewriteComposedReduction(Operation *op, NodeBuilder &builder) {
  std::optional<SmallVector<int64_t>> axes = reducedAxes(op);
  if (!axes)
    return failure();
  StringRef type = opType(op);
  bool keepdims = intAttr(op, "keepdims", 1);
  Value value = op->getOperand(0);
  auto sum = [&](Value summands) {
    return axes->empty() ? summands : builder.reduce("ReduceSum", summands, *axes, keepdims);
  };
  if (type == "ReduceL1") {
    value = sum(builder.unary("Abs", value));
  } else if (type == "ReduceSumSquare") {
    value = sum(builder.binary("Mul", value, value));
  } else if (!isa<FloatType>(elementType(value))) {
    return failure();
  } else if (type == "ReduceL2") {
    value = builder.unary("Sqrt", sum(builder.binary("Mul", value, value)));
  } else if (type == "ReduceLogSum") {
    value = builder.unary("Log", sum(value));
  } else if (axes->empty()) { // ReduceLogSumExp of each element alone
  } else {
    Value largest = builder.reduce("ReduceMax", value, *axes, true);
    Value exponentials = builder.unary("Exp", builder.binary("Sub", value, largest));
    value = builder.unary("Log", builder.reduce("ReduceSum", exponentials, *axes, true));
    value = builder.reshape(builder.binary("Add", value, largest), shapeOf(op->getResult(0)));
  }
  builder.replace(op, value);
  return success();
}

LogicalResult rewriteGlobalPool(Operation *op, NodeBuilder &builder) {
  int64_t rank = shapeOf(op->getOperand(0)).size();
  if (rank < 3)
    return failure();
  SmallVector<int64_t> axes = llvm::to_vector(llvm::seq<int64_t>(2, rank));
  StringRef type = opType(op) == "GlobalAveragePool" ? "ReduceMean" : "ReduceMax";
  builder.replace(op, builder.reduce(type, op->getOperand(0), axes, true));
  return success();
}

LogicalResult rewriteSoftmax(Operation *op, NodeBuilder &builder) {
  int64_t rank = shapeOf(op->getOperand(0)).size(), axis = intAttr(op, "axis", -1);
  if (axis >= 0 || rank == 0)
    return failure();
  builder.replace(op, builder.unary(opType(op), op->getOperand(0), builder.attr("axis", axis + rank)));
  return success();
}

} // namespace

void populateReductionRewrites(RewritePatternSet &patterns) {
  for (StringRef type : {"ReduceSum", "ReduceMean", "ReduceMax", "ReduceMin", "ReduceProd"})
    addRewrite(patterns, type, rewriteReduction);
  for (StringRef type : {"ReduceL1", "ReduceL2", "ReduceSumSquare", "ReduceLogSum", "ReduceLogSumExp"})
    addRewrite(patterns, type, rewriteComposedReduction);
  for (StringRef type : {"GlobalAveragePool", "GlobalMaxPool"})
    addRewrite(patterns, type, rewriteGlobalPool);
  for (StringRef type : {"Softmax", "LogSoftmax"})
    addRewrite(patterns, type, rewriteSoftmax);
}

} // namespace tarn::graph
