// The functions of the Scalar engine against the same in extended precision: docs/Numerics.md says that they are rounded once.
#include "Programs.h"
#include "tarn/Sim/Execute.h"
#include "llvm/ADT/bit.h"
#include <cmath>
#include <random>

using namespace tarn;
using namespace tarn::sim;
using namespace tarn::sim::test;
using isa::ActivationFunction;

namespace {
using Real = long double;

const Real pi = std::acos(Real(-1));

// Written from the definitions, by other formulas than the engine's where there are any.
Real phi(Real x) { return std::exp(-x * x / 2) / std::sqrt(2 * pi); }
Real Phi(Real x) { return x < 0 ? std::erfc(-x / std::sqrt(Real(2))) / 2 : 1 - std::erfc(x / std::sqrt(Real(2))) / 2; }
Real logistic(Real x) { return x < 0 ? std::exp(x) / (1 + std::exp(x)) : 1 / (1 + std::exp(-x)); }
/// The derivative of x * logistic(slope * x).
Real swishSlope(Real x, Real slope) {
  Real s = logistic(slope * x);
  return s + slope * x * s * logistic(-slope * x);
}
/// tanh(log(1 + e^x)) = ((1 + e^x)^2 - 1) / ((1 + e^x)^2 + 1)
Real mishWeight(Real x) {
  if (x > 100)
    return 1;
  Real e = std::exp(x), square = e * (e + 2);
  return square / (square + 2);
}
Real times(Real x, Real weight) { return weight == 0 ? 0 : x * weight; }

struct Range {
  double low, high; // of |x| when `isLogarithmic`
  bool isLogarithmic = false, isSigned = false;
};
struct Case {
  ActivationFunction function;
  Real (*exact)(Real);
  std::optional<Range> range; // none: all reals
};

const Case cases[] = {
    {ActivationFunction::copy, [](Real x) { return x; }, {}},
    {ActivationFunction::square, [](Real x) { return x * x; }, {}},
    {ActivationFunction::sigmoid, logistic, {}},
    {ActivationFunction::relu, [](Real x) { return x > 0 ? x : 0; }, {}},
    {ActivationFunction::prelu, [](Real x) { return x < 0 ? x / 4 : x; }, {}}, // alpha 0.25
    {ActivationFunction::gelu, [](Real x) { return times(x, Phi(x)); }, {}},
    {ActivationFunction::gelu_dx, [](Real x) { return Phi(x) + times(x, phi(x)); }, {}},
    {ActivationFunction::gelu_apprx_tanh,
     [](Real x) { return times(x, logistic(2 * std::sqrt(2 / pi) * (x + Real(0.044715L) * x * x * x))); },
     {}},
    {ActivationFunction::gelu_apprx_sigmoid, [](Real x) { return times(x, logistic(Real(1.702L) * x)); }, {}},
    {ActivationFunction::gelu_apprx_sigmoid_dx, [](Real x) { return swishSlope(x, 1.702L); }, {}},
    {ActivationFunction::silu, [](Real x) { return times(x, logistic(x)); }, {}},
    {ActivationFunction::silu_dx, [](Real x) { return swishSlope(x, 1); }, {}},
    {ActivationFunction::tanh, [](Real x) { return std::tanh(x); }, {}},
    {ActivationFunction::softplus,
     [](Real x) { return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x)); },
     {}},
    {ActivationFunction::mish, [](Real x) { return times(x, mishWeight(x)); }, {}},
    {ActivationFunction::erf, [](Real x) { return std::erf(x); }, {}},
    {ActivationFunction::erf_dx, [](Real x) { return 2 / std::sqrt(pi) * std::exp(-x * x); }, {}},
    {ActivationFunction::exp, [](Real x) { return std::exp(x); }, {}},
    {ActivationFunction::sign, [](Real x) { return Real((x > 0) - (x < 0)); }, {}},
    {ActivationFunction::abs, [](Real x) { return std::fabs(x); }, {}},
    {ActivationFunction::log, [](Real x) { return std::log(x); }, Range{0x1p-64, 0x1p64, true}},
    {ActivationFunction::sin, [](Real x) { return std::sin(x); }, Range{-3.1415925, 3.1415925}},
    {ActivationFunction::arctan, [](Real x) { return std::atan(x); }, Range{-1.570796, 1.570796}},
    {ActivationFunction::sqrt, [](Real x) { return std::sqrt(x); }, Range{0x1p-116, 0x1p118, true}},
    {ActivationFunction::rsqrt, [](Real x) { return 1 / std::sqrt(x); }, Range{0x1p-87, 0x1p97, true}},
    {ActivationFunction::reciprocal, [](Real x) { return 1 / x; }, Range{0x1p-42, 0x1p42, true, true}},
};

std::vector<float> argumentsOf(const Case &theCase, size_t count) {
  std::mt19937_64 random(unsigned(theCase.function) + 1);
  auto uniform = [&](double low, double high) { return low + (high - low) * double(random() >> 11) * 0x1p-53; };
  std::vector<float> arguments;
  while (arguments.size() < count) {
    float x;
    if (!theCase.range) {
      // Half of them any finite number, half where functions bend.
      x = arguments.size() % 2 ? float(uniform(-20, 20)) : llvm::bit_cast<float>(uint32_t(random()));
    } else if (theCase.range->isLogarithmic) {
      x = float(std::exp2(uniform(std::log2(theCase.range->low), std::log2(theCase.range->high))));
      x = std::clamp(x, float(theCase.range->low), float(theCase.range->high));
      x = theCase.range->isSigned && random() % 2 ? -x : x;
    } else {
      x = float(uniform(theCase.range->low, theCase.range->high));
    }
    if (std::isfinite(x))
      arguments.push_back(x);
  }
  return arguments;
}

/// The function on [128, n / 128] elements of SBUF.
std::vector<float> apply(ActivationFunction function, llvm::ArrayRef<float> arguments, CoreState &core) {
  unsigned elements = arguments.size() / 128;
  isa::Activation instruction;
  instruction.data = sbuf(0, 128, elements);
  instruction.dst = sbuf(65536, 128, elements);
  instruction.op = function;
  instruction.alpha = 0.25f;
  for (unsigned p = 0; p < 128; ++p)
    std::memcpy(core.memory.row(instruction.data, p), arguments.data() + p * elements, elements * 4);
  Context context{core, isa::Engine::act};
  llvm::cantFail(execute(instruction, context));
  std::vector<float> results(arguments.size());
  for (unsigned p = 0; p < 128; ++p)
    std::memcpy(results.data() + p * elements, core.memory.row(instruction.dst, p), elements * 4);
  return results;
}

/// Distance in units of the last place that a result near `exact` has.
Real ulpsBetween(float result, Real exact) {
  if (std::isinf(result))
    return std::fabs(exact) >= Real(0x1.ffffffp127L) && (exact > 0) == (result > 0) ? 0 : HUGE_VALL;
  int exponent = 0;
  std::frexp(exact, &exponent);
  return std::fabs(result - exact) / std::ldexp(Real(1), std::max(exponent - 24, -149));
}
} // namespace

TEST(Functions, all_are_tested) { EXPECT_EQ(std::size(cases), isa::numActivationFunctions); }

TEST(Functions, of_the_scalar_engine_are_rounded_once) {
  CoreState core(trn2(), std::make_shared<Hbm>(64));
  for (const Case &theCase : cases) {
    std::vector<float> arguments = argumentsOf(theCase, 102400), results = apply(theCase.function, arguments, core);
    Real worst = 0;
    float where = 0;
    for (size_t i = 0; i < arguments.size(); ++i) {
      Real distance = ulpsBetween(results[i], theCase.exact(arguments[i]));
      if (!(distance <= worst)) {
        worst = distance;
        where = arguments[i];
      }
    }
    // Half a unit is what rounding takes; the rest is what double precision adds before it.
    EXPECT_LE(double(worst), 0.5001) << isa::name(theCase.function).str() << " of " << where;
  }
  EXPECT_TRUE(core.rangeWarnings.empty());
}

TEST(Functions, outside_their_range_give_nan_and_are_counted) {
  CoreState core(trn2(), std::make_shared<Hbm>(64));
  for (auto [function, argument] :
       {std::pair(ActivationFunction::log, 0x1p65f), std::pair(ActivationFunction::log, -1.0f),
        std::pair(ActivationFunction::arctan, 1.6f), std::pair(ActivationFunction::sqrt, 0x1p-117f),
        std::pair(ActivationFunction::rsqrt, 0x1p98f), std::pair(ActivationFunction::reciprocal, -0x1p43f)}) {
    core.rangeWarnings.clear();
    std::vector<float> arguments(128, argument);
    for (float result : apply(function, arguments, core))
      EXPECT_TRUE(std::isnan(result)) << isa::name(function).str();
    EXPECT_EQ(core.rangeWarnings[isa::name(function).str()], 128u);
  }
}

TEST(Functions, sine_goes_on_as_a_cubic) {
  CoreState core(trn2(), std::make_shared<Hbm>(64));
  std::vector<float> arguments(128, 9.0f);
  EXPECT_NEAR(apply(ActivationFunction::sin, arguments, core)[0], 27.65, 0.01); // facts 4.2
}
