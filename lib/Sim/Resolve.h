// Instructions with the registers of their engine read.
#pragma once
#include "tarn/ISA/Instructions.h"

namespace tarn::sim {

/// Whether an address, the wait or the update of an instruction comes from a register.
bool usesRegisters(const isa::Instruction &instruction);
/// Puts in what the registers hold.
void resolve(isa::Instruction &instruction, llvm::ArrayRef<int32_t> registers);

} // namespace tarn::sim
