// Activations spelt out as products, recognised whatever the order of their factors.
#pragma once
#include "Nodes.h"

namespace tarn::graph {

void populateActivationFusions(mlir::RewritePatternSet &patterns);

} // namespace tarn::graph
