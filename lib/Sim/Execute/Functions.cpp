#include "Functions.h"
#include <cmath>

namespace tarn::sim {
using isa::ActivationFunction;

namespace {

constexpr double pi = 3.14159265358979323846;
constexpr double nan = std::numeric_limits<double>::quiet_NaN();

double sigmoid(double x) { return 1 / (1 + std::exp(-x)); }
double density(double x) { return std::exp(-x * x / 2) / std::sqrt(2 * pi); }
double cumulative(double x) { return std::erfc(-x / std::sqrt(2.0)) / 2; }
/// x * weight, where weight vanishes faster than x grows.
double weighted(double x, double weight) { return weight == 0 ? 0 : x * weight; }

double sine(double x) {
  if (std::fabs(x) <= pi)
    return std::sin(x);
  double beyond = std::fabs(x) - pi;
  return std::copysign(beyond * beyond * beyond / 6 - beyond, x);
}

/// Calls `each` with the function on one value.
template <typename Each> void withFunction(ActivationFunction function, double alpha, Each &&each) {
  using F = ActivationFunction;
  auto outside = [](double x, double low, double high) { return x < low || x > high; };
  switch (function) {
  case F::copy:
  case F::square:
  case F::relu:
  case F::abs:
  case F::prelu:
    return; // in fp32, below
  case F::sigmoid:
    return each([](double x) { return sigmoid(x); });
  case F::gelu:
    return each([](double x) { return weighted(x, cumulative(x)); });
  case F::gelu_dx:
    return each([](double x) { return cumulative(x) + weighted(x, density(x)); });
  case F::gelu_apprx_tanh:
    return each([](double x) { return weighted(x, sigmoid(2 * std::sqrt(2 / pi) * (x + 0.044715 * x * x * x))); });
  case F::gelu_apprx_sigmoid:
    return each([](double x) { return weighted(x, sigmoid(1.702 * x)); });
  case F::gelu_apprx_sigmoid_dx:
    return each([](double x) {
      double s = sigmoid(1.702 * x);
      return s + weighted(x, 1.702 * s * (1 - s));
    });
  case F::silu:
    return each([](double x) { return weighted(x, sigmoid(x)); });
  case F::silu_dx:
    return each([](double x) {
      double s = sigmoid(x);
      return s + weighted(x, s * (1 - s));
    });
  case F::tanh:
    return each([](double x) { return std::tanh(x); });
  case F::softplus:
    return each([](double x) { return x > 40 ? x : std::log1p(std::exp(x)); });
  case F::mish:
    return each([](double x) { return weighted(x, std::tanh(x > 40 ? x : std::log1p(std::exp(x)))); });
  case F::erf:
    return each([](double x) { return std::erf(x); });
  case F::erf_dx:
    return each([](double x) { return 2 / std::sqrt(pi) * std::exp(-x * x); });
  case F::exp:
    return each([](double x) { return std::exp(x); });
  case F::sign:
    return each([](double x) { return x > 0 ? 1 : x < 0 ? -1 : x; });
  case F::log:
    return each([=](double x) {
      return x != 0 && !(x > 0 && std::isinf(x)) && outside(x, 0x1p-64, 0x1p64) ? nan : std::log(x);
    });
  case F::sin:
    return each([](double x) { return sine(x); });
  case F::arctan:
    return each([=](double x) { return outside(x, -pi / 2, pi / 2) ? nan : std::atan(x); });
  case F::sqrt:
    return each([=](double x) {
      return x != 0 && !(x > 0 && std::isinf(x)) && outside(x, 0x1p-116, 0x1p118) ? nan : std::sqrt(x);
    });
  case F::rsqrt:
    return each([=](double x) {
      return x != 0 && !(x > 0 && std::isinf(x)) && outside(x, 0x1p-87, 0x1p97) ? nan : 1 / std::sqrt(x);
    });
  case F::reciprocal:
    return each(
        [=](double x) { return x != 0 && !std::isinf(x) && outside(std::fabs(x), 0x1p-42, 0x1p42) ? nan : 1 / x; });
  }
}

} // namespace

uint64_t applyFunction(ActivationFunction function, float alpha, float *values, size_t size) {
  switch (function) {
  case ActivationFunction::copy:
    return 0;
  case ActivationFunction::square:
    for (size_t i = 0; i < size; ++i)
      values[i] = values[i] * values[i];
    return 0;
  case ActivationFunction::relu:
    for (size_t i = 0; i < size; ++i)
      values[i] = values[i] > 0 || values[i] != values[i] ? values[i] : 0.0f;
    return 0;
  case ActivationFunction::abs:
    for (size_t i = 0; i < size; ++i)
      values[i] = std::fabs(values[i]);
    return 0;
  case ActivationFunction::prelu:
    for (size_t i = 0; i < size; ++i)
      values[i] = values[i] < 0 ? alpha * values[i] : values[i];
    return 0;
  default:
    break;
  }
  uint64_t outside = 0;
  withFunction(function, alpha, [&](auto f) {
    for (size_t i = 0; i < size; ++i) {
      float result = static_cast<float>(f(double(values[i])));
      outside += result != result && values[i] == values[i];
      values[i] = result;
    }
  });
  return outside;
}

} // namespace tarn::sim
