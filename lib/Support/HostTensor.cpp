#include "tarn/Support/HostTensor.h"
#include "tarn/Support/AtomicFile.h"
#include "tarn/Support/LowPrecision.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Signals.h"
#include "llvm/Support/WithColor.h"
#include <cassert>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <limits>

namespace tarn {
namespace {

constexpr size_t alignment = 64;

template <typename T> T load(const char *at) {
  T value;
  std::memcpy(&value, at, sizeof(T));
  return value;
}
template <typename T> void store(char *at, T value) { std::memcpy(at, &value, sizeof(T)); }

// Truncates towards zero and saturates; NaN becomes 0.
template <typename T> T toInteger(double value) {
  if (std::isnan(value))
    return 0;
  if (value <= static_cast<double>(std::numeric_limits<T>::min()))
    return std::numeric_limits<T>::min();
  if (value >= static_cast<double>(std::numeric_limits<T>::max()))
    return std::numeric_limits<T>::max();
  return static_cast<T>(value);
}

/// Null where there is not so much memory, also for numbers of bytes near 2^64.
char *allocate(size_t bytes) {
  if (bytes > static_cast<size_t>(std::numeric_limits<int64_t>::max()))
    return nullptr;
  return static_cast<char *>(std::aligned_alloc(alignment, (bytes + alignment - 1) / alignment * alignment));
}

llvm::Error noMemory(llvm::StringRef what, DType type, llvm::ArrayRef<int64_t> shape) {
  return makeError("{0} of {1} {2} takes {3} bytes; there is not so much memory here", what, toString(shape),
                   name(type), numElements(shape) * sizeInBytes(type));
}

} // namespace

int64_t numElements(llvm::ArrayRef<int64_t> shape) {
  uint64_t product = 1; // of an empty tensor: dimensions before the 0 may be huge
  for (int64_t dim : shape)
    product *= static_cast<uint64_t>(dim);
  return static_cast<int64_t>(product);
}

std::string toString(llvm::ArrayRef<int64_t> shape) {
  if (shape.empty())
    return "scalar";
  return llvm::join(
      llvm::map_range(shape, [](int64_t dim) { return dim < 0 ? std::string("?") : std::to_string(dim); }), "x");
}

HostTensor::HostTensor(DType type, llvm::ArrayRef<int64_t> shape)
    : elementType(type), dims(shape.begin(), shape.end()), writable(true) {
  size_t bytes = std::max<size_t>(sizeInBytes(), 1);
  char *memory = allocate(bytes);
  if (!memory) {
    llvm::WithColor::error(llvm::errs()) << llvm::toString(noMemory("a tensor", type, shape)) << "\n";
    llvm::sys::RunInterruptHandlers(); // removes files that are half written
    std::exit(1);
  }
  std::memset(memory, 0, bytes);
  owner = std::shared_ptr<void>(memory, std::free);
  begin = memory;
}

llvm::Error HostTensor::checkMemory(llvm::StringRef what, DType type, llvm::ArrayRef<int64_t> shape) {
  // The pages are not touched: asking costs nothing.
  char *memory = allocate(std::max<size_t>(numElements(shape) * tarn::sizeInBytes(type), 1));
  std::free(memory);
  return memory ? llvm::Error::success() : noMemory(what, type, shape);
}

HostTensor::HostTensor(DType type, llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<char> bytes,
                       std::shared_ptr<void> owner)
    : elementType(type), dims(shape.begin(), shape.end()), begin(bytes.data()), owner(std::move(owner)) {
  assert(bytes.size() == static_cast<size_t>(sizeInBytes()) && "the bytes are those of the shape");
}

llvm::MutableArrayRef<char> HostTensor::mutableBytes() {
  if (!writable || owner.use_count() > 1) {
    HostTensor copy(elementType, dims);
    std::memcpy(const_cast<char *>(copy.begin), begin, sizeInBytes());
    *this = std::move(copy);
  }
  return {const_cast<char *>(begin), static_cast<size_t>(sizeInBytes())};
}

HostTensor HostTensor::reshaped(llvm::ArrayRef<int64_t> shape) const {
  assert(numElements(shape) == size() && "a reshape keeps the number of elements");
  HostTensor result = *this;
  result.dims.assign(shape.begin(), shape.end());
  return result;
}

HostTensor HostTensor::aligned() const {
  if (reinterpret_cast<uintptr_t>(begin) % 16 == 0)
    return *this;
  HostTensor copy(elementType, dims);
  std::memcpy(const_cast<char *>(copy.begin), begin, sizeInBytes());
  return copy;
}

double HostTensor::getDouble(int64_t index) const {
  const char *at = begin + index * tarn::sizeInBytes(elementType);
  switch (elementType) {
  case DType::fp32:
    return load<float>(at);
  case DType::fp64:
    return load<double>(at);
  case DType::bf16:
    return bf16ToFloat(load<uint16_t>(at));
  case DType::fp16:
    return fp16ToFloat(load<uint16_t>(at));
  case DType::uint64:
    return static_cast<double>(load<uint64_t>(at));
  case DType::tf32:
  case DType::fp32r:
    return load<float>(at);
  case DType::fp8_e3m4:
  case DType::fp8_e4m3:
  case DType::fp8_e5m2:
  case DType::fp8_e4m3fn:
  case DType::fp8_e8m0fnu:
    return fp8ToFloat(elementType, load<uint8_t>(at));
  default:
    return static_cast<double>(getInt(index));
  }
}

int64_t HostTensor::getInt(int64_t index) const {
  const char *at = begin + index * tarn::sizeInBytes(elementType);
  switch (elementType) {
  case DType::int8:
    return load<int8_t>(at);
  case DType::uint8:
    return load<uint8_t>(at);
  case DType::boolean:
    return load<uint8_t>(at) != 0;
  case DType::int16:
    return load<int16_t>(at);
  case DType::uint16:
    return load<uint16_t>(at);
  case DType::int32:
    return load<int32_t>(at);
  case DType::fp4x4_e2m1fn:
    return load<uint16_t>(at);
  case DType::fp8x4_e4m3fn:
  case DType::fp8x4_e5m2:
  case DType::uint32:
    return load<uint32_t>(at);
  case DType::int64:
    return load<int64_t>(at);
  case DType::uint64:
    return static_cast<int64_t>(load<uint64_t>(at));
  case DType::fp32:
  case DType::fp64:
  case DType::bf16:
  case DType::fp16:
  case DType::tf32:
  case DType::fp32r:
  case DType::fp8_e3m4:
  case DType::fp8_e4m3:
  case DType::fp8_e5m2:
  case DType::fp8_e4m3fn:
  case DType::fp8_e8m0fnu:
    return toInteger<int64_t>(getDouble(index));
  }
  __builtin_unreachable();
}

void HostTensor::setDouble(int64_t index, double value) {
  char *at = mutableBytes().data() + index * tarn::sizeInBytes(elementType);
  switch (elementType) {
  case DType::fp32:
    return store<float>(at, static_cast<float>(value));
  case DType::fp64:
    return store<double>(at, value);
  case DType::bf16:
    return store<uint16_t>(at, floatToBf16(static_cast<float>(value)));
  case DType::fp16:
    return store<uint16_t>(at, floatToFp16(static_cast<float>(value)));
  case DType::int8:
    return store<int8_t>(at, toInteger<int8_t>(value));
  case DType::uint8:
    return store<uint8_t>(at, toInteger<uint8_t>(value));
  case DType::boolean:
    return store<uint8_t>(at, value != 0);
  case DType::int16:
    return store<int16_t>(at, toInteger<int16_t>(value));
  case DType::uint16:
    return store<uint16_t>(at, toInteger<uint16_t>(value));
  case DType::int32:
    return store<int32_t>(at, toInteger<int32_t>(value));
  case DType::uint32:
    return store<uint32_t>(at, toInteger<uint32_t>(value));
  case DType::int64:
    return store<int64_t>(at, toInteger<int64_t>(value));
  case DType::uint64:
    return store<uint64_t>(at, toInteger<uint64_t>(value));
  case DType::tf32:
    return store<float>(at, roundToTf32(static_cast<float>(value)));
  case DType::fp32r:
    return store<float>(at, static_cast<float>(value));
  case DType::fp8_e3m4:
  case DType::fp8_e4m3:
  case DType::fp8_e5m2:
  case DType::fp8_e4m3fn:
  case DType::fp8_e8m0fnu:
    return store<uint8_t>(at, floatToFp8(elementType, static_cast<float>(value)));
  case DType::fp8x4_e4m3fn:
  case DType::fp8x4_e5m2:
    return store<uint32_t>(at, toInteger<uint32_t>(value));
  case DType::fp4x4_e2m1fn:
    return store<uint16_t>(at, toInteger<uint16_t>(value));
  }
}

void HostTensor::setInt(int64_t index, int64_t value) {
  char *at = mutableBytes().data() + index * tarn::sizeInBytes(elementType);
  if (elementType == DType::int64 || elementType == DType::uint64)
    return store<int64_t>(at, value);
  setDouble(index, static_cast<double>(value));
}

} // namespace tarn
