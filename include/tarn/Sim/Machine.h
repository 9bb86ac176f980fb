// Running a program: values, time, checks and reports.
#pragma once
#include "tarn/Sim/Cause.h"
#include "tarn/Sim/Check.h"
#include "tarn/Sim/Events.h"
#include "llvm/Support/JSON.h"
#include <map>

namespace tarn::sim {

struct RunOptions {
  bool values = true; // false: --timing-only
  std::vector<std::string> checks{"races", "uninitialized", "bounds", "deadlock"};
  std::vector<std::string> views{"summary", "utilization", "stalls", "traffic", "roofline"};
  bool report = true;        // false: only the time
  bool whatIf = false;       // simulate what the program would take if the greatest causes of stalls were free
  std::optional<Cause> free; // what costs nothing in this run
  bool page = false;         // collect what writePage shows: all views and every instruction
  std::string traceFile;     // .pftrace: Perfetto's binary form, else Chrome trace events; empty: none
  std::optional<double> throttlePhaseNs; // instead of the chip's
  std::vector<Listener *> listeners;     // that hear the run beside checks and views
  std::map<std::string, int64_t> trips;  // of branches on data, by place: "pe[12]"
  uint64_t maxSteps = 20'000'000;        // instructions executed before the run is given up
};

struct RunResult {
  Picoseconds time = 0;
  std::map<std::string, HostTensor> outputs; // of the program's output tensors, in their host types
  std::vector<Finding> findings;
  std::map<std::string, uint64_t> rangeWarnings; // arguments outside an activation function's range
  uint64_t steps = 0;
  double wallSeconds = 0;
  llvm::json::Object report; // the keys of tarn-sim's JSON report
  std::string text;          // the views as text
  std::string pageSteps;     // for writePage
};

/// Errors: inputs that are missing, unknown, of another shape, or of a type that does not convert; a program
/// that is not well formed; a chip that it does not fit. Findings of checks are no errors.
llvm::Expected<RunResult> simulate(const isa::Program &program, const Chip &chip,
                                   const std::map<std::string, HostTensor> &inputs, const RunOptions &options = {});

} // namespace tarn::sim
