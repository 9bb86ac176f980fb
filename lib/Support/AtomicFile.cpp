#include "tarn/Support/AtomicFile.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Signals.h"
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
  // llvm::sys::fs::TempFile tells the signal handlers of a file that exists already: interrupted in between it stays.
  llvm::SmallString<128> temporary;
  int descriptor = -1;
  std::error_code code = std::make_error_code(std::errc::file_exists);
  for (unsigned tries = 0; tries < 128 && code == std::errc::file_exists; ++tries) {
    llvm::sys::fs::createUniquePath(path + ".tmp-%%%%%%%%", temporary, /*MakeAbsolute=*/false);
    llvm::sys::RemoveFileOnSignal(temporary);
    code = llvm::sys::fs::openFileForWrite(temporary, descriptor, llvm::sys::fs::CD_CreateNew);
    if (code)
      llvm::sys::DontRemoveFileOnSignal(temporary);
  }
  if (code)
    return makeError("cannot write '{0}': {1}", path, code.message());
  llvm::Error error = llvm::Error::success();
  {
    llvm::raw_fd_ostream stream(descriptor, /*shouldClose=*/true);
    error = writeTo(stream, path, write);
    stream.close();
    if (!error && stream.has_error())
      error = makeError("cannot write '{0}': {1}", path, stream.error().message());
    stream.clear_error();
  }
  if (!error)
    if (std::error_code failure = llvm::sys::fs::rename(temporary, path))
      error = makeError("cannot write '{0}': {1}", path, failure.message());
  if (error)
    llvm::sys::fs::remove(temporary);
  llvm::sys::DontRemoveFileOnSignal(temporary);
  return error;
}

llvm::Error writeFileAtomically(llvm::StringRef path, llvm::StringRef contents) {
  return writeFileAtomically(path, [&](llvm::raw_ostream &stream) {
    stream << contents;
    return llvm::Error::success();
  });
}

} // namespace tarn
