// The clock of the PE array: stationary operands load behind the stream of the matmul before, streams run at
// one of two clocks by the power throttle (facts 5.3, 5.5; replay 4, rules 2 to 4).
//
//   load     |--load 1--|        |--load 2--|
//   stream              |------ matmul 1 ------|------ matmul 2 ------|
//
// Instructions of disjoint tiles do so at the same time. That they share a port, one matmul in 4 cycles (facts 8.9), never
// shows: there are at most 16 tiles, and a matmul streams 64 cycles or more.
#pragma once
#include "tarn/Chip/Chip.h"
#include "tarn/Sim/Events.h"
#include <array>

namespace tarn::sim {

class TensorEngine {
public:
  /// Rows and columns of the array that an instruction uses.
  struct Region {
    unsigned row = 0, rows = 128, column = 0, columns = 128;
    bool isWhole() const { return rows == 128 && columns == 128; }
  };
  TensorEngine(const Chip &chip, double phaseNs);

  /// Sets start, completion, throttle and dataPathBlocker of a step dispatched at step.dispatch.
  void load(Region region, Step &step);
  /// Over as many rows of the array.
  void matmul(Region region, unsigned rows, Step &step);

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
  /// What a stream of `cycles` gains from the array's having been idle before `start` (replay 4, rule 3).
  Picoseconds takeFree(Picoseconds start, double cycles);
  double psPerCycle() const { return 1e12 / (isHot ? chip.pe.clockHz : chip.pe.throttledClockHz); }

  const Chip &chip;
  Picoseconds windowLength, windowStart;
  bool isHot;
  double cyclesInWindow = 0;
  bool hasFree = true;                                    // some work will cost no time for the throttle
  Picoseconds busyUntil = 0;                              // streams and loads so far
  std::vector<std::pair<Picoseconds, bool>> clockChanges; // since when, full

  /// What a part of the array is busy with.
  struct State {
    Picoseconds streamFree = 0; // it can take the next stream
    uint32_t streamStep = noStep;
    Picoseconds spareFree = 0; // its spare weight buffer can take the next load
    uint32_t spareStep = noStep;
    bool isTransposing = false;            // its last stream was a transpose
    Picoseconds loadStart = 0, loaded = 0; // the last load has streamed in
    uint32_t loadedStep = noStep;
  };
  /// The latest of the parts in a region; what a step leaves in all of them.
  State stateOf(Region region) const;
  void setState(Region region, const State &state);

  State whole; // until the first instruction of a tile
  bool isCut = false;
  static constexpr unsigned side = 32, across = 4;
  std::array<State, across * across> parts; // of side x side, once it is cut
  Picoseconds lastCompletion = 0;           // instructions complete in order
};

} // namespace tarn::sim
