// Evaluating a node at compile time.
#pragma once
#include "Nodes.h"

namespace tarn::graph {

/// Replaces a node whose operands are all constants by its value; Shape and Size of a static type too. False
/// where the node stays: an operand is not constant, Reference does not know the operator, a result has more
/// than `limit` bytes. An error where the evaluation fails (its operands do not fit).
llvm::Expected<bool> foldNode(mlir::Operation *op, int64_t limit);

} // namespace tarn::graph
