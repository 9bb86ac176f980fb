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
  CoreState(const Chip &chip, std::shared_ptr<Hbm> hbm)
      : chip(chip), memory(chip, std::move(hbm)), activationAccumulators(chip.partitions) {}

  const Chip &chip;
  Memory memory;
  std::array<std::array<int32_t, isa::numRegisters>, isa::numEngines> registers{};
  Stationary stationary;
  std::vector<float> activationAccumulators; // one a partition
  /// Arguments outside the documented range of an activation function, counted by function.
  std::map<std::string, uint64_t> rangeWarnings;
  /// Instructions executed by each engine: part of the key of random bits, so that these do not depend on time.
  std::array<uint64_t, isa::numEngines> executed{};
};

struct Context {
  CoreState &core;
  isa::Engine engine;
  Memory &memory() const { return core.memory; }
};

/// Before each instruction of an engine: the key of its stochastic rounding, where the chip rounds so.
void beginInstruction(Context &context);

#define TARN_DECLARE_EXECUTE(Name, mnemonic)                                                                 \
  llvm::Error execute(const isa::Name &instruction, Context &context);
TARN_FOR_EACH_INSTRUCTION(TARN_DECLARE_EXECUTE)
#undef TARN_DECLARE_EXECUTE

} // namespace tarn::sim
