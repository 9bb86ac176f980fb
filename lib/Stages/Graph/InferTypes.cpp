// ONNX's own inference functions see constants as values. One thing they let pass is caught here: a Reshape
// to another number of elements.
#include "InferTypes.h"
#include "tarn/Dialect/ONNX/InferTypes.h"
#include "tarn/Support/AtomicFile.h"

using namespace mlir;

namespace tarn::graph {

llvm::Error inferTypes(Operation *op) {
  auto constants = [](Value value) -> ElementsAttr {
    Operation *constant = definingNode(value, "Constant");
    return constant ? constant->getAttrOfType<ElementsAttr>("value") : ElementsAttr();
  };
  llvm::Expected<SmallVector<Type>> types = onnx::inferTypes(op, constants);
  if (!types)
    return types.takeError();
  for (auto [result, type] : llvm::zip_equal(op->getResults(), *types))
    result.setType(type);
  if (opType(op) != "Reshape")
    return llvm::Error::success();
  RankedTensorType from = staticType(op->getOperand(0)), to = staticType(op->getResult(0));
  if (from && to && from.getNumElements() != to.getNumElements())
    return makeError("{0}: an input of shape {1} cannot be reshaped to {2}, which has another number of elements",
                     describeNode(op), toString(from.getShape()), toString(to.getShape()));
  return llvm::Error::success();
}

} // namespace tarn::graph
