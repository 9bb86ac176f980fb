// The DMA engines of a core: how they are triggered, and a DMA as the shares of it that are dealt to them.
#pragma once
#include "DmaGroups.h"
#include "tarn/ISA/Cost.h"
#include "tarn/Sim/Events.h"

namespace tarn::sim {

class DmaEngines {
public:
  explicit DmaEngines(const Chip &chip);

  /// Sets start, triggerEnd and sequencerEnd of a DMA looked at now and dispatched at step.dispatch, and what firstElement
  /// and completion would be without other DMAs; they are known when it is finished.
  void transfer(const isa::DmaElements &elements, Picoseconds now, Step &step);
  /// When the ring has room for a trigger, from `now` on; where that is not known yet: when to ask again.
  Picoseconds roomAt(const isa::DmaElements &elements, isa::Engine trigger, Picoseconds now);

  struct Finished {
    uint32_t step;
    Picoseconds firstElement, completion;
  };
  /// Works ahead, and tells what was found to be finished; until the next call. To be called by nextWork().
  llvm::ArrayRef<Finished> run(Picoseconds now);
  /// When the DMA engines do something that is not known yet.
  std::optional<Picoseconds> nextWork() const { return engines.nextWork(); }

private:
  void setFirstRead(const isa::DmaElements &elements, DmaEngine::Share &share) const;

  struct Transfer {
    uint32_t step;
    unsigned ring, sharesLeft;
    Picoseconds firstElement, lastWrite;
  };
  const Chip &chip;
  DmaGroups engines;
  std::array<Picoseconds, isa::numEngines> lastTriggerStart{}, lastTriggerEnd{};
  std::array<bool, isa::numEngines> hasTriggered{};
  std::vector<Transfer> transfers; // in flight, by number; numbers are used again
  std::vector<uint32_t> freeTransfers;
  std::array<std::vector<Picoseconds>, isa::numEngines> ends; // of finished ones that end later than the machine is
  std::vector<DmaGroups::Shared> dealt;                       // of the last transfer
  std::vector<Finished> finished;
  uint64_t softwareLoads = 0;
};

} // namespace tarn::sim
