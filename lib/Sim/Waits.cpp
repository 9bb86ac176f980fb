// The semaphores of a run: whether an engine may pass its wait, and how long after an update it wakes
// (facts 5.7; replay 4).
#include "EventLoop.h"
#include "tarn/ISA/Cost.h"
#include "tarn/ISA/Registers.h"

namespace tarn::sim {
using isa::Instruction;

/// An event_semaphore that waits and updates, as in a barrier.
static bool isForwarding(const Instruction &instruction) {
  return instruction.is<isa::EventSemaphore>() && instruction.wait && instruction.update;
}

double EventLoop::toEngineNs(isa::Engine engine) const {
  const auto &semaphore = chip.semaphore;
  const double byEngine[] = {semaphore.toPeNs, semaphore.toActNs, semaphore.toDveNs, semaphore.toPoolNs,
                             semaphore.toSpNs};
  return byEngine[unsigned(engine)];
}

/// How long after an update the waiting instruction wakes up.
Picoseconds EventLoop::wakeTime(const Engine &engine, const Instruction &instruction, uint32_t producer) const {
  double toEngine = 0;
  if (isForwarding(instruction)) {
    // It wakes while it runs: what is left of its way from update to update is its own duration.
    unsigned kind = unsigned(engine.kind);
    toEngine = std::max(0.0, chip.semaphore.forwardNs[kind] - chip.semaphore.eventUpdateNs[kind]);
  } else if (instruction.info().isDma) {
    bool isSoftware = isa::dgeModeOf(instruction) == isa::DgeMode::swdge;
    toEngine = isSoftware ? chip.dma.poolWaitNs : chip.semaphore.toDmaTriggerNs;
  } else {
    toEngine = toEngineNs(engine.kind);
  }
  return fromNs(isDmaStep[producer] ? std::max(toEngine, chip.dma.notifyNs) : toEngine);
}

/// Sets step.dispatch and its reason; false when the engine has to wait.
bool EventLoop::passWait(Engine &engine, const Instruction &instruction, Step &step) {
  step.reached = step.dispatch = engine.sequencerFree;
  if (engine.lastStep != noStep)
    step.reason = AfterDispatch{engine.lastStep};
  if (!instruction.wait)
    return true;
  Core &core = cores[engine.core];
  Semaphore &semaphore = core.semaphores[instruction.wait->semaphore];
  int64_t needed = valueOf(instruction.wait->value, core.state->registers[unsigned(engine.kind)]);
  if (!semaphore.fulfils(instruction.wait->condition, needed)) {
    engine.isBlocked = true;
    semaphore.waiters.push_back(&engine - engines.data());
    return false;
  }
  if (const auto *delivery = semaphore.fulfilledBy(instruction.wait->condition, needed)) {
    step.producer = delivery->step;
    Picoseconds ready = delivery->time + wakeTime(engine, instruction, delivery->step);
    if (ready > step.dispatch) {
      step.dispatch = ready;
      step.reason = SemaphoreWait{delivery->step};
    }
  }
  return true;
}

} // namespace tarn::sim
