// Reads a serialised ONNX TensorProto. Its elements lie in `raw_data` (little endian) or, by element type, in
// one of the repeated fields; small types share int32_data, where 16-bit floats are stored as their bit
// patterns. This file is compiled with exceptions because ONNX's headers throw.
#include "TensorFiles.h"
#include "onnx/onnx_pb.h"
#include "tarn/Support/AtomicFile.h"
#include "tarn/Support/OnnxDataType.h"
#include <cstring>

namespace tarn {
namespace {

template <typename Stored, typename Field>
llvm::Expected<HostTensor> copyField(DType type, llvm::ArrayRef<int64_t> shape, const Field &field, const char *what) {
  int64_t count = numElements(shape);
  if (field.size() != count)
    return makeError("shape {0} needs {1} elements, {2} has {3}", toString(shape), count, what, field.size());
  HostTensor result(type, shape);
  auto data = result.mutableData<Stored>();
  for (int64_t i = 0; i < count; ++i)
    data[i] = static_cast<Stored>(field.Get(static_cast<int>(i)));
  return result;
}

} // namespace

llvm::Expected<HostTensor> parseTensorProto(llvm::StringRef bytes) {
  onnx::TensorProto proto;
  if (bytes.size() > size_t(INT32_MAX) || !proto.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
    return makeError("is not a serialised ONNX TensorProto");
  auto type = dtypeFromOnnx(proto.data_type());
  if (!type)
    return makeError("ONNX element type {0} is not supported", proto.data_type());
  if (proto.data_location() == onnx::TensorProto::EXTERNAL)
    return makeError("keeps its elements in an external file, which is supported in models only");
  if (proto.has_segment())
    return makeError("holds a segment of a tensor; only whole tensors are supported");
  Shape shape(proto.dims().begin(), proto.dims().end());
  auto count = checkedNumElements(shape, *type);
  if (!count)
    return count.takeError();

  if (proto.has_raw_data()) {
    const std::string &raw = proto.raw_data();
    if (raw.size() != static_cast<size_t>(*count) * sizeInBytes(*type))
      return makeError("shape {0} of {1} needs {2} bytes, raw_data has {3}", toString(shape), name(*type),
                       *count * sizeInBytes(*type), raw.size());
    HostTensor result(*type, shape);
    if (!raw.empty())
      std::memcpy(result.mutableBytes().data(), raw.data(), raw.size());
    return result;
  }
  switch (*type) {
  case DType::fp32:
    return copyField<float>(*type, shape, proto.float_data(), "float_data");
  case DType::fp64:
    return copyField<double>(*type, shape, proto.double_data(), "double_data");
  case DType::int64:
    return copyField<int64_t>(*type, shape, proto.int64_data(), "int64_data");
  case DType::uint64:
    return copyField<uint64_t>(*type, shape, proto.uint64_data(), "uint64_data");
  case DType::uint32:
    return copyField<uint32_t>(*type, shape, proto.uint64_data(), "uint64_data");
  case DType::int32:
    return copyField<int32_t>(*type, shape, proto.int32_data(), "int32_data");
  case DType::int16:
    return copyField<int16_t>(*type, shape, proto.int32_data(), "int32_data");
  case DType::bf16:
  case DType::fp16:
  case DType::uint16:
    return copyField<uint16_t>(*type, shape, proto.int32_data(), "int32_data");
  case DType::int8:
    return copyField<int8_t>(*type, shape, proto.int32_data(), "int32_data");
  case DType::uint8:
  case DType::boolean:
    return copyField<uint8_t>(*type, shape, proto.int32_data(), "int32_data");
  default:
    break; // the machine's own: dtypeFromOnnx gives none of them
  }
  __builtin_unreachable();
}

} // namespace tarn
