// Between MLIR's constants and host tensors. Neither way copies what is large: a blob of the mapped model
// file is read in place, and a folded tensor's bytes become a resource that owns them.
#include "tarn/Evaluate/Evaluate.h"
#include "tarn/Support/AtomicFile.h"
#include <cstring>

using namespace mlir;

namespace tarn {
namespace {

// Constants above this many bytes become resources: DenseElementsAttr is never freed and is hashed whole.
constexpr int64_t largestDense = 1024;

bool allEqual(const HostTensor &tensor) {
  size_t width = sizeInBytes(tensor.type());
  llvm::ArrayRef<char> bytes = tensor.bytes();
  return bytes.size() > width && std::memcmp(bytes.data(), bytes.data() + width, bytes.size() - width) == 0;
}

// A boolean's byte is 0 or 1 in dense elements, whatever the tensor holds.
DenseElementsAttr denseBooleans(RankedTensorType type, const HostTensor &tensor) {
  SmallVector<bool> values;
  for (int64_t i = 0, e = tensor.size(); i < e; ++i)
    values.push_back(tensor.getInt(i) != 0);
  return DenseElementsAttr::get(type, ArrayRef<bool>(values));
}

ElementsAttr splat(RankedTensorType type, const HostTensor &tensor) {
  if (tensor.type() == DType::boolean)
    return DenseElementsAttr::get(type, tensor.getInt(0) != 0);
  return DenseElementsAttr::getFromRawBuffer(type, tensor.bytes().take_front(sizeInBytes(tensor.type())));
}

// Integers of 2 and 4 bits lie in a byte each, whose upper bits may say nothing; on the host they are 8 bits
// wide.
bool isNarrow(Type type) { return type.isInteger(2) || type.isInteger(4); }

HostTensor widened(ShapedType type, llvm::ArrayRef<char> bytes, bool isSplat) {
  auto narrow = cast<IntegerType>(type.getElementType());
  bool isUnsigned = narrow.isUnsigned();
  unsigned mask = (1u << narrow.getWidth()) - 1, sign = 1u << (narrow.getWidth() - 1);
  HostTensor result(isUnsigned ? DType::uint8 : DType::int8, type.getShape());
  llvm::MutableArrayRef<char> to = result.mutableBytes();
  for (size_t i = 0; i < to.size(); ++i) {
    unsigned bits = bytes[isSplat ? 0 : i] & mask;
    to[i] = static_cast<char>(!isUnsigned && (bits & sign) ? bits | ~mask : bits);
  }
  return result;
}

} // namespace

std::optional<DType> toDType(Type type) {
  if (type.isF32())
    return DType::fp32;
  if (type.isBF16())
    return DType::bf16;
  if (type.isF16())
    return DType::fp16;
  if (type.isF64())
    return DType::fp64;
  auto integer = dyn_cast<IntegerType>(type);
  if (!integer)
    return std::nullopt;
  bool isUnsigned = integer.isUnsigned();
  switch (integer.getWidth()) {
  case 1:
    return DType::boolean;
  case 8:
    return isUnsigned ? DType::uint8 : DType::int8;
  case 16:
    return isUnsigned ? DType::uint16 : DType::int16;
  case 32:
    return isUnsigned ? DType::uint32 : DType::int32;
  case 64:
    return isUnsigned ? DType::uint64 : DType::int64;
  }
  return std::nullopt;
}

Type toElementType(MLIRContext *context, DType type) {
  Builder builder(context);
  auto unsignedType = [&](unsigned width) { return IntegerType::get(context, width, IntegerType::Unsigned); };
  switch (type) {
  case DType::fp32:
    return builder.getF32Type();
  case DType::bf16:
    return builder.getBF16Type();
  case DType::fp16:
    return builder.getF16Type();
  case DType::fp64:
    return builder.getF64Type();
  case DType::int8:
    return builder.getI8Type();
  case DType::int16:
    return builder.getIntegerType(16);
  case DType::int32:
    return builder.getI32Type();
  case DType::int64:
    return builder.getI64Type();
  case DType::uint8:
    return unsignedType(8);
  case DType::uint16:
    return unsignedType(16);
  case DType::uint32:
    return unsignedType(32);
  case DType::uint64:
    return unsignedType(64);
  case DType::boolean:
    return builder.getI1Type();
  default:
    break; // the machine's own: no ONNX model has them
  }
  llvm_unreachable("all element types of the host are listed");
}

RankedTensorType toTensorType(MLIRContext *context, const HostTensor &tensor) {
  return RankedTensorType::get(tensor.shape(), toElementType(context, tensor.type()));
}

llvm::Expected<HostTensor> toHostTensor(ElementsAttr attribute) {
  ShapedType type = attribute.getShapedType();
  bool narrow = isNarrow(type.getElementType());
  std::optional<DType> dtype = narrow ? DType::int8 : toDType(type.getElementType());
  if (!dtype)
    return makeError(
        "a constant has elements of a type that is not supported; supported are f32, f16, bf16, f64, i1 and "
        "integers of 2 to 64 bits");
  size_t bytes = numElements(type.getShape()) * sizeInBytes(*dtype);
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(attribute)) {
    AsmResourceBlob *blob = resource.getRawHandle().getBlob();
    if (!blob)
      return makeError("the resource '{0}' has no data", resource.getRawHandle().getKey());
    if (blob->getData().size() != bytes)
      return makeError("the resource '{0}' has {1} bytes, its type needs {2}", resource.getRawHandle().getKey(),
                       blob->getData().size(), bytes);
    return narrow ? widened(type, blob->getData(), false)
                  : HostTensor(*dtype, type.getShape(), blob->getData(), nullptr);
  }
  auto dense = dyn_cast<DenseElementsAttr>(attribute);
  if (!dense)
    return makeError("a constant is neither dense elements nor a resource");
  if (narrow)
    return widened(type, dense.getRawData(), dense.isSplat());
  if (*dtype == DType::boolean) {
    HostTensor result(*dtype, type.getShape());
    int64_t index = 0;
    for (bool value : dense.getValues<bool>())
      result.setInt(index++, value);
    return result;
  }
  if (!dense.isSplat())
    return HostTensor(*dtype, type.getShape(), dense.getRawData(), nullptr);
  HostTensor result(*dtype, type.getShape());
  llvm::MutableArrayRef<char> to = result.mutableBytes();
  llvm::ArrayRef<char> element = dense.getRawData().take_front(sizeInBytes(*dtype));
  for (size_t at = 0; at < to.size(); at += element.size())
    std::memcpy(to.data() + at, element.data(), element.size());
  return result;
}

ElementsAttr toElementsAttr(MLIRContext *context, const HostTensor &tensor, llvm::StringRef name) {
  RankedTensorType type = toTensorType(context, tensor);
  if (allEqual(tensor))
    return splat(type, tensor);
  if (tensor.sizeInBytes() <= largestDense)
    return tensor.type() == DType::boolean ? denseBooleans(type, tensor)
                                           : DenseElementsAttr::getFromRawBuffer(type, tensor.bytes());
  HostTensor kept = tensor.aligned();
  llvm::ArrayRef<char> bytes = kept.bytes();
  AsmResourceBlob blob(bytes, /*dataAlignment=*/16, [kept](void *, size_t, size_t) {}, /*dataIsMutable=*/false);
  return DenseResourceElementsAttr::get(type, name.empty() ? "constant" : name, std::move(blob));
}

} // namespace tarn
