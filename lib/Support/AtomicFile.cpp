#include "tarn/Support/AtomicFile.h"
#include "llvm/Support/FileSystem.h"
#include <unistd.h>

namespace tarn {

llvm::Error writeFileAtomically(llvm::StringRef path,
                                llvm::function_ref<llvm::Error(llvm::raw_ostream &)> write) {
  if (path == "-") {
    if (llvm::Error error = write(llvm::outs()))
      return error;
    llvm::outs().flush();
    return llvm::Error::success();
  }
  auto temporary = llvm::sys::fs::TempFile::create(path + ".tmp-%%%%%%%%",
                                                   llvm::sys::fs::all_read | llvm::sys::fs::all_write);
  if (!temporary)
    return makeError("cannot write '{0}': {1}", path, llvm::toString(temporary.takeError()));
  llvm::Error error = llvm::Error::success();
  {
    llvm::raw_fd_ostream stream(temporary->FD, /*shouldClose=*/false);
    error = write(stream);
    stream.flush();
    if (!error && stream.has_error())
      error = makeError("cannot write '{0}': {1}", path, stream.error().message());
    stream.clear_error();
  }
  if (error) {
    llvm::consumeError(temporary->discard());
    return error;
  }
  if (llvm::Error renamed = temporary->keep(path))
    return makeError("cannot write '{0}': {1}", path, llvm::toString(std::move(renamed)));
  return llvm::Error::success();
}

llvm::Error writeFileAtomically(llvm::StringRef path, llvm::StringRef contents) {
  return writeFileAtomically(path, [&](llvm::raw_ostream &stream) {
    stream << contents;
    return llvm::Error::success();
  });
}

} // namespace tarn
