// Slice with every bound, axis and step spelt out; Split and Gather at constant indices become slices.
#include "Canonicalize.h"

using namespace mlir;

namespace tarn::graph {
namespace {

// One piece of a run of indices start, start + step, ... along an axis.
Value takeRun(NodeBuilder &builder, Value value, int64_t axis, int64_t start, int64_t count, int64_t step) {
  int64_t size = shapeOf(value)[axis];
  if (start == 0 && step == 1 && count == size)
    return value;
  int64_t end = start + (count - 1) * step + (step > 0 ? 1 : -1);
  if (end < 0) // before the first element: ONNX would count -1 from the end
    end = -size - 1;
  return builder.slice(value, start, end, axis, step);
}

LogicalResult rewriteSlice(Operation *op, NodeBuilder &builder) {
  Value operand = op->getOperand(0);
  ArrayRef<int64_t> shape = shapeOf(operand);
  if (operand.getType() == op->getResult(0).getType()) {
    auto steps = input(op, 4) ? constantInts(input(op, 4)) : SmallVector<int64_t>();
    if (steps && llvm::all_of(*steps, [](int64_t step) { return step > 0; })) {
      builder.replace(op, operand);
      return success();
    }
  }
  auto starts = constantInts(op->getOperand(1)), ends = constantInts(op->getOperand(2));
  if (!starts || !ends || starts->size() != ends->size())
    return failure();
  SmallVector<int64_t> axes = llvm::to_vector(llvm::seq<int64_t>(0, starts->size()));
  SmallVector<int64_t> steps(starts->size(), 1);
  if (input(op, 3)) {
    auto given = constantInts(input(op, 3));
    if (!given)
      return failure();
    axes = *given;
  }
  if (input(op, 4)) {
    auto given = constantInts(input(op, 4));
    if (!given)
      return failure();
    steps = *given;
  }
  int64_t rank = shape.size();
  if (axes.size() != starts->size() || steps.size() != starts->size() ||
      llvm::any_of(axes, [&](int64_t axis) { return axis < -rank || axis >= rank; }))
    return failure();

  SmallVector<int64_t> newStarts, newEnds, newAxes, newSteps;
  for (size_t i = 0; i < axes.size(); ++i) {
    int64_t axis = normalizedAxis(axes[i], rank), size = shape[axis], step = steps[i];
    if (step == 0 || step < -(int64_t(1) << 40))
      return failure();
    if (size == 0) // no bound matters
      continue;
    auto bound = [&](int64_t at, int64_t low, int64_t high) { return std::clamp(at < 0 ? at + size : at, low, high); };
    int64_t start = step > 0 ? bound((*starts)[i], 0, size) : bound((*starts)[i], 0, size - 1);
    int64_t end = step > 0 ? bound((*ends)[i], 0, size) : bound((*ends)[i], -1, size - 1);
    if (start == 0 && end == size && step == 1)
      continue;
    newAxes.push_back(axis);
    newStarts.push_back(start);
    newEnds.push_back(step < 0 && end == -1 ? -size - 1 : end);
    newSteps.push_back(step > size && step > 0 ? std::max<int64_t>(size, 1) : step);
  }
  if (input(op, 3) && input(op, 4) && newStarts == *starts && newEnds == *ends && newAxes == axes && newSteps == steps)
    return failure();
  if (newAxes.empty()) {
    builder.replace(op, operand);
    return success();
  }
  Operation *slice = builder.node(
      "Slice", op->getResultTypes(),
      {operand, builder.ints(newStarts), builder.ints(newEnds), builder.ints(newAxes), builder.ints(newSteps)});
  builder.replace(op, slice->getResults());
  return success();
}

LogicalResult rewriteSplit(Operation *op, NodeBuilder &builder) {
  Value operand = op->getOperand(0);
  int64_t axis = normalizedAxis(intAttr(op, "axis", 0), shapeOf(operand).size()), start = 0;
  SmallVector<Value> pieces;
  for (Value result : op->getResults()) {
    int64_t count = shapeOf(result)[axis];
    pieces.push_back(takeRun(builder, operand, axis, start, count, 1));
    start += count;
  }
  builder.replace(op, pieces);
  return success();
}

// Constant indices are cut into runs of equal step; a Gather of more runs than this stays.
constexpr size_t maxRuns = 64;

struct Run {
  int64_t start, count, step;
};

SmallVector<Run> cutIntoRuns(ArrayRef<int64_t> indices) {
  SmallVector<Run> runs;
  for (size_t i = 0; i < indices.size();) {
    Run run{indices[i], 1, 1};
    if (i + 1 < indices.size() && indices[i + 1] != indices[i]) {
      run.step = indices[i + 1] - indices[i];
      while (i + run.count < indices.size() && indices[i + run.count] == run.start + run.count * run.step)
        ++run.count;
    }
    runs.push_back(run);
    i += run.count;
  }
  return runs;
}

LogicalResult rewriteGather(Operation *op, NodeBuilder &builder) {
  Value operand = op->getOperand(0);
  std::optional<SmallVector<int64_t>> indices = constantInts(op->getOperand(1));
  if (!indices || indices->empty() || isConstant(operand))
    return failure();
  int64_t axis = normalizedAxis(intAttr(op, "axis", 0), shapeOf(operand).size()), size = shapeOf(operand)[axis];
  for (int64_t &index : *indices) {
    index = normalizedAxis(index, size);
    if (index < 0 || index >= size)
      return failure();
  }
  SmallVector<Run> runs = cutIntoRuns(*indices);
  if (runs.size() > maxRuns)
    return failure();
  SmallVector<Value> pieces;
  for (const Run &run : runs)
    pieces.push_back(takeRun(builder, operand, axis, run.start, run.count, run.step));
  Value value = pieces.size() == 1 ? pieces.front() : builder.concat(pieces, axis);
  builder.replace(op, builder.reshape(value, shapeOf(op->getResult(0))));
  return success();
}

} // namespace

void populateSliceRewrites(RewritePatternSet &patterns) {
  addRewrite(patterns, "Slice", rewriteSlice);
  addRewrite(patterns, "Split", rewriteSplit);
  addRewrite(patterns, "Gather", rewriteGather);
}

} // namespace tarn::graph
