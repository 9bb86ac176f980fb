#include "tarn/Support/LowPrecision.h"
#include "llvm/ADT/bit.h"

namespace tarn {

float bf16ToFloat(uint16_t bits) { return llvm::bit_cast<float>(uint32_t(bits) << 16); }

uint16_t floatToBf16(float value) {
  uint32_t bits = llvm::bit_cast<uint32_t>(value);
  if ((bits & 0x7fffffff) > 0x7f800000) // NaN: keep the sign and the upper payload, make it quiet
    return uint16_t(bits >> 16) | 0x40;
  uint32_t roundingBias = 0x7fff + ((bits >> 16) & 1);
  return uint16_t((bits + roundingBias) >> 16);
}

// _Float16 is the compiler's IEEE half precision: conversions round to nearest even and keep subnormals.
float fp16ToFloat(uint16_t bits) { return static_cast<float>(llvm::bit_cast<_Float16>(bits)); }
uint16_t floatToFp16(float value) { return llvm::bit_cast<uint16_t>(static_cast<_Float16>(value)); }

} // namespace tarn
