// See Constants.h.
#include "Constants.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "llvm/ADT/APFloat.h"
#include <cstring>

using namespace mlir;
namespace tarn::tensor {

// Constants of at most this size are printed inline.
static constexpr size_t inlineLimitInBytes = 1024;

ElementsAttr constantElements(Value value) {
  Operation *op = value.getDefiningOp();
  return op && op->getName().getStringRef() == "onnx.Constant" ? op->getAttrOfType<ElementsAttr>("value")
                                                               : ElementsAttr();
}

static unsigned widthInBytes(Type elementType) { return std::max(1u, elementType.getIntOrFloatBitWidth() / 8); }

std::vector<char> constantBytes(ElementsAttr elements) {
  size_t count = elements.getNumElements();
  unsigned width = widthInBytes(elements.getElementType());
  std::vector<char> bytes(count * width);
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(elements)) {
    if (AsmResourceBlob *blob = resource.getRawHandle().getBlob())
      std::memcpy(bytes.data(), blob->getData().data(), std::min(bytes.size(), blob->getData().size()));
    return bytes;
  }
  auto dense = dyn_cast<DenseElementsAttr>(elements);
  if (!dense)
    return bytes;
  if (elements.getElementType().isInteger(1)) {
    size_t i = 0;
    for (bool element : dense.getValues<bool>())
      bytes[i++] = element;
    return bytes;
  }
  ArrayRef<char> raw = dense.getRawData();
  if (!dense.isSplat()) {
    std::memcpy(bytes.data(), raw.data(), bytes.size());
    return bytes;
  }
  for (size_t i = 0; i < count; ++i)
    std::memcpy(bytes.data() + i * width, raw.data(), width);
  return bytes;
}

template <typename T> static T load(const char *bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof(T));
  return value;
}

static int64_t integerAt(const char *bytes, IntegerType type) {
  bool isUnsigned = type.isUnsigned();
  switch (type.getWidth()) {
  case 1:
    return *bytes != 0;
  case 8:
    return isUnsigned ? load<uint8_t>(bytes) : load<int8_t>(bytes);
  case 16:
    return isUnsigned ? load<uint16_t>(bytes) : load<int16_t>(bytes);
  case 32:
    return isUnsigned ? load<uint32_t>(bytes) : load<int32_t>(bytes);
  default:
    return load<int64_t>(bytes);
  }
}

static double floatAt(const char *bytes, FloatType type) {
  if (type.isF32())
    return load<float>(bytes);
  if (type.isF64())
    return load<double>(bytes);
  APFloat value(type.getFloatSemantics(), APInt(16, load<uint16_t>(bytes)));
  return value.convertToDouble();
}

static bool isPlain(Type type) {
  if (auto integer = dyn_cast<IntegerType>(type))
    return llvm::is_contained({1u, 8u, 16u, 32u, 64u}, integer.getWidth());
  return type.isF32() || type.isF64() || type.isF16() || type.isBF16();
}

std::optional<SmallVector<int64_t>> constantIntegers(Value value) {
  ElementsAttr elements = constantElements(value);
  auto type = elements ? dyn_cast<IntegerType>(elements.getElementType()) : IntegerType();
  if (!type || !isPlain(type))
    return std::nullopt;
  std::vector<char> bytes = constantBytes(elements);
  SmallVector<int64_t> result(elements.getNumElements());
  for (size_t i = 0; i < result.size(); ++i)
    result[i] = integerAt(bytes.data() + i * widthInBytes(type), type);
  return result;
}

std::optional<std::vector<double>> constantNumbers(Value value) {
  ElementsAttr elements = constantElements(value);
  if (!elements || !isPlain(elements.getElementType()))
    return std::nullopt;
  if (auto integers = constantIntegers(value))
    return std::vector<double>(integers->begin(), integers->end());
  auto type = cast<FloatType>(elements.getElementType());
  std::vector<char> bytes = constantBytes(elements);
  std::vector<double> result(elements.getNumElements());
  for (size_t i = 0; i < result.size(); ++i)
    result[i] = floatAt(bytes.data() + i * widthInBytes(type), type);
  return result;
}

TypedAttr constantSplat(Value value) {
  ElementsAttr elements = constantElements(value);
  if (!elements || elements.getNumElements() == 0 || !isPlain(elements.getElementType()))
    return nullptr;
  Type type = elements.getElementType();
  unsigned width = widthInBytes(type);
  ArrayRef<char> raw;
  std::vector<char> copy;
  auto resource = dyn_cast<DenseResourceElementsAttr>(elements);
  if (resource && resource.getRawHandle().getBlob())
    raw = resource.getRawHandle().getBlob()->getData();
  else
    raw = copy = constantBytes(elements);
  if (raw.size() < static_cast<size_t>(elements.getNumElements()) * width)
    return nullptr;
  // All elements equal: the bytes equal themselves shifted by one element.
  size_t size = static_cast<size_t>(elements.getNumElements()) * width;
  if (std::memcmp(raw.data(), raw.data() + width, size - width) != 0)
    return nullptr;
  if (auto integer = dyn_cast<IntegerType>(type)) {
    auto signless = IntegerType::get(type.getContext(), std::max(8u, integer.getWidth()));
    return IntegerAttr::get(signless, APInt(signless.getWidth(), integerAt(raw.data(), integer), false, true));
  }
  return FloatAttr::get(type, floatAt(raw.data(), cast<FloatType>(type)));
}

static Value constantOp(OpBuilder &builder, Location loc, ElementsAttr elements) {
  OperationState state(loc, "onnx.Constant");
  state.addAttribute("value", elements);
  state.addTypes(elements.getType());
  return builder.create(state)->getResult(0);
}

static ElementsAttr makeElements(RankedTensorType type, ArrayRef<char> bytes) {
  if (bytes.size() <= inlineLimitInBytes)
    return DenseElementsAttr::getFromRawBuffer(type, bytes);
  return DenseResourceElementsAttr::get(type, "rearranged", HeapAsmResourceBlob::allocateAndCopyWithAlign(bytes, 64));
}

Value makeConstant(OpBuilder &builder, Location loc, RankedTensorType type, ArrayRef<char> bytes) {
  return constantOp(builder, loc, makeElements(type, bytes));
}

Value makeConstant(OpBuilder &builder, Location loc, ArrayRef<int64_t> shape, ArrayRef<float> numbers) {
  return makeConstant(builder, loc, RankedTensorType::get(shape, builder.getF32Type()),
                      ArrayRef<char>(reinterpret_cast<const char *>(numbers.data()), numbers.size() * 4));
}

ElementsAttr retyped(ElementsAttr elements, RankedTensorType type) {
  if (elements.getType() == type)
    return elements;
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(elements))
    return DenseResourceElementsAttr::get(type, resource.getRawHandle());
  std::vector<char> bytes = constantBytes(elements);
  return DenseElementsAttr::getFromRawBuffer(type, bytes);
}

/// Copies elements in the order of the result; `strides` are the source's, in elements, for each result
/// dimension.
static std::vector<char> gather(const std::vector<char> &source, unsigned width, ArrayRef<int64_t> shape,
                                ArrayRef<int64_t> strides, int64_t offset) {
  std::vector<char> result(source.size());
  SmallVector<int64_t> index(shape.size(), 0);
  int64_t from = offset;
  for (size_t to = 0; to < result.size(); to += width) {
    std::memcpy(result.data() + to, source.data() + from * width, width);
    for (int64_t d = shape.size() - 1; d >= 0; --d) {
      from += strides[d];
      if (++index[d] < shape[d])
        break;
      from -= strides[d] * shape[d];
      index[d] = 0;
    }
  }
  return result;
}

static SmallVector<int64_t> rowMajorStrides(ArrayRef<int64_t> shape) {
  SmallVector<int64_t> strides(shape.size(), 1);
  for (int64_t d = static_cast<int64_t>(shape.size()) - 2; d >= 0; --d)
    strides[d] = strides[d + 1] * shape[d + 1];
  return strides;
}

Value transposedConstant(OpBuilder &builder, Location loc, Value constant, ArrayRef<int64_t> permutation) {
  ElementsAttr elements = constantElements(constant);
  auto type = cast<RankedTensorType>(elements.getType());
  SmallVector<int64_t> sourceStrides = rowMajorStrides(type.getShape()), strides, shape;
  for (int64_t d : permutation) {
    shape.push_back(type.getDimSize(d));
    strides.push_back(sourceStrides[d]);
  }
  return makeConstant(builder, loc, RankedTensorType::get(shape, type.getElementType()),
                      gather(constantBytes(elements), widthInBytes(type.getElementType()), shape, strides, 0));
}

Value reversedConstant(OpBuilder &builder, Location loc, Value constant, ArrayRef<int64_t> dimensions) {
  ElementsAttr elements = constantElements(constant);
  auto type = cast<RankedTensorType>(elements.getType());
  SmallVector<int64_t> strides = rowMajorStrides(type.getShape());
  int64_t offset = 0;
  for (int64_t d : dimensions) {
    offset += strides[d] * (type.getDimSize(d) - 1);
    strides[d] = -strides[d];
  }
  return makeConstant(
      builder, loc, type,
      gather(constantBytes(elements), widthInBytes(type.getElementType()), type.getShape(), strides, offset));
}

Value paddedConstant(OpBuilder &builder, Location loc, Value constant, ArrayRef<int64_t> low, ArrayRef<int64_t> high) {
  ElementsAttr elements = constantElements(constant);
  auto type = cast<RankedTensorType>(elements.getType());
  SmallVector<int64_t> shape;
  for (int64_t d = 0; d < type.getRank(); ++d)
    shape.push_back(low[d] + type.getDimSize(d) + high[d]);
  auto result = RankedTensorType::get(shape, type.getElementType());
  SmallVector<int64_t> strides = rowMajorStrides(shape), index(type.getRank(), 0);
  unsigned width = widthInBytes(type.getElementType());
  std::vector<char> source = constantBytes(elements), bytes(result.getNumElements() * width);
  for (size_t from = 0; from < source.size(); from += width) {
    int64_t to = 0;
    for (int64_t d = 0; d < type.getRank(); ++d)
      to += (index[d] + low[d]) * strides[d];
    std::memcpy(bytes.data() + to * width, source.data() + from, width);
    for (int64_t d = type.getRank() - 1; d >= 0 && ++index[d] == type.getDimSize(d); --d)
      index[d] = 0;
  }
  return makeConstant(builder, loc, result, bytes);
}

RankedTensorType signlessType(RankedTensorType type) {
  auto integer = dyn_cast<IntegerType>(type.getElementType());
  if (!integer)
    return type;
  return RankedTensorType::get(type.getShape(), IntegerType::get(type.getContext(), std::max(8u, integer.getWidth())));
}
} // namespace tarn::tensor
