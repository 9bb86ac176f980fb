#include "Alu.h"

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

int64_t applyInteger(AluOp op, int64_t a, int64_t b) {
  if (isBitOperator(op))
    return applyBits(op, a, b, 32);
  switch (op) {
  case AluOp::bypass:
    return a;
  case AluOp::add:
    return a + b;
  case AluOp::subtract:
    return a - b;
  case AluOp::mult:
    return a * b;
  case AluOp::max:
    return std::max(a, b);
  case AluOp::min:
    return std::min(a, b);
  case AluOp::divide:
    return b ? a / b : 0;
  case AluOp::mod: {
    if (!b)
      return 0;
    int64_t remainder = a % b;
    return remainder && (remainder < 0) != (b < 0) ? remainder + b : remainder;
  }
  case AluOp::abs_max:
    return std::max(std::abs(a), std::abs(b));
  case AluOp::abs_min:
    return std::min(std::abs(a), std::abs(b));
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
    return std::abs(a);
  case AluOp::square:
    return a * a;
  case AluOp::relu:
    return std::max<int64_t>(a, 0);
  default: {
    float result = 0;
    withOperator(op, [&](auto f) { result = f(float(a), float(b)); });
    return std::isfinite(result) ? std::llrint(result) : 0;
  }
  }
}

} // namespace tarn::sim
