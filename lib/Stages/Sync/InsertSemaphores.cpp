// Before: @main is one list of instructions in the order of the schedule, each with its engine and its tiles placed.
// After: the same instructions in one nisa.queue per engine, in the same order within it, with waits and updates.
//
//   sp   dma_copy A      ─►   nisa.queue act { tensor_copy … wait<5, 16> }
//   act  tensor_copy A,B      nisa.queue sp  { dma_copy A update<5, 16> }
#include "tarn/Dialect/NISA/ChipAttribute.h"
#include "tarn/Dialect/NISA/Resolve.h"
#include "tarn/Stages/Sync/Passes.h"
#include "tarn/Stages/Sync/PlanSemaphores.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace tarn {
#define GEN_PASS_DEF_INSERTSEMAPHORES
#include "tarn/Stages/Sync/Passes.h.inc"
} // namespace tarn

using namespace mlir;
using namespace tarn;

namespace {
struct InsertSemaphores : tarn::impl::InsertSemaphoresBase<InsertSemaphores> {
  using Base::Base;

  // The instructions of @main with resolved operands; errors at what is not a straight line of placed instructions.
  LogicalResult collect(func::FuncOp main, SmallVectorImpl<nisa::InstructionInterface> &ops,
                        std::vector<PlannedInstruction> &instructions) {
    nisa::Resolver resolver;
    for (Operation &op : main.getBody().front().without_terminator()) {
      if (op.getNumRegions() || llvm::isa<func::CallOp>(op))
        return op.emitOpError("cannot be ordered: the form `placed` is a straight line of instructions; inline calls and "
                              "unroll loops first");
      auto instruction = llvm::dyn_cast<nisa::InstructionInterface>(op);
      if (!instruction)
        continue;
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
    }
    return success();
  }

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
    SmallVector<nisa::InstructionInterface> ops;
    std::vector<PlannedInstruction> instructions;
    if (failed(collect(main, ops, instructions)))
      return signalPassFailure();
    SemaphorePlan plan = planSemaphores(instructions, *chip);
    numWaits += plan.numWaits;
    numDependences += plan.numDependences;
    numSemaphores += plan.numSemaphores;

    OpBuilder builder(main.getBody().front().getTerminator());
    std::array<Block *, tarn::isa::numEngines> queues{};
    for (unsigned e = 0; e < queues.size(); ++e) {
      auto engine = static_cast<tarn::isa::Engine>(e);
      if (llvm::none_of(instructions, [&](const PlannedInstruction &i) { return i.engine == engine; }))
        continue;
      auto queue = nisa::QueueOp::create(builder, main.getLoc(), static_cast<nisa::Engine>(e));
      queues[e] = &queue.getBody().emplaceBlock();
    }
    MLIRContext *context = &getContext();
    for (auto [op, planned, entry] : llvm::zip_equal(ops, instructions, plan.entries)) {
      Block *queue = queues[static_cast<unsigned>(planned.engine)];
      auto waitAttr = [&](const tarn::isa::Wait &wait) {
        return nisa::WaitAttr::get(context, wait.semaphore, wait.value.value, /*step=*/0, false);
      };
      op->moveBefore(queue, queue->end());
      if (entry.update)
        op.setUpdateAttr(nisa::UpdateAttr::get(context, entry.update->semaphore, entry.update->value.value));
      if (entry.waits.empty())
        continue;
      // The instruction carries the wait found first, which is for the newest and so tends to be fulfilled last.
      op.setWaitAttr(waitAttr(entry.waits.front()));
      builder.setInsertionPoint(op);
      for (const tarn::isa::Wait &wait : llvm::drop_begin(entry.waits)) {
        auto event = nisa::EventSemaphoreOp::create(builder, op->getLoc(),
                                                    nisa::EngineAttr::get(context, *op.getEngine()), waitAttr(wait),
                                                    nisa::UpdateAttr());
        (void)event;
      }
    }
    module->setAttr("tarn.form", StringAttr::get(context, "queued"));
  }
};

} // namespace

void tarn::buildSyncPipeline(OpPassManager &manager) { manager.addPass(createInsertSemaphores()); }
