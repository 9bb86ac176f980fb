#include "tarn/Support/DType.h"
#include <array>

namespace tarn {
namespace {
struct Description {
  llvm::StringRef name;
  unsigned size;
  bool isFloat, isSigned, onMachine;
};
const std::array<Description, numDTypes> table = {{
    {"fp32", 4, true, false, true},          {"bf16", 2, true, false, true},
    {"fp16", 2, true, false, true},          {"int8", 1, false, true, true},
    {"int16", 2, false, true, true},         {"int32", 4, false, true, true},
    {"uint8", 1, false, false, true},        {"uint16", 2, false, false, true},
    {"uint32", 4, false, false, true},       {"bool", 1, false, false, true},
    {"int64", 8, false, true, false},        {"uint64", 8, false, false, false},
    {"fp64", 8, true, false, false},         {"tf32", 4, true, false, true},
    {"fp32r", 4, true, false, true},         {"fp8_e3m4", 1, true, false, true},
    {"fp8_e4m3", 1, true, false, true},      {"fp8_e5m2", 1, true, false, true},
    {"fp8_e4m3fn", 1, true, false, true},    {"fp8_e8m0fnu", 1, true, false, true},
    {"fp8x4_e4m3fn", 4, false, false, true}, {"fp8x4_e5m2", 4, false, false, true},
    {"fp4x4_e2m1fn", 2, false, false, true},
}};
const Description &describe(DType type) { return table[static_cast<unsigned>(type)]; }
} // namespace

unsigned sizeInBytes(DType type) { return describe(type).size; }
llvm::StringRef name(DType type) { return describe(type).name; }
bool isFloat(DType type) { return describe(type).isFloat; }
bool isSignedInteger(DType type) { return describe(type).isSigned; }
bool isFp8(DType type) { return type >= DType::fp8_e3m4 && type <= DType::fp8_e4m3fn; }
bool isPacked(DType type) { return type >= DType::fp8x4_e4m3fn && type <= DType::fp4x4_e2m1fn; }
DType elementOf(DType packed) { return packed == DType::fp8x4_e5m2 ? DType::fp8_e5m2 : DType::fp8_e4m3fn; }
bool isMachineType(DType type) { return describe(type).onMachine; }

std::optional<DType> parseDType(llvm::StringRef name) {
  for (unsigned i = 0; i < numDTypes; ++i)
    if (table[i].name == name)
      return static_cast<DType>(i);
  return std::nullopt;
}
} // namespace tarn
