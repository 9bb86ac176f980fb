// A dense row-major tensor in host memory. Copies share the bytes; `mutableData` makes them unique first.
#pragma once
#include "tarn/Support/DType.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"
#include <memory>
#include <string>

namespace tarn {

using Shape = llvm::SmallVector<int64_t, 6>;

/// Number of elements; 1 for rank 0.
int64_t numElements(llvm::ArrayRef<int64_t> shape);
/// "1x3x224x224"; "scalar" for rank 0.
std::string toString(llvm::ArrayRef<int64_t> shape);

class HostTensor {
public:
  HostTensor() = default;
  /// Zero-filled. Without memory for it the program ends, with exit code 1 and a message that knows no name.
  HostTensor(DType type, llvm::ArrayRef<int64_t> shape);
  /// An error for `what` ("input 'x'") where the host has no memory for such a tensor: asked before the constructor
  /// wherever the shape is the user's.
  static llvm::Error checkMemory(llvm::StringRef what, DType type, llvm::ArrayRef<int64_t> shape);
  /// Bytes that someone else keeps alive (a mapped file) for as long as `owner` lives.
  HostTensor(DType type, llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<char> bytes, std::shared_ptr<void> owner);
  template <typename T> static HostTensor of(DType type, llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<T> values) {
    HostTensor result(type, shape);
    for (size_t i = 0; i < values.size(); ++i)
      result.setDouble(i, static_cast<double>(values[i]));
    return result;
  }

  DType type() const { return elementType; }
  llvm::ArrayRef<int64_t> shape() const { return dims; }
  int64_t rank() const { return dims.size(); }
  int64_t size() const { return numElements(dims); }
  int64_t sizeInBytes() const { return size() * tarn::sizeInBytes(elementType); }
  llvm::ArrayRef<char> bytes() const { return {begin, static_cast<size_t>(sizeInBytes())}; }
  llvm::MutableArrayRef<char> mutableBytes();
  /// The same bytes under another shape of as many elements.
  HostTensor reshaped(llvm::ArrayRef<int64_t> shape) const;

  /// Typed access. The caller knows that `T` is the storage of `type()` and that the bytes are aligned for it
  /// (those of a mapped file may not be: `aligned()` first).
  template <typename T> llvm::ArrayRef<T> data() const {
    return {reinterpret_cast<const T *>(begin), static_cast<size_t>(size())};
  }
  template <typename T> llvm::MutableArrayRef<T> mutableData() {
    return {reinterpret_cast<T *>(mutableBytes().data()), static_cast<size_t>(size())};
  }
  /// This tensor, its bytes aligned to 16.
  HostTensor aligned() const;

  /// Any element type through double (exact but for 64-bit integers beyond 2^53) or int64.
  double getDouble(int64_t index) const;
  int64_t getInt(int64_t index) const;
  /// Rounds to nearest even (floats) or truncates towards zero and saturates (integers); NaN becomes integer 0.
  void setDouble(int64_t index, double value);
  void setInt(int64_t index, int64_t value);

  /// Elements converted: float to float rounds to nearest even, float to integer as `setDouble`, integer to integer keeps
  /// the low bits (as ONNX's Cast), to boolean `!= 0`.
  HostTensor cast(DType to) const;

private:
  DType elementType = DType::fp32;
  Shape dims;
  const char *begin = nullptr;
  std::shared_ptr<void> owner;
  bool writable = false;
};

/// Reads a .npy (versions 1–3, C order or Fortran order, little endian) or a .pb (ONNX TensorProto) by its suffix.
/// Errors name the file and what was found.
llvm::Expected<HostTensor> readTensorFile(llvm::StringRef path);
/// Writes .npy version 1 (bf16 as raw uint16 with descr '<V2'), by temporary file and rename.
llvm::Error writeNpy(llvm::StringRef path, const HostTensor &tensor);

} // namespace tarn
