// Finds the bytes of a TensorProto, wherever they are.
#pragma once
#include "tarn/OnnxFile/OnnxModel.h"
#include "llvm/ADT/StringMap.h"
#include <memory>

namespace onnx {
class TensorProto;
}
namespace llvm {
class MemoryBuffer;
}

namespace tarn::onnxfile {

/// Maps the model file and the files of external data beside it.
class TensorBytes {
public:
  /// `model` may be null for a model that is not a file of tensors (text).
  TensorBytes(std::string path, std::shared_ptr<llvm::MemoryBuffer> model) : path(std::move(path)), model(model) {}

  /// The tensor with its bytes; errors name the tensor.
  llvm::Expected<Tensor> read(const ::onnx::TensorProto &tensor);

private:
  std::string path;
  std::shared_ptr<llvm::MemoryBuffer> model;
  llvm::StringMap<std::shared_ptr<llvm::MemoryBuffer>> files;

  llvm::Expected<std::shared_ptr<llvm::MemoryBuffer>> open(llvm::StringRef location);
  llvm::Error readExternal(const ::onnx::TensorProto &tensor, Tensor &result, uint64_t needed);
};

} // namespace tarn::onnxfile
