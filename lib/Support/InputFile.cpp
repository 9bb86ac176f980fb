#include "tarn/Support/InputFile.h"
#include "tarn/Support/AtomicFile.h"
#include "llvm/Support/FileSystem.h"

namespace tarn {

llvm::Error checkRegularFile(llvm::StringRef path) {
  llvm::sys::fs::file_status status;
  if (!llvm::sys::fs::status(path, status) && llvm::sys::fs::is_other(status))
    return makeError("is not a regular file");
  return llvm::Error::success();
}

llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> openInputFile(llvm::StringRef path) {
  if (llvm::Error error = checkRegularFile(path))
    return std::move(error);
  auto file = llvm::MemoryBuffer::getFile(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!file)
    return makeError("{0}", file.getError().message());
  return std::move(*file);
}

llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> openInputFileOrStdin(llvm::StringRef path) {
  if (path != "-")
    return openInputFile(path);
  auto text = llvm::MemoryBuffer::getSTDIN();
  if (!text)
    return makeError("{0}", text.getError().message());
  return std::move(*text);
}

} // namespace tarn
