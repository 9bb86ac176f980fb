// tarn-run: compile a model, simulate the program, compare the outputs with Reference (the graph after casts, evaluated
// on the host) and with --expect.
#include "../Driver/Compiler.h"
#include "../Driver/Outputs.h"
#include "tarn/Evaluate/Evaluate.h"
#include "tarn/Pipeline/Pipeline.h"
#include "tarn/Sim/Compare.h"
#include "tarn/Sim/Machine.h"
#include "tarn/Sim/Page.h"
#include "tarn/Sim/View.h"
#include "tarn/Support/AtomicFile.h"
#include "tarn/Support/ScalarShape.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/Support/WithColor.h"
#include <random>

using namespace tarn;
using namespace tarn::driver;

namespace {

int report(llvm::Error error, int exitCode = badInput) {
  llvm::WithColor::error(llvm::errs()) << llvm::toString(std::move(error)) << "\n";
  return exitCode;
}

class Run {
public:
  explicit Run(CommandLine &commandLine) : commandLine(commandLine) {}

  int run() {
    if (llvm::Error error = readTensors(commandLine.inputs, inputs))
      return report(std::move(error));
    if (commandLine.timingOnly && (!commandLine.expected.empty() || !commandLine.outputs.empty()))
      return report(makeError("--timing-only computes no values: --expect and --outputs need them"), badCommandLine);
    if (llvm::Error error = readTensors(commandLine.expected, expected))
      return report(std::move(error));
    // Dynamic dimensions that no --shape fixes are those of the given inputs.
    for (const auto &[name, tensor] : inputs)
      if (llvm::none_of(commandLine.shapes,
                        [&name = name](llvm::StringRef shape) { return shape.rsplit('=').first == name; }))
        commandLine.shapes.push_back(name + "=" + toString(tensor.shape()));

    Compiler compiler(commandLine);
    if (int code = compiler.load())
      return code;
    compiler.onModel = [&](Form form, mlir::ModuleOp module) {
      return isEvaluated || !saysWhatIsMeant(form, module) ? mlir::success() : evaluateReference(module);
    };
    if (int code = compiler.runStages())
      return code;
    if (compiler.stopsBeforeEmit())
      return compiler.writeResult();
    if (int code = compiler.emitProgram())
      return code;
    if (!commandLine.output.empty())
      if (int code = compiler.writeResult())
        return code;
    return simulate(compiler);
  }

private:
  static llvm::Error readTensors(llvm::ArrayRef<TensorFile> files, std::map<std::string, HostTensor> &tensors) {
    for (const TensorFile &file : files) {
      llvm::Expected<HostTensor> tensor = readTensorFile(file.path);
      if (!tensor)
        return tensor.takeError();
      if (!tensors.emplace(file.name, std::move(*tensor)).second)
        return makeError("'{0}' is given twice", file.name);
    }
    return llvm::Error::success();
  }

  // The model as imported says what is meant, before any stage could have changed it. The graph does where --auto-cast
  // changes it on purpose, and where only the stage Graph expands an operator that ONNX defines by a function.
  bool saysWhatIsMeant(Form form, mlir::ModuleOp module) const {
    if (form == Form::graph)
      return true;
    if (commandLine.compile.autoCast != "none")
      return false;
    mlir::WalkResult walk = module.walk([](mlir::Operation *op) {
      if (op->getName().getDialectNamespace() != "onnx")
        return mlir::WalkResult::advance();
      llvm::StringRef type = op->getName().stripDialect();
      bool isKnown = type == "Constant" || type == "NoValue" || isEvaluable(type);
      return isKnown ? mlir::WalkResult::advance() : mlir::WalkResult::interrupt();
    });
    return !walk.wasInterrupted();
  }

  // What the module gives on the host.
  mlir::LogicalResult evaluateReference(mlir::ModuleOp module) {
    isEvaluated = true;
    auto main = module.lookupSymbol<mlir::func::FuncOp>("main");
    if (!main)
      return module.emitError("has no function @main");
    for (unsigned i = 0; i < main.getNumArguments(); ++i)
      if (!main.getArgAttrOfType<mlir::StringAttr>(i, "onnx.name") ||
          !mlir::isa<mlir::RankedTensorType>(main.getArgument(i).getType()))
        return main.emitError("argument ") << i << " is no tensor with a name (onnx.name)";
    for (unsigned i = 0; i < main.getNumResults(); ++i)
      if (!main.getResultAttrOfType<mlir::StringAttr>(i, "onnx.name"))
        return main.emitError("result ") << i << " has no name (onnx.name)";
    std::vector<HostTensor> arguments;
    std::mt19937_64 random(commandLine.randomInputs.value_or(0));
    for (unsigned i = 0; i < main.getNumArguments(); ++i) {
      auto name = main.getArgAttrOfType<mlir::StringAttr>(i, "onnx.name").str();
      auto type = mlir::cast<mlir::RankedTensorType>(main.getArgument(i).getType());
      std::optional<DType> dtypeOrNone = tarn::toDType(type.getElementType());
      if (!dtypeOrNone || !type.hasStaticShape())
        return main.emitError("input '") << name << "' has type " << type
                                         << "; it needs a type of the machine and fixed dimensions: --shape " << name
                                         << "=... or --dim NAME=VALUE, or --input " << name << "=@FILE";
      DType dtype = *dtypeOrNone;
      auto given = inputs.find(name);
      if (given == inputs.end()) {
        if (!commandLine.randomInputs && !commandLine.timingOnly)
          return main.emitError("input '") << name << "' (" << toString(type.getShape()) << " " << tarn::name(dtype)
                                           << ") is not given: --input " << name
                                           << "=@FILE.npy, or --random-inputs";
        HostTensor tensor(dtype, type.getShape());
        std::uniform_real_distribution<double> uniform(-1, 1);
        for (int64_t k = 0; k < tensor.size(); ++k)
          tensor.setDouble(k, isFloat(dtype) ? uniform(random) : 0);
        given = inputs.emplace(name, std::move(tensor)).first;
      }
      const HostTensor &tensor = given->second;
      if (!isShapeAccepted(tensor.shape(), type.getShape()) || tensor.type() != dtype)
        return main.emitError("input '") << name << "' is " << toString(tensor.shape()) << " "
                                         << tarn::name(tensor.type()) << ", the model takes "
                                         << toString(type.getShape()) << " " << tarn::name(dtype);
      arguments.push_back(tensor.reshaped(type.getShape()));
    }
    for (const auto &[name, tensor] : inputs)
      if (llvm::none_of(llvm::seq(main.getNumArguments()), [&, &name = name](unsigned i) {
            return main.getArgAttrOfType<mlir::StringAttr>(i, "onnx.name") == name;
          })) {
        mlir::InFlightDiagnostic error = main.emitError("there is no input '") << name << "'; the model has";
        for (unsigned i = 0; i < main.getNumArguments(); ++i)
          error << (i ? ", '" : " '") << main.getArgAttrOfType<mlir::StringAttr>(i, "onnx.name").getValue() << "'";
        return error;
      }
    if (commandLine.timingOnly)
      return mlir::success();
    llvm::Expected<std::vector<HostTensor>> results = evaluateGraph(main, arguments);
    if (!results)
      return main.emitError(llvm::toString(results.takeError()));
    for (unsigned i = 0; i < main.getNumResults(); ++i)
      reference[main.getResultAttrOfType<mlir::StringAttr>(i, "onnx.name").str()] = std::move((*results)[i]);
    return mlir::success();
  }

  int simulate(Compiler &compiler) {
    // A model that begins behind the form `graph` has had no inputs made, and has no reference.
    if (commandLine.randomInputs)
      addRandomInputs(compiler.program(), *commandLine.randomInputs, inputs);
    sim::RunOptions options;
    options.values = !commandLine.timingOnly;
    options.checks = commandLine.checks;
    if (!commandLine.views.empty())
      options.views = commandLine.views;
    options.throttlePhaseNs = commandLine.throttlePhaseNs;
    options.traceFile = commandLine.trace;
    options.whatIf = llvm::is_contained(commandLine.views, "stalls") ||
                     commandLine.report.kind == ReportRequest::Kind::html;
    options.page = commandLine.report.kind == ReportRequest::Kind::html;
    llvm::Expected<sim::RunResult> result = sim::simulate(compiler.program(), compiler.chip(), inputs, options);
    if (!result)
      return report(result.takeError());
    if (!commandLine.outputs.empty())
      if (llvm::Error error = writeOutputs(commandLine.outputs, result->outputs))
        return report(std::move(error));

    bool differs = false;
    llvm::json::Object referenceReport, expectReport;
    // A program that could not finish has no outputs to compare: its findings say why.
    if (options.values && !(result->outputs.empty() && !result->findings.empty())) {
      if (reference.empty() && expected.empty())
        llvm::WithColor::note(llvm::errs()) << "the outputs were compared with nothing: Reference needs the form onnx "
                                               "or graph; --expect NAME=@FILE compares with a file\n";
      for (const auto &[name, tensor] : reference)
        if (llvm::Error error = compare("Reference", name, *result, tensor, referenceReport, differs))
          return report(std::move(error));
      for (const auto &[name, tensor] : expected)
        if (llvm::Error error = compare("--expect", name, *result, tensor, expectReport, differs))
          return report(std::move(error));
    }
    for (const sim::Finding &finding : result->findings) {
      llvm::WithColor::error(llvm::errs()) << finding.check << ": " << finding.message << "\n";
      for (size_t i = 0; i < finding.instructions.size(); ++i)
        llvm::errs() << "  at " << finding.instructions[i]
                     << (finding.nodes[i].empty() ? "" : " of node " + finding.nodes[i]) << "\n";
    }

    llvm::json::Object outputs = referenceReport; // what is expected goes before what Reference says
    for (const auto &[name, comparison] : expectReport)
      outputs[name] = comparison;
    result->report["outputs"] = std::move(outputs);
    result->report["compile"] = compiler.reportAsJson();
    result->report["reference"] = std::move(referenceReport);
    result->report["expect"] = std::move(expectReport);
    if (int code = writeReport(*result))
      return code;
    if (!result->findings.empty())
      return finding;
    return differs ? outputsDiffer : done;
  }

  llvm::Error compare(llvm::StringRef against, const std::string &name,
                      sim::RunResult &result, const HostTensor &wanted, llvm::json::Object &report,
                      bool &differs) {
    auto output = result.outputs.find(name);
    if (output == result.outputs.end()) {
      std::vector<std::string> names;
      for (const auto &entry : result.outputs)
        names.push_back(entry.first);
      return makeError("{0} '{1}': there is no such output; the program has {2}", against, name,
                       llvm::join(names, ", "));
    }
    // With --auto-cast the outputs are fp32 by type and 16-bit by precision.
    std::optional<double> rtol = commandLine.rtol;
    if (!rtol && commandLine.compile.autoCast != "none" && isFloat(wanted.type()))
      rtol = 1e-2;
    sim::Comparison comparison = sim::compare(output->second, wanted, sim::Tolerance{rtol, commandLine.atol});
    report[name] = comparison.toJson();
    llvm::raw_string_ostream text(result.text);
    text << against << ": ";
    sim::print(text, name, wanted, comparison);
    if (!comparison.matches) {
      differs = true;
      llvm::WithColor::error(llvm::errs()) << "differs from " << against << ": ";
      sim::print(llvm::errs(), name, wanted, comparison);
    }
    return llvm::Error::success();
  }

  int writeReport(sim::RunResult &result) {
    ReportRequest request = commandLine.report;
    if (request.kind == ReportRequest::Kind::none)
      return done;
    llvm::Error error = writeFileAtomically(request.file, [&](llvm::raw_ostream &stream) {
      if (request.kind == ReportRequest::Kind::json)
        stream << llvm::formatv("{0:2}", llvm::json::Value(llvm::json::Object(result.report))) << "\n";
      else if (request.kind == ReportRequest::Kind::html)
        sim::writePage(result.report, result.pageSteps, stream);
      else
        stream << result.text;
      return llvm::Error::success();
    });
    return error ? report(std::move(error)) : done;
  }

  CommandLine &commandLine;
  std::map<std::string, HostTensor> inputs, expected, reference;
  bool isEvaluated = false;
};

} // namespace

int main(int argc, char **argv) {
  CommandLine commandLine;
  if (std::optional<int> code = parseCommandLine(argc, argv, "tarn-run", /*simulates=*/true, commandLine))
    return *code;
  registerAllPasses();
  return Run(commandLine).run();
}
