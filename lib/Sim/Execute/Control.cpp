// Control: what the sequencer does. Waits and updates belong to every instruction and are the machine's
// business.
#include "tarn/Sim/Execute.h"

namespace tarn::sim {
using namespace isa;

int32_t valueOf(const RegisterOrImmediate &operand, llvm::ArrayRef<int32_t> registers) {
  return operand.isRegister ? registers[operand.value] : operand.value;
}

bool isTaken(const CompareBranch &branch, llvm::ArrayRef<int32_t> registers) {
  int32_t lhs = valueOf(branch.lhs, registers), rhs = valueOf(branch.rhs, registers);
  switch (branch.cmp) {
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
  return false;
}

void executeRegisters(const RegisterMove &move, llvm::MutableArrayRef<int32_t> registers) {
  registers[move.dst] = valueOf(move.src, registers);
}

void executeRegisters(const RegisterAlu &alu, llvm::MutableArrayRef<int32_t> registers) {
  int32_t lhs = valueOf(alu.lhs, registers), rhs = valueOf(alu.rhs, registers);
  uint32_t a = lhs, b = rhs, result = 0;
  switch (alu.op) {
  case RegisterOp::add:
    result = a + b;
    break;
  case RegisterOp::subtract:
    result = a - b;
    break;
  case RegisterOp::mult:
    result = a * b;
    break;
  case RegisterOp::bitwise_and:
    result = a & b;
    break;
  case RegisterOp::bitwise_or:
    result = a | b;
    break;
  case RegisterOp::bitwise_xor:
    result = a ^ b;
    break;
  case RegisterOp::shift_left:
    result = b < 32 ? a << b : 0;
    break;
  case RegisterOp::shift_right:
    result = b < 32 ? a >> b : 0;
    break;
  case RegisterOp::min:
    result = std::min(lhs, rhs);
    break;
  case RegisterOp::max:
    result = std::max(lhs, rhs);
    break;
  }
  registers[alu.dst] = result;
}

// The sequencer has already done these when values are computed.
llvm::Error execute(const RegisterMove &, Context &) { return llvm::Error::success(); }
llvm::Error execute(const RegisterAlu &, Context &) { return llvm::Error::success(); }
llvm::Error execute(const CompareBranch &, Context &) { return llvm::Error::success(); }
llvm::Error execute(const EventSemaphore &, Context &) { return llvm::Error::success(); }
llvm::Error execute(const Drain &, Context &) { return llvm::Error::success(); }
llvm::Error execute(const Nop &, Context &) { return llvm::Error::success(); }

} // namespace tarn::sim
