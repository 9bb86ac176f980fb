// What happens in a run, as told to views and checks. Times are whole picoseconds, so that sums of parts are
// exact.
#pragma once
#include "tarn/ISA/Program.h"

namespace tarn::sim {

class Memory;

using Picoseconds = int64_t;
inline Picoseconds fromNs(double ns) { return static_cast<Picoseconds>(ns * 1000.0 + 0.5); }
inline double toNs(Picoseconds time) { return static_cast<double>(time) / 1000.0; }

constexpr uint32_t noStep = ~0u;

// Why an instruction was not dispatched earlier. Each names the step that it stood behind.
struct Begin {}; // nothing: the engine's first instruction
struct AfterDispatch {
  uint32_t step;
}; // the sequencer was busy with the instruction before
struct AfterStart {
  uint32_t step;
}; // the queue to the data path was full until this one started
struct AfterCompletion {
  uint32_t step;
}; // drain: it waits for completion
struct SemaphoreWait {
  uint32_t step;
}; // this one's update fulfilled the wait
using DispatchReason = std::variant<Begin, AfterDispatch, AfterStart, AfterCompletion, SemaphoreWait>;

/// One execution of an instruction.
struct Step {
  uint32_t id = 0;
  uint8_t core = 0;
  isa::Engine engine = isa::Engine::pe;
  uint32_t index = 0; // in the engine's stream
  const isa::Instruction *instruction = nullptr;

  Picoseconds reached = 0;  // the sequencer looks at it; then it may wait
  Picoseconds dispatch = 0; // the sequencer hands it on
  DispatchReason reason;
  uint32_t producer = noStep; // whose update fulfilled the wait, whether or not it was waited for
  Picoseconds start = 0;      // its data path takes it; equal to dispatch, or behind `dataPathBlocker`
  uint32_t dataPathBlocker = noStep;
  Picoseconds completion = 0;          // results visible, semaphore updated
  uint32_t completionBlocker = noStep; // the completion had to stay behind this one's

  Picoseconds sequencerEnd = 0; // the sequencer can go on
  Picoseconds conflict = 0;     // part of start … completion lost to another engine at the same memory
  Picoseconds throttle = 0;     // part of start … completion lost to the power throttle
  Picoseconds fetch = 0;        // part of dispatch … sequencerEnd spent on refilling after a branch
  // Of a DMA: start ≤ triggerEnd ≤ firstElement ≤ completion.
  Picoseconds triggerEnd = 0, firstElement = 0;
};

/// An instruction begins. When a DMA is moved is known when it is complete; until then firstElement and completion are
/// those of a DMA alone. `resolved` is the instruction with its registers read, `registers` and `memory` are those before
/// it; in a run without values there is no memory.
struct Started {
  const Step &step;
  const isa::Instruction &resolved;
  const int32_t *registers;
  const Memory *memory = nullptr;
};
/// Results are visible; the update (with its value resolved) has been applied.
struct Completed {
  const Step &step;
};
/// Nothing can happen any more, and this engine waits.
struct Blocked {
  uint8_t core;
  isa::Engine engine;
  uint32_t index;
  uint16_t semaphore;
  isa::WaitCondition condition;
  int64_t needed, reached;
};

/// The Tensor engine's clock from `time` on: full, or held back by the power throttle.
struct ClockChanged {
  uint8_t core;
  Picoseconds time;
  bool isFull;
};

class Listener {
public:
  virtual ~Listener() = default;
  virtual void on(const Started &) {}
  virtual void on(const Completed &) {}
  virtual void on(const Blocked &) {}
  virtual void on(const ClockChanged &) {}
};

} // namespace tarn::sim
