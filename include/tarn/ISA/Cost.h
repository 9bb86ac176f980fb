// What an instruction costs by the formulas of its record: one formula for the simulator and the compiler.
#pragma once
#include "tarn/Chip/Chip.h"
#include "tarn/ISA/Instructions.h"

namespace tarn::isa {

struct Cost {
  double issueNs = 0;      // from this instruction's start to when its engine can start the next one
  double completionNs = 0; // from start to visible results
};

/// Of an instruction that is not a DMA, alone on its engine.
Cost costOf(const Instruction &instruction, Engine engine, const Chip &chip);

/// Of a DMA with idle engines and memory: from trigger to completion, and bytes moved.
struct DmaCost {
  double triggerNs = 0;    // how long it occupies the engine that issues it
  double latencyNs = 0;    // from trigger to the first byte
  double transferNs = 0;   // its elements dealt to the DMA engines
  uint64_t elements = 0;   // descriptors' elements
  uint64_t bytes = 0;
};
DmaCost dmaCostOf(const DmaCopy &copy, Engine engine, const Chip &chip);

} // namespace tarn::isa
