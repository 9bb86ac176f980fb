// Reads models. The only door to ONNX's C++ library, which throws: everything here answers llvm::Expected.
#pragma once
#include "tarn/OnnxFile/OnnxModel.h"

namespace tarn::onnxfile {

/// Reads a `.onnx` file, or ONNX's text syntax where the name ends in `.onnxtxt`. Tensors above 1 KiB stay in
/// the mapped file. Files of external data are found in the model's folder only. Errors name the file.
llvm::Expected<Model> readModel(llvm::StringRef path);

} // namespace tarn::onnxfile
