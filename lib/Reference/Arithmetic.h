// The types that operators compute in: fp32 for fp32 and the 16-bit floats, double for fp64, 64-bit integers
// for all integers (their low bits are the wrapped result of the narrower type).
#pragma once
#include "tarn/Support/HostTensor.h"
#include <type_traits>

namespace tarn::reference {

template <typename T> constexpr DType dtypeOf() {
  if constexpr (std::is_same_v<T, float>)
    return DType::fp32;
  else if constexpr (std::is_same_v<T, double>)
    return DType::fp64;
  else if constexpr (std::is_same_v<T, int64_t>)
    return DType::int64;
  else
    return DType::uint64;
}

/// Calls `visit` with a value of the type to compute in.
template <typename Visitor> auto withArithmetic(DType type, Visitor visit) {
  if (type == DType::fp64)
    return visit(double());
  if (isFloat(type))
    return visit(float());
  if (type == DType::uint64)
    return visit(uint64_t());
  return visit(int64_t());
}
/// The same for operators on floats only.
template <typename Visitor> auto withFloat(DType type, Visitor visit) {
  return type == DType::fp64 ? visit(double()) : visit(float());
}

/// The tensor with elements of `T`, aligned; shares the bytes where it is so already.
template <typename T> HostTensor as(const HostTensor &tensor) { return tensor.cast(dtypeOf<T>()).aligned(); }

/// Integer arithmetic that wraps instead of overflowing.
template <typename T, typename F> T wrapping(T a, T b, F f) {
  if constexpr (std::is_integral_v<T>)
    return static_cast<T>(f(static_cast<uint64_t>(a), static_cast<uint64_t>(b)));
  else
    return f(a, b);
}

} // namespace tarn::reference
