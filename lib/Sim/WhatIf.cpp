// "If this were free": a machine in which one cause of the stall report costs nothing, and what the program
// takes on it. What belongs to the machine as a whole is taken from the chip; what single instructions take,
// the event loop leaves out (EventLoop::isFree).
#include "WhatIf.h"

namespace tarn::sim {

Chip withFree(Chip chip, Cause cause) {
  constexpr double unlimited = 1e15; // bytes a nanosecond
  auto &dma = chip.dma;
  switch (cause) {
  case Cause::dmaIssue:
    dma.spTriggerNs = dma.actTriggerNs = dma.triggerElementNs = dma.triggerFirstNs = dma.triggerSpacingNs = 0;
    dma.triggerGapNs = {};
    dma.poolTriggerNs = dma.poolTriggerInFlightNs = dma.poolTriggerSpacingNs = dma.indirectSpacingNs =
        dma.prebuiltTriggerNs = 0;
    break;
  case Cause::dmaLatency:
    dma.hwdgeLoadNs = dma.hwdgeStoreNs = dma.swdgeLoadNs = dma.swdgeStoreNs = dma.prebuiltLatencyNs = 0;
    dma.coldLongRowNs = dma.coldShortRowNs = dma.gatherStoreNs = 0;
    dma.coldSwdgeNs = dma.coldSwdgeElementNs = dma.coldSwdgeAgainNs = 0;
    break;
  case Cause::dmaBandwidth:
    dma.elementNs = dma.elementPeriodNs = dma.semaphoreElementNs = dma.castElementNs = 0;
    dma.loadStaggerNs = dma.storeStaggerNs = 0;
    dma.slowEngineNs = dma.slowEngineQueuedNs = dma.slowEngineBesideLoadsNs = 0;
    dma.bytesPerNs = chip.hbm.bytesPerNs = unlimited;
    break;
  case Cause::semaphore:
    chip.semaphore = {};
    dma.notifyNs = dma.poolWaitNs = 0;
    break;
  case Cause::throttle:
    chip.pe.throttle = false;
    break;
  default: // of instructions
    break;
  }
  return chip;
}

llvm::Expected<std::vector<WhatIf>> simulateWhatIf(const isa::Program &program, const Chip &chip,
                                                   const RunOptions &asked, llvm::ArrayRef<Cause> causes) {
  std::vector<WhatIf> results;
  for (Cause cause : causes) {
    RunOptions options;
    options.values = false;
    options.checks.clear();
    options.report = false;
    options.throttlePhaseNs = asked.throttlePhaseNs;
    options.trips = asked.trips;
    options.maxSteps = asked.maxSteps;
    options.free = cause;
    llvm::Expected<RunResult> run = simulate(program, chip, {}, options);
    if (!run)
      return run.takeError();
    results.push_back({cause, run->time});
  }
  return results;
}

} // namespace tarn::sim
