// How the event loop moves the DMA engines: they work ahead of time when somebody asks, so it asks when one
// of them may have finished something.
#include "EventLoop.h"
#include "tarn/ISA/Cost.h"

namespace tarn::sim {
using isa::Instruction;

/// How long after now they are asked again when the estimate has passed and nothing is finished. A completion is told at
/// its own time or, at the most, so much later.
static constexpr double askAgainNs = 5;

/// Lets the DMA engines work until now, and completes what they have finished.
void EventLoop::runDmas(unsigned core) {
  DmaEngines &dma = cores[core].dma;
  for (const DmaEngines::Finished &finished : dma.run(now)) {
    auto found = dmaSlots.find(finished.step);
    uint32_t slot = found->second;
    dmaSlots.erase(found);
    inFlight[slot].step.firstElement = finished.firstElement;
    inFlight[slot].step.completion = finished.completion;
    schedule(finished.completion, Kind::completion, slot);
  }
  Picoseconds &check = cores[core].dmaCheck;
  if (std::optional<Picoseconds> next = dma.nextFinished()) {
    // Others may come in between: it is asked again until it is so.
    Picoseconds at = *next > now ? *next : now + fromNs(askAgainNs);
    if (check <= now || at < check) {
      check = at;
      schedule(at, Kind::dma, core);
    }
  }
}

/// False when the trigger has to hold until its ring has room.
bool EventLoop::startDma(Engine &engine, const Instruction &instruction, Step &step) {
  DmaEngines &dma = cores[engine.core].dma;
  isa::DmaElements elements = isa::dmaElementsOf(instruction, chip);
  runDmas(engine.core);
  if (Picoseconds wait = dma.roomIn(elements, engine.kind, now); wait > 0) {
    // The ring is asked at the end of the trigger.
    if (!engine.held) {
      engine.held = step;
      wait = step.dispatch + fromNs(isa::dmaCostOf(elements, engine.kind, chip).triggerNs) - now;
    }
    schedule(now + std::max<Picoseconds>(wait, 1), Kind::sequencer, &engine - engines.data());
    return false;
  }
  if (engine.held) {
    step.triggerEnd = now;
    engine.held.reset();
  }
  dma.transfer(elements, step);
  return true;
}

} // namespace tarn::sim
