// Conversions between fp32 and the 16-bit floats: round to nearest even, NaN stays (quiet) NaN, subnormals exact.
#pragma once
#include <cstdint>

namespace tarn {
float bf16ToFloat(uint16_t bits);
float fp16ToFloat(uint16_t bits);
uint16_t floatToBf16(float value);
uint16_t floatToFp16(float value);
} // namespace tarn
