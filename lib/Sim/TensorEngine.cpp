#include "TensorEngine.h"
#include "tarn/ISA/Cost.h"

namespace tarn::sim {
using namespace isa;

TensorEngine::TensorEngine(const Chip &chip, double phaseNs)
    : chip(chip), windowLength(fromNs(chip.pe.throttleWindowNs)), isHot(!chip.pe.throttle) {
  // The window in which time 0 lies.
  Picoseconds phase = fromNs(phaseNs) % windowLength;
  windowStart = phase > 0 ? phase - windowLength : 0;
}

void TensorEngine::enterWindowOf(Picoseconds time) {
  if (!chip.pe.throttle || time < windowStart + windowLength)
    return;
  auto setHot = [&](bool hot) {
    if (hot != isHot)
      clockChanges.push_back({windowStart, hot});
    isHot = hot;
  };
  windowStart += windowLength;
  setHot(cyclesInWindow >= chip.pe.throttleThresholdCycles);
  cyclesInWindow = 0;
  if (time >= windowStart + windowLength) { // whole windows without a stream
    windowStart += windowLength;
    setHot(false);
    windowStart += (time - windowStart) / windowLength * windowLength;
  }
}

TensorEngine::Stream TensorEngine::stream(Picoseconds begin, double cycles, double rows) {
  double fullSpeed = cycles * 1e12 / chip.pe.clockHz;
  Picoseconds at = begin;
  enterWindowOf(at);
  while (cycles > 0) {
    Picoseconds end = at + static_cast<Picoseconds>(cycles * psPerCycle() + 0.5);
    Picoseconds windowEnd = windowStart + windowLength;
    if (!chip.pe.throttle || end <= windowEnd) {
      cyclesInWindow += cycles * rows / double(chip.partitions);
      at = end;
      break;
    }
    double done = std::min(cycles, double(windowEnd - at) / psPerCycle());
    cyclesInWindow += done * rows / double(chip.partitions);
    cycles -= done;
    at = windowEnd;
    enterWindowOf(at);
  }
  return {at, std::max<Picoseconds>(0, at - begin - static_cast<Picoseconds>(fullSpeed + 0.5))};
}

// The first 48 ns that a throttled array works after idling are free. Captures show it on the first load of fp32 columns,
// and of narrow ones (13 ns at full clock) not on the load but on the matmul behind it: what streams shorter than that gets
// nothing and leaves it to the next. How long the array must have idled is not known: as long, here.
Picoseconds TensorEngine::takeFree(Picoseconds start, double cycles) {
  Picoseconds free = fromNs(chip.pe.throttleFreeNs);
  if (start >= busyUntil + free)
    hasFree = true;
  if (isHot || !hasFree || cycles * 1e12 / chip.pe.clockHz < free)
    return 0;
  hasFree = false;
  return free;
}

TensorEngine::State TensorEngine::stateOf(Region region) const {
  if (!isCut)
    return whole;
  State latest;
  auto take = [](Picoseconds time, uint32_t step, Picoseconds &bestTime, uint32_t &bestStep) {
    if (bestStep == noStep || time > bestTime) {
      bestTime = time;
      bestStep = step;
    }
  };
  for (unsigned row = region.row / side; row < (region.row + region.rows) / side; ++row)
    for (unsigned column = region.column / side; column < (region.column + region.columns) / side; ++column) {
      const State &part = parts[row * across + column];
      latest.isTransposing |= part.isTransposing;
      take(part.streamFree, part.streamStep, latest.streamFree, latest.streamStep);
      take(part.spareFree, part.spareStep, latest.spareFree, latest.spareStep);
      if (latest.loadedStep == noStep || part.loaded > latest.loaded)
        latest.loadStart = part.loadStart;
      take(part.loaded, part.loadedStep, latest.loaded, latest.loadedStep);
    }
  return latest;
}

void TensorEngine::setState(Region region, const State &state) {
  if (!isCut && region.isWhole()) {
    whole = state;
    return;
  }
  if (!isCut)
    parts.fill(whole);
  isCut = true;
  for (unsigned row = region.row / side; row < (region.row + region.rows) / side; ++row)
    for (unsigned column = region.column / side; column < (region.column + region.columns) / side; ++column)
      parts[row * across + column] = state;
}

void TensorEngine::load(Region region, Step &step) {
  State state = stateOf(region);
  double cycles = streamCyclesOf(*step.instruction, chip);
  step.start = std::max(step.dispatch, state.spareFree);
  if (step.start > step.dispatch)
    step.dataPathBlocker = state.spareStep;
  enterWindowOf(step.start);
  double period = psPerCycle();
  Picoseconds free = takeFree(step.start, cycles);
  Picoseconds streamTime = static_cast<Picoseconds>(cycles * period + 0.5) - free;
  step.completion = step.start + fromNs(chip.pe.loadFixedNs) +
                    static_cast<Picoseconds>((chip.pe.loadFixedCycles + cycles) * period + 0.5) - free;
  step.throttle = std::max<Picoseconds>(0, cycles * (period - 1e12 / chip.pe.clockHz) + 0.5 - free);
  state.loadStart = step.start;
  state.loaded = step.start + streamTime;
  state.loadedStep = step.id;
  busyUntil = std::max(busyUntil, state.loaded);
  // Without a matmul in between the next load follows this one.
  state.spareFree = state.loaded;
  state.spareStep = step.id;
  setState(region, state);
}

void TensorEngine::matmul(Region region, unsigned rows, Step &step) {
  State state = stateOf(region);
  double cycles = streamCyclesOf(*step.instruction, chip);
  // A chain of transposes: the hardware takes the next one beside the one before (facts 2.4).
  auto *matmul = std::get_if<isa::Matmul>(&step.instruction->payload);
  bool isTransposing = matmul && matmul->is_transpose;
  if (isTransposing && state.isTransposing && step.dispatch <= state.streamFree)
    cycles *= chip.pe.transposeChainFactor;
  step.start = step.dispatch;
  if (state.streamFree > step.start) {
    step.start = state.streamFree;
    step.dataPathBlocker = state.streamStep;
  }
  // A load is waited for: beside a stream like a stream, else as long as an empty pipeline takes.
  bool isBeside = state.loadStart < state.streamFree;
  double gap = !isBeside ? chip.pe.emptyPipelineNs : isHot ? chip.pe.issueGapNs : chip.pe.throttledIssueGapNs;
  Picoseconds ready = state.loaded + fromNs(gap);
  if (ready > step.start) {
    step.start = ready;
    step.dataPathBlocker = state.loadedStep;
  }
  enterWindowOf(step.start);
  Picoseconds free = takeFree(step.start, cycles);
  Stream streamed = stream(step.start, cycles, rows);
  streamed.end -= free;
  streamed.lost = std::max<Picoseconds>(0, streamed.lost - free);
  busyUntil = std::max(busyUntil, streamed.end);
  double period = psPerCycle();
  step.throttle = streamed.lost;
  step.completion =
      streamed.end + fromNs(chip.pe.matmulFixedNs) + static_cast<Picoseconds>(chip.pe.matmulFixedCycles * period + 0.5);
  if (isCut)
    step.completion = std::max(step.completion, lastCompletion);
  lastCompletion = step.completion;
  state.streamFree = streamed.end + fromNs(isHot ? chip.pe.issueGapNs : chip.pe.throttledIssueGapNs);
  state.streamStep = step.id;
  state.isTransposing = isTransposing;
  state.spareFree = step.start + fromNs(chip.pe.loadIssueNs);
  state.spareStep = step.id;
  setState(region, state);
}

} // namespace tarn::sim
