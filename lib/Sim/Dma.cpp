// Triggers, and a DMA as its shares of the DMA engines.
#include "Dma.h"

namespace tarn::sim {
using namespace isa;

// Of the simulation, not of the machine: a DMA has less than twice as many pieces on an engine.
static constexpr uint64_t maxChunks = 1024;
static constexpr double longestChunkNs = 1e12; // far beyond every machine, and sums of them stay countable

/// What is triggered arrives so much later, or even later.
static Picoseconds smallestLatency(const Chip::Dma &dma) {
  return fromNs(
      std::min({dma.hwdgeLoadNs, dma.hwdgeStoreNs, dma.swdgeLoadNs, dma.swdgeStoreNs, dma.prebuiltLatencyNs}));
}

DmaEngines::DmaEngines(const Chip &chip) : chip(chip), engines(chip, smallestLatency(chip.dma)) {}

/// What the first element waits for beyond the rest: nobody knows why, so the rules are those of the
/// captures; their numbers are dma.cold_… of the chip file.
void DmaEngines::setFirstRead(const DmaElements &elements, DmaEngine::Share &share) const {
  const Chip::Dma &dma = chip.dma;
  share.hiddenBehind = std::numeric_limits<uint64_t>::max();
  if (elements.mode == DgeMode::swdge) {
    if (!elements.isLoad) {
      share.firstRead = elements.isGathered && !elements.casts ? fromNs(dma.gatherStoreNs) : 0;
    } else if (softwareLoads == 0) {
      // Of more elements than an engine's window holds the rest hides behind those.
      share.firstRead =
          fromNs(dma.coldSwdgeNs +
                 dma.coldSwdgeElementNs * double(std::min<uint64_t>(elements.perEngine, dma.windowElements)));
    } else if (softwareLoads % uint64_t(dma.coldSwdgeEvery) == 0) {
      share.firstRead = fromNs(dma.coldSwdgeAgainNs);
      share.hiddenBehind = dma.coldBacklogBytes;
    }
  } else if (elements.isLoad) {
    share.firstRead = fromNs(int64_t(elements.elementBytes) > dma.coldLongRowBytes    ? dma.coldLongRowNs
                             : int64_t(elements.elementBytes) > dma.coldShortRowBytes ? dma.coldShortRowNs
                                                                                      : 0);
    share.hiddenBehind = 0;
  }
}

Picoseconds DmaEngines::roomAt(const DmaElements &elements, Engine trigger, Picoseconds now) {
  if (elements.mode != DgeMode::hwdge || elements.isLoad)
    return now;
  uint64_t own = elements.perEngine * elements.elementBytes, room = chip.dma.ringBytes;
  // A DMA of more than a ring holds goes when the ring is empty.
  uint64_t others = own < room ? room - own : 0;
  return engines.drainedTo(static_cast<unsigned>(trigger), others, now);
}

void DmaEngines::transfer(const DmaElements &elements, Picoseconds now, Step &step) {
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
  if (elements.mode == DgeMode::swdge) {
    auto inFlight = llvm::count_if(ends[ring], [&](Picoseconds end) { return end > now; }) +
                    llvm::count_if(transfers, [&](const Transfer &transfer) {
                      return transfer.sharesLeft && transfer.ring == ring;
                    });
    trigger = std::min(trigger + dma.poolTriggerInFlightNs * double(inFlight), std::max(trigger, dma.poolTriggerMaxNs));
  }
  step.triggerEnd = std::max(step.triggerEnd, step.start + fromNs(trigger));
  if (elements.mode == DgeMode::hwdge && hasTriggered[ring])
    step.triggerEnd = std::max(step.triggerEnd, lastTriggerEnd[ring] + fromNs(dma.triggerSpacingNs));
  if (elements.isIndirect && hasTriggered[ring])
    step.triggerEnd = std::max(step.triggerEnd, lastTriggerEnd[ring] + fromNs(dma.indirectSpacingNs));
  lastTriggerEnd[ring] = step.triggerEnd;
  hasTriggered[ring] = true;
  step.sequencerEnd = step.triggerEnd + (elements.mode == DgeMode::hwdge ? fromNs(dma.triggerGapNs[ring]) : 0);
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
  uint64_t together = std::max<uint64_t>(
      {1, uint64_t(std::clamp(fullNs / std::max(1e-3, elementNs), 1.0, std::max(1.0, double(elements.perEngine)))),
       elements.perEngine / maxChunks});
  Picoseconds stagger = fromNs((elements.isLoad ? dma.loadStaggerNs : dma.storeStaggerNs) /
                               double(std::max<size_t>(1, engines.size() - 1)));
  Transfer transfer{step.id, ring, 0, -1, step.firstElement};
  uint32_t number = freeTransfers.empty() ? transfers.size() : freeTransfers.back();
  auto shareOf = [&](uint64_t count) {
    DmaEngine::Share share;
    share.transfer = number;
    share.chunks = static_cast<uint32_t>((count + together - 1) / together);
    share.chunkBytes = std::max<uint64_t>(1, count * elements.elementBytes / share.chunks);
    share.arrival = step.firstElement;
    share.period = fromNs(std::min(elementNs * double(count) / double(share.chunks), longestChunkNs));
    share.isLoad = elements.isLoad;
    setFirstRead(elements, share);
    return share;
  };
  dealt.clear();
  unsigned engine = elements.firstEngine;
  for (uint64_t left = elements.elements; left && dealt.size() < elements.engines;) {
    uint64_t count = std::min(left, elements.perEngine);
    DmaEngine::Share share = count < elements.perEngine || dealt.empty() ? shareOf(count) : dealt.front().share;
    share.arrival = step.firstElement + stagger * Picoseconds(dealt.size());
    dealt.push_back({engine++ % unsigned(engines.size()), share});
    left -= count;
  }
  if (elements.isLoad && elements.mode == DgeMode::swdge)
    ++softwareLoads;
  if (dealt.empty())
    return;
  engines.add(ring, dealt, now);
  transfer.sharesLeft = unsigned(dealt.size());
  if (number < transfers.size()) {
    freeTransfers.pop_back();
    transfers[number] = transfer;
  } else {
    transfers.push_back(transfer);
  }
}

llvm::ArrayRef<DmaEngines::Finished> DmaEngines::run(Picoseconds now) {
  for (std::vector<Picoseconds> &ofRing : ends)
    llvm::erase_if(ofRing, [&](Picoseconds end) { return end <= now; });
  finished.clear();
  for (const DmaGroups::Done &share : engines.run(now)) {
    Transfer &transfer = transfers[share.transfer];
    if (transfer.firstElement < 0 || share.firstRead < transfer.firstElement)
      transfer.firstElement = share.firstRead;
    transfer.lastWrite = std::max(transfer.lastWrite, share.lastWrite);
    transfer.sharesLeft -= share.shares;
    if (transfer.sharesLeft)
      continue;
    finished.push_back(
        {transfer.step, transfer.firstElement, transfer.lastWrite + fromNs(chip.dma.semaphoreElementNs)});
    ends[transfer.ring].push_back(transfer.lastWrite);
    freeTransfers.push_back(share.transfer);
  }
  return finished;
}

} // namespace tarn::sim
