// What tarn-compile and tarn-run were asked to do.
#pragma once
#include "SimulateOptions.h"
#include "mlir/IR/Remarks.h"
#include "tarn/Pipeline/Pipeline.h"
#include "llvm/Remarks/RemarkFormat.h"
#include <optional>
#include <string>
#include <vector>

namespace tarn::driver {

/// Which remarks of the passes are wanted, and where.
struct Remarks {
  mlir::remark::RemarkCategories categories;
  std::optional<llvm::remarks::Format> format; // nothing: on stderr
  std::string file;
};

struct CommandLine {
  std::string model, output;
  // Compiling.
  std::string target; // empty: not given
  std::vector<std::string> set, shapes, dims;
  CompileOptions compile;
  std::optional<Form> emit, startAt, stopAfter;
  std::string dumpForms;
  std::vector<std::string> passPlugins;
  bool check = false;
  ReportRequest report;
  std::vector<std::string> mlirArguments; // switches of MLIR itself
  std::optional<Remarks> remarks;
  SimulateOptions simulate; // of tarn-run
};

/// Reads the command line of a tool. `simulates`: the options of the second group are allowed. Prints help or
/// the error itself and answers the exit code when there is nothing to do.
std::optional<int> parseCommandLine(int argc, char **argv, const char *tool, const char *title, bool simulates,
                                    CommandLine &result);

} // namespace tarn::driver
