// Resize is linear in its input and acts on one axis after the other. What it does to an axis is read off
// Reference: a unit matrix resized along that axis is the matrix W with output = W input. Three cases:
//
//   every row of W has a single 1 and the rows repeat evenly      -> Expand between reshapes (nearest, whole
//   factor up) every row of W has a single 1 in even steps                   -> Slice (nearest, whole factor
//   down) otherwise (linear, cubic, antialias, uneven nearest)          -> MatMul with W
//
// So no coordinate formula is written twice. tf_crop_and_resize has values from outside and stays.
#include "Canonicalize.h"

using namespace mlir;

namespace tarn::graph {
namespace {

// Reference's Resize of a unit matrix [size, size] to [newSize, size], with the attributes of `op` and its
// scale.
std::optional<HostTensor> axisMatrix(Operation *op, int64_t size, int64_t newSize,
                                     std::optional<double> scale) {
  HostTensor unit(DType::fp32, {size, size});
  for (int64_t i = 0; i < size; ++i)
    unit.setDouble(i * size + i, 1);
  HostTensor scales = HostTensor::of<double>(DType::fp32, {2}, {scale.value_or(1), 1.0});
  HostTensor sizes = HostTensor::of<int64_t>(DType::int64, {2}, {newSize, size});
  Operation *copy = op->clone();
  copy->removeAttr("axes");
  copy->removeAttr("keep_aspect_ratio_policy");
  llvm::Expected<std::vector<HostTensor>> result = scale
                                                       ? evaluateOp(copy, {&unit, nullptr, &scales})
                                                       : evaluateOp(copy, {&unit, nullptr, nullptr, &sizes});
  copy->destroy();
  if (!result) {
    llvm::consumeError(result.takeError());
    return std::nullopt;
  }
  if (result->front().shape() != ArrayRef<int64_t>{newSize, size})
    return std::nullopt;
  return result->front();
}

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
    auto isEven = [&](auto pair) {
      return pair.value() == first + static_cast<int64_t>(pair.index()) * step;
    };
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

LogicalResult rewriteResize(Operation *op, NodeBuilder &builder) {
  Value value = op->getOperand(0);
  ArrayRef<int64_t> shape = shapeOf(value), result = shapeOf(op->getResult(0));
  int64_t rank = shape.size();
  if (stringAttr(op, "coordinate_transformation_mode", "half_pixel") == "tf_crop_and_resize" ||
      !isa<FloatType>(elementType(value)) || llvm::is_contained(shape, 0))
    return failure();
  // Scales that are computed decide more than the shape. A common scale for all axes need not be that of the
  // sizes.
  Value scalesInput = input(op, 2);
  if ((scalesInput && !isConstant(scalesInput) && shapeOf(scalesInput) != ArrayRef<int64_t>{0}) ||
      stringAttr(op, "keep_aspect_ratio_policy", "stretch") != "stretch")
    return failure();
  // A scale given by the model counts as it stands; sizes imply one.
  SmallVector<std::optional<double>> scales(rank);
  std::optional<HostTensor> given = input(op, 2) ? constantOf(input(op, 2)) : std::nullopt;
  SmallVector<int64_t> axes = intsAttr(op, "axes");
  if (axes.empty())
    axes = llvm::to_vector(llvm::seq<int64_t>(0, rank));
  if (given && given->size() == static_cast<int64_t>(axes.size()))
    for (auto [i, axis] : llvm::enumerate(axes))
      scales[normalizedAxis(axis, rank)] = given->getDouble(i);

  SmallVector<std::pair<int64_t, HostTensor>> matrices;
  for (int64_t axis = rank - 1; axis >= 0; --axis) {
    if (shape[axis] == result[axis] && (!scales[axis] || *scales[axis] == 1))
      continue;
    std::optional<HostTensor> matrix = axisMatrix(op, shape[axis], result[axis], scales[axis]);
    if (!matrix)
      return failure();
    matrices.emplace_back(axis, *matrix);
  }
  for (auto &[axis, matrix] : matrices)
    value = resizeAxis(builder, value, axis, matrix);
  builder.replace(op, value);
  return success();
}

} // namespace

void populateResizeRewrites(RewritePatternSet &patterns) { addRewrite(patterns, "Resize", rewriteResize); }

} // namespace tarn::graph
