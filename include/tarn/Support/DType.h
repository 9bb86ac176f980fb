// The element types of tensors, on the host and on the machine, under the names that the public NKI documentation
// gives them.
#pragma once
#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <optional>

namespace tarn {

enum class DType : uint8_t {
  fp32 = 0,
  bf16 = 1,
  fp16 = 2,
  int8 = 3,
  int16 = 4,
  int32 = 5,
  uint8 = 6,
  uint16 = 7,
  uint32 = 8,
  boolean = 9, // one byte, 0 or 1; uint8 to the machine
  // On the host only:
  int64 = 10,
  uint64 = 11,
  fp64 = 12,
  // Reduced fp32, 4 bytes (facts 3.6, 8.40):
  tf32 = 13,  // 8 exponent and 10 fraction bits; the 13 bits below are 0
  fp32r = 14, // fp32 in memory, rounded to tf32 where the PE reads it
  // 8-bit floats:
  fp8_e3m4 = 15,    // cFP8
  fp8_e4m3 = 16,    // with infinities
  fp8_e5m2 = 17,    // with infinities
  fp8_e4m3fn = 18,  // OCP: no infinities
  fp8_e8m0fnu = 19, // a power of two: the scale of an MX group
  // Four MX elements in a word, which only MX instructions take apart:
  fp8x4_e4m3fn = 20,
  fp8x4_e5m2 = 21,
  fp4x4_e2m1fn = 22,
};
constexpr unsigned numDTypes = 23;
/// Those before have names in ONNX and in .npy files.
constexpr unsigned numHostDTypes = 13;

/// Size of one element in bytes.
unsigned sizeInBytes(DType type);
/// "fp32", "bf16", …; "bool" for boolean.
llvm::StringRef name(DType type);
std::optional<DType> parseDType(llvm::StringRef name);
/// False for packed types, which are bits to all but MX instructions.
bool isFloat(DType type);
/// Integers with a sign. False for floats, unsigned and boolean.
bool isSignedInteger(DType type);
/// fp8_e3m4, fp8_e4m3, fp8_e5m2, fp8_e4m3fn.
bool isFp8(DType type);
/// Four MX elements in a word.
bool isPacked(DType type);
/// The element of a packed type: fp8_e4m3fn, fp8_e5m2; of fp4x4_e2m1fn fp8_e4m3fn, which holds all its values.
DType elementOf(DType packed);
/// False for the types that exist on the host only.
bool isMachineType(DType type);

} // namespace tarn
