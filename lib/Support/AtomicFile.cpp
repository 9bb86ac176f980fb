#include "tarn/Support/AtomicFile.h"
#include "llvm/Support/FileSystem.h"
#include <unistd.h>

namespace tarn {

/// Writes to an open stream; a full disk is an error of the caller's, not the end of the program.
static llvm::Error writeTo(llvm::raw_fd_ostream &stream, llvm::StringRef path,
                           llvm::function_ref<llvm::Error(llvm::raw_ostream &)> write) {
  llvm::Error error = write(stream);
  stream.flush();
  if (!error && stream.has_error())
    error = makeError("cannot write '{0}': {1}", path, stream.error().message());
  stream.clear_error();
  return error;
}

llvm::Error writeFileAtomically(llvm::StringRef path, llvm::function_ref<llvm::Error(llvm::raw_ostream &)> write) {
  if (path == "-")
    return writeTo(llvm::outs(), "standard output", write);
  // A device or a pipe is written in place: it must not be replaced by a file.
  llvm::sys::fs::file_status status;
  if (!llvm::sys::fs::status(path, status) && llvm::sys::fs::is_other(status)) {
    std::error_code code;
    llvm::raw_fd_ostream stream(path, code, llvm::sys::fs::CD_OpenExisting, llvm::sys::fs::FA_Write,
                                llvm::sys::fs::OF_None);
    if (code)
      return makeError("cannot write '{0}': {1}", path, code.message());
    return writeTo(stream, path, write);
  }
  auto temporary =
      llvm::sys::fs::TempFile::create(path + ".tmp-%%%%%%%%", llvm::sys::fs::all_read | llvm::sys::fs::all_write);
  if (!temporary)
    return makeError("cannot write '{0}': {1}", path, llvm::toString(temporary.takeError()));
  llvm::Error error = llvm::Error::success();
  {
    llvm::raw_fd_ostream stream(temporary->FD, /*shouldClose=*/false);
    error = writeTo(stream, path, write);
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
