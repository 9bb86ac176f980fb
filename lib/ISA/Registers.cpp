// See Registers.h. Register numbers are taken modulo their count, so that a program whose rules nobody has checked
// cannot reach outside.
#include "tarn/ISA/Registers.h"

namespace tarn::isa {

int32_t valueOf(const RegisterOrImmediate &operand, llvm::ArrayRef<int32_t> registers) {
  if (!operand.isRegister)
    return operand.value;
  uint32_t content = registers[static_cast<uint32_t>(operand.value) % numRegisters];
  return static_cast<uint32_t>(operand.base) + content * static_cast<uint32_t>(operand.scale);
}

int32_t evaluate(RegisterOp op, int32_t lhs, int32_t rhs) {
  uint32_t a = lhs, b = rhs;
  switch (op) {
  case RegisterOp::add:
    return a + b;
  case RegisterOp::subtract:
    return a - b;
  case RegisterOp::mult:
    return a * b;
  case RegisterOp::bitwise_and:
    return a & b;
  case RegisterOp::bitwise_or:
    return a | b;
  case RegisterOp::bitwise_xor:
    return a ^ b;
  case RegisterOp::shift_left:
    return b < 32 ? a << b : 0;
  case RegisterOp::shift_right:
    return b < 32 ? a >> b : 0;
  case RegisterOp::min:
    return std::min(lhs, rhs);
  case RegisterOp::max:
    return std::max(lhs, rhs);
  }
  llvm_unreachable("all operators are handled");
}

bool holds(Comparison comparison, int32_t lhs, int32_t rhs) {
  switch (comparison) {
  case Comparison::eq:
    return lhs == rhs;
  case Comparison::ne:
    return lhs != rhs;
  case Comparison::gt:
    return lhs > rhs;
  case Comparison::ge:
    return lhs >= rhs;
  case Comparison::lt:
    return lhs < rhs;
  case Comparison::le:
    return lhs <= rhs;
  }
  llvm_unreachable("all comparisons are handled");
}

bool isTaken(const CompareBranch &branch, llvm::ArrayRef<int32_t> registers) {
  return holds(branch.cmp, valueOf(branch.lhs, registers), valueOf(branch.rhs, registers));
}

void executeRegisters(const RegisterMove &move, llvm::MutableArrayRef<int32_t> registers) {
  registers[move.dst % numRegisters] = valueOf(move.src, registers);
}

void executeRegisters(const RegisterAlu &alu, llvm::MutableArrayRef<int32_t> registers) {
  registers[alu.dst % numRegisters] = evaluate(alu.op, valueOf(alu.lhs, registers), valueOf(alu.rhs, registers));
}

} // namespace tarn::isa
