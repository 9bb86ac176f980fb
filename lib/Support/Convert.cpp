// HostTensor::cast: every element type to every other, one tight loop for each pair.
#include "tarn/Support/HostTensor.h"
#include "tarn/Support/LowPrecision.h"
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

namespace tarn {
namespace {

// How an element lies in memory and the arithmetic type that holds its value.
template <typename T> struct Plain {
  using Stored = T;
  using Value = T;
  static Value read(Stored bits) { return bits; }
  static Stored write(Value value) { return value; }
};
struct Bf16 {
  using Stored = uint16_t;
  using Value = float;
  static Value read(Stored bits) { return bf16ToFloat(bits); }
  static Stored write(Value value) { return floatToBf16(value); }
};
struct Fp16 {
  using Stored = uint16_t;
  using Value = float;
  static Value read(Stored bits) { return fp16ToFloat(bits); }
  static Stored write(Value value) { return floatToFp16(value); }
};
struct Tf32 {
  using Stored = float;
  using Value = float;
  static Value read(Stored bits) { return bits; }
  static Stored write(Value value) { return roundToTf32(value); }
};
template <DType type> struct Fp8 {
  using Stored = uint8_t;
  using Value = float;
  static Value read(Stored bits) { return fp8ToFloat(type, bits); }
  static Stored write(Value value) { return floatToFp8(type, value); }
};
struct Bool {
  using Stored = uint8_t;
  using Value = bool;
  static Value read(Stored bits) { return bits != 0; }
  static Stored write(Value value) { return value; }
};

template <typename Visitor> void withElement(DType type, Visitor visit) {
  switch (type) {
  case DType::fp32:
    return visit(Plain<float>());
  case DType::bf16:
    return visit(Bf16());
  case DType::fp16:
    return visit(Fp16());
  case DType::int8:
    return visit(Plain<int8_t>());
  case DType::int16:
    return visit(Plain<int16_t>());
  case DType::int32:
    return visit(Plain<int32_t>());
  case DType::uint8:
    return visit(Plain<uint8_t>());
  case DType::uint16:
    return visit(Plain<uint16_t>());
  case DType::uint32:
    return visit(Plain<uint32_t>());
  case DType::boolean:
    return visit(Bool());
  case DType::int64:
    return visit(Plain<int64_t>());
  case DType::uint64:
    return visit(Plain<uint64_t>());
  case DType::fp64:
    return visit(Plain<double>());
  case DType::tf32:
    return visit(Tf32());
  case DType::fp32r:
    return visit(Plain<float>());
  case DType::fp8_e3m4:
    return visit(Fp8<DType::fp8_e3m4>());
  case DType::fp8_e4m3:
    return visit(Fp8<DType::fp8_e4m3>());
  case DType::fp8_e5m2:
    return visit(Fp8<DType::fp8_e5m2>());
  case DType::fp8_e4m3fn:
    return visit(Fp8<DType::fp8_e4m3fn>());
  case DType::fp8_e8m0fnu:
    return visit(Fp8<DType::fp8_e8m0fnu>());
  case DType::fp8x4_e4m3fn:
  case DType::fp8x4_e5m2:
    return visit(Plain<uint32_t>());
  case DType::fp4x4_e2m1fn:
    return visit(Plain<uint16_t>());
  }
}

template <typename To, typename From> To convert(From value) {
  if constexpr (std::is_same_v<To, bool>) {
    return value != 0;
  } else if constexpr (std::is_integral_v<To> && std::is_floating_point_v<From>) {
    double wide = value;
    if (std::isnan(wide))
      return 0;
    if (wide <= static_cast<double>(std::numeric_limits<To>::min()))
      return std::numeric_limits<To>::min();
    if (wide >= static_cast<double>(std::numeric_limits<To>::max()))
      return std::numeric_limits<To>::max();
    return static_cast<To>(wide);
  } else {
    return static_cast<To>(value);
  }
}

} // namespace

HostTensor HostTensor::cast(DType to) const {
  if (to == elementType)
    return *this;
  HostTensor result(to, dims);
  const char *source = begin;
  char *target = result.mutableBytes().data();
  int64_t count = size();
  withElement(elementType, [&](auto from) {
    withElement(to, [&](auto into) {
      using From = decltype(from);
      using Into = decltype(into);
      for (int64_t i = 0; i < count; ++i) {
        typename From::Stored bits;
        std::memcpy(&bits, source + i * sizeof(bits), sizeof(bits));
        auto converted = Into::write(convert<typename Into::Value>(From::read(bits)));
        std::memcpy(target + i * sizeof(converted), &converted, sizeof(converted));
      }
    });
  });
  return result;
}

} // namespace tarn
