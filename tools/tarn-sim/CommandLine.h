// What tarn-sim was asked to do.
#pragma once
#include "tarn/Sim/Compare.h"
#include "tarn/Sim/Machine.h"

namespace tarn {

enum ExitCode { done = 0, badInput = 1, badCommandLine = 2, outputsDiffer = 3, checkFound = 4 };

/// NAME=@FILE
struct TensorFile {
  std::string name, path;
};

struct CommandLine {
  std::string program;
  std::vector<TensorFile> inputs, expected;
  std::optional<uint64_t> randomInputs;
  std::string outputs, target;
  std::vector<std::string> set;
  sim::RunOptions run;
  sim::Tolerance tolerance;
  bool allPhases = false;
  std::string reportKind = "text";
  std::string profileFile;
  std::string reportFile = "-";
};

/// Reads the command line; prints help or the error itself and answers the exit code when there is nothing to
/// do.
std::optional<int> parseCommandLine(int argc, char **argv, CommandLine &result);

} // namespace tarn
