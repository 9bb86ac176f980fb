// Makes nodes of the `onnx` dialect with their static result types.
#include "Nodes.h"

using namespace mlir;

namespace tarn::graph {

NamedAttribute NodeBuilder::attr(StringRef name, int64_t value) {
  return rewriter.getNamedAttr(name, rewriter.getI64IntegerAttr(value));
}
NamedAttribute NodeBuilder::attr(StringRef name, double value) {
  return rewriter.getNamedAttr(name, rewriter.getF32FloatAttr(value));
}
NamedAttribute NodeBuilder::attr(StringRef name, ArrayRef<int64_t> values) {
  return rewriter.getNamedAttr(name, rewriter.getDenseI64ArrayAttr(values));
}
NamedAttribute NodeBuilder::attr(StringRef name, StringRef value) {
  return rewriter.getNamedAttr(name, rewriter.getStringAttr(value));
}

Operation *NodeBuilder::node(StringRef type, TypeRange results, ValueRange operands,
                             ArrayRef<NamedAttribute> attributes) {
  OperationState state(location, ("onnx." + type).str());
  state.addOperands(operands);
  state.addTypes(results);
  state.addAttributes(attributes);
  return rewriter.create(state);
}

Value NodeBuilder::constant(const HostTensor &tensor) {
  auto name = dyn_cast<NameLoc>(location);
  ElementsAttr value = toElementsAttr(context(), tensor, name ? name.getName().getValue() : StringRef());
  return node("Constant", toTensorType(context(), tensor), {}, rewriter.getNamedAttr("value", value))->getResult(0);
}

Value NodeBuilder::ints(ArrayRef<int64_t> values) {
  return constant(HostTensor::of<int64_t>(DType::int64, {static_cast<int64_t>(values.size())}, values));
}

Value NodeBuilder::scalarLike(Value like, double value) {
  HostTensor tensor(*toDType(elementType(like)), {});
  tensor.setDouble(0, value);
  return constant(tensor);
}

Value NodeBuilder::absent() { return node("NoValue", rewriter.getNoneType(), {})->getResult(0); }

Value NodeBuilder::unary(StringRef type, Value operand, ArrayRef<NamedAttribute> attributes) {
  return node(type, operand.getType(), operand, attributes)->getResult(0);
}

Value NodeBuilder::binary(StringRef type, Value left, Value right) {
  std::optional<Shape> shape = broadcastShapes(shapeOf(left), shapeOf(right));
  assert(shape && "operands broadcast");
  return node(type, RankedTensorType::get(*shape, elementType(left)), {left, right})->getResult(0);
}

Value NodeBuilder::compare(StringRef type, Value left, Value right) {
  std::optional<Shape> shape = broadcastShapes(shapeOf(left), shapeOf(right));
  assert(shape && "operands broadcast");
  return node(type, RankedTensorType::get(*shape, rewriter.getI1Type()), {left, right})->getResult(0);
}

Value NodeBuilder::reshape(Value value, ArrayRef<int64_t> shape) {
  if (shapeOf(value) == shape)
    return value;
  SmallVector<NamedAttribute> attributes;
  if (llvm::is_contained(shape, 0)) // a zero means itself, not the input's dimension
    attributes.push_back(attr("allowzero", int64_t(1)));
  return node("Reshape", RankedTensorType::get(shape, elementType(value)), {value, ints(shape)}, attributes)
      ->getResult(0);
}

Value NodeBuilder::transpose(Value value, ArrayRef<int64_t> permutation) {
  SmallVector<int64_t> shape;
  for (int64_t dim : permutation)
    shape.push_back(shapeOf(value)[dim]);
  return node("Transpose", RankedTensorType::get(shape, elementType(value)), value, attr("perm", permutation))
      ->getResult(0);
}

Value NodeBuilder::expand(Value value, ArrayRef<int64_t> shape) {
  if (shapeOf(value) == shape)
    return value;
  return node("Expand", RankedTensorType::get(shape, elementType(value)), {value, ints(shape)})->getResult(0);
}

Value NodeBuilder::slice(Value value, ArrayRef<int64_t> starts, ArrayRef<int64_t> ends, ArrayRef<int64_t> axes,
                         ArrayRef<int64_t> steps) {
  SmallVector<int64_t> shape(shapeOf(value));
  for (auto [start, end, axis, step] : llvm::zip(starts, ends, axes, steps)) {
    int64_t last = step < 0 && end < 0 ? -1 : end; // a negative end of a backward slice lies before the first element
    int64_t length = step > 0 ? (last - start + step - 1) / step : (start - last - step - 1) / -step;
    shape[axis] = std::max<int64_t>(length, 0);
  }
  return node("Slice", RankedTensorType::get(shape, elementType(value)),
              {value, ints(starts), ints(ends), ints(axes), ints(steps)})
      ->getResult(0);
}

Value NodeBuilder::concat(ValueRange values, int64_t axis) {
  SmallVector<int64_t> shape(shapeOf(values.front()));
  shape[axis] = 0;
  for (Value value : values)
    shape[axis] += shapeOf(value)[axis];
  return node("Concat", RankedTensorType::get(shape, elementType(values.front())), values, attr("axis", axis))
      ->getResult(0);
}

Value NodeBuilder::reduce(StringRef type, Value value, ArrayRef<int64_t> axes, bool keepdims) {
  SmallVector<int64_t> shape;
  for (auto [dim, size] : llvm::enumerate(shapeOf(value))) {
    bool reduced = llvm::is_contained(axes, static_cast<int64_t>(dim));
    if (!reduced || keepdims)
      shape.push_back(reduced ? 1 : size);
  }
  return node(type, RankedTensorType::get(shape, elementType(value)), {value, ints(axes)},
              attr("keepdims", int64_t(keepdims)))
      ->getResult(0);
}

Value NodeBuilder::matmul(Value left, Value right) {
  ArrayRef<int64_t> a = shapeOf(left), b = shapeOf(right);
  assert(a.size() >= 2 && b.size() >= 2 && "matrices");
  Shape shape = *broadcastShapes(a.drop_back(2), b.drop_back(2));
  shape.push_back(a[a.size() - 2]);
  shape.push_back(b.back());
  return node("MatMul", RankedTensorType::get(shape, elementType(left)), {left, right})->getResult(0);
}

Value NodeBuilder::cast(Value value, Type element) {
  if (elementType(value) == element)
    return value;
  static constexpr std::pair<DType, int64_t> onnxTypes[] = {
      {DType::fp32, 1},    {DType::uint8, 2},   {DType::int8, 3},    {DType::uint16, 4}, {DType::int16, 5},
      {DType::int32, 6},   {DType::int64, 7},   {DType::boolean, 9}, {DType::fp16, 10},  {DType::fp64, 11},
      {DType::uint32, 12}, {DType::uint64, 13}, {DType::bf16, 16}};
  std::optional<DType> type = toDType(element);
  const auto *found = llvm::find_if(onnxTypes, [&](auto entry) { return entry.first == type; });
  assert(found != std::end(onnxTypes) && "a type of host tensors");
  return node("Cast", RankedTensorType::get(shapeOf(value), element), value, attr("to", found->second))->getResult(0);
}

} // namespace tarn::graph
