// Instructions with the registers of their engine read.
#pragma once
#include "tarn/ISA/Instructions.h"

namespace tarn::sim {

/// Whether an address, the wait or the update of an instruction comes from a register.
bool usesRegisters(const isa::Instruction &instruction);
/// Puts in what the registers hold. Returns the place of an operand that begins outside of what an address can say;
/// empty when none does.
std::string resolve(isa::Instruction &instruction, llvm::ArrayRef<int32_t> registers);
/// " (R1 = 5, R2 = -1)" of the registers in the addresses of an instruction; empty when there are none.
std::string registersOf(const isa::Instruction &instruction, llvm::ArrayRef<int32_t> registers);

} // namespace tarn::sim
