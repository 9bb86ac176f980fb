#include "SimulateOptions.h"
#include "Outputs.h"
#include "tarn/Sim/View.h"
#include "tarn/Support/AtomicFile.h"
#include "llvm/Option/OptTable.h"
#include "llvm/Option/Option.h"

using namespace llvm::opt;

namespace tarn::driver {
namespace {

// The uses of an option, both spellings of it.
std::vector<const Arg *> usesOf(const InputArgList &args, llvm::StringRef name) {
  std::vector<const Arg *> uses;
  for (const Arg *arg : args)
    if (arg->getOption().getUnaliasedOption().getName().rtrim('=') == name)
      uses.push_back(arg);
  return uses;
}

std::vector<std::string> valuesOf(const InputArgList &args, llvm::StringRef name) {
  std::vector<std::string> values;
  for (const Arg *arg : usesOf(args, name))
    for (const char *value : arg->getValues())
      values.push_back(value);
  return values;
}

std::optional<std::string> lastValueOf(const InputArgList &args, llvm::StringRef name) {
  std::vector<std::string> values = valuesOf(args, name);
  return values.empty() ? std::nullopt : std::optional(values.back());
}

/// The path of a file that is to be written; an empty one cannot be.
llvm::Error readPath(const InputArgList &args, llvm::StringRef name, std::string &path) {
  if (std::optional<std::string> value = lastValueOf(args, name)) {
    if (value->empty())
      return makeError("--{0}: found nothing, allowed is a path", name);
    path = *value;
  }
  return llvm::Error::success();
}

// NAME ends at the last `=@`.
llvm::Error readTensors(const InputArgList &args, llvm::StringRef option, std::vector<TensorFile> &files) {
  for (llvm::StringRef text : valuesOf(args, option)) {
    size_t split = text.rfind("=@");
    if (split == llvm::StringRef::npos || split == 0 || split + 2 == text.size())
      return badValue(("--" + option).str(), text, "NAME=@FILE.npy or NAME=@FILE.pb");
    files.push_back({text.take_front(split).str(), text.drop_front(split + 2).str()});
  }
  return llvm::Error::success();
}

llvm::Error readTolerance(const InputArgList &args, llvm::StringRef option, std::optional<double> &number) {
  if (std::optional<std::string> text = lastValueOf(args, option)) {
    double value = 0;
    if (llvm::StringRef(*text).getAsDouble(value) || !(value >= 0))
      return badValue(("--" + option).str(), *text, "a number that is not negative");
    number = value;
  }
  return llvm::Error::success();
}

llvm::Error readTrace(const InputArgList &args, std::string &file) {
  std::optional<std::string> path = lastValueOf(args, "trace");
  if (!path)
    return llvm::Error::success();
  if (!llvm::StringRef(*path).ends_with(".json") && !llvm::StringRef(*path).ends_with(".pftrace"))
    return badValue("--trace", *path, "FILE.json (Chrome trace events) or FILE.pftrace (Perfetto's binary form)");
  file = *path;
  return llvm::Error::success();
}

llvm::Error readThrottlePhase(const InputArgList &args, SimulateOptions &result) {
  std::optional<std::string> text = lastValueOf(args, "throttle-phase");
  if (!text)
    return llvm::Error::success();
  result.allPhases = *text == "all";
  double phase = 0;
  if (!result.allPhases) {
    if (llvm::StringRef(*text).getAsDouble(phase) || !(phase >= 0 && phase < 1e12))
      return badValue("--throttle-phase", *text, "a number of nanoseconds from 0 to 1e12, or all");
    result.run.throttlePhaseNs = phase;
  }
  return llvm::Error::success();
}

llvm::Error readMaxInstructions(const InputArgList &args, sim::RunOptions &run) {
  std::optional<std::string> text = lastValueOf(args, "max-instructions");
  if (text && (llvm::StringRef(*text).getAsInteger(10, run.maxSteps) || run.maxSteps == 0 || run.maxSteps > UINT32_MAX))
    return badValue("--max-instructions", *text, "a whole number from 1 to 4294967295");
  return llvm::Error::success();
}

llvm::Error readTrips(const InputArgList &args, sim::RunOptions &run) {
  for (llvm::StringRef text : valuesOf(args, "trips")) {
    auto [label, number] = text.rsplit('=');
    int64_t trips;
    if (label.empty() || number.getAsInteger(10, trips) || trips < 0)
      return badValue("--trips", text,
                      "LABEL=N, the place of a branch as in pe[12] and a whole number that is not negative");
    if (!run.trips.try_emplace(label.str(), trips).second)
      return makeError("--trips {0} is given twice", label);
    if (run.values)
      return makeError("--trips is for --timing-only: with values the data is there");
  }
  return llvm::Error::success();
}

llvm::Error readRandomInputs(const InputArgList &args, std::optional<uint64_t> &seed) {
  for (const Arg *arg : usesOf(args, "random-inputs")) {
    uint64_t value = 0;
    if (arg->getNumValues() && llvm::StringRef(arg->getValue()).getAsInteger(10, value))
      return badValue("--random-inputs", arg->getValue(), "a whole number that is not negative");
    seed = value;
  }
  return llvm::Error::success();
}

} // namespace

llvm::Error badValue(llvm::StringRef option, llvm::StringRef found, llvm::StringRef allowed) {
  return makeError("{0}: found '{1}', allowed is {2}", option, found, allowed);
}

llvm::Error checkOptions(const OptTable &table, const InputArgList &args, unsigned missingIndex,
                         unsigned missingCount) {
  if (missingCount)
    return makeError("option '{0}' needs a value", args.getArgString(missingIndex));
  for (const Arg *arg : args) {
    const Option &option = arg->getOption();
    std::string text = arg->getAsString(args);
    if (option.getKind() == Option::UnknownClass) {
      std::string nearest;
      bool isNear = table.findNearest(text, nearest) <= 2;
      return makeError("unknown option '{0}'; {1}", text,
                       isNear ? "did you mean '" + nearest + "'?" : "--help lists what there is");
    }
    if (option.getGroup().isValid() && option.getGroup().getName() == "not supported yet")
      return makeError("option '{0}' is not supported yet", text);
  }
  return llvm::Error::success();
}

llvm::Expected<std::vector<std::string>> readOverrides(const InputArgList &args) {
  std::vector<std::string> overrides = valuesOf(args, "set");
  for (llvm::StringRef pair : overrides)
    if (pair.find('=') == llvm::StringRef::npos || pair.starts_with("="))
      return badValue("--set", pair, "KEY=VALUE, as in pe.clock_hz=2.8e9");
  return overrides;
}

llvm::Expected<ReportRequest> readReport(const InputArgList &args, bool isRun) {
  ReportRequest request;
  std::optional<std::string> text = lastValueOf(args, "report");
  if (!text)
    return request;
  auto [kind, file] = llvm::StringRef(*text).split(':');
  if (kind == "html" && !isRun)
    return makeError("--report=html is of a run: tarn-run and tarn-sim have it; here text and json");
  if (kind == "text")
    request.kind = ReportRequest::Kind::text;
  else if (kind == "json")
    request.kind = ReportRequest::Kind::json;
  else if (kind == "html")
    request.kind = ReportRequest::Kind::html;
  else
    return badValue("--report", kind, isRun ? "text, json or html" : "text or json");
  if (!file.empty())
    request.file = file.str();
  return request;
}

llvm::Expected<SimulateOptions> readSimulateOptions(const InputArgList &args) {
  SimulateOptions result;
  if (llvm::Error error = readTensors(args, "input", result.inputs))
    return std::move(error);
  if (llvm::Error error = readTensors(args, "expect", result.expected))
    return std::move(error);
  if (llvm::Error error = readRandomInputs(args, result.randomInputs))
    return std::move(error);
  if (llvm::Error error = readTolerance(args, "rtol", result.tolerance.rtol))
    return std::move(error);
  if (llvm::Error error = readTolerance(args, "atol", result.tolerance.atol))
    return std::move(error);
  if (llvm::Error error = readPath(args, "outputs", result.outputs))
    return std::move(error);
  if (llvm::Error error = readPath(args, "profile", result.profile))
    return std::move(error);
  if (llvm::Error error = readTrace(args, result.run.traceFile))
    return std::move(error);
  if (llvm::Error error = readThrottlePhase(args, result))
    return std::move(error);
  llvm::Expected<std::vector<std::string>> checks =
      parseNames("--checks", lastValueOf(args, "checks").value_or("all"), sim::checkNames(), /*allOrNone=*/true);
  if (!checks)
    return checks.takeError();
  result.run.checks = std::move(*checks);
  if (std::optional<std::string> text = lastValueOf(args, "views")) {
    llvm::Expected<std::vector<std::string>> views =
        parseNames("--views", *text, sim::viewNames(), /*allOrNone=*/false);
    if (!views)
      return views.takeError();
    result.run.views = std::move(*views);
    result.run.whatIf = llvm::is_contained(result.run.views, "stalls");
  }
  result.run.values = usesOf(args, "timing-only").empty();
  if (llvm::Error error = readTrips(args, result.run))
    return std::move(error);
  if (llvm::Error error = readMaxInstructions(args, result.run))
    return std::move(error);
  if (!result.run.values && (!result.expected.empty() || !result.outputs.empty()))
    return makeError("--timing-only computes no values: --expect and --outputs need them");
  return result;
}

} // namespace tarn::driver
