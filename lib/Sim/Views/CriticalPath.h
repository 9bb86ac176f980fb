// The critical path from the last completion back to time 0, cut without remainder into segments, each with
// one cause.
//
//   completion  <- start         what the instruction itself took, or the one it must not overtake
//   start       <- other start   the data path was busy with another instruction
//   dispatch    <- completion    a semaphore: the producer's completion, and the way of the news
//   dispatch    <- dispatch      the sequencer was busy with the instruction before
#pragma once
#include "tarn/Sim/Cause.h"
#include "tarn/Sim/Events.h"

namespace tarn::sim {

struct Segment {
  Picoseconds begin, end;
  Cause cause;
  uint32_t step; // the instruction that the time belongs to
};

/// The path led from one engine to another: `consumer` waited for the update of `producer`.
struct HandOver {
  uint32_t producer, consumer;
  Picoseconds time; // from completion to dispatch
};

struct CriticalPath {
  std::vector<Segment> segments; // in order of time, without gap from 0 to the last completion
  std::vector<HandOver> handOvers;
};

/// `steps` by id.
CriticalPath findCriticalPath(llvm::ArrayRef<Step> steps);

/// What the time belongs to while this instruction runs.
Cause causeOf(const Step &step);
/// Whether its update takes place when it starts, not when it completes; and when.
inline bool updatesAtRead(const Step &step) {
  const std::optional<isa::Update> &update = step.instruction->update;
  return update && update->isAtRead;
}
inline Picoseconds updatedAt(const Step &step) { return updatesAtRead(step) ? step.start : step.completion; }

} // namespace tarn::sim
