// A file of the user's, whole and read only.
#pragma once
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/MemoryBuffer.h"

namespace tarn {

// Errors do not name the path: the caller says whose file it is.

/// An error for what can be opened and is no file: devices and pipes may have no end. What is missing or a folder is
/// left to who opens it.
llvm::Error checkRegularFile(llvm::StringRef path);

/// The file, mapped where it is large, without a zero behind its end.
llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> openInputFile(llvm::StringRef path);
/// The same; `-` is standard input.
llvm::Expected<std::unique_ptr<llvm::MemoryBuffer>> openInputFileOrStdin(llvm::StringRef path);

} // namespace tarn
