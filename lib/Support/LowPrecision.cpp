#include "tarn/Support/LowPrecision.h"
#include "llvm/ADT/bit.h"
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

namespace tarn {
namespace {

/// What the largest exponent means.
enum class Specials : uint8_t {
  ieee,    // infinity and NaNs
  onlyNaN, // numbers, but for the pattern of all ones
  none,    // numbers
};

struct Format {
  unsigned exponentBits, fractionBits;
  int bias;
  Specials specials;

  constexpr uint32_t sign() const { return 1u << (exponentBits + fractionBits); }
  constexpr uint32_t infinity() const { return ((1u << exponentBits) - 1) << fractionBits; }
  constexpr uint32_t largest() const {
    return specials == Specials::ieee ? infinity() - 1 : specials == Specials::onlyNaN ? sign() - 2 : sign() - 1;
  }
};
constexpr Format fp16Format{5, 10, 15, Specials::ieee}, bf16Format{8, 7, 127, Specials::ieee},
    tf32Format{8, 10, 127, Specials::ieee}, e5m2{5, 2, 15, Specials::ieee}, e4m3{4, 3, 7, Specials::ieee},
    e3m4{3, 4, 3, Specials::ieee}, e4m3fn{4, 3, 7, Specials::onlyNaN}, e2m1fn{2, 1, 1, Specials::none};

struct ToNearestEven {
  uint64_t operator()(uint64_t significand, unsigned shift) const {
    if (shift == 0)
      return significand;
    return (significand + (uint64_t(1) << (shift - 1)) - 1 + (significand >> shift & 1)) >> shift;
  }
};
struct Stochastic {
  uint64_t random;
  uint64_t operator()(uint64_t significand, unsigned shift) const {
    return (significand + (random & ((uint64_t(1) << shift) - 1))) >> shift;
  }
};

template <typename Rounding> uint32_t narrow(Format format, float value, Rounding round) {
  uint32_t bits = llvm::bit_cast<uint32_t>(value), magnitude = bits & 0x7fffffff;
  uint32_t sign = bits >> 31 ? format.sign() : 0;
  if (magnitude > 0x7f800000) { // NaN
    if (format.specials == Specials::none)
      return format.sign();
    return sign | (format.specials == Specials::ieee ? format.infinity() | 1u << (format.fractionBits - 1)
                                                     : format.sign() - 1);
  }
  uint32_t beyond = format.specials == Specials::ieee      ? format.infinity()
                    : format.specials == Specials::onlyNaN ? format.sign() - 1
                                                           : format.largest();
  if (magnitude == 0x7f800000)
    return sign | beyond;
  // significand * 2^(exponent - 127 - 23)
  int exponent = std::max<int>(magnitude >> 23, 1);
  uint64_t significand = (magnitude & 0x7fffff) | (magnitude >> 23 ? 0x800000 : 0);
  int target = exponent - 127 + format.bias; // the biased exponent, if the result is normal
  unsigned shift = 23 - format.fractionBits;
  uint64_t result;
  if (target >= 1) {
    // The implicit bit adds one to the exponent, and a carry of the rounding one more.
    result = (uint64_t(target - 1) << format.fractionBits) + round(significand, shift);
  } else {
    shift += 1 - target;
    result = shift < 60 ? round(significand, shift) : 0;
  }
  return sign | static_cast<uint32_t>(result > format.largest() ? beyond : result);
}

float widen(Format format, uint32_t bits) {
  float sign = bits & format.sign() ? -1.0f : 1.0f;
  uint32_t magnitude = bits & (format.sign() - 1);
  uint32_t fraction = magnitude & ((1u << format.fractionBits) - 1);
  int exponent = static_cast<int>(magnitude >> format.fractionBits);
  if (magnitude > format.largest()) {
    bool isInfinity = format.specials == Specials::ieee && magnitude == format.infinity();
    return std::copysign(isInfinity ? std::numeric_limits<float>::infinity() : std::numeric_limits<float>::quiet_NaN(),
                         sign);
  }
  int scale = std::max(exponent, 1) - format.bias - static_cast<int>(format.fractionBits);
  return sign * std::ldexp(static_cast<float>(fraction | (exponent ? 1u << format.fractionBits : 0)), scale);
}

/// A power of two, ties up (away from 0); between 2^-127 and 2^-126 up, as ml_dtypes does.
uint8_t floatToE8m0(float value) {
  uint32_t bits = llvm::bit_cast<uint32_t>(value);
  if (!(value > 0) || bits >= 0x7f400000) // also what would round to 2^128
    return 0xff;
  return bits < 0x800000 ? bits > 0x400000 : (bits + 0x400000) >> 23;
}
float e8m0ToFloat(uint8_t bits) {
  return bits == 0xff ? std::numeric_limits<float>::quiet_NaN() : std::ldexp(1.0f, bits - 127);
}

const Format *formatOf(DType type) {
  switch (type) {
  case DType::fp16:
    return &fp16Format;
  case DType::bf16:
    return &bf16Format;
  case DType::tf32:
    return &tf32Format;
  case DType::fp8_e3m4:
    return &e3m4;
  case DType::fp8_e4m3:
    return &e4m3;
  case DType::fp8_e5m2:
    return &e5m2;
  case DType::fp8_e4m3fn:
    return &e4m3fn;
  default:
    return nullptr;
  }
}

struct Fp8Tables {
  std::array<std::array<float, 256>, 5> values;
  Fp8Tables() {
    for (unsigned i = 0; i < values.size(); ++i) {
      const Format *format = formatOf(static_cast<DType>(static_cast<unsigned>(DType::fp8_e3m4) + i));
      for (unsigned bits = 0; bits < 256; ++bits)
        values[i][bits] = format ? widen(*format, bits) : e8m0ToFloat(bits);
    }
  }
};
} // namespace

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

float roundToTf32(float value) {
  uint32_t bits = llvm::bit_cast<uint32_t>(value);
  if ((bits & 0x7fffffff) > 0x7f800000)
    return llvm::bit_cast<float>((bits | 0x400000) & ~0x1fffu);
  return llvm::bit_cast<float>((bits + 0xfff + (bits >> 13 & 1)) & ~0x1fffu);
}

const float *fp8Values(DType type) {
  static const Fp8Tables tables;
  return tables.values[static_cast<unsigned>(type) - static_cast<unsigned>(DType::fp8_e3m4)].data();
}
float fp8ToFloat(DType type, uint8_t bits) { return fp8Values(type)[bits]; }
uint8_t floatToFp8(DType type, float value) {
  const Format *format = formatOf(type);
  return format ? narrow(*format, value, ToNearestEven()) : floatToE8m0(value);
}

float fp4ToFloat(uint8_t bits) { return widen(e2m1fn, bits & 15); }
uint8_t floatToFp4(float value) { return narrow(e2m1fn, value, ToNearestEven()); }

uint32_t roundStochastically(DType type, float value, uint64_t random) {
  if (type == DType::fp8_e8m0fnu)
    return floatToE8m0(value);
  const Format *format = formatOf(type);
  if (!format)
    return llvm::bit_cast<uint32_t>(value);
  uint32_t bits = narrow(*format, value, Stochastic{random});
  return type == DType::tf32 ? bits << 13 : bits;
}

} // namespace tarn
