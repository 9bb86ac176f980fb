// The stage Tensor in order.
#include "tarn/Stages/Tensor/Passes.h"

void tarn::buildTensorPipeline(mlir::OpPassManager &passes, const TensorOptions &options) {
  passes.addPass(createLowerOnnx());
  passes.addPass(createFuseKernels({options.fuse}));
  passes.addPass(createShareKernels());
  passes.addPass(createChooseLayout());
  if (options.keepOnChip) {
    passes.addPass(createChooseMemory());
    passes.addPass(createShareKernels());
  }
}
