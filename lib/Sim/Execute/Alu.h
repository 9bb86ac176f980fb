// The operators of the vector data path, on fp32 and on integers.
#pragma once
#include "tarn/ISA/Instructions.h"
#include <cmath>

namespace tarn::sim {

/// Operators on bits: their operands bypass the conversion to fp32.
bool isBitOperator(isa::AluOp op);
int64_t applyBits(isa::AluOp op, int64_t a, int64_t b, unsigned bits);
/// Exact integer arithmetic (GpSimd engine), wrapping when stored. Division truncates; by zero it gives 0.
int64_t applyInteger(isa::AluOp op, int64_t a, int64_t b);
/// To nearest even with saturation, NaN to 0.
int64_t toInteger(float value);

/// Calls `use` with a callable (float a, float b) -> float that is `op`; unary operators take `a`. max and
/// min give NaN when an operand is NaN; mod takes the sign of the divisor.
template <typename Use> void withOperator(isa::AluOp op, Use &&use) {
  using isa::AluOp;
  auto truth = [](bool value) { return value ? 1.0f : 0.0f; };
  switch (op) {
  case AluOp::bypass:
    return use([](float a, float) { return a; });
  case AluOp::add:
    return use([](float a, float b) { return a + b; });
  case AluOp::subtract:
    return use([](float a, float b) { return a - b; });
  case AluOp::mult:
    return use([](float a, float b) { return a * b; });
  case AluOp::max:
    return use([](float a, float b) { return a > b || a != a ? a : b; });
  case AluOp::min:
    return use([](float a, float b) { return a < b || a != a ? a : b; });
  case AluOp::divide:
    return use([](float a, float b) { return a / b; });
  case AluOp::power:
    return use([](float a, float b) { return static_cast<float>(std::pow(double(a), double(b))); });
  case AluOp::mod:
    return use([](float a, float b) {
      float remainder = std::fmod(a, b);
      return remainder != 0 && (remainder < 0) != (b < 0) ? remainder + b : remainder;
    });
  case AluOp::abs_max:
    return use([](float a, float b) {
      float x = std::fabs(a), y = std::fabs(b);
      return x > y || x != x ? x : y;
    });
  case AluOp::abs_min:
    return use([](float a, float b) {
      float x = std::fabs(a), y = std::fabs(b);
      return x < y || x != x ? x : y;
    });
  case AluOp::is_equal:
    return use([=](float a, float b) { return truth(a == b); });
  case AluOp::not_equal:
    return use([=](float a, float b) { return truth(a != b); });
  case AluOp::is_gt:
    return use([=](float a, float b) { return truth(a > b); });
  case AluOp::is_ge:
    return use([=](float a, float b) { return truth(a >= b); });
  case AluOp::is_lt:
    return use([=](float a, float b) { return truth(a < b); });
  case AluOp::is_le:
    return use([=](float a, float b) { return truth(a <= b); });
  case AluOp::logical_and:
    return use([=](float a, float b) { return truth((a != 0) & (b != 0)); });
  case AluOp::logical_or:
    return use([=](float a, float b) { return truth((a != 0) | (b != 0)); });
  case AluOp::logical_xor:
    return use([=](float a, float b) { return truth((a != 0) != (b != 0)); });
  case AluOp::abs:
    return use([](float a, float) { return std::fabs(a); });
  case AluOp::square:
    return use([](float a, float) { return a * a; });
  case AluOp::relu:
    return use([](float a, float) { return a > 0 || a != a ? a : 0.0f; });
  case AluOp::rsqrt:
    return use([](float a, float) { return static_cast<float>(1.0 / std::sqrt(double(a))); });
  case AluOp::reciprocal:
    return use([](float a, float) { return 1.0f / a; });
  case AluOp::bitwise_and:
  case AluOp::bitwise_or:
  case AluOp::bitwise_xor:
  case AluOp::bitwise_not:
  case AluOp::shift_left:
  case AluOp::shift_right:
  case AluOp::arith_shift_right:
    break; // applyBits
  }
}

} // namespace tarn::sim
