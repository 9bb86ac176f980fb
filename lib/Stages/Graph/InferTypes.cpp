#include "InferTypes.h"
#include "tarn/Support/AtomicFile.h"

using namespace mlir;

namespace tarn::graph {

llvm::Error inferTypes(Operation *op) {
  for (Value result : op->getResults())
    if (!staticType(result) && !result.use_empty())
      return makeError("the types of its results are not known");
  return llvm::Error::success();
}

} // namespace tarn::graph
