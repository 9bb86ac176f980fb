// Triggers, and a DMA as its shares of the DMA engines.
#include "Dma.h"

namespace tarn::sim {
using namespace isa;

DmaEngines::DmaEngines(const Chip &chip) : chip(chip) {
  for (int64_t i = 0; i < chip.dma.engines; ++i)
    engines.emplace_back(chip, i == 0);
}

/// What the first element waits for beyond the rest: nobody knows why, so the rules are those of the captures.
void DmaEngines::setFirstRead(const DmaElements &elements, DmaEngine::Share &share) const {
  const Chip::Dma &dma = chip.dma;
  share.hiddenBehind = std::numeric_limits<uint64_t>::max();
  if (elements.mode == DgeMode::swdge) {
    if (!elements.isLoad) {
      share.firstRead = elements.isGathered && !elements.casts ? fromNs(dma.gatherStoreNs) : 0;
    } else if (softwareLoads == 0) {
      share.firstRead = fromNs(dma.coldSwdgeNs);
    } else if (softwareLoads % 2 == 0) {
      share.firstRead = fromNs(dma.coldSwdgeAgainNs);
      share.hiddenBehind = dma.coldBacklogBytes;
    }
  } else if (elements.isLoad) {
    share.firstRead = fromNs(elements.elementBytes > 2048   ? dma.coldLongRowNs
                             : elements.elementBytes > 1024 ? dma.coldShortRowNs
                                                            : 0);
    share.hiddenBehind = 0;
  }
}

Picoseconds DmaEngines::roomIn(const DmaElements &elements, Engine trigger, Picoseconds now) {
  if (elements.mode != DgeMode::hwdge || elements.isLoad)
    return 0;
  unsigned ring = static_cast<unsigned>(trigger);
  uint64_t most = 0, own = elements.perEngine * elements.elementBytes, room = chip.dma.ringBytes;
  for (const DmaEngine &engine : engines)
    most = std::max(most, engine.outstandingBytes(ring));
  // A DMA of more than a ring holds goes when the ring is empty.
  if (most == 0 || most + own <= room)
    return 0;
  return fromNs(std::max(10.0, double(std::min(most, most + own - room)) / chip.dma.bytesPerNs / 4));
}

void DmaEngines::transfer(const DmaElements &elements, Step &step) {
  const auto &dma = chip.dma;
  DmaCost cost = dmaCostOf(elements, step.engine, chip);
  unsigned ring = static_cast<unsigned>(step.engine);

  // 1. The trigger occupies its engine's sequencer.
  if (elements.mode == DgeMode::swdge && hasTriggered[ring])
    step.dispatch = std::max(step.dispatch, lastTriggerStart[ring] + fromNs(dma.poolTriggerSpacingNs));
  lastTriggerStart[ring] = step.start = step.dispatch;
  double trigger = cost.triggerNs;
  if (elements.mode == DgeMode::hwdge && !hasTriggered[ring])
    trigger += dma.triggerFirstNs;
  step.triggerEnd = std::max(step.triggerEnd, step.start + fromNs(trigger));
  if (elements.mode == DgeMode::hwdge && hasTriggered[ring])
    step.triggerEnd = std::max(step.triggerEnd, lastTriggerEnd[ring] + fromNs(dma.triggerSpacingNs));
  if (elements.isIndirect && hasTriggered[ring])
    step.triggerEnd = std::max(step.triggerEnd, lastTriggerEnd[ring] + fromNs(dma.indirectSpacingNs));
  lastTriggerEnd[ring] = step.triggerEnd;
  hasTriggered[ring] = true;
  step.sequencerEnd = step.triggerEnd;
  step.firstElement = step.triggerEnd + fromNs(cost.latencyNs);
  step.completion = step.firstElement + fromNs(cost.transferNs);

  // 2. Its elements, some together as a chunk when they are small, go to the DMA engines.
  double elementNs = elements.slowdown * (dma.elementPeriodNs + double(elements.elementBytes) / dma.bytesPerNs +
                                          (elements.casts ? dma.castElementNs : 0));
  // HBM is a roof over all engines.
  if (elements.elements)
    elementNs = std::max(elementNs, double(elements.hbmBytes) / double(elements.elements) * double(elements.engines) /
                                        chip.hbm.bytesPerNs);
  double fullNs = dma.elementPeriodNs + double(dma.maxElementBytes) / dma.bytesPerNs;
  uint64_t together = std::max<uint64_t>({1, uint64_t(std::min(1e6, fullNs / std::max(1e-3, elementNs))), elements.perEngine / 1024});
  double stagger = elements.isLoad ? dma.loadStaggerNs : dma.storeStaggerNs;
  uint64_t left = elements.elements;
  Transfer transfer{step.id, 0, -1, step.firstElement};
  for (unsigned i = 0; i < elements.engines && left; ++i) {
    uint64_t count = std::min(left, elements.perEngine);
    left -= count;
    DmaEngine &engine = engines[(elements.firstEngine + i) % engines.size()];
    DmaEngine::Share share;
    share.transfer = nextTransfer;
    share.chunks = (count + together - 1) / together;
    share.chunkBytes = std::max<uint64_t>(1, count * elements.elementBytes / share.chunks);
    share.unread = share.unaccepted = share.unwritten = share.chunks;
    share.arrival = step.firstElement + fromNs(stagger * double(i) / double(std::max<size_t>(1, engines.size() - 1)));
    share.period = fromNs(elementNs * double(count) / double(share.chunks));
    share.isLoad = elements.isLoad;
    setFirstRead(elements, share);
    engine.add(ring, share);
    ++transfer.sharesLeft;
  }
  if (elements.isLoad && elements.mode == DgeMode::swdge)
    ++softwareLoads;
  if (transfer.sharesLeft)
    transfers[nextTransfer++] = transfer;
}

std::vector<DmaEngines::Finished> DmaEngines::run(Picoseconds now) {
  std::vector<DmaEngine::Done> done;
  for (DmaEngine &engine : engines)
    engine.run(now, done);
  std::vector<Finished> finished;
  for (const DmaEngine::Done &share : done) {
    Transfer &transfer = transfers[share.transfer];
    if (transfer.firstElement < 0 || share.firstRead < transfer.firstElement)
      transfer.firstElement = share.firstRead;
    transfer.completion = std::max(transfer.completion, share.lastWrite + fromNs(chip.dma.semaphoreElementNs));
    if (--transfer.sharesLeft)
      continue;
    finished.push_back({transfer.step, transfer.firstElement, std::max(now, transfer.completion)});
    transfers.erase(share.transfer);
  }
  return finished;
}

std::optional<Picoseconds> DmaEngines::nextFinished() const {
  std::optional<Picoseconds> earliest;
  for (const DmaEngine &engine : engines)
    if (std::optional<Picoseconds> time = engine.nextDone())
      earliest = earliest ? std::min(*earliest, *time) : *time;
  return earliest;
}

} // namespace tarn::sim
