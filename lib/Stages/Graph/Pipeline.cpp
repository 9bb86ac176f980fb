// The stage in order.
#include "mlir/Transforms/Passes.h"
#include "tarn/Stages/Graph/Passes.h"

using namespace mlir;

namespace tarn {

void buildGraphPipeline(OpPassManager &manager, const GraphPipelineOptions &options) {
  // 0. Operators that nobody knows would stop the inference of shapes at the first one.
  manager.addPass(createCheckSupport({/*beforeRewrites=*/true}));
  auto add = [&](std::unique_ptr<Pass> pass) { manager.addNestedPass<func::FuncOp>(std::move(pass)); };
  // 1. Static types, and what is constant becomes constants.
  add(createInferShapes());
  // 2. One spelling per meaning, so that a pattern need not know several.
  add(createCanonicalizeOps());
  add(createFoldConstants());
  // 3. Operators that the exporter spelt out.
  if (options.fusePatterns)
    add(createFusePatterns());
  // 4. Scales into weights.
  add(createFoldBatchNormalization());
  add(createFoldConstants());
  add(createCSEPass());
  // 5. Data types.
  if (options.autoCast != "none")
    add(createAutoCast({options.autoCast, options.autoCastType}));
  // 6. What is left must be in the table of supported operators.
  manager.addPass(createCheckSupport());
  manager.addPass(createFinishGraph());
}

} // namespace tarn
