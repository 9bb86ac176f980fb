// Before: @main is one list of instructions and loops in the order of the schedule, each instruction with its engine and
// its tiles placed. After: the same instructions in one nisa.queue per engine, in the same order within it, with waits
// and updates. A loop becomes one loop for each engine it occupies.
//
//   sp   dma_copy A      ─►   nisa.queue act { tensor_copy … wait<5, 16> }
//   act  tensor_copy A,B      nisa.queue sp  { dma_copy A update<5, 16> }
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/IRMapping.h"
#include "tarn/Dialect/NISA/ChipAttribute.h"
#include "tarn/Dialect/NISA/Resolve.h"
#include "tarn/Stages/Sync/FoldLoop.h"
#include "tarn/Stages/Sync/Passes.h"
#include "tarn/Stages/Sync/PlanSemaphores.h"

namespace tarn {
#define GEN_PASS_DEF_INSERTSEMAPHORES
#include "tarn/Stages/Sync/Passes.h.inc"
} // namespace tarn

using namespace mlir;
using namespace tarn;

namespace {

// Every turn is planned by itself (docs/Rationale/Loops.md); this many take some 10 s and 4 GB.
constexpr size_t maxExecuted = 5'000'000;

/// @main as it is executed: instructions with resolved operands, loops turn by turn.
struct Execution {
  SmallVector<nisa::InstructionInterface> ops;
  std::vector<PlannedInstruction> instructions;
  std::vector<LoopRange> loops; // of the nisa.loop operations, in order; those without instructions have length 0

  LogicalResult collect(Block &block) {
    for (Operation &op : block) {
      if (auto loop = dyn_cast<nisa::LoopOp>(op)) {
        LoopRange range{static_cast<uint32_t>(ops.size()), 0, static_cast<uint32_t>(loop.getCount())};
        for (resolver.turn = 0; resolver.turn < range.turns; ++resolver.turn) {
          if (failed(collect(loop.getBody().front())))
            return failure();
          if (ops.size() > maxExecuted)
            return loop.emitOpError("makes the program execute more than ")
                   << maxExecuted
                   << " instructions, the most that Sync plans; write the queues by hand (form `queued`)";
        }
        resolver.turn = 0;
        range.length = (ops.size() - range.first) / range.turns;
        loops.push_back(range);
      } else if (failed(add(op))) {
        return failure();
      }
    }
    return success();
  }

private:
  LogicalResult add(Operation &op) {
    if (op.getNumRegions() || llvm::isa<func::CallOp>(op))
      return op.emitOpError("cannot be ordered: the form `placed` is a line of instructions and of nisa.loop; inline "
                            "calls and unroll other loops first");
    auto instruction = llvm::dyn_cast<nisa::InstructionInterface>(op);
    if (!instruction)
      return success();
    std::optional<nisa::Engine> engine = instruction.getEngine();
    if (!engine)
      return op.emitOpError("has no engine; the form `placed` says `on <engine>` at each instruction");
    if (instruction.getWait() || instruction.getUpdate())
      return op.emitOpError("has a wait or an update already; semaphores are inserted here");
    FailureOr<tarn::isa::Payload> payload = nisa::toInstruction(&op, resolver);
    if (failed(payload))
      return failure();
    ops.push_back(instruction);
    instructions.push_back({static_cast<tarn::isa::Engine>(*engine), {std::move(*payload), {}, {}, 0}});
    return success();
  }

  nisa::Resolver resolver;
};

/// Fills the queues of @main, engine by engine in the order of the execution.
class QueueWriter {
public:
  QueueWriter(func::FuncOp main, const Execution &execution, const SemaphorePlan &plan)
      : block(main.getBody().front()), builder(block.getTerminator()), execution(execution), plan(plan) {
    for (unsigned e = 0; e < queues.size(); ++e) {
      auto engine = static_cast<tarn::isa::Engine>(e);
      if (llvm::none_of(execution.instructions, [&](const PlannedInstruction &i) { return i.engine == engine; }))
        continue;
      auto queue = nisa::QueueOp::create(builder, main.getLoc(), static_cast<nisa::Engine>(e));
      queues[e] = &queue.getBody().emplaceBlock();
      firstQueue = firstQueue ? firstQueue : queue;
    }
  }

  /// Returns the number of loops that were written out turn by turn.
  unsigned write() {
    uint32_t id = 0;
    unsigned numUnrolled = 0;
    auto loop = execution.loops.begin();
    for (Operation &op : llvm::make_early_inc_range(block.without_terminator())) {
      if (auto loopOp = dyn_cast<nisa::LoopOp>(op)) {
        numUnrolled += !writeLoop(loopOp, *loop);
        id += loop->length * loop->turns;
        ++loop;
        loopOp.erase();
      } else if (auto instruction = dyn_cast<nisa::InstructionInterface>(op)) {
        op.remove();
        append(instruction, plan.entries[id].update, waitsOf(plan.entries[id]), queueOf(instruction));
        ++id;
      }
    }
    return numUnrolled;
  }

private:
  using Waits = SmallVector<LoopWait, 1>;

  static Waits waitsOf(const SemaphorePlan::Entry &entry) {
    return llvm::map_to_vector<1>(
        entry.waits, [](const tarn::isa::Wait &wait) { return LoopWait{wait.semaphore, wait.value.value, 0}; });
  }
  Block *queueOf(nisa::InstructionInterface op) const { return queues[static_cast<unsigned>(*op.getEngine())]; }

  // The instruction carries the wait found first, which is for the newest and so tends to be fulfilled last.
  void append(nisa::InstructionInterface op, const std::optional<tarn::isa::Update> &update, ArrayRef<LoopWait> waits,
              Block *queue) {
    MLIRContext *context = op->getContext();
    queue->push_back(op);
    if (update)
      op.setUpdateAttr(nisa::UpdateAttr::get(context, update->semaphore, update->value.value));
    if (waits.empty())
      return;
    op.setWaitAttr(toAttribute(waits.front(), context));
    builder.setInsertionPoint(op);
    for (const LoopWait &wait : waits.drop_front())
      appendEvent(wait, *op.getEngine(), op.getLoc());
  }
  static nisa::WaitAttr toAttribute(const LoopWait &wait, MLIRContext *context) {
    return nisa::WaitAttr::get(context, wait.semaphore, wait.value, wait.step, /*exact=*/false);
  }
  void appendEvent(const LoopWait &wait, nisa::Engine engine, Location location) {
    nisa::EventSemaphoreOp::create(builder, location, nisa::EngineAttr::get(builder.getContext(), engine),
                                   toAttribute(wait, builder.getContext()), nisa::UpdateAttr());
  }

  // Tiles and views that every turn shares stand before the queues.
  void hoist(nisa::LoopOp loop) {
    for (Operation &op : llvm::make_early_inc_range(loop.getBody().front())) {
      auto view = dyn_cast<nisa::ViewOp>(op);
      if (!llvm::isa<nisa::InstructionInterface>(op) && !(view && !view.getSymbols().empty()))
        op.moveBefore(firstQueue);
    }
  }

  // Returns whether it is still a loop.
  bool writeLoop(nisa::LoopOp loop, const LoopRange &range) {
    if (range.length == 0)
      return true;
    hoist(loop);
    std::optional<FoldedLoop> folded = foldLoop(execution.instructions, plan, range);
    uint32_t first = folded ? folded->firstTurn : range.turns, end = folded ? folded->endTurn : range.turns;
    for (uint32_t turn = 0; turn < first; ++turn)
      writeTurn(range, turn);
    if (folded)
      writeFolded(loop, range, *folded);
    for (uint32_t turn = end; turn < range.turns; ++turn)
      writeTurn(range, turn);
    return folded.has_value();
  }

  void writeTurn(const LoopRange &range, uint32_t turn) {
    for (uint32_t position = 0; position < range.length; ++position) {
      uint32_t id = range.first + turn * range.length + position;
      nisa::InstructionInterface op = execution.ops[id];
      builder.setInsertionPoint(firstQueue);
      nisa::InstructionInterface copy = copyOf(op, nullptr, turn);
      append(copy, plan.entries[id].update, waitsOf(plan.entries[id]), queueOf(op));
    }
  }

  void writeFolded(nisa::LoopOp loop, const LoopRange &range, const FoldedLoop &folded) {
    std::array<nisa::LoopOp, tarn::isa::numEngines> loops;
    for (uint32_t position = 0; position < range.length; ++position) {
      uint32_t id = range.first + folded.firstTurn * range.length + position;
      nisa::InstructionInterface op = execution.ops[id];
      nisa::LoopOp &own = loops[static_cast<unsigned>(*op.getEngine())];
      if (!own) {
        builder.setInsertionPointToEnd(queueOf(op));
        for (const tarn::isa::Wait &wait : folded.before[static_cast<unsigned>(*op.getEngine())])
          appendEvent({wait.semaphore, wait.value.value, 0}, *op.getEngine(), op.getLoc());
        own = nisa::LoopOp::create(builder, loop.getLoc(), folded.endTurn - folded.firstTurn);
      }
      Block *body = &own.getBody().front();
      builder.setInsertionPointToEnd(body);
      nisa::InstructionInterface copy = copyOf(op, own, folded.firstTurn);
      append(copy, plan.entries[id].update, folded.waits[position], body);
    }
  }

  // A copy that lies nowhere yet. Its views that depend on the turn stand at the insertion point: in `loop`, which
  // begins with turn `turn`, or, without a loop, for that turn.
  nisa::InstructionInterface copyOf(nisa::InstructionInterface op, nisa::LoopOp loop, uint32_t turn) {
    IRMapping mapping;
    for (Value operand : op->getOperands()) {
      auto view = operand.getDefiningOp<nisa::ViewOp>();
      if (!view || view.getSymbols().empty() || mapping.contains(operand))
        continue;
      AffineMap map = view.getMap();
      SmallVector<AffineExpr> symbols(map.getNumSymbols(), builder.getAffineConstantExpr(turn));
      SmallVector<Value> variables;
      if (loop) {
        symbols.assign(map.getNumSymbols(), builder.getAffineSymbolExpr(0) + turn);
        variables = {loop.getVariable()};
      }
      map = map.replaceDimsAndSymbols({}, symbols, map.getNumDims(), variables.size());
      mapping.map(operand, nisa::ViewOp::create(builder, view.getLoc(), view.getType(), view.getSource(), variables,
                                                AffineMapAttr::get(map))
                               .getResult());
    }
    return llvm::cast<nisa::InstructionInterface>(op->clone(mapping));
  }

  Block &block;
  OpBuilder builder;
  const Execution &execution;
  const SemaphorePlan &plan;
  std::array<Block *, tarn::isa::numEngines> queues{};
  nisa::QueueOp firstQueue;
};

struct InsertSemaphores : tarn::impl::InsertSemaphoresBase<InsertSemaphores> {
  using Base::Base;

  void runOnOperation() override {
    ModuleOp module = getOperation();
    auto main = module.lookupSymbol<func::FuncOp>("main");
    if (!main || main.isExternal() || !main.getBody().hasOneBlock()) {
      module.emitError("expects a function @main of one block");
      return signalPassFailure();
    }
    FailureOr<Chip> chip = getChip(module);
    if (failed(chip))
      return signalPassFailure();
    Execution execution;
    if (failed(execution.collect(main.getBody().front())))
      return signalPassFailure();
    std::vector<LoopRange> loops;
    llvm::copy_if(execution.loops, std::back_inserter(loops), [](const LoopRange &loop) { return loop.length > 0; });
    SemaphorePlan plan = planSemaphores(execution.instructions, *chip, tarn::isa::numSemaphores, loops);
    numWaits += plan.numWaits;
    numDependences += plan.numDependences;
    numSemaphores += plan.numSemaphores;
    numUnrolled += QueueWriter(main, execution, plan).write();
    module->setAttr("tarn.form", StringAttr::get(&getContext(), "queued"));
  }
};

} // namespace

void tarn::buildSyncPipeline(OpPassManager &manager) { manager.addPass(createInsertSemaphores()); }
