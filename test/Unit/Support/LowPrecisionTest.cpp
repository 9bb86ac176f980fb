// The 16-bit floats over all of their 65,536 bit patterns, against arithmetic written out from the formats.
#include "tarn/Support/LowPrecision.h"
#include "gtest/gtest.h"
#include <cmath>
#include <limits>

using namespace tarn;

namespace {

/// A binary float of one sign bit, `exponentBits` and `fractionBits`, from its definition.
double decode(uint16_t bits, int exponentBits, int fractionBits) {
  int bias = (1 << (exponentBits - 1)) - 1;
  int exponent = (bits >> fractionBits) & ((1 << exponentBits) - 1);
  int fraction = bits & ((1 << fractionBits) - 1);
  double sign = bits >> 15 ? -1 : 1;
  if (exponent == (1 << exponentBits) - 1)
    return fraction ? std::nan("") : sign * std::numeric_limits<double>::infinity();
  if (exponent == 0)
    return sign * std::ldexp(fraction, 1 - bias - fractionBits);
  return sign * std::ldexp(fraction + (1 << fractionBits), exponent - bias - fractionBits);
}

void checkAllPatterns(float (*widen)(uint16_t), uint16_t (*narrow)(float), int exponentBits, int fractionBits) {
  for (unsigned bits = 0; bits < 65536; ++bits) {
    double expected = decode(bits, exponentBits, fractionBits);
    float value = widen(bits);
    if (std::isnan(expected)) {
      ASSERT_TRUE(std::isnan(value)) << bits;
      ASSERT_TRUE(std::isnan(widen(narrow(value)))) << bits;
      continue;
    }
    ASSERT_EQ(value, expected) << bits;
    ASSERT_EQ(narrow(value), bits);
    // The middle between a number and its neighbour away from zero goes to the even one of the two, what lies
    // beside the middle to the nearer one.
    double next = decode(bits + 1, exponentBits, fractionBits);
    if (std::isinf(expected) || !std::isfinite(next))
      continue;
    float middle = static_cast<float>((expected + next) / 2);
    ASSERT_EQ(narrow(middle), bits % 2 ? bits + 1 : bits) << bits;
    ASSERT_EQ(narrow(std::nextafter(middle, static_cast<float>(expected))), bits) << bits;
    ASSERT_EQ(narrow(std::nextafter(middle, static_cast<float>(next))), bits + 1) << bits;
  }
}

} // namespace

TEST(LowPrecision, fp16_is_exact_over_all_patterns) { checkAllPatterns(fp16ToFloat, floatToFp16, 5, 10); }
TEST(LowPrecision, bf16_is_exact_over_all_patterns) { checkAllPatterns(bf16ToFloat, floatToBf16, 8, 7); }

TEST(LowPrecision, what_is_too_large_becomes_infinity) {
  EXPECT_EQ(floatToFp16(65519.0f), 0x7bff); // below the middle between 65504 and 65536
  EXPECT_EQ(floatToFp16(65520.0f), 0x7c00);
  EXPECT_EQ(floatToBf16(std::numeric_limits<float>::max()), 0x7f80);
}
