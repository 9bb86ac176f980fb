// The clock of the PE array: stationary operands load behind the stream of the matmul before, streams run at
// one of two clocks by the power throttle (facts 5.3, 5.5; replay 4, rules 2 to 4).
//
//   load     |--load 1--|        |--load 2--|
//   stream              |------ matmul 1 ------|------ matmul 2 ------|
#pragma once
#include "tarn/Chip/Chip.h"
#include "tarn/Sim/Events.h"

namespace tarn::sim {

class TensorEngine {
public:
  TensorEngine(const Chip &chip, double phaseNs);

  /// Sets start, completion, throttle and dataPathBlocker of a step dispatched at step.dispatch.
  void load(Step &step);
  /// Over as many rows of the array.
  void matmul(unsigned rows, Step &step);

  /// Clock changes since the last call, and until `time`.
  std::vector<std::pair<Picoseconds, bool>> takeClockChanges(Picoseconds time = 0) {
    enterWindowOf(time);
    return std::move(clockChanges);
  }

private:
  struct Stream {
    Picoseconds end, lost;
  };
  /// Streams `cycles` from `begin`, counting them for the throttle with the weight of the active rows.
  Stream stream(Picoseconds begin, double cycles, double rows);
  void enterWindowOf(Picoseconds time);
  double psPerCycle() const { return 1e12 / (isHot ? chip.pe.clockHz : chip.pe.throttledClockHz); }

  const Chip &chip;
  Picoseconds windowLength, windowStart;
  bool isHot;
  double cyclesInWindow = 0;
  std::vector<std::pair<Picoseconds, bool>> clockChanges; // since when, full

  Picoseconds streamFree = 0; // the array can take the next stream
  uint32_t streamStep = noStep;
  Picoseconds spareFree = 0; // the spare weight buffer can take the next load
  uint32_t spareStep = noStep;
  Picoseconds loadStart = 0, loaded = 0; // the last load has streamed in
  uint32_t loadedStep = noStep;
};

} // namespace tarn::sim
