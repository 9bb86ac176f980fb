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
// Linear in the number of instructions.
#pragma once
#include "tarn/Chip/Chip.h"
#include "tarn/ISA/Instructions.h"
#include "llvm/ADT/ArrayRef.h"
#include <vector>

namespace tarn {

struct SemaphorePlan {
  struct Entry {
    llvm::SmallVector<isa::Wait, 1> waits;
    std::optional<isa::Update> update;
  };
  std::vector<Entry> entries; // one for each instruction
  uint64_t numDependences = 0, numWaits = 0;
  unsigned numSemaphores = 0; // semaphores 0 … 4 count engines, DMAs have those from 5 on
};

struct PlannedInstruction {
  isa::Engine engine;
  isa::Instruction instruction; // addresses must be immediates
};

/// `maxSemaphores`: at least 6, at most isa::numSemaphores.
SemaphorePlan planSemaphores(llvm::ArrayRef<PlannedInstruction> instructions, const Chip &chip,
                             unsigned maxSemaphores = isa::numSemaphores);

} // namespace tarn
