// Takes the large tensors out of a serialised model without reading them.
#pragma once
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <string>

namespace tarn::onnxfile {

/// The `location` of the external-data entry that stands for a tensor taken out of the model file itself. It
/// begins with '#', which ONNX takes for something other than a file.
constexpr char mappedLocation[] = "#model";

/// Copies the serialised ModelProto `bytes`; each tensor's raw_data, float_data or double_data of more than
/// `limit` bytes is left out and named by its offset and length in `bytes` instead. Errors say what is
/// malformed and where.
llvm::Expected<std::string> leaveOutLargeTensors(llvm::StringRef bytes, size_t limit);

} // namespace tarn::onnxfile
