// Where engines meet at a memory (facts 2.3, 8.11, 8.13):
//
//   | engines       | memory        | from NeuronCore-v3 on                      | NeuronCore-v2      |
//   | DVE and ACT   | a PSUM bank   | both at half their rate while they overlap | one after the other |
//   | DVE and ACT   | other banks   | nothing                                    | one after the other |
//   | DVE and POOL  | SBUF          | DVE at one element a cycle                 | one after the other |
//
// What an instruction started beside is known; what starts beside it later is not yet. So the later one bears what both
// lose, and DVE bears nothing of a POOL instruction that starts after it.
#pragma once
#include "tarn/Chip/Chip.h"
#include "tarn/Sim/Events.h"

namespace tarn::sim {

class SharedPorts {
public:
  explicit SharedPorts(const Chip &chip) : chip(chip) {}

  /// By how much the instruction takes longer; it occupies its data path from `start` to `end`.
  Picoseconds conflictOf(const isa::Instruction &instruction, isa::Engine engine, Picoseconds start, Picoseconds end);

private:
  struct Use {
    Picoseconds end = 0;
    uint64_t banks = 0; // of PSUM, one bit each
    bool sbuf = false;
  };
  Use useOf(const isa::Instruction &instruction) const;

  const Chip &chip;
  std::array<Use, isa::numEngines> last;
};

} // namespace tarn::sim
