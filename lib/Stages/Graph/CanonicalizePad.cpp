// Pad with the pads of every dimension as a constant, mode "constant" only: the other modes are slices put
// side by side, and a negative pad is a slice.
#include "Canonicalize.h"

using namespace mlir;

namespace tarn::graph {
namespace {

// `count` elements before (or after) the operand along `axis`, by the mode.
Value border(NodeBuilder &builder, Value value, int64_t axis, int64_t count, bool before, StringRef mode) {
  int64_t size = shapeOf(value)[axis];
  if (mode == "edge") {
    SmallVector<int64_t> shape(shapeOf(value));
    shape[axis] = count;
    int64_t at = before ? 0 : size - 1;
    return builder.expand(builder.slice(value, at, at + 1, axis, int64_t(1)), shape);
  }
  if (mode == "wrap")
    return before ? builder.slice(value, size - count, size, axis, int64_t(1))
                  : builder.slice(value, int64_t(0), count, axis, int64_t(1));
  // reflect: count .. 1 before, size - 2 .. size - 1 - count after
  int64_t start = before ? count : size - 2, end = start - count;
  return builder.slice(value, start, end < 0 ? -size - 1 : end, axis, int64_t(-1));
}

LogicalResult rewritePad(Operation *op, NodeBuilder &builder) {
  Value operand = op->getOperand(0);
  ArrayRef<int64_t> shape = shapeOf(operand);
  int64_t rank = shape.size();
  auto given = constantInts(op->getOperand(1));
  std::string mode = stringAttr(op, "mode", "constant");
  if (!given)
    return failure();
  SmallVector<int64_t> axes = llvm::to_vector(llvm::seq<int64_t>(0, rank));
  if (input(op, 3)) {
    auto constantAxes = constantInts(input(op, 3));
    if (!constantAxes)
      return failure();
    axes = *constantAxes;
  }
  if (given->size() != 2 * axes.size() ||
      llvm::any_of(axes, [&](int64_t axis) { return axis < -rank || axis >= rank; }))
    return failure();
  SmallVector<int64_t> low(rank, 0), high(rank, 0);
  for (auto [i, axis] : llvm::enumerate(axes)) {
    low[normalizedAxis(axis, rank)] = (*given)[i];
    high[normalizedAxis(axis, rank)] = (*given)[i + axes.size()];
  }
  auto isNegative = [](int64_t pad) { return pad < 0; };
  bool negative = llvm::any_of(low, isNegative) || llvm::any_of(high, isNegative);
  bool none = llvm::all_of(llvm::concat<int64_t>(low, high), [](int64_t pad) { return pad == 0; });
  if (mode == "constant" && !none && !negative && !input(op, 3))
    return failure();

  for (int64_t axis = 0; axis < rank; ++axis) {
    int64_t left = shape[axis] + std::min<int64_t>(low[axis], 0) + std::min<int64_t>(high[axis], 0);
    int64_t largest = mode == "reflect" ? left - 1 : left;
    if (left <= 0 || (mode != "edge" && mode != "constant" && std::max(low[axis], high[axis]) > largest))
      return failure();
  }

  // 1. Negative pads cut off.
  Value value = operand;
  for (int64_t axis = 0; axis < rank; ++axis) {
    int64_t start = std::max<int64_t>(-low[axis], 0), size = shapeOf(value)[axis];
    int64_t end = size - std::max<int64_t>(-high[axis], 0);
    if (start || end != size)
      value = builder.slice(value, start, end, axis, int64_t(1));
    low[axis] = std::max<int64_t>(low[axis], 0);
    high[axis] = std::max<int64_t>(high[axis], 0);
  }
  // 2. Constants around what is left, or borders along one axis after the other.
  if (mode == "constant") {
    if (!llvm::all_of(llvm::concat<int64_t>(low, high), [](int64_t pad) { return pad == 0; })) {
      SmallVector<int64_t> pads(low);
      llvm::append_range(pads, high);
      Value fill = input(op, 2) ? input(op, 2) : builder.scalarLike(value, 0);
      value =
          builder
              .node("Pad", op->getResultTypes(), {value, builder.ints(pads), fill}, builder.attr("mode", "constant"))
              ->getResult(0);
    }
    builder.replace(op, value);
    return success();
  }
  for (int64_t axis = 0; axis < rank; ++axis) {
    SmallVector<Value> pieces;
    if (low[axis])
      pieces.push_back(border(builder, value, axis, low[axis], true, mode));
    pieces.push_back(value);
    if (high[axis])
      pieces.push_back(border(builder, value, axis, high[axis], false, mode));
    if (pieces.size() > 1)
      value = builder.concat(pieces, axis);
  }
  builder.replace(op, value);
  return success();
}

} // namespace

void populatePadRewrites(RewritePatternSet &patterns) { addRewrite(patterns, "Pad", rewritePad); }

} // namespace tarn::graph
