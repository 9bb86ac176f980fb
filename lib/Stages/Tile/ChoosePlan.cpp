// tile-choose-plan: see Plan.h for what a plan is and Plan.cpp for how it is chosen.
#include "Plan.h"
#include "tarn/Stages/Tile/Passes.h"

using namespace mlir;

namespace tarn {
#define GEN_PASS_DEF_CHOOSEPLAN
#include "tarn/Stages/Tile/Passes.h.inc"

namespace {
struct ChoosePlan : impl::ChoosePlanBase<ChoosePlan> {
  void runOnOperation() override {
    for (auto kernel : getOperation().getOps<func::FuncOp>()) {
      if (!kernel->hasAttr("tarn.kernel") || kernel.isDeclaration() || kernel->hasAttr(tile::planAttributeName))
        continue;
      std::optional<int64_t> pinned;
      if (auto attribute = kernel->getAttrOfType<IntegerAttr>(tile::partitionAttributeName))
        pinned = attribute.getInt();
      SmallVector<Attribute> plans;
      for (Value value : kernel.getBody().front().getTerminator()->getOperands()) {
        auto type = dyn_cast<RankedTensorType>(value.getType());
        if (!type || !type.hasStaticShape()) {
          kernel.emitOpError("returns ") << value.getType() << ", the stage Tile needs tensors of static shape";
          return signalPassFailure();
        }
        plans.push_back(tile::choosePlan(value, pinned).toAttribute(&getContext()));
      }
      kernel->setAttr(tile::planAttributeName, ArrayAttr::get(&getContext(), plans));
    }
  }
};
} // namespace

void buildTilePipeline(OpPassManager &passes) {
  passes.addPass(createChoosePlan());
  passes.addPass(createLowerToTiles());
}
} // namespace tarn
