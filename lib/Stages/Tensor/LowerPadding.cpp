// Pad: negative widths cut, then a constant border is tensor.pad; the modes reflect, edge and wrap put pieces
// of the tensor itself at its ends, one axis after the other.
#include "Lowering.h"

using namespace mlir;
namespace tarn::tensor {
namespace {

Value sliceOf(TensorBuilder &t, Value x, int64_t axis, int64_t offset, int64_t size) {
  Integers offsets(shapeOf(x).size(), 0), sizes(shapeOf(x)), ones(shapeOf(x).size(), 1);
  offsets[axis] = offset;
  sizes[axis] = size;
  return t.slice(x, offsets, sizes, ones);
}

/// `width` elements beyond one end of an axis.
Value border(TensorBuilder &t, Value x, int64_t axis, int64_t width, bool atEnd, StringRef mode) {
  int64_t size = shapeOf(x)[axis];
  if (mode == "edge") {
    Integers shape(shapeOf(x));
    shape[axis] = width;
    Value edge = sliceOf(t, x, axis, atEnd ? size - 1 : 0, 1);
    return t.elementwise({edge}, shape, elementOf(x), [](ArrayRef<Scalar> s) { return s[0]; });
  }
  if (mode == "wrap")
    return sliceOf(t, x, axis, atEnd ? 0 : size - width, width);
  return t.reverse(sliceOf(t, x, axis, atEnd ? size - 1 - width : 1, width), {axis});
}

LogicalResult pad(Lowering &l) {
  Value x = l.input(0);
  int64_t rank = shapeOf(x).size();
  FailureOr<Integers> pads = l.constantInput(1, "pads", l.integers("pads")), axes = l.constantInput(3, "axes");
  if (failed(pads) || failed(axes))
    return failure();
  if (axes->empty())
    axes = range(0, rank);
  Integers low(rank, 0), high(rank, 0), offsets(rank, 0), ones(rank, 1), sizes(shapeOf(x));
  if (pads->size() != 2 * axes->size())
    return l.error() << "has " << pads->size() << " pads for " << axes->size() << " axes";
  for (size_t i = 0; i < axes->size(); ++i) {
    int64_t axis = l.axis((*axes)[i], rank), before = (*pads)[i], after = (*pads)[axes->size() + i];
    offsets[axis] = std::max<int64_t>(-before, 0);
    sizes[axis] -= offsets[axis] + std::max<int64_t>(-after, 0);
    low[axis] = std::max<int64_t>(before, 0);
    high[axis] = std::max<int64_t>(after, 0);
  }
  x = l.t.slice(x, offsets, sizes, ones);
  std::string mode = l.text("mode", "constant");
  if (mode == "constant") {
    double number = 0;
    if (l.hasInput(2)) {
      auto value = constantNumbers(l.input(2));
      if (!value || value->empty())
        return l.error() << "needs a constant input 'constant_value'";
      number = value->front();
    }
    return l.done(l.t.pad(x, low, high, number));
  }
  for (int64_t axis = 0; axis < rank; ++axis) {
    int64_t size = shapeOf(x)[axis], limit = mode == "reflect" ? size - 1 : mode == "wrap" ? size : INT64_MAX;
    if (std::max(low[axis], high[axis]) > limit)
      return l.error() << "pads axis " << axis << " by " << std::max(low[axis], high[axis]) << " in mode '" << mode
                       << "', at most " << limit << " is supported for its size " << size;
    SmallVector<Value> parts;
    if (low[axis])
      parts.push_back(border(l.t, x, axis, low[axis], false, mode));
    parts.push_back(x);
    if (high[axis])
      parts.push_back(border(l.t, x, axis, high[axis], true, mode));
    x = l.t.concat(parts, axis);
  }
  return l.done(x);
}
} // namespace

void addPadding(LoweringTable &table) { table["Pad"] = pad; }
} // namespace tarn::tensor
