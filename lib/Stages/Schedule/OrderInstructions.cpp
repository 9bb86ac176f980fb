// schedule-order-instructions: engines take their instructions in order, so what waits holds up all that comes behind it.
//
//   program order, one engine each               by start times
//     memset A0    memset A1 behind the            memset A0
//     load A0      store of B0, which waits        load A0
//     compute B0   for compute: nothing of         memset A1, load A1
//     store B0     box 1 runs beside box 0         compute B0
//     memset A1                                    store B0
//     load A1                                      compute B1
//
// A list scheduler: of the instructions whose operands are made, among the next `window` of the program, the one that can
// start first is next, by the ISA's cost formulas; where equal the earlier one. Loops stay where they are; their bodies
// are ordered by themselves.
#include "Dependences.h"
#include "Pressure.h"
#include "tarn/Dialect/NISA/ChipAttribute.h"
#include "tarn/Dialect/NISA/Resolve.h"
#include "tarn/ISA/Cost.h"
#include "tarn/Stages/Schedule/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/SetVector.h"
#include <set>

using namespace mlir;
using namespace tarn::nisa;

namespace tarn::schedule {
#define GEN_PASS_DEF_ORDERINSTRUCTIONS
#include "tarn/Stages/Schedule/Passes.h.inc"

namespace {

/// When engines and DMAs are free, as far as the compiler can tell.
class Clock {
public:
  explicit Clock(const Chip &chip) : chip(chip) {}

  double startOf(unsigned engine, double ready, Operation *op) const {
    return std::max(engineFree[engine], ready) + tableNs(op);
  }
  /// Issues the instruction; returns when it is complete.
  double issue(const isa::Instruction &record, unsigned engine, double ready, Operation *op) {
    double start = startOf(engine, ready, op);
    if (auto activation = dyn_cast<ActivationOp>(op))
      table = chip.actTableOf(stringifyActivationFunction(activation.getOp()));
    if (auto *dma = std::get_if<isa::DmaCopy>(&record.payload)) {
      isa::DmaCost cost = isa::dmaCostOf(*dma, static_cast<isa::Engine>(engine), chip);
      engineFree[engine] = start + cost.triggerNs;
      dmaFree = std::max(dmaFree, start + cost.triggerNs + cost.latencyNs) + cost.transferNs;
      return dmaFree + chip.dma.notifyNs;
    }
    isa::Cost cost = isa::costOf(record, static_cast<isa::Engine>(engine), chip);
    engineFree[engine] = start + cost.issueNs;
    return start + cost.completionNs;
  }

private:
  double tableNs(Operation *op) const {
    auto activation = dyn_cast<ActivationOp>(op);
    if (!activation || chip.actTableOf(stringifyActivationFunction(activation.getOp())) == table)
      return 0;
    return chip.act.tableLoadNs;
  }

  const Chip &chip;
  std::array<double, isa::numEngines> engineFree = {};
  double dmaFree = 0;
  std::optional<unsigned> table;
};

class Orderer {
public:
  Orderer(Block &block, unsigned window, const Chip &chip) : block(block), window(window), chip(chip), clock(chip) {}

  LogicalResult run() {
    // 1. Stretches between loops, each ordered by itself.
    SmallVector<Operation *> order;
    SmallVector<InstructionInterface> stretch;
    for (Operation &op : block) {
      auto instruction = dyn_cast<InstructionInterface>(op);
      if (instruction && op.getNumRegions() == 0 && instruction.getEngine() && hasTiles(instruction)) {
        stretch.push_back(instruction);
        continue;
      }
      if (!instruction && op.getNumRegions() == 0)
        continue; // a tile, a view: moves with its first use
      if (failed(orderStretch(stretch, order)))
        return failure();
      stretch.clear();
      order.push_back(&op);
    }
    if (failed(orderStretch(stretch, order)))
      return failure();
    // 2. Each operation behind what it uses.
    Operation *end = block.mightHaveTerminator() ? block.getTerminator() : nullptr;
    SmallVector<Operation *> others;
    for (Operation &op : block) {
      if (llvm::isa<TensorOp>(op))
        place(&op, end);
      else if (&op != end)
        others.push_back(&op);
    }
    for (Operation *op : order)
      if (op != end)
        place(op, end);
    for (Operation *op : others)
      place(op, end);
    for (Operation *op : placed)
      op->moveBefore(&block, end ? Block::iterator(end) : block.end());
    return success();
  }

private:
  static bool hasTiles(InstructionInterface instruction) {
    SmallVector<TileAccess> accesses;
    instruction.getAccesses(accesses);
    return !accesses.empty();
  }

  void place(Operation *op, Operation *end) {
    if (op->getBlock() != &block || op == end || !isPlaced.insert(op).second)
      return;
    op->walk([&](Operation *inner) {
      for (Value operand : inner->getOperands())
        if (Operation *definition = operand.getDefiningOp())
          place(definition, end);
    });
    placed.push_back(op);
  }

  LogicalResult orderStretch(ArrayRef<InstructionInterface> stretch, SmallVector<Operation *> &order) {
    unsigned size = stretch.size();
    if (size == 0)
      return success();
    std::vector<isa::Instruction> records;
    Resolver resolver;
    resolver.isPlaced = false;
    for (InstructionInterface instruction : stretch) {
      FailureOr<isa::Payload> payload = toInstruction(instruction.getOperation(), resolver);
      if (failed(payload))
        return failure();
      records.push_back({*payload, {}, {}, 0});
    }
    Dependences dependences(stretch);
    Pressure pressure(stretch, window, chip);
    std::vector<SmallVector<unsigned, 4>> after(size);
    std::vector<unsigned> numMissing(size, 0);
    for (unsigned i = 0; i < size; ++i)
      for (Dependence dependence : dependences.before[i]) {
        after[dependence.from].push_back(i);
        ++numMissing[i];
      }
    std::vector<double> ready(size, 0), done(size, 0);
    std::vector<bool> isTaken(size, false);
    std::set<unsigned> candidates;
    for (unsigned i = 0; i < size; ++i)
      if (numMissing[i] == 0)
        candidates.insert(i);
    for (unsigned oldest = 0; oldest < size;) {
      unsigned best = oldest;
      double bestStart = 0;
      for (unsigned candidate : candidates) {
        if (candidate >= oldest + window)
          break;
        if (!pressure.mayTake(candidate, oldest))
          continue;
        double start = clock.startOf(engineOf(stretch[candidate]), ready[candidate], stretch[candidate]);
        if (candidate != oldest && start >= bestStart)
          continue;
        best = candidate;
        bestStart = start;
      }
      candidates.erase(best);
      isTaken[best] = true;
      pressure.take(best);
      order.push_back(stretch[best]);
      done[best] = clock.issue(records[best], engineOf(stretch[best]), ready[best], stretch[best]);
      if (std::optional<unsigned> earlier = dependences.sameWrite[best])
        done[best] = std::max(done[best], done[*earlier]);
      for (unsigned next : after[best])
        if (--numMissing[next] == 0)
          makeReady(next, dependences, done, ready, candidates);
      while (oldest < size && isTaken[oldest])
        ++oldest;
      pressure.advance(oldest);
    }
    return success();
  }

  static void makeReady(unsigned next, const Dependences &dependences, const std::vector<double> &done,
                        std::vector<double> &ready, std::set<unsigned> &candidates) {
    for (Dependence dependence : dependences.before[next])
      if (dependence.isAwaited)
        ready[next] = std::max(ready[next], done[dependence.from]);
    candidates.insert(next);
  }

  static unsigned engineOf(InstructionInterface instruction) { return static_cast<unsigned>(*instruction.getEngine()); }

  Block &block;
  unsigned window;
  const Chip &chip;
  Clock clock;
  llvm::DenseSet<Operation *> isPlaced;
  std::vector<Operation *> placed;
};

struct OrderInstructions : impl::OrderInstructionsBase<OrderInstructions> {
  using OrderInstructionsBase::OrderInstructionsBase;
  void runOnOperation() override {
    if (window == 0) {
      getOperation().emitError("schedule-order-instructions: found window=0, allowed is 1 or more");
      return signalPassFailure();
    }
    FailureOr<Chip> chip = getChip(getOperation());
    if (failed(chip))
      return signalPassFailure();
    WalkResult walk = getOperation().walk([&](Block *block) {
      if (llvm::isa<ModuleOp>(block->getParentOp()))
        return WalkResult::advance();
      return failed(Orderer(*block, window, *chip).run()) ? WalkResult::interrupt() : WalkResult::advance();
    });
    if (walk.wasInterrupted())
      signalPassFailure();
  }
};
} // namespace
} // namespace tarn::schedule
