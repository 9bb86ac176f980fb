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
};
constexpr unsigned numDTypes = 13;

/// Size of one element in bytes.
unsigned sizeInBytes(DType type);
/// "fp32", "bf16", …; "bool" for boolean.
llvm::StringRef name(DType type);
std::optional<DType> parseDType(llvm::StringRef name);
bool isFloat(DType type);
/// Integers with a sign. False for floats, unsigned and boolean.
bool isSignedInteger(DType type);
/// False for the types that exist on the host only.
bool isMachineType(DType type);

} // namespace tarn
