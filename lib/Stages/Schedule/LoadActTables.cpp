// schedule-load-act-tables: the Scalar engine holds the tables of one group of functions at a time (facts 2.6). A load
// stands before each activation whose function is not in the table that is loaded.
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
    std::optional<unsigned> loaded;
    OpBuilder builder(&getContext());
    getOperation().walk([&](ActivationOp activation) {
      unsigned table = chip->actTableOf(stringifyActivationFunction(activation.getOp()));
      if (loaded == table)
        return;
      builder.setInsertionPoint(activation);
      ActTableLoadOp::create(builder, activation.getLoc(), builder.getI32IntegerAttr(table),
                             EngineAttr::get(&getContext(), Engine::act), WaitAttr(), UpdateAttr());
      loaded = table;
    });
  }
};
} // namespace
} // namespace tarn::schedule
