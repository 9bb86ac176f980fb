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

void TensorEngine::load(Step &step) {
  double cycles = streamCyclesOf(*step.instruction, chip);
  step.start = std::max(step.dispatch, spareFree);
  if (step.start > step.dispatch)
    step.dataPathBlocker = spareStep;
  enterWindowOf(step.start);
  double period = psPerCycle();
  Picoseconds streamTime = static_cast<Picoseconds>(cycles * period + 0.5);
  step.completion = step.start + fromNs(chip.pe.loadFixedNs) +
                    static_cast<Picoseconds>((chip.pe.loadFixedCycles + cycles) * period + 0.5);
  step.throttle = static_cast<Picoseconds>(cycles * (period - 1e12 / chip.pe.clockHz) + 0.5);
  loadStart = step.start;
  loaded = step.start + streamTime;
  loadedStep = step.id;
  // Without a matmul in between the next load follows this one.
  spareFree = loaded;
  spareStep = step.id;
}

void TensorEngine::matmul(unsigned rows, Step &step) {
  double cycles = streamCyclesOf(*step.instruction, chip);
  step.start = step.dispatch;
  if (streamFree > step.start) {
    step.start = streamFree;
    step.dataPathBlocker = streamStep;
  }
  // A load is waited for: beside a stream like a stream, else as long as an empty pipeline takes.
  bool isBeside = loadStart < streamFree;
  double gap = !isBeside ? chip.pe.emptyPipelineNs : isHot ? chip.pe.issueGapNs : chip.pe.throttledIssueGapNs;
  Picoseconds ready = loaded + fromNs(gap);
  if (ready > step.start) {
    step.start = ready;
    step.dataPathBlocker = loadedStep;
  }
  enterWindowOf(step.start);
  Stream streamed = stream(step.start, cycles, rows);
  double period = psPerCycle();
  step.throttle = streamed.lost;
  step.completion = streamed.end + fromNs(chip.pe.matmulFixedNs) +
                    static_cast<Picoseconds>(chip.pe.matmulFixedCycles * period + 0.5);
  streamFree = streamed.end + fromNs(isHot ? chip.pe.issueGapNs : chip.pe.throttledIssueGapNs);
  streamStep = step.id;
  spareFree = step.start + fromNs(chip.pe.loadIssueNs);
  spareStep = step.id;
}

} // namespace tarn::sim
