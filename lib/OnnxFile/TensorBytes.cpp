// A TensorProto keeps its elements in raw_data, in one of five typed lists, or in another file. Here they
// become dense little-endian bytes; what is raw already, in this or another mapped file, is not copied.
#include "TensorBytes.h"
#include "WireReader.h"
#include "onnx/onnx_pb.h"
#include "tarn/Support/AtomicFile.h"
#include "tarn/Support/InputFile.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

namespace tarn::onnxfile {

unsigned bitWidth(int32_t elementType) {
  switch (elementType) {
  case uint2:
  case int2:
    return 2;
  case uint4:
  case int4:
  case float4E2M1:
    return 4;
  case uint8:
  case int8:
  case boolean:
  case float8E4M3FN:
  case float8E4M3FNUZ:
  case float8E5M2:
  case float8E5M2FNUZ:
  case float8E8M0:
    return 8;
  case uint16:
  case int16:
  case float16:
  case bfloat16:
    return 16;
  case float32:
  case int32:
  case uint32:
    return 32;
  case float64:
  case int64:
  case uint64:
  case complex64:
    return 64;
  case complex128:
    return 128;
  default:
    return 0;
  }
}

bool isSubByteInteger(int32_t elementType) {
  return elementType == int2 || elementType == uint2 || elementType == int4 || elementType == uint4;
}

std::shared_ptr<std::string> unpack(llvm::ArrayRef<char> packed, int64_t count, unsigned bits, bool isSigned) {
  auto bytes = std::make_shared<std::string>(count, '\0');
  unsigned perByte = 8 / bits, mask = (1u << bits) - 1;
  for (int64_t i = 0; i < count; ++i) {
    unsigned value = static_cast<uint8_t>(packed[i / perByte]) >> (i % perByte * bits) & mask;
    if (isSigned && value >> (bits - 1))
      value |= 0xffu & ~mask;
    (*bytes)[i] = static_cast<char>(value);
  }
  return bytes;
}

std::string spelling(int32_t elementType) {
  if (!::onnx::TensorProto::DataType_IsValid(elementType))
    return "type " + std::to_string(elementType);
  return llvm::StringRef(::onnx::TensorProto::DataType_Name(::onnx::TensorProto::DataType(elementType))).lower();
}

/// Bytes of a whole tensor, or nothing when the dimensions are negative or overflow.
static std::optional<uint64_t> bytesNeeded(llvm::ArrayRef<int64_t> dims, unsigned bits) {
  uint64_t count = 1;
  for (int64_t dim : dims) {
    if (dim < 0 || __builtin_mul_overflow(count, uint64_t(dim), &count))
      return std::nullopt;
  }
  uint64_t total;
  if (__builtin_mul_overflow(count, uint64_t(bits), &total) || total > uint64_t(1) << 60)
    return std::nullopt;
  return (total + 7) / 8;
}

/// Each element of a list narrowed to `width` bytes.
template <typename List> static std::string narrowed(const List &list, unsigned width) {
  std::string bytes;
  bytes.reserve(list.size() * width);
  for (auto element : list)
    bytes.append(reinterpret_cast<const char *>(&element), width);
  return bytes;
}

/// The typed list that the standard assigns to an element type.
static std::string listBytes(const ::onnx::TensorProto &tensor, unsigned bits) {
  unsigned width = (bits + 7) / 8;
  switch (tensor.data_type()) {
  case float32:
  case complex64:
    return narrowed(tensor.float_data(), 4);
  case float64:
  case complex128:
    return narrowed(tensor.double_data(), 8);
  case int64:
    return narrowed(tensor.int64_data(), 8);
  case uint32:
  case uint64:
    return narrowed(tensor.uint64_data(), width);
  default:
    return narrowed(tensor.int32_data(), width);
  }
}

llvm::Expected<std::shared_ptr<llvm::MemoryBuffer>> TensorBytes::open(llvm::StringRef location) {
  auto found = files.find(location);
  if (found != files.end())
    return found->second;
  // 1. The location must stay inside the model's folder, also after symbolic links are followed.
  if (location.empty() || llvm::sys::path::is_absolute(location))
    return makeError("its external data '{0}' is not a relative path", location);
  for (auto part = llvm::sys::path::begin(location), end = llvm::sys::path::end(location); part != end; ++part)
    if (*part == "..")
      return makeError("its external data '{0}' leaves the model's folder", location);
  llvm::SmallString<256> folder(llvm::sys::path::parent_path(path)), file, realFolder, realFile;
  if (folder.empty())
    folder = ".";
  file = folder;
  llvm::sys::path::append(file, location);
  if (std::error_code code = llvm::sys::fs::real_path(file, realFile))
    return makeError("its external data '{0}' cannot be opened: {1}", file, code.message());
  if (std::error_code code = llvm::sys::fs::real_path(folder, realFolder))
    return makeError("'{0}': {1}", folder, code.message());
  llvm::StringRef rest = realFile;
  if (!rest.consume_front(realFolder) || !(rest.starts_with("/") || realFolder == "/"))
    return makeError("its external data '{0}' leads out of the model's folder", location);

  // 2. Map it.
  auto buffer = openInputFile(realFile);
  if (!buffer)
    return makeError("its external data '{0}' cannot be opened: {1}", file, llvm::toString(buffer.takeError()));
  std::shared_ptr<llvm::MemoryBuffer> shared = std::move(*buffer);
  files[location] = shared;
  return shared;
}

llvm::Error TensorBytes::readExternal(const ::onnx::TensorProto &tensor, Tensor &result, uint64_t needed) {
  std::string location;
  uint64_t offset = 0;
  std::optional<uint64_t> length;
  // A later entry wins: the ones of the wire reader come last.
  for (const auto &entry : tensor.external_data()) {
    uint64_t number = 0;
    if (entry.key() == "location")
      location = entry.value();
    if (entry.key() != "offset" && entry.key() != "length")
      continue;
    if (llvm::StringRef(entry.value()).getAsInteger(10, number))
      return makeError("its external data has the {0} '{1}', which is no number", entry.key(), entry.value());
    if (entry.key() == "offset")
      offset = number;
    else
      length = number;
  }
  std::shared_ptr<llvm::MemoryBuffer> buffer = model;
  if (!model || location != mappedLocation) {
    auto opened = open(location);
    if (!opened)
      return opened.takeError();
    buffer = *opened;
  }
  uint64_t size = buffer->getBufferSize();
  if (length && *length != needed)
    return makeError("its type and shape need {0} bytes, {1} are given", needed, *length);
  if (offset > size || needed > size - offset)
    return makeError("its external data needs bytes {0} to {1}, '{2}' has {3}", offset, offset + needed, location,
                     size);
  result.bytes = llvm::ArrayRef<char>(buffer->getBufferStart() + offset, needed);
  result.owner = buffer;
  return llvm::Error::success();
}

llvm::Expected<Tensor> TensorBytes::read(const ::onnx::TensorProto &tensor) {
  Tensor result;
  result.name = tensor.name();
  result.elementType = tensor.data_type();
  result.dims.assign(tensor.dims().begin(), tensor.dims().end());
  auto fail = [&](llvm::Error error) {
    return makeError("tensor '{0}': {1}", result.name, llvm::toString(std::move(error)));
  };
  if (result.elementType == string) {
    result.strings.assign(tensor.string_data().begin(), tensor.string_data().end());
    std::optional<uint64_t> count = bytesNeeded(result.dims, 8);
    if (!count || *count != result.strings.size())
      return fail(makeError("has {0} strings, which is not what its shape needs", result.strings.size()));
    return result;
  }
  unsigned bits = bitWidth(result.elementType);
  if (!bits)
    return fail(makeError("has no element type that ONNX knows ({0})", result.elementType));
  std::optional<uint64_t> needed = bytesNeeded(result.dims, bits);
  if (!needed)
    return fail(makeError("has a negative or too large dimension: {0}", toString(result.dims)));
  if (tensor.has_segment())
    return fail(makeError("is a segment of a larger tensor, which is not supported"));

  if (tensor.data_location() == ::onnx::TensorProto::EXTERNAL) {
    if (llvm::Error error = readExternal(tensor, result, *needed))
      return fail(std::move(error));
    return result;
  }
  auto bytes = std::make_shared<std::string>(tensor.has_raw_data() ? tensor.raw_data() : listBytes(tensor, bits));
  if (bytes->size() != *needed)
    return fail(makeError("its type {0} and shape {1} need {2} bytes, {3} are given", spelling(result.elementType),
                          toString(result.dims), *needed, bytes->size()));
  result.bytes = llvm::ArrayRef<char>(bytes->data(), bytes->size());
  result.owner = bytes;
  return result;
}

} // namespace tarn::onnxfile
