// The plans of a loop's turns as one plan of its body, in which a wait is for `value + turn * step`. Knows
// instructions, not IR.
//
// A turn in the middle and its successor say what each place of the body waits for and how that moves. Another turn
// belongs to the same loop when it
//   * waits for just that, or
//   * does without one of those waits (the first turns find their tiles free), and the wait can do no harm: it is for
//     zero or less, or for a milestone that lies before it, or
//   * waits for something from before the loop besides: that wait is added to the body, where every later turn finds it
//     fulfilled, or stands in front of the loop.
// The turns before and after the longest such run are written out. Only waits for earlier instructions are added, so
// the order of the plan remains one in which the program can run.
#pragma once
#include "tarn/Stages/Sync/PlanSemaphores.h"

namespace tarn {

struct LoopWait {
  unsigned semaphore;
  int64_t value, step; // value: in turn `firstTurn`
};

struct FoldedLoop {
  uint32_t firstTurn, endTurn;                                // the turns that are one loop
  std::vector<llvm::SmallVector<LoopWait, 1>> waits;          // of each place of the body
  std::array<std::vector<isa::Wait>, isa::numEngines> before; // in front of the loop
};

/// Nothing when not even two turns belong together.
std::optional<FoldedLoop> foldLoop(llvm::ArrayRef<PlannedInstruction> instructions, const SemaphorePlan &plan,
                                   const LoopRange &loop);

} // namespace tarn
