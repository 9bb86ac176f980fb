// Whole or not at all: writes to a temporary file beside the target, then renames.
#pragma once
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

namespace tarn {
/// Calls `write` with a stream on a temporary file in `path`'s folder and renames it to `path` when all was written;
/// `-` is stdout. On an error (full disk, no permission) nothing remains and the error names `path`.
llvm::Error writeFileAtomically(llvm::StringRef path, llvm::function_ref<llvm::Error(llvm::raw_ostream &)> write);
llvm::Error writeFileAtomically(llvm::StringRef path, llvm::StringRef contents);

/// An error with text, for bad input (exit code 1).
template <typename... Ts> llvm::Error makeError(const char *format, Ts &&...values) {
  return llvm::createStringError(llvm::formatv(format, std::forward<Ts>(values)...).str());
}
} // namespace tarn
