// Mathematics on single elements.
#include "Elementwise.h"

namespace tarn::reference {
namespace {

Result abs(const Node &node) {
  return mapNumbers(node, [](auto x) {
    using T = decltype(x);
    if constexpr (std::is_floating_point_v<T>)
      return std::fabs(x);
    else
      return static_cast<T>(std::is_signed_v<T> && x < T(0) ? -static_cast<uint64_t>(x) : x);
  });
}
Result neg(const Node &node) {
  return mapNumbers(node, [](auto x) {
    using T = decltype(x);
    if constexpr (std::is_floating_point_v<T>)
      return -x;
    else
      return static_cast<T>(-static_cast<uint64_t>(x));
  });
}
Result sign(const Node &node) {
  return mapNumbers(node, [](auto x) {
    using T = decltype(x);
    return x > T(0) ? T(1) : x < T(0) ? static_cast<T>(-1) : T(0);
  });
}

Result sqrt(const Node &node) {
  return mapFloats(node, [](auto x) { return std::sqrt(x); });
}
Result exp(const Node &node) {
  return mapFloats(node, [](auto x) { return std::exp(x); });
}
Result log(const Node &node) {
  return mapFloats(node, [](auto x) { return std::log(x); });
}
Result erf(const Node &node) {
  return mapFloats(node, [](auto x) { return std::erf(x); });
}
Result reciprocal(const Node &node) {
  return mapFloats(node, [](auto x) { return 1 / x; });
}
Result floor(const Node &node) {
  return mapFloats(node, [](auto x) { return std::floor(x); });
}
Result ceil(const Node &node) {
  return mapFloats(node, [](auto x) { return std::ceil(x); });
}
// Halves go to the even neighbour.
Result round(const Node &node) {
  return mapFloats(node, [](auto x) { return std::nearbyint(x); });
}
Result sin(const Node &node) {
  return mapFloats(node, [](auto x) { return std::sin(x); });
}
Result cos(const Node &node) {
  return mapFloats(node, [](auto x) { return std::cos(x); });
}
Result tan(const Node &node) {
  return mapFloats(node, [](auto x) { return std::tan(x); });
}
Result asin(const Node &node) {
  return mapFloats(node, [](auto x) { return std::asin(x); });
}
Result acos(const Node &node) {
  return mapFloats(node, [](auto x) { return std::acos(x); });
}
Result atan(const Node &node) {
  return mapFloats(node, [](auto x) { return std::atan(x); });
}
Result sinh(const Node &node) {
  return mapFloats(node, [](auto x) { return std::sinh(x); });
}
Result cosh(const Node &node) {
  return mapFloats(node, [](auto x) { return std::cosh(x); });
}
Result asinh(const Node &node) {
  return mapFloats(node, [](auto x) { return std::asinh(x); });
}
Result acosh(const Node &node) {
  return mapFloats(node, [](auto x) { return std::acosh(x); });
}
Result atanh(const Node &node) {
  return mapFloats(node, [](auto x) { return std::atanh(x); });
}

} // namespace

llvm::ArrayRef<Operator> unaryOperators() {
  static const Operator table[] = {
      {"Abs", abs, 1, 1},     {"Neg", neg, 1, 1},     {"Sign", sign, 1, 1},   {"Sqrt", sqrt, 1, 1},
      {"Exp", exp, 1, 1},     {"Log", log, 1, 1},     {"Erf", erf, 1, 1},     {"Reciprocal", reciprocal, 1, 1},
      {"Floor", floor, 1, 1}, {"Ceil", ceil, 1, 1},   {"Round", round, 1, 1}, {"Sin", sin, 1, 1},
      {"Cos", cos, 1, 1},     {"Tan", tan, 1, 1},     {"Asin", asin, 1, 1},   {"Acos", acos, 1, 1},
      {"Atan", atan, 1, 1},   {"Sinh", sinh, 1, 1},   {"Cosh", cosh, 1, 1},   {"Asinh", asinh, 1, 1},
      {"Acosh", acosh, 1, 1}, {"Atanh", atanh, 1, 1},
  };
  return table;
}

} // namespace tarn::reference
