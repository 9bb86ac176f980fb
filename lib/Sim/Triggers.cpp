// How the event loop moves the DMA engines: they work ahead, as far as what is triggered from now on cannot matter, and
// are asked again before they do something that is not known yet.
#include "EventLoop.h"
#include "tarn/ISA/Cost.h"

namespace tarn::sim {
using isa::Instruction;

/// Lets the DMA engines work, and schedules the completion of what they will have finished.
void EventLoop::runDmas(unsigned core) {
  for (const DmaEngines::Finished &finished : cores[core].dma.run(now)) {
    auto found = dmaSlots.find(finished.step);
    uint32_t slot = found->second;
    dmaSlots.erase(found);
    inFlight[slot].step.firstElement = finished.firstElement;
    inFlight[slot].step.completion = finished.completion;
    schedule(finished.completion, Kind::completion, slot);
  }
  scheduleDmas(core);
}

void EventLoop::scheduleDmas(unsigned core) {
  Picoseconds &work = cores[core].dmaWork;
  std::optional<Picoseconds> next = cores[core].dma.nextWork();
  if (next && (work <= now || *next < work)) {
    work = *next;
    schedule(work, Kind::dma, core);
  }
}

/// False when the trigger has to hold until its ring has room.
bool EventLoop::startDma(Engine &engine, const Instruction &instruction, Step &step) {
  DmaEngines &dma = cores[engine.core].dma;
  isa::DmaElements elements = isa::dmaElementsOf(instruction, chip);
  if (Picoseconds room = dma.roomAt(elements, engine.kind, now); room > now) {
    // The ring is asked at the end of the trigger.
    if (!engine.held) {
      engine.held = step;
      room = step.dispatch + fromNs(isa::dmaCostOf(elements, engine.kind, chip).triggerNs);
    }
    schedule(std::max(room, now + 1), Kind::sequencer, &engine - engines.data());
    return false;
  }
  if (engine.held) {
    step.triggerEnd = now;
    engine.held.reset();
  }
  dma.transfer(elements, now, step);
  return true;
}

} // namespace tarn::sim
