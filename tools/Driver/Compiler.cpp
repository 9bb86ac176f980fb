#include "Compiler.h"
#include "ExitCode.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Remark/RemarkStreamer.h"
#include "mlir/Support/Timing.h"
#include "mlir/Tools/Plugins/PassPlugin.h"
#include "tarn/Dialect/NISA/ChipAttribute.h"
#include "tarn/ISA/Assembly.h"
#include "tarn/ISA/Object.h"
#include "tarn/Pipeline/Dialects.h"
#include "tarn/Proof/Prove.h"
#include "tarn/Stages/Import/Import.h"
#include "tarn/Support/AtomicFile.h"
#include "tarn/Support/InputFile.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/WithColor.h"
#include <chrono>
#include <list>

using namespace mlir;

namespace tarn::driver {
namespace {

// The node or file that a location names: "node '/conv1/Conv'", "model.mlir:3:4".
void printLocation(Location location, llvm::raw_ostream &stream) {
  if (auto name = dyn_cast<NameLoc>(location))
    stream << "node '" << name.getName().getValue() << "': ";
  else if (auto file = dyn_cast<FileLineColLoc>(location)) {
    stream << file.getFilename().getValue() << ":";
    if (file.getLine()) // a binary file has no lines
      stream << file.getLine() << ":" << file.getColumn() << ":";
    stream << " ";
  } else if (auto fused = dyn_cast<FusedLoc>(location); fused && !fused.getLocations().empty())
    printLocation(fused.getLocations().front(), stream);
  else if (auto call = dyn_cast<CallSiteLoc>(location))
    printLocation(call.getCaller(), stream);
}

llvm::raw_ostream &beginMessage(DiagnosticSeverity severity) {
  switch (severity) {
  case DiagnosticSeverity::Error:
    return llvm::WithColor::error(llvm::errs());
  case DiagnosticSeverity::Warning:
    return llvm::WithColor::warning(llvm::errs());
  case DiagnosticSeverity::Remark:
    return llvm::WithColor::remark(llvm::errs());
  case DiagnosticSeverity::Note:
    return llvm::WithColor::note(llvm::errs());
  }
  llvm_unreachable("a severity");
}

LogicalResult printDiagnostic(Diagnostic &diagnostic) {
  auto print = [](Diagnostic &one) {
    llvm::raw_ostream &stream = beginMessage(one.getSeverity());
    std::string message = one.str();
    if (!llvm::StringRef(message).starts_with("node '")) // the message names its node itself
      printLocation(one.getLocation(), stream);
    stream << message << "\n";
  };
  print(diagnostic);
  for (Diagnostic &note : diagnostic.getNotes())
    print(note);
  return success();
}

// --shape NAME=1x3x224x224 and --dim NAME=VALUE; NAME ends at the last '='.
llvm::Error parseShapes(const CommandLine &commandLine, InputShapes &inputs) {
  for (llvm::StringRef text : commandLine.shapes) {
    auto [name, dims] = text.rsplit('=');
    std::vector<int64_t> shape;
    llvm::SmallVector<llvm::StringRef> parts;
    if (!dims.empty() && dims != "scalar")
      dims.split(parts, 'x');
    for (llvm::StringRef part : parts) {
      int64_t dim;
      if (part.getAsInteger(10, dim) || dim < 0)
        return makeError("--shape: found '{0}', allowed is NAME=1x3x224x224", text);
      shape.push_back(dim);
    }
    if (name.empty() || dims.empty())
      return makeError("--shape: found '{0}', allowed is NAME=1x3x224x224", text);
    if (!inputs.shapes.try_emplace(name.str(), shape).second)
      return makeError("--shape {0} is given twice", name);
  }
  for (llvm::StringRef text : commandLine.dims) {
    auto [name, value] = text.rsplit('=');
    int64_t dim;
    if (name.empty() || value.getAsInteger(10, dim) || dim < 0)
      return makeError("--dim: found '{0}', allowed is NAME=VALUE with a whole number", text);
    if (!inputs.dims.try_emplace(name.str(), dim).second)
      return makeError("--dim {0} is given twice", name);
  }
  return llvm::Error::success();
}

bool hasSuffix(llvm::StringRef path, llvm::ArrayRef<llvm::StringRef> suffixes) {
  return llvm::any_of(suffixes, [&](llvm::StringRef suffix) { return path.ends_with(suffix); });
}

} // namespace

void printModule(ModuleOp module, llvm::raw_ostream &stream) {
  OpPrintingFlags flags;
  flags.enableDebugInfo(true, false).useLocalScope(false);
  module->print(stream, flags);
  stream << "\n";
}

Compiler::Compiler(const CommandLine &given) : commandLine(given) {
  // MLIR's own switches (--mlir-print-ir-after-all, --mlir-timing …), which it parses itself.
  registerPassManagerCLOptions();
  registerDefaultTimingManagerCLOptions();
  registerAsmPrinterCLOptions();
  std::vector<const char *> arguments = {"tarn"};
  for (const std::string &argument : commandLine.mlirArguments)
    arguments.push_back(argument.c_str());
  std::string problem;
  llvm::raw_string_ostream problems(problem);
  if (!llvm::cl::ParseCommandLineOptions(arguments.size(), arguments.data(), "", &problems)) {
    llvm::WithColor::error(llvm::errs()) << "MLIR's switches: " << problem;
    mlirSwitchesFit = false;
  }

  DialectRegistry registry;
  registerAllDialects(registry);
  mlirContext = std::make_unique<MLIRContext>(registry);
  mlirContext->disableMultithreading();
  mlirContext->printOpOnDiagnostic(false);
  mlirContext->getDiagEngine().registerHandler(printDiagnostic);
}
Compiler::~Compiler() = default;

llvm::Error Compiler::enableRemarks(const Remarks &remarks) {
  auto policy = std::make_unique<remark::RemarkEmittingPolicyAll>();
  LogicalResult result =
      remarks.format ? remark::enableOptimizationRemarksWithLLVMStreamer(*mlirContext, remarks.file, *remarks.format,
                                                                         std::move(policy), remarks.categories)
                     : remark::enableOptimizationRemarks(*mlirContext, nullptr, std::move(policy), remarks.categories,
                                                         /*printAsEmitRemarks=*/true);
  return succeeded(result) ? llvm::Error::success() : makeError("cannot write remarks to '{0}'", remarks.file);
}

int Compiler::load() {
  if (!mlirSwitchesFit)
    return badCommandLine;
  if (commandLine.remarks)
    if (llvm::Error error = enableRemarks(*commandLine.remarks))
      return report(std::move(error));
  auto started = std::chrono::steady_clock::now();
  for (const std::string &library : commandLine.passPlugins) {
    llvm::Expected<PassPlugin> plugin = PassPlugin::load(library);
    if (!plugin)
      return report(plugin.takeError());
    plugin->registerPassRegistryCallbacks();
  }
  llvm::Expected<Chip> chip = Chip::load(commandLine.target.empty() ? "trn2" : commandLine.target, commandLine.set);
  if (!chip)
    return report(chip.takeError());
  theChip = std::move(*chip);

  llvm::StringRef path = commandLine.model;
  if (hasSuffix(path, {".mlir", ".mlirbc"})) {
    if (int code = loadIr(path))
      return code;
  } else if (hasSuffix(path, {".onnx", ".onnxtxt"})) {
    if (commandLine.startAt && *commandLine.startAt != Form::onnx)
      return report(makeError("{0} is an ONNX model: --start-at is for .mlir files", path), badCommandLine);
    ImportOptions options;
    if (llvm::Error error = parseShapes(commandLine, options.inputs))
      return report(std::move(error), badCommandLine);
    llvm::Expected<OwningOpRef<ModuleOp>> imported = importOnnxFile(path, *mlirContext, options);
    if (!imported)
      return report(imported.takeError());
    root = std::move(*imported);
  } else {
    return report(makeError("{0}: a model ends in .onnx, .onnxtxt, .mlir or .mlirbc{1}", path,
                            hasSuffix(path, {".elf", ".s"}) ? "; programs are run by tarn-sim" : ""));
  }
  if (commandLine.target.empty() && (*root)->hasAttr(chipAttributeName)) {
    // The form goes on for the chip that it was made for.
    FailureOr<Chip> own = getChip(*root);
    if (failed(own))
      return badInput;
    theChip = std::move(*own);
    if (llvm::Error error = theChip.set(commandLine.set))
      return report(std::move(error));
  }
  if (!(*root)->hasAttr(chipAttributeName) || !commandLine.target.empty() || !commandLine.set.empty())
    setChip(*root, theChip);
  stageSeconds["import"] = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  wallSeconds += stageSeconds["import"];

  if (start <= Form::graph) {
    // Compiling says the same by itself, where the stage Graph ends; the pre-flight runs that stage on a
    // copy.
    if (commandLine.check)
      unsupportedNodes = collectUnsupported(*root);
    for (auto function : root->getOps<func::FuncOp>())
      function.walk([&](Operation *op) {
        // Initialisers are no nodes.
        nodes += op->getName().getDialectNamespace() == "onnx" &&
                 !llvm::is_contained({"Constant", "NoValue"}, op->getName().stripDialect());
      });
  }
  return done;
}

int Compiler::loadIr(llvm::StringRef path) {
  if (llvm::Error error = checkRegularFile(path))
    return report(makeError("{0}: {1}", path, llvm::toString(std::move(error))));
  root = parseSourceFile<ModuleOp>(path, mlirContext.get());
  if (!root)
    return badInput;
  // What the file does not say is missing in this file, not in the model that its locations name.
  LocationAttr location = (*root)->getLoc();
  (*root)->setLoc(FileLineColLoc::get(mlirContext.get(), path, 0, 0));
  FailureOr<Form> form = getForm(*root);
  (*root)->setLoc(location);
  if (failed(form))
    return badInput;
  start = *form;
  if (commandLine.startAt && *commandLine.startAt != start)
    return report(
        makeError("{0} is in form '{1}', --start-at says '{2}'", path, name(start), name(*commandLine.startAt)));
  return done;
}

bool Compiler::stopsBeforeEmit() const {
  if (!commandLine.compile.lastPass.empty())
    return true;
  std::optional<Form> last = commandLine.emit ? commandLine.emit : commandLine.stopAfter;
  return last && *last <= Form::queued;
}

int Compiler::runStages() {
  if (std::optional<Form> asked = commandLine.emit ? commandLine.emit : commandLine.stopAfter; asked && *asked < start)
    return report(makeError("{0} is in form '{1}'; found --{2}={3}, allowed is that form or a later one",
                            commandLine.model, name(start), commandLine.emit ? "emit" : "stop-after", name(*asked)),
                  badCommandLine);
  if (!commandLine.dumpForms.empty())
    if (std::error_code code = llvm::sys::fs::create_directories(commandLine.dumpForms))
      return report(makeError("cannot create folder '{0}': {1}", commandLine.dumpForms, code.message()));

  auto started = std::chrono::steady_clock::now();
  CompileOptions options = commandLine.compile;
  if (!options.lastPass.empty()) {
    std::vector<std::string> flags = passesFrom(start, options);
    if (!llvm::is_contained(flags, options.lastPass))
      return report(
          makeError("--stop-after: found '{0}', allowed is a form, or from form '{1}' on one of the passes {2}",
                    options.lastPass, name(start), llvm::join(flags, ", ")),
          badCommandLine);
  }
  options.stageSeconds = &stageSeconds;
  DefaultTimingManager timing; // prints where --mlir-timing asks for it
  applyDefaultTimingManagerCLOptions(timing);
  TimingScope all = timing.getRootScope();
  std::list<TimingScope> stages; // each by itself: timers are told apart by the addresses of passes
  options.configure = [&](PassManager &passes) {
    if (!stages.empty())
      stages.back().stop();
    auto made = static_cast<Form>(static_cast<unsigned>(start) + 1 + stages.size());
    stages.push_back(all.nest(("to " + name(made)).str()));
    passes.enableTiming(stages.back());
    return applyPassManagerCLOptions(passes);
  };
  options.onForm = [this](Form form, ModuleOp module) { return onForm(form, module); };
  Form last = Form::queued;
  if (std::optional<Form> asked = commandLine.emit ? commandLine.emit : commandLine.stopAfter; asked && *asked < last)
    last = *asked;
  LogicalResult result = tarn::runStages(*root, last, options);
  progress.clear();
  wallSeconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  return succeeded(result) ? done : badInput;
}

LogicalResult Compiler::onForm(Form form, ModuleOp module) {
  progress.show(static_cast<unsigned>(form) + 1,
                form == Form::queued ? "program" : name(static_cast<Form>(static_cast<unsigned>(form) + 1)));
  if (form == Form::linalg)
    details.collectKernels(module);
  else if (form == Form::placed && commandLine.report.kind != ReportRequest::Kind::none)
    details.collectMemory(module);
  if (form <= Form::graph && onModel && failed(onModel(form, module)))
    return failure();
  if (commandLine.dumpForms.empty())
    return success();
  llvm::SmallString<128> path(commandLine.dumpForms);
  llvm::sys::path::append(path, llvm::formatv("{0}-{1}.mlir", static_cast<unsigned>(form) + 1, name(form)).str());
  llvm::Error error = writeFileAtomically(path, [&](llvm::raw_ostream &stream) {
    printModule(module, stream);
    return llvm::Error::success();
  });
  if (!error)
    return success();
  report(std::move(error));
  return failure();
}

int Compiler::emitProgram() {
  CompileOptions options;
  options.stageSeconds = &stageSeconds;
  auto started = std::chrono::steady_clock::now();
  FailureOr<isa::Program> program = tarn::emit(*root, options);
  if (failed(program))
    return badInput;
  theProgram = std::move(*program);
  progress.show(static_cast<unsigned>(Form::queued) + 1, "proof");
  proof::ProveReport proven = proof::proveReport(theProgram, theChip);
  progress.clear();
  dynamicInstructions = proven.instructions;
  double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - started).count();
  stageSeconds["proof"] = seconds - stageSeconds["emit"];
  wallSeconds += seconds;
  if (proven.isProven)
    return done;
  llvm::errs() << proven.text;
  if (start == Form::queued)
    return finding;
  llvm::SmallString<128> reproducer(llvm::sys::path::filename(commandLine.model));
  llvm::sys::path::replace_extension(reproducer, "reproducer.mlir");
  llvm::Error error = writeFileAtomically(reproducer, [&](llvm::raw_ostream &stream) {
    printModule(*root, stream);
    return llvm::Error::success();
  });
  if (error)
    return report(std::move(error), ourMistake);
  llvm::errs() << "the compiler emitted a program that it cannot prove";
  if (!commandLine.compile.insertAfter.empty())
    llvm::errs() << "; look first at what --insert-after adds";
  llvm::errs() << ". Without passes of your own this is Tarn's mistake: please report it with '" << reproducer
               << "', the form 'queued', and the command line\n";
  return ourMistake;
}

int Compiler::writeResult() {
  std::optional<Form> asked = commandLine.emit ? commandLine.emit : commandLine.stopAfter;
  Form form = asked.value_or(stopsBeforeEmit() ? Form::queued : Form::elf);
  if (form == Form::elf) {
    llvm::SmallString<128> path(commandLine.output);
    if (path.empty()) {
      path = llvm::sys::path::filename(commandLine.model);
      llvm::sys::path::replace_extension(path, "elf");
    }
    if (llvm::Error error = isa::writeObject(path, theProgram))
      return report(std::move(error));
    return done;
  }
  std::string path = commandLine.output.empty() ? "-" : commandLine.output;
  llvm::Error error = writeFileAtomically(path, [&](llvm::raw_ostream &stream) -> llvm::Error {
    if (form == Form::assembly)
      return isa::printAssembly(theProgram, stream);
    printModule(*root, stream);
    return llvm::Error::success();
  });
  return error ? report(std::move(error)) : done;
}

llvm::json::Object Compiler::reportAsJson() const {
  llvm::json::Array missing;
  for (const UnsupportedNode &node : unsupportedNodes)
    missing.push_back(llvm::json::Object{{"node", llvm::json::fixUTF8(node.node)},
                                         {"op", llvm::json::fixUTF8(node.op)},
                                         {"domain", llvm::json::fixUTF8(node.domain)},
                                         {"opset", node.opset},
                                         {"attribute", llvm::json::fixUTF8(node.attribute)},
                                         {"reason", llvm::json::fixUTF8(node.reason)}});
  llvm::json::Object seconds;
  for (const auto &[stage, time] : stageSeconds)
    seconds[stage] = time;
  static constexpr llvm::StringLiteral kinds[] = {"input", "output", "constant", "scratch"};
  llvm::json::Array tensors;
  for (const isa::ProgramTensor &tensor : theProgram.tensors)
    tensors.push_back(llvm::json::Object{{"name", tensor.name},
                                         {"kind", kinds[static_cast<unsigned>(tensor.kind)]},
                                         {"address", static_cast<int64_t>(tensor.address)},
                                         {"bytes", static_cast<int64_t>(tensor.sizeInBytes())}});
  int64_t instructions = theProgram.numInstructions();
  llvm::json::Object result{
      {"schema", 1},
      {"nodes", static_cast<int64_t>(nodes)},
      {"unsupported", std::move(missing)},
      {"kernels", static_cast<int64_t>(details.numKernels())},
      {"instructions",
       llvm::json::Object{{"static", instructions}, {"dynamic", static_cast<int64_t>(dynamicInstructions)}}},
      {"memory", llvm::json::Object{{"hbm_bytes", static_cast<int64_t>(theProgram.hbmSize)},
                                    {"hbm_tensors", std::move(tensors)}}},
      {"compile_wall_s", wallSeconds},
      {"stages", std::move(seconds)}};
  details.addTo(result);
  return result;
}

llvm::json::Object Compiler::reportBesideRun(const llvm::json::Object &run) {
  details.takeRun(run);
  return reportAsJson();
}

int Compiler::writeReport() {
  if (commandLine.report.kind == ReportRequest::Kind::none)
    return done;
  if (theProgram.numInstructions())
    details.predictTime(theProgram, theChip);
  llvm::Error error = writeFileAtomically(commandLine.report.file, [&](llvm::raw_ostream &stream) {
    if (commandLine.report.kind == ReportRequest::Kind::json) {
      stream << llvm::formatv("{0:2}", llvm::json::Value(reportAsJson())) << "\n";
      return llvm::Error::success();
    }
    stream << "nodes           " << nodes << "\n";
    stream << "unsupported     " << unsupportedNodes.size() << "\n";
    for (const UnsupportedNode &node : unsupportedNodes)
      if (node.op.empty()) // what hinders the analysis itself, as a missing shape
        stream << "  " << node.node << (node.node.empty() ? "" : ": ") << node.reason << "\n";
      else
        stream << "  " << node.node << "  " << (node.domain.empty() ? "" : node.domain + "::") << node.op << "  opset "
               << node.opset << "  " << node.attribute << "  " << node.reason << "\n";
    if (commandLine.check)
      return llvm::Error::success();
    stream << "kernels         " << details.numKernels() << "\n";
    stream << "instructions    " << theProgram.numInstructions() << "\n";
    stream << "hbm             " << theProgram.hbmSize << " bytes\n";
    stream << llvm::formatv("compile time    {0:f3} s\n", wallSeconds);
    for (const auto &[stage, time] : stageSeconds)
      stream << llvm::formatv("  {0,-12}  {1:f3} s\n", stage, time);
    details.print(stream);
    return llvm::Error::success();
  });
  return error ? report(std::move(error)) : done;
}

} // namespace tarn::driver
