#include "Alu.h"
#include <limits>

namespace tarn::sim {
using isa::AluOp;

bool isBitOperator(AluOp op) { return op >= AluOp::bitwise_and && op <= AluOp::arith_shift_right; }

int64_t applyBits(AluOp op, int64_t a, int64_t b, unsigned bits) {
  uint64_t mask = bits == 64 ? ~uint64_t(0) : (uint64_t(1) << bits) - 1;
  uint64_t x = uint64_t(a) & mask;
  bool inRange = b >= 0 && b < int64_t(bits);
  switch (op) {
  case AluOp::bitwise_and:
    return a & b;
  case AluOp::bitwise_or:
    return a | b;
  case AluOp::bitwise_xor:
    return a ^ b;
  case AluOp::bitwise_not:
    return ~a;
  case AluOp::shift_left:
    return inRange ? int64_t(x << b) : 0;
  case AluOp::shift_right:
    return inRange ? int64_t(x >> b) : 0;
  case AluOp::arith_shift_right: {
    int64_t extended = int64_t(x << (64 - bits)) >> (64 - bits);
    return extended >> (inRange ? b : int64_t(bits) - 1);
  }
  default:
    return a;
  }
}

namespace {
// Beyond 64 bits all of these wrap.
int64_t product(int64_t a, int64_t b) { return static_cast<int64_t>(uint64_t(a) * uint64_t(b)); }
int64_t negated(int64_t a) { return static_cast<int64_t>(0 - uint64_t(a)); }
int64_t magnitude(int64_t a) { return a < 0 ? negated(a) : a; }
int64_t power(int64_t base, int64_t exponent) {
  if (exponent < 0) // a fraction but for 1 and -1
    return base == 1 || (base == -1 && exponent % 2 == 0) ? 1 : base == -1 ? -1 : 0;
  int64_t result = 1;
  for (; exponent; exponent >>= 1, base = product(base, base))
    if (exponent & 1)
      result = product(result, base);
  return result;
}
} // namespace

int64_t applyInteger(AluOp op, int64_t a, int64_t b) {
  if (isBitOperator(op))
    return applyBits(op, a, b, 32);
  switch (op) {
  case AluOp::bypass:
    return a;
  case AluOp::add:
    return static_cast<int64_t>(uint64_t(a) + uint64_t(b));
  case AluOp::subtract:
    return static_cast<int64_t>(uint64_t(a) - uint64_t(b));
  case AluOp::mult:
    return product(a, b);
  case AluOp::max:
    return std::max(a, b);
  case AluOp::min:
    return std::min(a, b);
  case AluOp::divide:
    return b == 0 ? 0 : b == -1 ? negated(a) : a / b;
  case AluOp::mod: {
    if (b == 0 || b == -1)
      return 0;
    int64_t remainder = a % b;
    return remainder && (remainder < 0) != (b < 0) ? remainder + b : remainder;
  }
  case AluOp::abs_max:
    return std::max(magnitude(a), magnitude(b));
  case AluOp::abs_min:
    return std::min(magnitude(a), magnitude(b));
  case AluOp::is_equal:
    return a == b;
  case AluOp::not_equal:
    return a != b;
  case AluOp::is_gt:
    return a > b;
  case AluOp::is_ge:
    return a >= b;
  case AluOp::is_lt:
    return a < b;
  case AluOp::is_le:
    return a <= b;
  case AluOp::logical_and:
    return a && b;
  case AluOp::logical_or:
    return a || b;
  case AluOp::logical_xor:
    return (a != 0) != (b != 0);
  case AluOp::abs:
    return magnitude(a);
  case AluOp::square:
    return product(a, a);
  case AluOp::relu:
    return std::max<int64_t>(a, 0);
  case AluOp::power:
    return power(a, b);
  default: { // roots and reciprocals: of integers 0 or about 1
    float result = 0;
    withOperator(op, [&](auto f) { result = f(float(a), float(b)); });
    return std::isfinite(result) ? std::llrint(result) : 0;
  }
  }
}

int64_t toInteger(float value) {
  constexpr float limit = 9223372036854775808.0f; // 2^63
  if (std::isnan(value))
    return 0;
  return value >= limit    ? std::numeric_limits<int64_t>::max()
         : value <= -limit ? std::numeric_limits<int64_t>::min()
                           : std::llrint(value);
}

} // namespace tarn::sim
