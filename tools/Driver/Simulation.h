// Running a program and telling what came of it: what tarn-sim does and what tarn-run ends with.
#pragma once
#include "ExitCode.h"
#include "SimulateOptions.h"

namespace tarn::driver {

using Tensors = std::map<std::string, HostTensor>;

class Simulation {
public:
  /// `tool` stands before its errors.
  Simulation(SimulateOptions options, ReportRequest request, llvm::StringRef tool)
      : options(std::move(options)), request(std::move(request)), tool(tool) {}

  /// Reads the files of --input and --expect. `read`, `written`: further files of the tool, as no file may be
  /// both.
  llvm::Error readFiles(std::vector<std::string> read, std::vector<std::string> written = {});

  /// Runs the program, compares, writes what was asked for. Answers the exit code; errors are printed.
  int run(const isa::Program &program, const Chip &chip);

  Tensors inputs;
  std::optional<Tensors> reference; // what Reference says, where there is one to ask
  bool isLowPrecision = false;      // floats were computed with 16 bits, whatever their type says
  /// Adds what the tool itself knows to the simulator's report.
  std::function<void(llvm::json::Object &report)> completeReport;

private:
  llvm::Error checkExpected(const isa::Program &program) const;
  llvm::Expected<sim::RunResult> simulate(const isa::Program &program, const Chip &chip) const;
  llvm::Error addRangeOverPhases(const isa::Program &program, const Chip &chip, sim::RunResult &result) const;
  /// Answers whether all outputs match.
  bool compare(llvm::StringRef against, const Tensors &wanted, sim::RunResult &result, llvm::json::Object &json) const;
  bool compareAll(sim::RunResult &result) const;
  bool isReportBesideErrors() const;
  void printFindings(const sim::RunResult &result) const;
  llvm::Error writeReport(sim::RunResult &result) const;

  SimulateOptions options;
  ReportRequest request;
  std::string tool;
  Tensors expected;
};

} // namespace tarn::driver
