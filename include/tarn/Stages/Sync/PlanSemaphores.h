// Which semaphores order a straight line of instructions of several engines. Knows instructions, not IR.
//
// Dependences are the conflicts of Proof's access map, in the given order, so Proof sees the same ones. Vector clocks
// say what an instruction knows already; for what it does not know it waits, newest first, as the newer wait often
// implies the older ones.
//
// Every instruction that is not a DMA and that somebody waits for adds 1 to its engine's semaphore; only that engine
// updates it, so the value k means its first k updates. A DMA that somebody waits for adds 16 to a semaphore on which
// every earlier DMA is known complete where it is issued; DMAs of one engine that the same instruction is the first to
// wait for share it. So values waited for are exact sums (rule W). As long as there are enough, a semaphore serves the
// DMAs of one engine. When none is left, the issuer waits for the oldest DMA.
//
// A loop comes with its turns written out. Within it the DMAs at one place of the body use one semaphore in all turns,
// and a place adds to its semaphore in every turn or in none, so that the turns' plans differ by constants
// (FoldLoop.h).
//
// Linear in the number of instructions.
#pragma once
#include "tarn/Chip/Chip.h"
#include "tarn/ISA/Instructions.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseMap.h"
#include <vector>

namespace tarn {

struct SemaphorePlan {
  struct Entry {
    llvm::SmallVector<isa::Wait, 1> waits;
    llvm::SmallVector<uint32_t, 1> producers; // of each wait, the instruction that fulfils it
    std::optional<isa::Update> update;
  };
  /// The instruction with which semaphore `first` reaches `second`, where a wait for that value would be sound: an
  /// engine's every value, the last of a batch of DMAs.
  llvm::DenseMap<std::pair<unsigned, int32_t>, uint32_t> milestones;
  std::vector<Entry> entries; // one for each instruction
  uint64_t numDependences = 0, numWaits = 0;
  unsigned numSemaphores = 0; // semaphores 0 … 4 count engines, DMAs have those from 5 on
};

struct PlannedInstruction {
  isa::Engine engine;
  isa::Instruction instruction; // addresses must be immediates
};

/// Instructions [first, first + length * turns) are so many turns of a loop.
struct LoopRange {
  uint32_t first, length, turns;
};

/// `maxSemaphores`: at least 6, at most isa::numSemaphores. `loops`: ascending and disjoint.
SemaphorePlan planSemaphores(llvm::ArrayRef<PlannedInstruction> instructions, const Chip &chip,
                             unsigned maxSemaphores = isa::numSemaphores, llvm::ArrayRef<LoopRange> loops = {});

} // namespace tarn
