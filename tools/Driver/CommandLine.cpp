#include "CommandLine.h"
#include "ExitCode.h"
#include "OptionTable.h"
#include "tarn/Stages/Graph/Passes.h"
#include "tarn/Support/AtomicFile.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/Regex.h"

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
    if (!simulates)
      return llvm::Error::success();
    // Views are of the text report.
    if (args.hasArg(OPT_views) && result.report.kind == ReportRequest::Kind::none)
      result.report.kind = ReportRequest::Kind::text;
    return readInto(result.simulate, readSimulateOptions(args));
  }

private:
  llvm::Error readCompileOptions() {
    llvm::StringRef model = result.model;
    if ((model.ends_with(".mlir") || model.ends_with(".mlirbc")) && args.hasArg(OPT_shape, OPT_dim))
      return makeError("--shape and --dim are for ONNX models; the types in {0} say its shapes", model);
    for (const Arg *arg : args.filtered(OPT_output, OPT_target, OPT_dump_forms, OPT_stop_after, OPT_load_pass_plugin))
      if (!*arg->getValue())
        return makeError("{0}: found nothing; it needs a value", arg->getSpelling().rtrim('='));
    result.output = args.getLastArgValue(OPT_output).str();
    result.target = args.getLastArgValue(OPT_target).str();
    if (llvm::Error error = readInto(result.set, readOverrides(args)))
      return error;
    result.shapes = args.getAllArgValues(OPT_shape);
    result.dims = args.getAllArgValues(OPT_dim);
    result.dumpForms = args.getLastArgValue(OPT_dump_forms).str();
    result.passPlugins = args.getAllArgValues(OPT_load_pass_plugin);
    result.check = args.hasArg(OPT_check);
    if (const Arg *level = args.getLastArg(OPT_O)) {
      if (llvm::StringRef(level->getValue()).getAsInteger(10, result.compile.optimizationLevel) ||
          result.compile.optimizationLevel < 0 || result.compile.optimizationLevel > 3)
        return badValue("-O", level->getValue(), "0, 1, 2 or 3");
    }
    result.compile.autoCast = args.getLastArgValue(OPT_auto_cast, "none").str();
    if (!llvm::is_contained({"none", "matmult", "all"}, result.compile.autoCast))
      return badValue("--auto-cast", result.compile.autoCast, "none, matmult or all");
    result.compile.autoCastType = args.getLastArgValue(OPT_auto_cast_type, "bf16").str();
    if (llvm::is_contained({"tf32", "fp8_e4m3"}, result.compile.autoCastType))
      return makeError("--auto-cast-type={0} is not supported yet; bf16 and fp16 are", result.compile.autoCastType);
    if (!llvm::is_contained({"bf16", "fp16"}, result.compile.autoCastType))
      return badValue("--auto-cast-type", result.compile.autoCastType, "bf16 or fp16");
    if (const Arg *unroll = args.getLastArg(OPT_unroll)) {
      llvm::StringRef how = unroll->getValue();
      if (how != "full" && how != "none")
        return badValue("--unroll", how, "full or none");
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
        return badValue("--insert-after", text, "FORM:PIPELINE with a form from graph to queued");
      result.compile.insertAfter.emplace_back(*form, pipeline.str());
    }
    if (llvm::Error error = readRemarks())
      return error;
    return readInto(result.report, readReport(args, /*isRun=*/simulates));
  }

  llvm::Error readRemarks() {
    Remarks remarks;
    bool isAsked = false;
    for (auto [id, filter] : {std::pair(OPT_remarks_filter, &remarks.categories.all),
                              std::pair(OPT_remarks_filter_passed, &remarks.categories.passed),
                              std::pair(OPT_remarks_filter_missed, &remarks.categories.missed),
                              std::pair(OPT_remarks_filter_analyse, &remarks.categories.analysis),
                              std::pair(OPT_remarks_filter_failed, &remarks.categories.failed)})
      if (const Arg *arg = args.getLastArg(id)) {
        std::string problem;
        if (!*arg->getValue() || !llvm::Regex(arg->getValue()).isValid(problem))
          return badValue(arg->getSpelling().rtrim('='), arg->getValue(), "a regular expression");
        *filter = arg->getValue();
        isAsked = true;
      }
    // A kind without a filter of its own is off, whatever is said of all.
    if (remarks.categories.all)
      for (std::optional<std::string> *filter : {&remarks.categories.passed, &remarks.categories.missed,
                                                 &remarks.categories.analysis, &remarks.categories.failed})
        if (!*filter)
          *filter = remarks.categories.all;
    llvm::StringRef format = args.getLastArgValue(OPT_remark_format, "emitRemark");
    if (format == "yaml")
      remarks.format = llvm::remarks::Format::YAML;
    else if (format == "bitstream")
      remarks.format = llvm::remarks::Format::Bitstream;
    else if (format != "emitRemark")
      return badValue("--remark-format", format, "emitRemark, yaml or bitstream");
    remarks.file = args.getLastArgValue(OPT_remarks_output_file).str();
    if (remarks.file.empty() && remarks.format)
      remarks.file = ("mlir-remarks." + format).str();
    if (!isAsked && args.hasArg(OPT_remark_format, OPT_remarks_output_file))
      return makeError("--remark-format and --remarks-output-file need a filter: --remarks-filter=REGEX");
    if (!remarks.file.empty() && !remarks.format)
      return makeError("--remarks-output-file is for --remark-format=yaml and --remark-format=bitstream");
    if (isAsked)
      result.remarks = std::move(remarks);
    return llvm::Error::success();
  }

  llvm::Error readForm(unsigned id, llvm::StringRef option, std::optional<Form> &form) {
    if (const Arg *arg = args.getLastArg(id)) {
      form = parseForm(arg->getValue());
      if (!form)
        return badValue(option, arg->getValue(), "onnx, graph, linalg, virtual, scheduled, placed, queued, asm or elf");
    }
    return llvm::Error::success();
  }

  template <typename T> static llvm::Error readInto(T &place, llvm::Expected<T> value) {
    if (!value)
      return value.takeError();
    place = std::move(*value);
    return llvm::Error::success();
  }

  const InputArgList &args;
  bool simulates;
  CommandLine &result;
};

} // namespace

std::optional<int> parseCommandLine(int argc, char **argv, const char *tool, const char *title, bool simulates,
                                    CommandLine &result) {
  auto fail = [&](llvm::Error error) { return report(std::move(error), badCommandLine, tool); };
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
    options.printHelp(llvm::outs(), (llvm::Twine(tool) + " MODEL [options]").str().c_str(), title,
                      /*FlagsToInclude=*/0, /*FlagsToExclude=*/simulates ? 0 : SimulateOnly,
                      /*ShowAllAliases=*/false);
    llvm::outs() << "MODEL is .onnx, .onnxtxt (ONNX text syntax), or .mlir/.mlirbc in any form. MLIR's own "
                    "switches (--mlir-…)\n"
                    "are MLIR's: --mlir-print-ir-after-all, --mlir-timing, "
                    "--mlir-pass-pipeline-crash-reproducer=FILE …\n";
    return done;
  }
  if (args.hasArg(OPT_version)) {
    llvm::outs() << tool << " " << TARN_VERSION << " (LLVM " << LLVM_VERSION_STRING << ")\n";
    return done;
  }
  if (llvm::Error error = checkOptions(options, args, missingIndex, missingCount))
    return fail(std::move(error));
  if (args.hasArg(OPT_operators)) {
    for (const SupportedOperator &supported : listSupportedOperators())
      llvm::outs() << llvm::formatv("{0,-26} {1}{2}{3}\n", supported.name, supported.how,
                                    supported.restrictions.empty() ? "" : "; ", supported.restrictions);
    return done;
  }
  if (!simulates)
    for (const Arg *wrong : args.filtered(OPT_grp_simulate))
      return fail(makeError("option '{0}' is one of tarn-run and tarn-sim", wrong->getAsString(args)));
  std::vector<std::string> models = args.getAllArgValues(OPT_INPUT);
  if (models.size() != 1)
    return fail(makeError("give one MODEL, found {0}", models.size()));
  result.model = models.front();
  if (llvm::Error error = Reader(args, simulates, result).read())
    return fail(std::move(error));
  return std::nullopt;
}

} // namespace tarn::driver
