// The stage in order.
#include "mlir/Transforms/Passes.h"
#include "tarn/Stages/Graph/Passes.h"

using namespace mlir;

namespace tarn {

void buildGraphPipeline(OpPassManager &manager, const GraphPipelineOptions &options) {
  // 0. Operators that nobody knows would stop the inference of shapes at the first one.
  manager.addPass(createCheckSupport({/*beforeRewrites=*/true}));
  OpPassManager &function = manager.nest<func::FuncOp>();
  // 1. Static types, and what is constant becomes constants.
  function.addPass(createInferShapes());
  // 2. One spelling per meaning, so that a pattern need not know several.
  function.addPass(createCanonicalizeOps());
  function.addPass(createFoldConstants());
  // 3. Operators that the exporter spelt out.
  if (options.fusePatterns)
    function.addPass(createFusePatterns());
  // 4. Scales into weights.
  function.addPass(createFoldBatchNormalization());
  function.addPass(createFoldConstants());
  function.addPass(createCSEPass());
  // 5. Data types.
  if (options.autoCast != "none")
    function.addPass(createAutoCast({options.autoCast, options.autoCastType}));
  // 6. What is left must be in the table of supported operators.
  manager.addPass(createCheckSupport());
  manager.addPass(createFinishGraph());
}

} // namespace tarn
