// Resource blobs carry the alignment of the mapped bytes (often 1: ONNX files align nothing), so readers of
// wider elements must look at it, or copy.
#include "tarn/Dialect/ONNX/Convert.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "tarn/Dialect/ONNX/OnnxDialect.h"

using namespace mlir;

namespace tarn::onnx {

/// Tensors of more bytes become resources.
static constexpr size_t denseLimit = 1024;

Type toElementType(int32_t number, MLIRContext *context) {
  Builder builder(context);
  auto integer = [&](unsigned bits, bool isUnsigned) -> Type {
    return IntegerType::get(context, bits, isUnsigned ? IntegerType::Unsigned : IntegerType::Signless);
  };
  switch (number) {
  case onnxfile::undefinedType:
    return UnknownType::get(context);
  case onnxfile::float32:
    return builder.getF32Type();
  case onnxfile::float16:
    return builder.getF16Type();
  case onnxfile::bfloat16:
    return builder.getBF16Type();
  case onnxfile::float64:
    return builder.getF64Type();
  case onnxfile::int2:
    return integer(2, false);
  case onnxfile::int4:
    return integer(4, false);
  case onnxfile::int8:
    return integer(8, false);
  case onnxfile::int16:
    return integer(16, false);
  case onnxfile::int32:
    return integer(32, false);
  case onnxfile::int64:
    return integer(64, false);
  case onnxfile::uint2:
    return integer(2, true);
  case onnxfile::uint4:
    return integer(4, true);
  case onnxfile::uint8:
    return integer(8, true);
  case onnxfile::uint16:
    return integer(16, true);
  case onnxfile::uint32:
    return integer(32, true);
  case onnxfile::uint64:
    return integer(64, true);
  case onnxfile::boolean:
    return integer(1, false);
  case onnxfile::string:
    return StringType::get(context);
  case onnxfile::complex64:
    return ComplexType::get(builder.getF32Type());
  case onnxfile::complex128:
    return ComplexType::get(builder.getF64Type());
  case onnxfile::float8E4M3FN:
    return Float8E4M3FNType::get(context);
  case onnxfile::float8E4M3FNUZ:
    return Float8E4M3FNUZType::get(context);
  case onnxfile::float8E5M2:
    return Float8E5M2Type::get(context);
  case onnxfile::float8E5M2FNUZ:
    return Float8E5M2FNUZType::get(context);
  case onnxfile::float8E8M0:
    return Float8E8M0FNUType::get(context);
  case onnxfile::float4E2M1:
    return Float4E2M1FNType::get(context);
  default:
    return Type();
  }
}

int32_t fromElementType(Type type) {
  for (int32_t number = 1; Type known = toElementType(number, type.getContext()); ++number)
    if (known == type)
      return number;
  return onnxfile::undefinedType;
}

Type toType(const onnxfile::Type &type, MLIRContext *context) {
  switch (type.kind) {
  case onnxfile::Type::unknown:
    return UnrankedTensorType::get(UnknownType::get(context));
  case onnxfile::Type::tensor: {
    Type element = toElementType(type.elementType, context);
    if (!element)
      return Type();
    if (!type.shape)
      return UnrankedTensorType::get(element);
    SmallVector<int64_t> dims;
    for (const onnxfile::Dim &dim : *type.shape)
      dims.push_back(dim.size >= 0 ? dim.size : ShapedType::kDynamic);
    return RankedTensorType::get(dims, element);
  }
  case onnxfile::Type::sequence:
  case onnxfile::Type::optional: {
    Type element = toType(*type.element, context);
    if (!element)
      return Type();
    return type.kind == onnxfile::Type::sequence ? Type(SequenceType::get(context, element))
                                                 : Type(OptionalType::get(context, element));
  }
  case onnxfile::Type::other:
    return Type();
  }
  llvm_unreachable("all kinds are handled");
}

onnxfile::Type fromType(Type type) {
  onnxfile::Type result;
  if (auto tensor = dyn_cast<TensorType>(type)) {
    // ONNX has no tensor whose element type is unknown.
    result.elementType = fromElementType(tensor.getElementType());
    if (result.elementType == onnxfile::undefinedType)
      return result;
    result.kind = onnxfile::Type::tensor;
    if (!tensor.hasRank())
      return result;
    result.shape.emplace();
    for (int64_t dim : tensor.getShape())
      result.shape->emplace_back().size = ShapedType::isDynamic(dim) ? -1 : dim;
  } else if (auto sequence = dyn_cast<SequenceType>(type)) {
    result.kind = onnxfile::Type::sequence;
    result.element = std::make_shared<onnxfile::Type>(fromType(sequence.getElementType()));
  } else if (auto optional = dyn_cast<OptionalType>(type)) {
    result.kind = onnxfile::Type::optional;
    result.element = std::make_shared<onnxfile::Type>(fromType(optional.getElementType()));
  }
  return result;
}

static ElementsAttr denseElements(RankedTensorType type, ArrayRef<char> bytes) {
  if (type.getNumElements() == 0)
    return DenseElementsAttr::get(type, ArrayRef<Attribute>());
  if (type.getElementType().isInteger(1)) {
    SmallVector<bool> values;
    for (char byte : bytes)
      values.push_back(byte != 0);
    return DenseElementsAttr::get(type, values);
  }
  if (type.getElementTypeBitWidth() < 8) {
    SmallVector<APInt> values;
    unsigned bits = type.getElementTypeBitWidth();
    for (char byte : bytes)
      values.push_back(APInt(8, static_cast<uint8_t>(byte)).trunc(bits));
    if (isa<FloatType>(type.getElementType())) {
      SmallVector<APFloat> floats;
      for (const APInt &value : values)
        floats.emplace_back(cast<FloatType>(type.getElementType()).getFloatSemantics(), value);
      return DenseElementsAttr::get(type, floats);
    }
    return DenseElementsAttr::get(type, values);
  }
  return DenseElementsAttr::getFromRawBuffer(type, bytes);
}

ElementsAttr toElements(const onnxfile::Tensor &tensor, MLIRContext *context) {
  Type element = toElementType(tensor.elementType, context);
  if (!element || isa<UnknownType>(element))
    return ElementsAttr();
  auto type = RankedTensorType::get(tensor.dims, element);
  if (isa<StringType>(element)) {
    SmallVector<StringRef> strings(tensor.strings.begin(), tensor.strings.end());
    return DenseStringElementsAttr::get(type, strings);
  }
  ArrayRef<char> bytes = tensor.bytes;
  std::shared_ptr<const void> owner = tensor.owner;
  if (unsigned bits = onnxfile::bitWidth(tensor.elementType); bits < 8) {
    bool isSigned = tensor.elementType == onnxfile::int4 || tensor.elementType == onnxfile::int2;
    auto wide = onnxfile::unpack(bytes, type.getNumElements(), bits, isSigned);
    bytes = ArrayRef<char>(wide->data(), wide->size());
    owner = wide;
  }
  if (bytes.size() <= denseLimit)
    return denseElements(type, bytes);
  size_t alignment = 16;
  while (reinterpret_cast<uintptr_t>(bytes.data()) % alignment)
    alignment /= 2;
  AsmResourceBlob blob(bytes, alignment, [owner](void *, size_t, size_t) {}, /*dataIsMutable=*/false);
  return DenseResourceElementsAttr::get(type, tensor.name.empty() ? "tensor" : StringRef(tensor.name), std::move(blob));
}

std::optional<onnxfile::Tensor> fromElements(ElementsAttr elements) {
  auto type = cast<ShapedType>(elements.getType());
  onnxfile::Tensor result;
  result.elementType = fromElementType(type.getElementType());
  result.dims.assign(type.getShape().begin(), type.getShape().end());
  unsigned bits = onnxfile::bitWidth(result.elementType);
  if (auto strings = dyn_cast<DenseStringElementsAttr>(elements)) {
    for (int64_t i = 0, e = type.getNumElements(); i < e; ++i)
      result.strings.push_back(strings.getRawStringData()[strings.isSplat() ? 0 : i].str());
    return result;
  }
  if (bits < 8)
    return std::nullopt;
  size_t needed = type.getNumElements() * (bits / 8);
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(elements)) {
    AsmResourceBlob *blob = resource.getRawHandle().getBlob();
    if (!blob || blob->getData().size() != needed)
      return std::nullopt;
    result.bytes = blob->getData();
    return result;
  }
  auto dense = dyn_cast<DenseElementsAttr>(elements);
  if (!dense)
    return std::nullopt;
  auto bytes = std::make_shared<std::string>();
  bytes->reserve(needed);
  if (result.elementType == onnxfile::boolean) {
    for (bool value : dense.getValues<bool>())
      bytes->push_back(value);
  } else {
    StringRef raw(dense.getRawData().data(), dense.getRawData().size());
    for (int64_t i = 0, e = dense.isSplat() ? type.getNumElements() : 1; i < e; ++i)
      bytes->append(raw.data(), raw.size());
  }
  result.bytes = ArrayRef<char>(bytes->data(), bytes->size());
  result.owner = bytes;
  return result;
}

} // namespace tarn::onnx
