#include "tarn/Sim/Memory.h"
#include "tarn/Support/LowPrecision.h"
#include "llvm/ADT/bit.h"
#include <cstring>
#include <limits>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace tarn::sim {

Hbm::Hbm(uint64_t sizeInBytes, bool hasBytes)
    : size(sizeInBytes), bytes(hasBytes ? static_cast<char *>(std::calloc(sizeInBytes + 64, 1)) : nullptr) {
  // Beyond this the pages of a large program that are never touched are left to the operating system.
  constexpr uint64_t poisoned = uint64_t(1) << 30;
  if (bytes)
    std::memset(bytes.get(), 0xff, std::min(sizeInBytes, poisoned));
}

Memory::Memory(const Chip &chip, std::shared_ptr<Hbm> sharedHbm)
    : sbufPitch(chip.sbuf.bytesPerPartition), psumPitch(chip.psum.banks * chip.psum.bankBytesPerPartition),
      hbm(std::move(sharedHbm)) {
  if (!hbm->data())
    return; // a run without values
  sbuf.reset(new char[sbufPitch * chip.partitions]);
  psum.reset(new char[psumPitch * chip.partitions]);
  std::memset(sbuf.get(), 0xff, sbufPitch * chip.partitions);
  std::memset(psum.get(), 0xff, psumPitch * chip.partitions);
}

Walk::Walk(llvm::ArrayRef<isa::Dim> pattern) {
  int at = 4; // dimensions [at, 4) are in use; the pattern comes innermost first
  for (isa::Dim dim : pattern) {
    size *= dim.num;
    if (dim.num == 1)
      continue;
    if (at < 4 && dim.step == step[at] * int64_t(num[at])) {
      num[at] *= dim.num;
      continue;
    }
    --at;
    step[at] = dim.step;
    num[at] = dim.num;
  }
}

namespace {

template <typename T> struct Storage {
  static float toFloat(T value) { return static_cast<float>(value); }
  static T fromFloat(float value) {
    // 2^31 and 2^32 are exact in fp32, the largest integers below them are not.
    constexpr float low = static_cast<float>(std::numeric_limits<T>::min());
    constexpr double highPlusOne = static_cast<double>(std::numeric_limits<T>::max()) + 1.0;
    float rounded = std::nearbyintf(value);
    if (rounded >= static_cast<float>(highPlusOne))
      return std::numeric_limits<T>::max();
    if (rounded <= low)
      return std::numeric_limits<T>::min();
    return rounded == rounded ? static_cast<T>(rounded) : T(0);
  }
};
template <> struct Storage<float> {
  static float toFloat(float value) { return value; }
  static float fromFloat(float value) { return value; }
};
struct Bf16 {
  uint16_t bits;
};
struct Fp16 {
  uint16_t bits;
};
template <> struct Storage<Bf16> {
  static float toFloat(Bf16 value) { return bf16ToFloat(value.bits); }
  static Bf16 fromFloat(float value) { return {floatToBf16(value)}; }
};
template <> struct Storage<Fp16> {
  static float toFloat(Fp16 value) { return fp16ToFloat(value.bits); }
  static Fp16 fromFloat(float value) { return {floatToFp16(value)}; }
};
/// A tf32 word is an fp32 whose low bits are 0; what lies there in other words is not seen.
struct Tf32 {
  float value;
};
template <> struct Storage<Tf32> {
  static float toFloat(Tf32 value) { return llvm::bit_cast<float>(llvm::bit_cast<uint32_t>(value.value) & ~0x1fffu); }
  static Tf32 fromFloat(float value) { return {roundToTf32(value)}; }
};
template <DType type> struct Fp8 {
  uint8_t bits;
};
template <DType type> struct Storage<Fp8<type>> {
  static float toFloat(Fp8<type> value) { return fp8ToFloat(type, value.bits); }
  static Fp8<type> fromFloat(float value) { return {floatToFp8(type, value)}; }
};
struct Bool {
  uint8_t bits;
};
template <> struct Storage<Bool> {
  static float toFloat(Bool value) { return value.bits; }
  static Bool fromFloat(float value) { return {Storage<uint8_t>::fromFloat(value)}; }
};

/// Calls f(offset of the first element, innermost step, innermost count) for each innermost line of the walk.
template <typename F> void forEachLine(const Walk &walk, F &&f) {
  for (uint32_t a = 0; a < walk.num[0]; ++a)
    for (uint32_t b = 0; b < walk.num[1]; ++b)
      for (uint32_t c = 0; c < walk.num[2]; ++c)
        f(a * walk.step[0] + b * walk.step[1] + c * walk.step[2]);
}

template <typename T> T get(const char *at) {
  T value;
  std::memcpy(&value, at, sizeof(T));
  return value;
}

/// Walks a row and calls f(pointer to element, index).
template <typename T, typename F> void eachElement(const Walk &walk, const char *row, F &&f) {
  size_t index = 0;
  const int64_t step = walk.step[3];
  const uint32_t num = walk.num[3];
  forEachLine(walk, [&](int64_t offset) {
    const char *line = row + offset * int64_t(sizeof(T));
    if (step == 1)
      for (uint32_t i = 0; i < num; ++i)
        f(line + i * sizeof(T), index + i);
    else
      for (uint32_t i = 0; i < num; ++i)
        f(line + int64_t(i) * step * int64_t(sizeof(T)), index + i);
    index += num;
  });
}

template <typename F> void withStorage(DType type, F &&f) {
  switch (type) {
  case DType::fp32:
    return f(float());
  case DType::bf16:
    return f(Bf16());
  case DType::fp16:
    return f(Fp16());
  case DType::int8:
    return f(int8_t());
  case DType::int16:
    return f(int16_t());
  case DType::int32:
    return f(int32_t());
  case DType::uint8:
    return f(uint8_t());
  case DType::uint16:
    return f(uint16_t());
  case DType::uint32:
    return f(uint32_t());
  case DType::boolean:
    return f(Bool());
  case DType::tf32:
    return f(Tf32());
  case DType::fp32r:
    return f(float());
  case DType::fp8_e3m4:
    return f(Fp8<DType::fp8_e3m4>());
  case DType::fp8_e4m3:
    return f(Fp8<DType::fp8_e4m3>());
  case DType::fp8_e5m2:
    return f(Fp8<DType::fp8_e5m2>());
  case DType::fp8_e4m3fn:
    return f(Fp8<DType::fp8_e4m3fn>());
  case DType::fp8_e8m0fnu:
    return f(Fp8<DType::fp8_e8m0fnu>());
  case DType::fp8x4_e4m3fn:
  case DType::fp8x4_e5m2:
    return f(uint32_t()); // bits: rules keep them from arithmetic
  case DType::fp4x4_e2m1fn:
    return f(uint16_t());
  case DType::int64:
  case DType::uint64:
  case DType::fp64:
    break; // host only: refused when the program is checked
  }
}

template <typename T> struct Bits {
  using type = T;
};
template <> struct Bits<float> {
  using type = uint32_t;
};
template <> struct Bits<Bf16> {
  using type = uint16_t;
};
template <> struct Bits<Fp16> {
  using type = uint16_t;
};
template <> struct Bits<Bool> {
  using type = uint8_t;
};
template <> struct Bits<Tf32> {
  using type = uint32_t;
};
template <DType dtype> struct Bits<Fp8<dtype>> {
  using type = uint8_t;
};

template <typename F> void withSize(unsigned size, F &&f) {
  switch (size) {
  case 1:
    return f(uint8_t());
  case 2:
    return f(uint16_t());
  case 4:
    return f(uint32_t());
  }
}

} // namespace

void load(DType type, const Walk &walk, const char *row, float *out) {
  if (walk.isContiguous())
    return toFloat(type, row, out, walk.size);
  withStorage(type, [&](auto storage) {
    using T = decltype(storage);
    eachElement<T>(walk, row, [&](const char *at, size_t i) { out[i] = Storage<T>::toFloat(get<T>(at)); });
  });
}

void store(DType type, const Walk &walk, char *row, const float *in) {
  if (walk.isContiguous())
    return fromFloat(type, in, row, walk.size);
  withStorage(type, [&](auto storage) {
    using T = decltype(storage);
    eachElement<T>(walk, row, [&](const char *at, size_t i) {
      T value = Storage<T>::fromFloat(in[i]);
      std::memcpy(const_cast<char *>(at), &value, sizeof(T));
    });
  });
}

/// A good mixture of 64 bits (the finalizer of splitmix64).
static uint64_t mix(uint64_t x) {
  x += 0x9e3779b97f4a7c15;
  x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9;
  x = (x ^ x >> 27) * 0x94d049bb133111eb;
  return x ^ x >> 31;
}

static bool isRounded(DType type) {
  return isFloat(type) && type != DType::fp32 && type != DType::fp32r && type != DType::fp8_e8m0fnu;
}

void storeStochastically(DType type, const Walk &walk, char *row, const float *in, uint64_t key) {
  if (!isRounded(type))
    return store(type, walk, row, in);
  withSize(sizeInBytes(type), [&](auto storage) {
    using T = decltype(storage);
    eachElement<T>(walk, row, [&](const char *at, size_t i) {
      T value = static_cast<T>(roundStochastically(type, in[i], mix(key + i)));
      std::memcpy(const_cast<char *>(at), &value, sizeof(T));
    });
  });
}

uint64_t mixed(uint64_t a, uint64_t b) { return mix(mix(a) ^ b); }

void loadBits(DType type, const Walk &walk, const char *row, int64_t *out) {
  withStorage(type, [&](auto storage) {
    using T = typename Bits<decltype(storage)>::type;
    eachElement<T>(walk, row, [&](const char *at, size_t i) { out[i] = get<T>(at); });
  });
}

void storeBits(DType type, const Walk &walk, char *row, const int64_t *in) {
  withSize(sizeInBytes(type), [&](auto storage) {
    using T = decltype(storage);
    eachElement<T>(walk, row, [&](const char *at, size_t i) {
      T value = static_cast<T>(in[i]);
      std::memcpy(const_cast<char *>(at), &value, sizeof(T));
    });
  });
}

void loadRaw(unsigned elementSize, const Walk &walk, const char *row, char *out) {
  if (walk.isContiguous()) {
    std::memcpy(out, row, size_t(walk.size) * elementSize);
    return;
  }
  withSize(elementSize, [&](auto storage) {
    using T = decltype(storage);
    eachElement<T>(walk, row, [&](const char *at, size_t i) { std::memcpy(out + i * sizeof(T), at, sizeof(T)); });
  });
}

void storeRaw(unsigned elementSize, const Walk &walk, char *row, const char *in) {
  if (walk.isContiguous()) {
    std::memcpy(row, in, size_t(walk.size) * elementSize);
    return;
  }
  withSize(elementSize, [&](auto storage) {
    using T = decltype(storage);
    eachElement<T>(walk, row, [&](const char *at, size_t i) {
      std::memcpy(const_cast<char *>(at), in + i * sizeof(T), sizeof(T));
    });
  });
}

#if defined(__x86_64__)
// Eight conversions at once where the processor has them; the results are those of LowPrecision.h but for NaN
// payloads.
__attribute__((target("avx,f16c"))) static size_t fp16ToFloats(const char *in, float *out, size_t count) {
  size_t i = 0;
  for (; i + 8 <= count; i += 8)
    _mm256_storeu_ps(out + i, _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i *>(in + 2 * i))));
  return i;
}
__attribute__((target("avx,f16c"))) static size_t floatsToFp16(const float *in, char *out, size_t count) {
  size_t i = 0;
  for (; i + 8 <= count; i += 8)
    _mm_storeu_si128(reinterpret_cast<__m128i *>(out + 2 * i),
                     _mm256_cvtps_ph(_mm256_loadu_ps(in + i), _MM_FROUND_TO_NEAREST_INT));
  return i;
}
static const bool hasF16c = __builtin_cpu_supports("f16c") && __builtin_cpu_supports("avx");
#else
static size_t fp16ToFloats(const char *, float *, size_t) { return 0; }
static size_t floatsToFp16(const float *, char *, size_t) { return 0; }
static const bool hasF16c = false;
#endif

void toFloat(DType type, const char *in, float *out, size_t count) {
  if (type == DType::fp32 || type == DType::fp32r) {
    std::memcpy(out, in, count * sizeof(float));
    return;
  }
  if (type == DType::fp16 && hasF16c) {
    size_t done = fp16ToFloats(in, out, count);
    in += 2 * done;
    out += done;
    count -= done;
  }
  withStorage(type, [&](auto storage) {
    using T = decltype(storage);
    for (size_t i = 0; i < count; ++i)
      out[i] = Storage<T>::toFloat(get<T>(in + i * sizeof(T)));
  });
}

void fromFloat(DType type, const float *in, char *out, size_t count) {
  if (type == DType::fp32 || type == DType::fp32r) {
    std::memcpy(out, in, count * sizeof(float));
    return;
  }
  if (type == DType::fp16 && hasF16c) {
    size_t done = floatsToFp16(in, out, count);
    in += done;
    out += 2 * done;
    count -= done;
  }
  withStorage(type, [&](auto storage) {
    using T = decltype(storage);
    for (size_t i = 0; i < count; ++i) {
      T value = Storage<T>::fromFloat(in[i]);
      std::memcpy(out + i * sizeof(T), &value, sizeof(T));
    }
  });
}

} // namespace tarn::sim
