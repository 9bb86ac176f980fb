// What tarn-compile and tarn-run were asked to do.
#pragma once
#include "tarn/Pipeline/Pipeline.h"
#include <optional>
#include <string>
#include <vector>

namespace tarn::driver {

enum ExitCode { done = 0, badInput = 1, badCommandLine = 2, outputsDiffer = 3, finding = 4, ourMistake = 70 };

/// NAME=@FILE
struct TensorFile {
  std::string name, path;
};
struct ReportRequest {
  enum class Kind { none, text, json, html } kind = Kind::none;
  std::string file = "-";
};

struct CommandLine {
  std::string model, output;
  // Compiling.
  std::string target = "trn2";
  std::vector<std::string> set, shapes, dims;
  CompileOptions compile;
  std::optional<Form> emit, startAt, stopAfter;
  std::string dumpForms;
  std::vector<std::string> passPlugins;
  bool check = false;
  ReportRequest report;
  std::vector<std::string> mlirArguments; // switches of MLIR itself
  // Simulating.
  std::vector<TensorFile> inputs, expected;
  std::optional<uint64_t> randomInputs;
  std::string outputs, trace;
  std::vector<std::string> checks, views; // no views: the usual ones
  std::optional<double> throttlePhaseNs;
  std::optional<double> rtol, atol;
  bool timingOnly = false;
};

/// Reads the command line of a tool. `simulates`: the options of the second group are allowed. Prints help or the error
/// itself and answers the exit code when there is nothing to do.
std::optional<int> parseCommandLine(int argc, char **argv, const char *tool, bool simulates, CommandLine &result);

} // namespace tarn::driver
