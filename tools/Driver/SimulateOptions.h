// What a run of a program was asked to do: the options that tarn-sim and tarn-run share.
#pragma once
#include "tarn/Sim/Compare.h"
#include "tarn/Sim/Machine.h"
#include "llvm/Option/ArgList.h"

namespace tarn::driver {

/// NAME=@FILE
struct TensorFile {
  std::string name, path;
};

struct ReportRequest {
  enum class Kind { none, text, json, html } kind = Kind::none;
  std::string file = "-";
};

struct SimulateOptions {
  std::vector<TensorFile> inputs, expected;
  std::optional<uint64_t> randomInputs; // the seed
  std::string outputs, profile;
  sim::RunOptions run;
  sim::Tolerance tolerance;
  bool allPhases = false; // the range of time over phases of the throttle grid
};

/// Options are found by their names, as each tool has a table of its own.
llvm::Expected<SimulateOptions> readSimulateOptions(const llvm::opt::InputArgList &args);

/// --report=KIND[:FILE]; none when it is not given.
llvm::Expected<ReportRequest> readReport(const llvm::opt::InputArgList &args, bool isRun);

/// --set KEY=VALUE, as often as it is given.
llvm::Expected<std::vector<std::string>> readOverrides(const llvm::opt::InputArgList &args);

/// "--rtol: found '-1', allowed is a number that is not negative"
llvm::Error badValue(llvm::StringRef option, llvm::StringRef found, llvm::StringRef allowed);

/// An option that is unknown (with the one that may have been meant), lacks its value, or is not built.
llvm::Error checkOptions(const llvm::opt::OptTable &table, const llvm::opt::InputArgList &args, unsigned missingIndex,
                         unsigned missingCount);

} // namespace tarn::driver
