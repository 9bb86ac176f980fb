// See Dependences.h. Tiles and tensors are taken whole: bytes are compared later, by Sync.
#include "Dependences.h"
#include "tarn/Dialect/NISA/Resolve.h"
#include "llvm/ADT/DenseMap.h"

using namespace mlir;
using namespace tarn::nisa;

namespace tarn::schedule {

namespace {
struct BaseState {
  std::optional<unsigned> lastWrite;
  SmallVector<unsigned> reads; // since then
};
} // namespace

// Both fill parts of a tile: DMAs, or the products that accumulate in a bank.
static bool writeTogether(InstructionInterface a, InstructionInterface b) {
  bool areDmas = llvm::isa<DmaCopyOp>(a.getOperation()) && llvm::isa<DmaCopyOp>(b.getOperation());
  bool areProducts = llvm::isa<MatmulOp>(a.getOperation()) && llvm::isa<MatmulOp>(b.getOperation());
  return areDmas || areProducts;
}

static bool usesAccumulator(InstructionInterface instruction) {
  auto activation = dyn_cast<ActivationOp>(instruction.getOperation());
  return (activation && activation.getReduceCmd() != ReduceCommand::idle) ||
         llvm::isa<ActReadAccumulatorOp>(instruction.getOperation());
}

Dependences::Dependences(ArrayRef<InstructionInterface> instructions) {
  before.resize(instructions.size());
  sameWrite.resize(instructions.size());
  llvm::DenseMap<Value, BaseState> states; // looked up only
  std::optional<unsigned> lastOnPe, lastAccumulation;
  for (unsigned i = 0; i < instructions.size(); ++i) {
    InstructionInterface instruction = instructions[i];
    auto follow = [&](std::optional<unsigned> from, bool isAwaited) {
      if (from && *from != i)
        before[i].push_back({*from, isAwaited});
    };
    SmallVector<TileAccess> accesses;
    instruction.getAccesses(accesses);
    for (const TileAccess &access : accesses) {
      BaseState &state = states[getBase(access.operand->get())];
      if (access.isRead) {
        follow(state.lastWrite, true);
        state.reads.push_back(i);
      }
      if (!access.isWritten)
        continue;
      for (unsigned read : state.reads)
        follow(read, true);
      if (state.lastWrite && *state.lastWrite != i) {
        bool together = writeTogether(instructions[*state.lastWrite], instruction);
        follow(state.lastWrite, !together);
        if (together)
          sameWrite[i] = state.lastWrite;
      }
      state.lastWrite = i;
      state.reads.clear();
    }
    if (instruction.getEngine() == nisa::Engine::pe) {
      follow(lastOnPe, false);
      lastOnPe = i;
    }
    if (usesAccumulator(instruction)) {
      follow(lastAccumulation, false);
      lastAccumulation = i;
    }
  }
}
} // namespace tarn::schedule
