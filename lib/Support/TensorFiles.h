// Inside the room: the readers behind `readTensorFile`, each for the bytes of one format.
#pragma once
#include "tarn/Support/HostTensor.h"

namespace tarn {
/// Number of elements of a shape that came from a file: an error for negative dimensions and for tensors
/// whose bytes could not be counted in 62 bits.
llvm::Expected<int64_t> checkedNumElements(llvm::ArrayRef<int64_t> shape, DType type);

/// The bytes of a .npy file; the result may point into them and keeps `owner`.
llvm::Expected<HostTensor> parseNpy(llvm::StringRef bytes, std::shared_ptr<void> owner);
/// The bytes of a serialised ONNX TensorProto.
llvm::Expected<HostTensor> parseTensorProto(llvm::StringRef bytes);
} // namespace tarn
