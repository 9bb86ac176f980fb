// Every dialect that a module may hold on its way.
#pragma once

namespace mlir {
class DialectRegistry;
}

namespace tarn {
void registerAllDialects(mlir::DialectRegistry &registry);
} // namespace tarn
