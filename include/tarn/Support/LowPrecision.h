// Conversions between fp32 and the narrower floats of the machine.
//
// | type        | exponent, fraction, bias | largest | beyond it | NaN |
// | fp16        | 5, 10, 15  | 65504    | infinity  | exponent all ones, fraction not 0 |
// | bf16        | 8, 7, 127  | 3.39e38  | infinity  | the same |
// | tf32        | 8, 10, 127 | 3.40e38  | infinity  | the same |
// | fp8_e5m2    | 5, 2, 15   | 57344    | infinity  | the same |
// | fp8_e4m3    | 4, 3, 7    | 240      | infinity  | the same |
// | fp8_e3m4    | 3, 4, 3    | 15.5     | infinity  | the same |
// | fp8_e4m3fn  | 4, 3, 7    | 448      | NaN       | all ones |
// | fp4_e2m1fn  | 2, 1, 1    | 6        | 6         | none: NaN becomes -0 |
// | fp8_e8m0fnu | 8, 0, 127, no sign | 2^127 | NaN  | all ones; also of 0 and of what is negative |
//
// Nothing saturates but where a format has neither infinity nor NaN: the machine's compiler has saturation as an option
// (facts 7.2), so it is not what a conversion does by itself. Subnormals are exact.
//
// Rounding is to nearest, ties to even (fp8_e8m0fnu: ties up); NaN stays (quiet) NaN with its sign. Stochastic rounding
// goes up with a probability equal to the part cut off: `random` supplies its bits.
#pragma once
#include "tarn/Support/DType.h"
#include <cstdint>

namespace tarn {
float bf16ToFloat(uint16_t bits);
float fp16ToFloat(uint16_t bits);
uint16_t floatToBf16(float value);
uint16_t floatToFp16(float value);

/// Of fp32 itself: rounded to 10 fraction bits, the others 0.
float roundToTf32(float value);

/// fp8_*: from and to their byte.
float fp8ToFloat(DType type, uint8_t bits);
uint8_t floatToFp8(DType type, float value);
/// The 256 values of an fp8 type.
const float *fp8Values(DType type);

/// The low four bits.
float fp4ToFloat(uint8_t bits);
uint8_t floatToFp4(float value);

/// bf16, fp16, tf32 or fp8 (not fp8_e8m0fnu) bits by stochastic rounding; other types to nearest as above.
uint32_t roundStochastically(DType type, float value, uint64_t random);
} // namespace tarn
