// The DMA engines of a core: elements of a DMA are dealt to them, each engine takes what arrives in order,
// HBM is a roof over all (facts 5.6; replay 4, rules 7 to 9; docs/Simulator.md, Time).
#pragma once
#include "tarn/Chip/Chip.h"
#include "tarn/ISA/Cost.h"
#include "tarn/Sim/Events.h"

namespace tarn::sim {

class DmaEngines {
public:
  explicit DmaEngines(const Chip &chip) : chip(chip), engineFree(chip.dma.engines, 0) {}

  /// Sets start, triggerEnd, firstElement, sequencerEnd and completion of a DMA dispatched at step.dispatch.
  void transfer(const isa::DmaElements &elements, Step &step);

private:
  const Chip &chip;
  std::vector<Picoseconds> engineFree;
  std::array<Picoseconds, isa::numEngines> lastTriggerEnd{};
  std::array<bool, isa::numEngines> hasTriggered{};
  Picoseconds hbmFree = 0;
};

} // namespace tarn::sim
