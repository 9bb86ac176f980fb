// What each instruction does to memory and to the state of its engine: one overload of `execute` per record
// of include/tarn/ISA/*.td. None looks at a clock. Operands are resolved (no register offsets) and within
// bounds.
#pragma once
#include "tarn/ISA/Instructions.h"
#include "tarn/Sim/Memory.h"
#include <map>

namespace tarn::sim {

/// The stationary operand in the PE array: [rows k][columns m].
struct Stationary {
  unsigned rows = 0, columns = 0;
  DType dtype = DType::fp32;
  isa::Fp32Mode mode = isa::Fp32Mode::full;
  std::vector<float> values;
  std::vector<char> raw; // as stored, for transposes
};

/// The architectural state of one core.
struct CoreState {
  CoreState(const Chip &chip, std::shared_ptr<Hbm> hbm) : memory(chip, std::move(hbm)) {}

  Memory memory;
  std::array<std::array<int32_t, isa::numRegisters>, isa::numEngines> registers{};
  Stationary stationary;
  std::array<float, 128> activationAccumulators{};
  /// Arguments outside the documented range of an activation function, counted by function.
  std::map<std::string, uint64_t> rangeWarnings;
};

struct Context {
  CoreState &core;
  isa::Engine engine;
  Memory &memory() const { return core.memory; }
};

#define TARN_DECLARE_EXECUTE(Name, mnemonic)                                                                 \
  llvm::Error execute(const isa::Name &instruction, Context &context);
TARN_FOR_EACH_INSTRUCTION(TARN_DECLARE_EXECUTE)
#undef TARN_DECLARE_EXECUTE

/// Whether the branch is taken, and registers' arithmetic, which the sequencer needs whether or not values
/// are computed.
bool isTaken(const isa::CompareBranch &branch, llvm::ArrayRef<int32_t> registers);
int32_t valueOf(const isa::RegisterOrImmediate &operand, llvm::ArrayRef<int32_t> registers);
void executeRegisters(const isa::RegisterMove &move, llvm::MutableArrayRef<int32_t> registers);
void executeRegisters(const isa::RegisterAlu &alu, llvm::MutableArrayRef<int32_t> registers);

} // namespace tarn::sim
