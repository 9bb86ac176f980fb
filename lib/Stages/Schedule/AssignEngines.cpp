// schedule-assign-engines: the engine of every instruction.
//
//   what                                   engine
//   PE instructions, table loads, …        the only one that has them
//   DMA into SBUF or from HBM to HBM       sp    (hardware queue; nothing else runs there)
//   DMA from SBUF to HBM                   pool  (software queue: a store that waits for data holds up no load)
//   … on a chip without hardware queues    the same, those of sp with descriptors made beforehand
//   operand in PSUM                        not pool (facts 2.3)
//   tensor_copy                            not act where that does not copy bits (act.copies)
//   tensor_scalar                          not act either, or for other operators than a sum or a multiple
//   the rest                               where it would end first
//
// "End first" is asked of sums: each engine's work so far plus the issue interval that the ISA's formula gives,
// times the turns of its loop.
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "tarn/Dialect/NISA/ChipAttribute.h"
#include "tarn/Dialect/NISA/Resolve.h"
#include "tarn/ISA/Cost.h"
#include "tarn/Stages/Schedule/Passes.h"

using namespace mlir;
using namespace tarn::nisa;

namespace tarn::schedule {
#define GEN_PASS_DEF_ASSIGNENGINES
#include "tarn/Stages/Schedule/Passes.h.inc"

namespace {

constexpr unsigned numEngines = isa::numEngines;
nisa::Engine engineOf(unsigned index) { return static_cast<nisa::Engine>(index); }

bool touchesPsum(InstructionInterface instruction) {
  SmallVector<TileAccess> accesses;
  instruction.getAccesses(accesses);
  return llvm::any_of(accesses, [](const TileAccess &access) {
    return cast<TileType>(access.operand->get().getType()).getMemory() == Memory::psum;
  });
}

// POOL computes with 32-bit integers exactly, where DVE and ACT go through fp32 (facts 2.7).
bool isInt32Arithmetic(InstructionInterface instruction) {
  auto op = dyn_cast<TensorTensorOp>(instruction.getOperation());
  return op && op.getData1().getType().getElementType().isInteger(32) &&
         op.getData2().getType().getElementType().isInteger(32);
}

// What the Scalar engine does with numbers (rule tensor_scalar_c2), here only where it is exact for the data's type.
bool isAffine(TensorScalarOp op) {
  bool isSum = op.getOp0() == AluOp::add, isMultiple = op.getOp0() == AluOp::mult;
  return llvm::isa<FloatType>(op.getData().getType().getElementType()) &&
         ((isMultiple && (op.getOp1() == AluOp::add || op.getOp1() == AluOp::bypass)) ||
          (isSum && op.getOp1() == AluOp::bypass));
}

struct AssignEngines : impl::AssignEnginesBase<AssignEngines> {
  using AssignEnginesBase::AssignEnginesBase;
  void runOnOperation() override {
    FailureOr<Chip> chip = getChip(getOperation());
    if (failed(chip))
      return signalPassFailure();
    std::array<double, numEngines> busy = {};
    Resolver resolver;
    resolver.isPlaced = false;
    WalkResult walk = getOperation().walk([&](InstructionInterface instruction) {
      const isa::InstructionInfo &info = isa::infoOf(instruction.getOpcode());
      if (!queues && llvm::isa<DmaCopyOp>(instruction.getOperation()))
        return WalkResult::advance();
      FailureOr<isa::Payload> payload = toInstruction(instruction.getOperation(), resolver);
      if (failed(payload))
        return WalkResult::interrupt();
      isa::Instruction record{*payload, {}, {}, 0};

      SmallVector<unsigned> candidates;
      if (std::optional<nisa::Engine> fixed = instruction.getEngine())
        candidates = {static_cast<unsigned>(*fixed)};
      else if (auto dma = dyn_cast<DmaCopyOp>(instruction.getOperation()))
        candidates = {static_cast<unsigned>(isStore(dma) ? isa::Engine::pool : isa::Engine::sp)};
      else
        candidates = legalEngines(instruction, info, *chip);
      if (candidates.empty()) {
        instruction->emitOpError("has no engine that can reach its operands");
        return WalkResult::interrupt();
      }

      unsigned best = candidates.front();
      double bestEnd = 0, bestCost = 0;
      for (unsigned candidate : candidates) {
        double cost = info.isDma ? 0 : isa::costOf(record, static_cast<isa::Engine>(candidate), *chip).issueNs;
        if (candidate == candidates.front() || busy[candidate] + cost < bestEnd) {
          best = candidate;
          bestEnd = busy[candidate] + cost;
          bestCost = cost;
        }
      }
      auto loop = instruction->getParentOfType<LoopOp>();
      busy[best] += loop ? bestCost * loop.getCount() : bestCost;
      instruction.setEngine(engineOf(best));
      if (auto dma = dyn_cast<DmaCopyOp>(instruction.getOperation()); dma && best == unsigned(isa::Engine::pool))
        dma.setDgeMode(DgeMode::swdge);
      else if (dma && !chip->dma.hardwareDge && dma.getDgeMode() == DgeMode::hwdge)
        dma.setDgeMode(DgeMode::none);
      return WalkResult::advance();
    });
    if (walk.wasInterrupted())
      signalPassFailure();
  }

private:
  static bool isStore(DmaCopyOp dma) { return !dma.getDst().getType().isOnChip() && dma.getSrc().getType().isOnChip(); }

  static SmallVector<unsigned> legalEngines(InstructionInterface instruction, const isa::InstructionInfo &info,
                                            const Chip &chip) {
    SmallVector<unsigned> result;
    unsigned pool = static_cast<unsigned>(isa::Engine::pool);
    bool psum = touchesPsum(instruction);
    if (isInt32Arithmetic(instruction) && !psum)
      return {pool};
    bool onlyPool = info.engines == 1 << pool;
    for (unsigned engine = 0; engine < numEngines; ++engine) {
      if (!(info.engines >> engine & 1))
        continue;
      if (engine == pool && (psum || (!onlyPool && !llvm::isa<MemsetOp>(instruction.getOperation()))))
        continue; // POOL shares the work of filling tiles; its other forms of vector work are slow
      auto scalar = dyn_cast<TensorScalarOp>(instruction.getOperation());
      if (engine == static_cast<unsigned>(isa::Engine::act) && scalar && !(chip.act.copies && isAffine(scalar)))
        continue;
      if (engine == static_cast<unsigned>(isa::Engine::act) && !chip.act.copies &&
          llvm::isa<TensorCopyOp>(instruction.getOperation()))
        continue; // it copies through fp32 there
      result.push_back(engine);
    }
    return result;
  }
};

} // namespace
} // namespace tarn::schedule
