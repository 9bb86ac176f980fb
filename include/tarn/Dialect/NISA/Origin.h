// Which ONNX nodes an operation works for: the names in its location.
#pragma once
#include "mlir/IR/Location.h"
#include <string>

namespace tarn::nisa {
/// The names in order of appearance, each once, joined by `separator`. Empty when the location names none.
std::string nodesOf(mlir::Location location, llvm::StringRef separator);
} // namespace tarn::nisa
