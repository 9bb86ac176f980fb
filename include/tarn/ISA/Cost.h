// What an instruction costs by the formulas of its record: one formula for the simulator and the compiler.
#pragma once
#include "tarn/Chip/Chip.h"
#include "tarn/ISA/Instructions.h"

namespace tarn::isa {

struct Cost {
  double issueNs = 0;      // from this instruction's start to when its engine can start the next one
  double completionNs = 0; // from start to visible results
};

/// Alone on its engine, the PE at full clock (a chip whose pe.clockHz is the throttled one gives the throttled cost). Of
/// a DMA: occupancy of the engine that triggers it, and the sum of `dmaCostOf`.
Cost costOf(const Instruction &instruction, Engine engine, const Chip &chip);

/// Of a DMA with idle engines and memory: from trigger to completion, and bytes moved.
struct DmaCost {
  double triggerNs = 0;  // how long it occupies the engine that issues it
  double latencyNs = 0;  // from trigger to the first byte
  double transferNs = 0; // its elements dealt to the DMA engines
  uint64_t elements = 0; // descriptors' elements
  uint64_t bytes = 0;
};
/// How a DMA is cut into elements and dealt to the DMA engines.
struct DmaElements {
  uint64_t elements = 0;
  uint64_t elementBytes = 0; // of a full element
  uint64_t bytes = 0;        // moved, by the larger dtype
  unsigned engines = 1;      // that have elements
  uint64_t perEngine = 0;    // elements of the busiest engine
  unsigned firstEngine = 0;
  bool isLoad = false; // HBM is read
  bool casts = false;
  bool isGathered = false; // a store's elements are put together of shorter rows
  DgeMode mode = DgeMode::hwdge;
  uint64_t hbmBytes = 0;   // read and written there
  bool isIndirect = false; // rows are found by index
  double slowdown = 1;     // of an element's transfer, by what is done on the way
};
DmaElements dmaElementsOf(const DmaCopy &copy, const Chip &chip);
DmaElements dmaElementsOf(const DmaTranspose &transpose, const Chip &chip);
DmaElements dmaElementsOf(const DmaGather &gather, const Chip &chip);
DmaElements dmaElementsOf(const DmaScatter &scatter, const Chip &chip);
DmaElements dmaElementsOf(const DmaCompute &compute, const Chip &chip);
/// Of an instruction that is a DMA.
DmaElements dmaElementsOf(const Instruction &instruction, const Chip &chip);
DgeMode dgeModeOf(const Instruction &instruction);

DmaCost dmaCostOf(const DmaElements &elements, Engine engine, const Chip &chip);
template <typename Dma> DmaCost dmaCostOf(const Dma &dma, Engine engine, const Chip &chip) {
  return dmaCostOf(dmaElementsOf(dma, chip), engine, chip);
}

/// Cycles in which the PE streams: what the throttle counts. 0 for other instructions.
double streamCyclesOf(const Instruction &instruction, const Chip &chip);

} // namespace tarn::isa
