// Resize is linear in its input and acts on one axis after the other. What it does to an axis is a matrix W
// of Reference's with output = W input. Three cases:
//
//   every row of W has a single 1 and the rows repeat evenly   -> Expand between reshapes (nearest, whole
//   factor up) every row of W has a single 1 in even steps                -> Slice (nearest, whole factor
//   down) otherwise (linear, cubic, antialias, uneven nearest)       -> MatMul with W
//
// So no coordinate formula is written twice. Where tf_crop_and_resize looks outside the image, rows of W are
// zero; the extrapolation value is added there.
#include "Canonicalize.h"

using namespace mlir;

namespace tarn::graph {
namespace {

// The column of the single 1 of each row; nothing where a row has anything else.
std::optional<SmallVector<int64_t>> selectedColumns(const HostTensor &matrix) {
  int64_t rows = matrix.shape()[0], columns = matrix.shape()[1];
  llvm::ArrayRef<float> data = matrix.data<float>();
  SmallVector<int64_t> selected;
  for (int64_t row = 0; row < rows; ++row) {
    int64_t found = -1;
    for (int64_t column = 0; column < columns; ++column) {
      float value = data[row * columns + column];
      if (value == 0)
        continue;
      if (value != 1 || found >= 0)
        return std::nullopt;
      found = column;
    }
    if (found < 0)
      return std::nullopt;
    selected.push_back(found);
  }
  return selected;
}

Value resizeAxis(NodeBuilder &builder, Value value, int64_t axis, const HostTensor &matrix) {
  int64_t newSize = matrix.shape()[0], size = matrix.shape()[1];
  SmallVector<int64_t> shape(shapeOf(value)), result = shape;
  int64_t rank = shape.size();
  result[axis] = newSize;
  if (std::optional<SmallVector<int64_t>> columns = selectedColumns(matrix)) {
    int64_t factor = newSize / size;
    auto repeats = [&](auto pair) { return pair.value() == static_cast<int64_t>(pair.index()) / factor; };
    if (newSize % size == 0 && llvm::all_of(llvm::enumerate(*columns), repeats)) {
      SmallVector<int64_t> split = shape, repeated = shape;
      split.insert(split.begin() + axis + 1, 1);
      repeated.insert(repeated.begin() + axis + 1, factor);
      return builder.reshape(builder.expand(builder.reshape(value, split), repeated), result);
    }
    int64_t first = columns->front(), step = newSize > 1 ? (*columns)[1] - first : 1;
    auto isEven = [&](auto pair) { return pair.value() == first + static_cast<int64_t>(pair.index()) * step; };
    if (step > 0 && llvm::all_of(llvm::enumerate(*columns), isEven))
      return builder.slice(value, first, columns->back() + 1, axis, step);
  }
  // The last axis: value W^T. Any other: W value, with the axis moved to the second place from the end.
  Type element = elementType(value);
  if (axis == rank - 1 && rank >= 2) {
    Value weights = builder.cast(builder.transpose(builder.constant(matrix), {1, 0}), element);
    return builder.matmul(value, weights);
  }
  Value weights = builder.cast(builder.constant(matrix), element);
  if (axis == rank - 2)
    return builder.matmul(weights, value);
  int64_t outer = 1, inner = 1;
  for (int64_t i = 0; i < rank; ++i)
    (i < axis ? outer : inner) *= i == axis ? 1 : shape[i];
  value = builder.matmul(weights, builder.reshape(value, {outer, size, inner}));
  return builder.reshape(value, result);
}

bool isIdentity(const HostTensor &matrix) {
  std::optional<SmallVector<int64_t>> columns = selectedColumns(matrix);
  return columns && matrix.shape()[0] == matrix.shape()[1] &&
         llvm::all_of(llvm::enumerate(*columns), [](auto pair) { return pair.value() == int64_t(pair.index()); });
}

// `value` where all axes look inside the image, where one looks outside all of value is 0 and becomes
// `extrapolation`.
Value addOutside(NodeBuilder &builder, Value value, ArrayRef<HostTensor> matrices, double extrapolation) {
  for (auto [axis, matrix] : llvm::enumerate(matrices)) {
    // 1 for rows of zeros. Two axes may both look outside, so each is selected, not added.
    int64_t rows = matrix.shape()[0], columns = matrix.shape()[1];
    SmallVector<int64_t> shape(matrices.size(), 1);
    shape[axis] = rows;
    HostTensor outside(DType::boolean, shape);
    bool any = false;
    for (int64_t row = 0; row < rows; ++row) {
      bool isOutside = llvm::all_of(matrix.data<float>().slice(row * columns, columns), [](float w) { return w == 0; });
      outside.setInt(row, isOutside);
      any |= isOutside;
    }
    if (any)
      value = builder
                  .node("Where", value.getType(),
                        {builder.constant(outside), builder.scalarLike(value, extrapolation), value})
                  ->getResult(0);
  }
  return value;
}

LogicalResult rewriteResize(Operation *op, NodeBuilder &builder) {
  Value value = op->getOperand(0);
  ArrayRef<int64_t> shape = shapeOf(value), result = shapeOf(op->getResult(0));
  if (!isa<FloatType>(elementType(value)) || llvm::is_contained(shape, 0) || llvm::is_contained(result, 0))
    return failure();
  std::optional<HostTensor> constants[4];
  const HostTensor *inputs[4] = {};
  for (unsigned i = 1; i < 4; ++i)
    if (Value operand = input(op, i)) {
      constants[i] = constantOf(operand);
      if (!constants[i])
        return failure();
      *constants[i] = constants[i]->aligned();
      inputs[i] = &*constants[i];
    }
  llvm::Expected<std::vector<HostTensor>> matrices = evaluateResizeMatrices(op, shape, inputs);
  if (!matrices) {
    llvm::consumeError(matrices.takeError());
    return failure();
  }
  for (auto [axis, matrix] : llvm::enumerate(*matrices))
    if (matrix.shape()[0] != result[axis])
      return failure();
  for (int64_t axis = shape.size() - 1; axis >= 0; --axis)
    if (!isIdentity((*matrices)[axis]))
      value = resizeAxis(builder, value, axis, (*matrices)[axis]);
  if (stringAttr(op, "coordinate_transformation_mode", "half_pixel") == "tf_crop_and_resize")
    value = addOutside(builder, value, *matrices, floatAttr(op, "extrapolation_value", 0));
  builder.replace(op, value);
  return success();
}

} // namespace

void populateResizeRewrites(RewritePatternSet &patterns) { addRewrite(patterns, "Resize", rewriteResize); }

} // namespace tarn::graph
