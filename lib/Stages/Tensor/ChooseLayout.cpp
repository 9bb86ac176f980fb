// tensor-choose-layout: which dimension of a kernel's result lies on the partitions, for each kernel by itself with all its
// tensors in HBM (KernelCost.h). tensor-choose-memory looks at the whole graph and may change it.
#include "KernelCost.h"
#include "tarn/Dialect/NISA/ChipAttribute.h"
#include "tarn/Stages/Tensor/Passes.h"

namespace tarn {
#define GEN_PASS_DEF_CHOOSELAYOUT
#include "tarn/Stages/Tensor/Passes.h.inc"

using namespace mlir;
namespace {
class ChooseLayoutPass : public impl::ChooseLayoutBase<ChooseLayoutPass> {
  void runOnOperation() override {
    FailureOr<Chip> chip = getChip(getOperation());
    if (failed(chip))
      return signalPassFailure();
    tensor::Rates rates(*chip);
    for (auto kernel : getOperation().getOps<func::FuncOp>()) {
      if (!kernel->hasAttr("tarn.kernel") || kernel.getBody().empty())
        continue;
      std::optional<unsigned> best;
      double bestCost = 0;
      for (auto [d, cost] : llvm::enumerate(tensor::costsOf(kernel, rates))) {
        if (!cost || (best && cost->total >= bestCost))
          continue;
        best = d;
        bestCost = cost->total;
      }
      if (best)
        kernel->setAttr("tarn.partition_dim", IntegerAttr::get(IntegerType::get(&getContext(), 64), *best));
    }
  }
};
} // namespace
} // namespace tarn
