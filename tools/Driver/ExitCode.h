// How the tools end.
#pragma once
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

namespace tarn::driver {

enum ExitCode { done = 0, badInput = 1, badCommandLine = 2, outputsDiffer = 3, finding = 4, ourMistake = 70 };

/// Prints an error of `tool` (none named when empty) and answers the exit code.
int report(llvm::Error error, int exitCode = badInput, llvm::StringRef tool = "");

} // namespace tarn::driver
