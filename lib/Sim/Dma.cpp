#include "Dma.h"
#include "tarn/ISA/Cost.h"

namespace tarn::sim {
using namespace isa;

namespace {

/// Time that each DMA engine spends on its elements.
std::vector<Picoseconds> distribute(const DmaElements &elements, const Chip &chip) {
  std::vector<Picoseconds> busy(chip.dma.engines, 0);
  double elementNs = chip.dma.elementPeriodNs + double(elements.elementBytes) / chip.dma.bytesPerNs +
                     (elements.casts ? chip.dma.castElementNs : 0);
  uint64_t left = elements.elements;
  for (unsigned i = 0; i < elements.engines && left; ++i) {
    uint64_t share = std::min(left, elements.perEngine);
    busy[(elements.firstEngine + i) % busy.size()] = fromNs(double(share) * elementNs);
    left -= share;
  }
  return busy;
}

} // namespace

void DmaEngines::transfer(const DmaElements &elements, Step &step) {
  const auto &dma = chip.dma;
  DmaCost cost = dmaCostOf(elements, step.engine, chip);
  std::vector<Picoseconds> busy = distribute(elements, chip);
  unsigned engine = static_cast<unsigned>(step.engine);

  // 1. The trigger occupies its engine's sequencer.
  step.start = step.dispatch;
  double trigger = cost.triggerNs;
  if (elements.mode == DgeMode::hwdge && !hasTriggered[engine])
    trigger += dma.triggerFirstNs;
  step.triggerEnd = step.start + fromNs(trigger);
  if (elements.mode != DgeMode::none && hasTriggered[engine]) {
    double spacing = elements.mode == DgeMode::hwdge ? dma.triggerSpacingNs : dma.poolTriggerSpacingNs;
    step.triggerEnd = std::max(step.triggerEnd, lastTriggerEnd[engine] + fromNs(spacing));
  }
  lastTriggerEnd[engine] = step.triggerEnd;
  hasTriggered[engine] = true;
  step.sequencerEnd = step.triggerEnd;
  step.firstElement = step.triggerEnd + fromNs(cost.latencyNs);

  // 2. The engines work through it, each behind what it already has; the completion needs all of them.
  step.completion = step.firstElement;
  Picoseconds tail = fromNs(std::max(0.0, dma.elementNs - dma.elementPeriodNs) + dma.semaphoreElementNs);
  double stagger = elements.isLoad ? dma.loadStaggerNs : dma.storeStaggerNs;
  unsigned rank = 0;
  for (size_t i = 0; i < busy.size(); ++i) {
    if (busy[i] == 0)
      continue;
    Picoseconds arrival =
        step.firstElement + fromNs(stagger * double(rank) / double(std::max<size_t>(1, busy.size() - 1)));
    ++rank;
    Picoseconds end = std::max(arrival, engineFree[i]) + busy[i];
    engineFree[i] = end;
    step.completion = std::max(step.completion, end + tail);
  }

  // 3. HBM is shared.
  if (elements.hbmBytes) {
    hbmFree = std::max(hbmFree, step.firstElement) + fromNs(double(elements.hbmBytes) / chip.hbm.bytesPerNs);
    step.completion = std::max(step.completion, hbmFree);
  }
}

} // namespace tarn::sim
