// schedule-load-act-tables: the Scalar engine holds the tables of one group of functions at a time (facts 2.6). A load
// stands before each activation whose function is not in the table that is loaded, and before a loop for what its turns
// end with.
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "tarn/Dialect/NISA/ChipAttribute.h"
#include "tarn/Dialect/NISA/NISA.h"
#include "tarn/Stages/Schedule/Passes.h"

using namespace mlir;
using namespace tarn::nisa;

namespace tarn::schedule {
#define GEN_PASS_DEF_LOADACTTABLES
#include "tarn/Stages/Schedule/Passes.h.inc"

namespace {
struct LoadActTables : impl::LoadActTablesBase<LoadActTables> {
  void runOnOperation() override {
    FailureOr<Chip> chip = getChip(getOperation());
    if (failed(chip))
      return signalPassFailure();
    this->chip = &*chip;
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      loaded.reset();
      for (Block &block : function.getBody())
        loadIn(block);
    }
  }

private:
  unsigned tableOf(ActivationOp activation) {
    return chip->actTableOf(stringifyActivationFunction(activation.getOp()));
  }

  void loadIn(Block &block) {
    for (Operation &op : llvm::make_early_inc_range(block)) {
      if (auto activation = dyn_cast<ActivationOp>(op)) {
        load(tableOf(activation), &op);
      } else if (auto loop = dyn_cast<LoopOp>(op)) {
        // Every turn begins with the table that the one before ended with.
        auto activations = loop.getBody().getOps<ActivationOp>();
        if (activations.empty())
          continue;
        std::optional<unsigned> last;
        for (ActivationOp activation : activations)
          last = tableOf(activation);
        load(*last, &op);
        loadIn(loop.getBody().front());
      }
    }
  }

  void load(unsigned table, Operation *before) {
    if (loaded == table)
      return;
    OpBuilder builder(before);
    ActTableLoadOp::create(builder, before->getLoc(), builder.getI32IntegerAttr(table),
                           EngineAttr::get(&getContext(), Engine::act), WaitAttr(), UpdateAttr());
    loaded = table;
  }

  const Chip *chip = nullptr;
  std::optional<unsigned> loaded;
};
} // namespace
} // namespace tarn::schedule
