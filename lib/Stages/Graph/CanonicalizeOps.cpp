// One spelling per meaning. The rewrites lie in Canonicalize*.cpp, sorted by what they are about; each
// expects static types and gives nodes of static types, so that shape inference need not run again.
#include "Canonicalize.h"
#include "tarn/Stages/Graph/Passes.h"

namespace tarn {
#define GEN_PASS_DEF_CANONICALIZEOPS
#include "tarn/Stages/Graph/Passes.h.inc"
} // namespace tarn

using namespace mlir;

namespace tarn::graph {
namespace {

struct CanonicalizeOps : public tarn::impl::CanonicalizeOpsBase<CanonicalizeOps> {
  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    populateReshapeRewrites(patterns);
    populateSliceRewrites(patterns);
    populatePadRewrites(patterns);
    populateElementwiseRewrites(patterns);
    populateReductionRewrites(patterns);
    populateNormalizationRewrites(patterns);
    populateWindowRewrites(patterns);
    populateMatMulRewrites(patterns);
    populateResizeRewrites(patterns);
    if (failed(applyRewrites(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
} // namespace tarn::graph
