#include "CommandLine.h"
#include "../Driver/OptionTable.h"
#include "../Driver/Outputs.h"
#include "tarn/Sim/View.h"
#include "tarn/Support/AtomicFile.h"
#include "llvm/Support/Allocator.h"
#include "llvm/Support/StringSaver.h"
#include "llvm/Support/WithColor.h"

using namespace llvm::opt;

namespace tarn {
namespace {

llvm::Error bad(llvm::StringRef option, llvm::StringRef found, llvm::StringRef allowed) {
  return makeError("{0}: found '{1}', allowed is {2}", option, found, allowed);
}

// NAME ends at the last `=@`.
llvm::Error readTensors(const InputArgList &args, unsigned id, llvm::StringRef option,
                        std::vector<TensorFile> &files) {
  for (llvm::StringRef text : args.getAllArgValues(id)) {
    size_t split = text.rfind("=@");
    if (split == llvm::StringRef::npos || split == 0 || split + 2 == text.size())
      return bad(option, text, "NAME=@FILE.npy or NAME=@FILE.pb");
    files.push_back({text.take_front(split).str(), text.drop_front(split + 2).str()});
  }
  return llvm::Error::success();
}

llvm::Error readTolerance(const InputArgList &args, unsigned id, llvm::StringRef option,
                          std::optional<double> &number) {
  if (const Arg *arg = args.getLastArg(id)) {
    double value = 0;
    if (llvm::StringRef(arg->getValue()).getAsDouble(value) || !(value >= 0))
      return bad(option, arg->getValue(), "a number that is not negative");
    number = value;
  }
  return llvm::Error::success();
}

llvm::Error readReport(const InputArgList &args, CommandLine &result) {
  const Arg *arg = args.getLastArg(OPT_report);
  if (!arg)
    return llvm::Error::success();
  auto [kind, file] = llvm::StringRef(arg->getValue()).split(':');
  if (!llvm::is_contained({"text", "json", "html"}, kind))
    return bad("--report", kind, "text, json or html");
  result.reportKind = kind.str();
  result.run.page = kind == "html";
  result.run.whatIf |= result.run.page;
  if (!file.empty())
    result.reportFile = file.str();
  return llvm::Error::success();
}

llvm::Error readThrottlePhase(const InputArgList &args, CommandLine &result) {
  const Arg *arg = args.getLastArg(OPT_throttle_phase);
  if (!arg)
    return llvm::Error::success();
  llvm::StringRef text = arg->getValue();
  result.allPhases = text == "all";
  double phase = 0;
  if (!result.allPhases) {
    if (text.getAsDouble(phase) || !(phase >= 0 && phase < 1e12))
      return bad("--throttle-phase", text, "a number of nanoseconds that is not negative, or all");
    result.run.throttlePhaseNs = phase;
  }
  return llvm::Error::success();
}

llvm::Error readTrips(const InputArgList &args, CommandLine &result) {
  for (llvm::StringRef text : args.getAllArgValues(OPT_trips)) {
    auto [label, number] = text.rsplit('=');
    int64_t trips;
    if (label.empty() || number.getAsInteger(10, trips) || trips < 0)
      return bad("--trips", text, "LABEL=N, the place of a branch as in pe[12] and a whole number that is not negative");
    if (!result.run.trips.try_emplace(label.str(), trips).second)
      return makeError("--trips {0} is given twice", label);
    if (result.run.values)
      return makeError("--trips is for --timing-only: with values the data is there");
  }
  return llvm::Error::success();
}

llvm::Error read(const InputArgList &args, CommandLine &result) {
  for (const Arg *arg : args.filtered(OPT_grp_missing))
    return makeError("{0} is not supported yet", arg->getSpelling().rtrim('='));
  for (const Arg *arg : args.filtered(OPT_UNKNOWN))
    return makeError("unknown option '{0}'; --help lists what there is", arg->getAsString(args));
  std::vector<std::string> programs = args.getAllArgValues(OPT_INPUT);
  if (programs.size() != 1)
    return makeError("give one PROGRAM.elf or PROGRAM.s, found {0}", programs.size());
  result.program = programs[0];
  if (llvm::Error error = readTensors(args, OPT_input, "--input", result.inputs))
    return error;
  if (llvm::Error error = readTensors(args, OPT_expect, "--expect", result.expected))
    return error;
  if (args.hasArg(OPT_random_inputs))
    result.randomInputs = 0;
  if (const Arg *seed = args.getLastArg(OPT_random_seed)) {
    uint64_t value;
    if (llvm::StringRef(seed->getValue()).getAsInteger(10, value))
      return bad("--random-inputs", seed->getValue(), "a whole number that is not negative");
    result.randomInputs = value;
  }
  if (llvm::Error error = readTolerance(args, OPT_rtol, "--rtol", result.tolerance.rtol))
    return error;
  if (llvm::Error error = readTolerance(args, OPT_atol, "--atol", result.tolerance.atol))
    return error;
  result.outputs = args.getLastArgValue(OPT_outputs).str();
  result.target = args.getLastArgValue(OPT_target).str();
  result.set = args.getAllArgValues(OPT_set);
  if (llvm::Error error = driver::checkTarget(result.target))
    return error;
  for (llvm::StringRef override_ : result.set)
    if (!override_.contains('='))
      return bad("--set", override_, "KEY=VALUE");
  result.run.values = !args.hasArg(OPT_timing_only);
  if (llvm::Error error = readTrips(args, result))
    return error;
  result.profileFile = args.getLastArgValue(OPT_profile).str();
  result.run.traceFile = args.getLastArgValue(OPT_trace).str();
  llvm::Expected<std::vector<std::string>> checks = driver::parseNames(
      "--checks", args.getLastArgValue(OPT_checks, "all"), sim::checkNames(), /*allOrNone=*/true);
  if (!checks)
    return checks.takeError();
  result.run.checks = std::move(*checks);
  if (const Arg *arg = args.getLastArg(OPT_views)) {
    llvm::Expected<std::vector<std::string>> views =
        driver::parseNames("--views", arg->getValue(), sim::viewNames(), /*allOrNone=*/false);
    if (!views)
      return views.takeError();
    result.run.views = std::move(*views);
    result.run.whatIf = llvm::is_contained(result.run.views, "stalls");
  }
  if (llvm::Error error = readReport(args, result))
    return error;
  if (llvm::Error error = readThrottlePhase(args, result))
    return error;
  if (!result.run.values && (!result.expected.empty() || !result.outputs.empty()))
    return makeError("--timing-only computes no values: --expect and --outputs need them");
  return llvm::Error::success();
}

} // namespace

std::optional<int> parseCommandLine(int argc, char **argv, CommandLine &result) {
  Options options;
  unsigned missingIndex = 0, missingCount = 0;
  InputArgList args = options.ParseArgs(llvm::ArrayRef(argv + 1, argc - 1), missingIndex, missingCount);
  if (args.hasArg(OPT_help)) {
    options.printHelp(llvm::outs(), "tarn-sim PROGRAM.elf|PROGRAM.s [options]",
                      "runs a program: outputs, time and where it went, checks");
    return done;
  }
  if (args.hasArg(OPT_version)) {
    llvm::outs() << "tarn-sim " << TARN_VERSION << "\n";
    return done;
  }
  llvm::Error error =
      missingCount ? makeError("{0} needs a value", args.getArgString(missingIndex)) : read(args, result);
  if (!error)
    return std::nullopt;
  llvm::WithColor::error(llvm::errs(), "tarn-sim") << llvm::toString(std::move(error)) << "\n";
  return badCommandLine;
}

} // namespace tarn
