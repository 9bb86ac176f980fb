// Operators that are outside the core, but that ONNX defines by a function of other operators.
#pragma once
#include "Nodes.h"

namespace tarn::graph {

/// Whether the table of supported operators and the rewrites do without it, and ONNX has a function for it.
bool isExpandable(llvm::StringRef op);

/// Puts the function's nodes in place of `op`, whose operands have types; answers the first of them, whose types are
/// yet to be inferred like those of all others. Null, and nothing changed, where the operator is not expandable or the
/// function needs operators that the dialect does not have.
llvm::Expected<mlir::Operation *> expandFunction(mlir::Operation *op);

} // namespace tarn::graph
