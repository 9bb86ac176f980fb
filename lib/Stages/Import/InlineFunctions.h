// Calls of a model's own functions become the functions' nodes.
#pragma once
#include "tarn/OnnxFile/OnnxModel.h"

namespace tarn {
llvm::Error inlineFunctions(onnxfile::Model &model);
} // namespace tarn
