#include "Dma.h"
#include <numeric>

namespace tarn::sim {
using namespace isa;

namespace {

/// Elements of the pattern that follow each other in memory.
uint64_t contiguousElements(const DmaPattern &pattern) {
  uint64_t run = 1;
  int64_t size = sizeInBytes(pattern.dtype);
  for (DmaDim dim : pattern.pattern()) {
    if (dim.num == 1)
      continue;
    if (dim.step != int64_t(run) * size)
      break;
    run *= dim.num;
  }
  return run;
}

bool touchesHbm(const DmaPattern &pattern) { return pattern.memory == Memory::hbm; }

/// Partitions that the pattern walks, ascending, and whether it is in SBUF at all.
std::vector<uint64_t> partitionsOf(const DmaPattern &pattern) {
  std::vector<uint64_t> partitions{pattern.address / sbufPartitionPitch};
  for (DmaDim dim : pattern.pattern()) {
    if (dim.num == 1 || dim.step == 0 || dim.step % int64_t(sbufPartitionPitch))
      continue;
    std::vector<uint64_t> more;
    for (uint64_t base : partitions)
      for (uint32_t i = 0; i < dim.num; ++i)
        more.push_back(base + i * (dim.step / int64_t(sbufPartitionPitch)));
    partitions = std::move(more);
  }
  return partitions;
}

} // namespace

DmaLoad distribute(const DmaCopy &copy, const Chip &chip) {
  const auto &dma = chip.dma;
  bool casts = copy.dst.dtype != copy.src.dtype;
  uint64_t size = std::max(sizeInBytes(copy.src.dtype), sizeInBytes(copy.dst.dtype));
  uint64_t count = copy.src.numElements();
  DmaLoad load;
  load.busy.assign(dma.engines, 0);
  if (count == 0)
    return load;

  // 1. Runs contiguous on both sides.
  uint64_t sourceRun = contiguousElements(copy.src), targetRun = contiguousElements(copy.dst);
  uint64_t run = std::gcd(sourceRun, targetRun);
  // Software descriptors merge what is contiguous in DRAM, whatever the other side looks like.
  if (copy.dge_mode == DgeMode::swdge && !casts && run * size < uint64_t(dma.maxElementBytes)) {
    uint64_t dramRun = touchesHbm(copy.src) ? sourceRun : touchesHbm(copy.dst) ? targetRun : run;
    run = std::max(run, std::min<uint64_t>(dramRun, std::max<uint64_t>(1, dma.maxElementBytes / size)));
  }
  uint64_t runs = (count + run - 1) / run;

  // 2. Elements of a run.
  uint64_t runBytes = run * size, whole = runBytes / dma.maxElementBytes, rest = runBytes % dma.maxElementBytes;
  uint64_t elementsOfRun = whole + (rest != 0);
  double elementNs = dma.elementPeriodNs + (casts ? dma.castElementNs : 0);
  double runNs = elementsOfRun * elementNs + runBytes / dma.bytesPerNs;

  // 3. Dealt to the engines: by partition group where one side is SBUF, else element by element.
  std::vector<double> busy(dma.engines, 0);
  std::vector<uint64_t> elements(dma.engines, 0);
  const DmaPattern *sbufSide = !touchesHbm(copy.dst) ? &copy.dst : !touchesHbm(copy.src) ? &copy.src : nullptr;
  if (sbufSide) {
    std::vector<uint64_t> partitions = partitionsOf(*sbufSide);
    double runsOfPartition = double(runs) / double(partitions.size());
    for (uint64_t partition : partitions) {
      uint64_t engine = partition / dma.partitionGroup % dma.engines;
      busy[engine] += runsOfPartition * runNs;
      elements[engine] += std::max<uint64_t>(1, runsOfPartition * elementsOfRun);
    }
  } else {
    uint64_t total = runs * elementsOfRun;
    for (uint64_t engine = 0; engine < uint64_t(dma.engines); ++engine) {
      elements[engine] = total / dma.engines + (engine < total % dma.engines);
      busy[engine] = elements[engine] * (runNs / elementsOfRun);
    }
  }
  for (uint64_t engine = 0; engine < uint64_t(dma.engines); ++engine)
    load.busy[engine] = fromNs(busy[engine]);
  load.mostElements = *std::max_element(elements.begin(), elements.end());
  return load;
}

void DmaEngines::transfer(const DmaCopy &copy, Step &step) {
  const auto &dma = chip.dma;
  DmaLoad load = distribute(copy, chip);
  bool isStore = copy.dst.memory == Memory::hbm && copy.src.memory != Memory::hbm;
  unsigned engine = static_cast<unsigned>(step.engine);

  // 1. The trigger occupies its engine's sequencer.
  step.start = step.dispatch;
  double trigger = 0, latency = 0;
  switch (copy.dge_mode) {
  case DgeMode::hwdge: {
    trigger = (step.engine == Engine::act ? dma.actTriggerNs : dma.spTriggerNs) +
              dma.triggerElementNs * double(load.mostElements + 1) + (hasTriggered[engine] ? 0 : dma.triggerFirstNs);
    latency = isStore ? dma.hwdgeStoreNs : dma.hwdgeLoadNs;
    break;
  }
  case DgeMode::swdge:
    trigger = dma.poolTriggerNs;
    latency = isStore ? dma.swdgeStoreNs : dma.swdgeLoadNs;
    break;
  case DgeMode::none:
    trigger = dma.prebuiltTriggerNs;
    latency = dma.prebuiltLatencyNs;
    break;
  }
  step.triggerEnd = step.start + fromNs(trigger);
  if (copy.dge_mode != DgeMode::none && hasTriggered[engine]) {
    double spacing = copy.dge_mode == DgeMode::hwdge ? dma.triggerSpacingNs : dma.poolTriggerSpacingNs;
    step.triggerEnd = std::max(step.triggerEnd, lastTriggerEnd[engine] + fromNs(spacing));
  }
  lastTriggerEnd[engine] = step.triggerEnd;
  hasTriggered[engine] = true;
  step.sequencerEnd = step.triggerEnd;
  step.firstElement = step.triggerEnd + fromNs(latency);

  // 2. The engines work through it, each behind what it already has; the completion needs all of them.
  step.completion = step.firstElement;
  Picoseconds tail = fromNs(std::max(0.0, dma.elementNs - dma.elementPeriodNs) + dma.semaphoreElementNs);
  double stagger = isStore ? dma.storeStaggerNs : dma.loadStaggerNs;
  unsigned busyEngines = llvm::count_if(load.busy, [](Picoseconds busy) { return busy > 0; });
  unsigned rank = 0;
  for (size_t i = 0; i < load.busy.size(); ++i) {
    if (load.busy[i] == 0)
      continue;
    Picoseconds arrival =
        step.firstElement + (busyEngines > 1 ? fromNs(stagger * double(rank) / double(load.busy.size() - 1)) : 0);
    ++rank;
    Picoseconds end = std::max(arrival, engineFree[i]) + load.busy[i];
    engineFree[i] = end;
    step.completion = std::max(step.completion, end + tail);
  }

  // 3. HBM is shared.
  uint64_t hbmBytes = 0;
  for (const DmaPattern *side : {&copy.src, &copy.dst})
    if (side->memory == Memory::hbm)
      hbmBytes += side->numElements() * sizeInBytes(side->dtype);
  if (hbmBytes) {
    hbmFree = std::max(hbmFree, step.firstElement) + fromNs(double(hbmBytes) / chip.hbm.bytesPerNs);
    step.completion = std::max(step.completion, hbmFree);
  }
}

} // namespace tarn::sim
