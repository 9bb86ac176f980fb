// Says that the module has the form `graph`: the passes before have made it so.
#include "tarn/Stages/Graph/Passes.h"

namespace tarn {
#define GEN_PASS_DEF_FINISHGRAPH
#include "tarn/Stages/Graph/Passes.h.inc"

namespace {
struct FinishGraph : public impl::FinishGraphBase<FinishGraph> {
  void runOnOperation() override {
    getOperation()->setAttr("tarn.form", mlir::StringAttr::get(&getContext(), "graph"));
  }
};
} // namespace
} // namespace tarn
