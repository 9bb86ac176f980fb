#include "CommandLine.h"
#include "OptionTable.h"
#include "Outputs.h"
#include "tarn/Sim/Check.h"
#include "tarn/Sim/View.h"
#include "tarn/Support/AtomicFile.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/WithColor.h"

using namespace llvm::opt;

namespace tarn::driver {
namespace {

class Reader {
public:
  Reader(const InputArgList &args, bool simulates, CommandLine &result)
      : args(args), simulates(simulates), result(result) {}

  llvm::Error read() {
    if (llvm::Error error = readCompileOptions())
      return error;
    return readSimulateOptions();
  }

private:
  llvm::Error readCompileOptions() {
    llvm::StringRef model = result.model;
    if ((model.ends_with(".mlir") || model.ends_with(".mlirbc")) && args.hasArg(OPT_shape, OPT_dim))
      return makeError("--shape and --dim are for ONNX models; the types in {0} say its shapes", model);
    result.output = args.getLastArgValue(OPT_output).str();
    result.target = args.getLastArgValue(OPT_target, "trn2").str();
    if (llvm::Error error = checkTarget(result.target))
      return error;
    result.set = args.getAllArgValues(OPT_set);
    for (llvm::StringRef pair : result.set)
      if (pair.find('=') == llvm::StringRef::npos || pair.starts_with("="))
        return bad("--set", pair, "KEY=VALUE, as in pe.clock_hz=2.8e9");
    result.shapes = args.getAllArgValues(OPT_shape);
    result.dims = args.getAllArgValues(OPT_dim);
    result.dumpForms = args.getLastArgValue(OPT_dump_forms).str();
    result.passPlugins = args.getAllArgValues(OPT_load_pass_plugin);
    result.check = args.hasArg(OPT_check);
    if (const Arg *level = args.getLastArg(OPT_O)) {
      if (llvm::StringRef(level->getValue()).getAsInteger(10, result.compile.optimizationLevel) ||
          result.compile.optimizationLevel < 0 || result.compile.optimizationLevel > 3)
        return bad("-O", level->getValue(), "0, 1, 2 or 3");
    }
    result.compile.autoCast = args.getLastArgValue(OPT_auto_cast, "none").str();
    if (!llvm::is_contained({"none", "matmult", "all"}, result.compile.autoCast))
      return bad("--auto-cast", result.compile.autoCast, "none, matmult or all");
    result.compile.autoCastType = args.getLastArgValue(OPT_auto_cast_type, "bf16").str();
    if (llvm::is_contained({"tf32", "fp8_e4m3"}, result.compile.autoCastType))
      return makeError("--auto-cast-type={0} is not supported yet; bf16 and fp16 are", result.compile.autoCastType);
    if (!llvm::is_contained({"bf16", "fp16"}, result.compile.autoCastType))
      return bad("--auto-cast-type", result.compile.autoCastType, "bf16 or fp16");
    if (const Arg *unroll = args.getLastArg(OPT_unroll)) {
      llvm::StringRef how = unroll->getValue();
      if (how != "full" && how != "none")
        return bad("--unroll", how, "full or none");
      result.compile.unroll = how == "full" ? Unroll::full : Unroll::none;
    }
    if (llvm::Error error = readForm(OPT_emit, "--emit", result.emit))
      return error;
    if (llvm::Error error = readForm(OPT_start_at, "--start-at", result.startAt))
      return error;
    if (const Arg *stop = args.getLastArg(OPT_stop_after)) {
      result.stopAfter = parseForm(stop->getValue());
      if (!result.stopAfter)
        result.compile.lastPass = stop->getValue();
      if (result.emit)
        return makeError("--emit and --stop-after both say where to stop: give one of them");
    }
    for (llvm::StringRef text : args.getAllArgValues(OPT_insert_after)) {
      auto [formName, pipeline] = text.split(':');
      std::optional<Form> form = parseForm(formName);
      if (!form || *form > Form::queued || pipeline.empty())
        return bad("--insert-after", text, "FORM:PIPELINE with a form from graph to queued");
      result.compile.insertAfter.emplace_back(*form, pipeline.str());
    }
    if (const Arg *report = args.getLastArg(OPT_report)) {
      auto [kind, file] = llvm::StringRef(report->getValue()).split(':');
      if (kind == "html" && !simulates)
        return makeError("--report=html is of a run: tarn-run and tarn-sim have it; here text and json");
      if (!llvm::is_contained({"text", "json", "html"}, kind))
        return bad("--report", kind, simulates ? "text, json or html" : "text or json");
      result.report.kind = kind == "json"   ? ReportRequest::Kind::json
                           : kind == "html" ? ReportRequest::Kind::html
                                            : ReportRequest::Kind::text;
      if (!file.empty())
        result.report.file = file.str();
    }
    return llvm::Error::success();
  }

  llvm::Error readSimulateOptions() {
    if (llvm::Error error = readTensors(OPT_input, "--input", result.inputs))
      return error;
    if (llvm::Error error = readTensors(OPT_expect, "--expect", result.expected))
      return error;
    if (args.hasArg(OPT_random_inputs))
      result.randomInputs = 0;
    if (const Arg *seed = args.getLastArg(OPT_random_inputs_eq)) {
      uint64_t value;
      if (llvm::StringRef(seed->getValue()).getAsInteger(10, value))
        return bad("--random-inputs", seed->getValue(), "a whole number");
      result.randomInputs = value;
    }
    if (llvm::Error error = readNumber(OPT_rtol, "--rtol", result.rtol))
      return error;
    if (llvm::Error error = readNumber(OPT_atol, "--atol", result.atol))
      return error;
    result.outputs = args.getLastArgValue(OPT_outputs).str();
    result.trace = args.getLastArgValue(OPT_trace).str();
    llvm::Expected<std::vector<std::string>> checks =
        parseNames("--checks", args.getLastArgValue(OPT_checks, "all"), sim::checkNames(), /*allOrNone=*/true);
    if (!checks)
      return checks.takeError();
    result.checks = std::move(*checks);
    if (const Arg *arg = args.getLastArg(OPT_views)) {
      llvm::Expected<std::vector<std::string>> views =
          parseNames("--views", arg->getValue(), sim::viewNames(), /*allOrNone=*/false);
      if (!views)
        return views.takeError();
      result.views = std::move(*views);
    }
    if (args.getLastArgValue(OPT_throttle_phase) == "all")
      return makeError("--throttle-phase=all is not supported yet by tarn-run; tarn-sim has it");
    if (llvm::Error error = readNumber(OPT_throttle_phase, "--throttle-phase", result.throttlePhaseNs))
      return error;
    result.timingOnly = args.hasArg(OPT_timing_only);
    if (result.timingOnly && (!result.expected.empty() || !result.outputs.empty()))
      return makeError("--timing-only computes no values: --expect and --outputs need them");
    return llvm::Error::success();
  }

  llvm::Error readForm(unsigned id, llvm::StringRef option, std::optional<Form> &form) {
    if (const Arg *arg = args.getLastArg(id)) {
      form = parseForm(arg->getValue());
      if (!form)
        return bad(option, arg->getValue(), "onnx, graph, linalg, virtual, scheduled, placed, queued, asm or elf");
    }
    return llvm::Error::success();
  }

  // NAME ends at the last `=@`.
  llvm::Error readTensors(unsigned id, llvm::StringRef option, std::vector<TensorFile> &files) {
    for (llvm::StringRef text : args.getAllArgValues(id)) {
      size_t split = text.rfind("=@");
      if (split == llvm::StringRef::npos || split == 0 || split + 2 == text.size())
        return bad(option, text, "NAME=@FILE.npy or NAME=@FILE.pb");
      files.push_back({text.take_front(split).str(), text.drop_front(split + 2).str()});
    }
    return llvm::Error::success();
  }

  llvm::Error readNumber(unsigned id, llvm::StringRef option, std::optional<double> &number) {
    if (const Arg *arg = args.getLastArg(id)) {
      double value;
      if (llvm::StringRef(arg->getValue()).getAsDouble(value) || !(value >= 0))
        return bad(option, arg->getValue(), "a number that is not negative");
      number = value;
    }
    return llvm::Error::success();
  }

  static llvm::Error bad(llvm::StringRef option, llvm::StringRef found, llvm::StringRef allowed) {
    return makeError("{0}: found '{1}', allowed is {2}", option, found, allowed);
  }

  const InputArgList &args;
  bool simulates;
  CommandLine &result;
};

} // namespace

std::optional<int> parseCommandLine(int argc, char **argv, const char *tool, bool simulates, CommandLine &result) {
  auto fail = [&](const llvm::Twine &message) {
    llvm::WithColor::error(llvm::errs(), tool) << message << "\n";
    return badCommandLine;
  };
  // Switches of MLIR itself go to MLIR.
  std::vector<const char *> own;
  for (int i = 1; i < argc; ++i) {
    llvm::StringRef argument = argv[i];
    if (argument.starts_with("--mlir-") || argument.starts_with("-mlir-"))
      result.mlirArguments.push_back(argument.str());
    else
      own.push_back(argv[i]);
  }

  Options options;
  unsigned missingIndex, missingCount;
  InputArgList args = options.ParseArgs(own, missingIndex, missingCount);
  if (args.hasArg(OPT_help)) {
    options.printHelp(llvm::outs(), (llvm::Twine(tool) + " MODEL [options]").str().c_str(), tool);
    return done;
  }
  if (args.hasArg(OPT_version)) {
    llvm::outs() << tool << " " << TARN_VERSION << " (LLVM " << LLVM_VERSION_STRING << ")\n";
    return done;
  }
  if (missingCount)
    return fail(llvm::Twine("option '") + args.getArgString(missingIndex) + "' needs a value");
  for (const Arg *unknown : args.filtered(OPT_UNKNOWN)) {
    std::string nearest;
    if (options.findNearest(unknown->getAsString(args), nearest) <= 2)
      return fail(llvm::Twine("unknown option '") + unknown->getAsString(args) + "'; did you mean '" + nearest + "'?");
    return fail(llvm::Twine("unknown option '") + unknown->getAsString(args) + "'");
  }
  for (const Arg *missing : args.filtered(OPT_grp_missing))
    return fail(llvm::Twine("option '") + missing->getAsString(args) + "' is not supported yet");
  if (!simulates)
    for (const Arg *wrong : args.filtered(OPT_grp_simulate))
      return fail(llvm::Twine("option '") + wrong->getAsString(args) + "' is one of tarn-run and tarn-sim");
  std::vector<std::string> models = args.getAllArgValues(OPT_INPUT);
  if (models.size() != 1)
    return fail(llvm::Twine("needs one MODEL, found ") + llvm::Twine(models.size()));
  result.model = models.front();
  if (llvm::Error error = Reader(args, simulates, result).read())
    return fail(llvm::toString(std::move(error)));
  return std::nullopt;
}

} // namespace tarn::driver
