// One node's result types from ONNX's inference functions.
#pragma once
#include "Nodes.h"

namespace tarn::graph {

/// Sets the types of the results as far as they follow from the operands; a result keeps what it already
/// knows. An error where ONNX refuses the node or has no inference function for it.
llvm::Error inferTypes(mlir::Operation *op);

} // namespace tarn::graph
