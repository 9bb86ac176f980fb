// Which reader a tensor file needs, by its suffix; the file's name is put before every error.
#include "TensorFiles.h"
#include "tarn/Support/AtomicFile.h"
#include "tarn/Support/InputFile.h"
#include "llvm/Support/MemoryBuffer.h"

namespace tarn {

llvm::Expected<int64_t> checkedNumElements(llvm::ArrayRef<int64_t> shape, DType type) {
  constexpr int64_t limit = int64_t(1) << 48; // bytes: more than any machine has
  bool empty = false;
  int64_t count = 1, bytes = sizeInBytes(type);
  for (int64_t dim : shape) {
    if (dim < 0)
      return makeError("negative dimension in shape {0}", toString(shape));
    empty |= dim == 0;
    if (dim > limit)
      return makeError("shape {0} is too large", toString(shape));
  }
  if (empty)
    return 0;
  for (int64_t dim : shape) {
    if (__builtin_mul_overflow(count, dim, &count) || count > limit / bytes)
      return makeError("shape {0} of {1} is too large", toString(shape), name(type));
  }
  return count;
}

llvm::Expected<HostTensor> readTensorFile(llvm::StringRef path) {
  bool isNpy = path.ends_with(".npy");
  if (!isNpy && !path.ends_with(".pb"))
    return makeError("'{0}': a tensor file ends with .npy (NumPy) or .pb (ONNX TensorProto)", path);
  auto buffer = openInputFile(path);
  if (!buffer)
    return makeError("cannot read '{0}': {1}", path, llvm::toString(buffer.takeError()));
  std::shared_ptr<llvm::MemoryBuffer> file = std::move(*buffer);
  auto tensor = isNpy ? parseNpy(file->getBuffer(), file) : parseTensorProto(file->getBuffer());
  if (!tensor)
    return makeError("'{0}': {1}", path, llvm::toString(tensor.takeError()));
  return tensor;
}

} // namespace tarn
