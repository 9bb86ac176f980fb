// What control instructions compute: registers and branches, the same for the simulator and for the proof, which runs
// them without values. Registers are 32 bits wide and wrap around; shifts by 32 or more give 0.
#pragma once
#include "tarn/ISA/Instructions.h"

namespace tarn::isa {

int32_t valueOf(const RegisterOrImmediate &operand, llvm::ArrayRef<int32_t> registers);
int32_t evaluate(RegisterOp op, int32_t lhs, int32_t rhs);
bool holds(Comparison comparison, int32_t lhs, int32_t rhs);

bool isTaken(const CompareBranch &branch, llvm::ArrayRef<int32_t> registers);
void executeRegisters(const RegisterMove &move, llvm::MutableArrayRef<int32_t> registers);
void executeRegisters(const RegisterAlu &alu, llvm::MutableArrayRef<int32_t> registers);

} // namespace tarn::isa
