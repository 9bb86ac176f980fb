// tarn-run: compile a model, simulate the program, compare the outputs with Reference (the graph after casts,
// evaluated on the host) and with --expect.
#include "../Driver/Compiler.h"
#include "../Driver/Outputs.h"
#include "../Driver/Simulation.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "tarn/Evaluate/Evaluate.h"
#include "tarn/Pipeline/Pipeline.h"
#include "tarn/Support/AtomicFile.h"
#include "tarn/Support/ScalarShape.h"
#include "llvm/Support/WithColor.h"
#include <random>

using namespace tarn;
using namespace tarn::driver;

namespace {

class Run {
public:
  explicit Run(CommandLine &commandLine)
      : commandLine(commandLine), simulation(commandLine.simulate, commandLine.report, "") {}

  int run() {
    if (llvm::Error error = simulation.readFiles({commandLine.model}, {commandLine.output}))
      return report(std::move(error));
    // Dynamic dimensions that no --shape fixes are those of the given inputs.
    for (const auto &[name, tensor] : simulation.inputs)
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
    if (values() && !simulation.reference && commandLine.simulate.expected.empty())
      llvm::WithColor::note(llvm::errs()) << "the outputs were compared with nothing: Reference needs the form onnx "
                                             "or graph; --expect NAME=@FILE compares with a file\n";
    // With --auto-cast the outputs are fp32 by type and 16-bit by precision.
    simulation.isLowPrecision = commandLine.compile.autoCast != "none";
    simulation.completeReport = [&](llvm::json::Object &report) {
      report["compile"] = compiler.reportBesideRun(report);
    };
    return simulation.run(compiler.program(), compiler.chip());
  }

private:
  bool values() const { return commandLine.simulate.run.values; }

  // The model as imported says what is meant, before any stage could have changed it. The graph does where
  // --auto-cast changes it on purpose, and where only the stage Graph expands an operator that ONNX defines
  // by a function.
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
    std::mt19937_64 random(commandLine.simulate.randomInputs.value_or(0));
    for (unsigned i = 0; i < main.getNumArguments(); ++i) {
      auto name = main.getArgAttrOfType<mlir::StringAttr>(i, "onnx.name").str();
      auto type = mlir::cast<mlir::RankedTensorType>(main.getArgument(i).getType());
      std::optional<DType> dtypeOrNone = tarn::toDType(type.getElementType());
      if (!dtypeOrNone)
        return main.emitError("input '") << name << "' has elements of type " << type.getElementType()
                                         << ", which no instruction takes; cast it in the model";
      if (!type.hasStaticShape())
        return main.emitError("input '") << name << "' has type " << type << "; it needs fixed dimensions: --shape "
                                         << name << "=... or --dim NAME=VALUE, or --input " << name << "=@FILE";
      DType dtype = *dtypeOrNone;
      auto given = simulation.inputs.find(name);
      if (given == simulation.inputs.end()) {
        if (!commandLine.simulate.randomInputs && values())
          return main.emitError("input '") << name << "' (" << toString(type.getShape()) << " " << tarn::name(dtype)
                                           << ") is not given: --input " << name << "=@FILE.npy, or --random-inputs";
        given = simulation.inputs.emplace(name, randomTensor(dtype, type.getShape(), random)).first;
      }
      const HostTensor &tensor = given->second;
      if (!isShapeAccepted(tensor.shape(), type.getShape()) || tensor.type() != dtype)
        return main.emitError("input '") << name << "' is " << toString(tensor.shape()) << " "
                                         << tarn::name(tensor.type()) << ", the model takes "
                                         << toString(type.getShape()) << " " << tarn::name(dtype);
      arguments.push_back(tensor.reshaped(type.getShape()));
    }
    for (const auto &[name, tensor] : simulation.inputs)
      if (llvm::none_of(llvm::seq(main.getNumArguments()), [&, &name = name](unsigned i) {
            return main.getArgAttrOfType<mlir::StringAttr>(i, "onnx.name") == name;
          })) {
        mlir::InFlightDiagnostic error = main.emitError("there is no input '") << name << "'; the model has";
        for (unsigned i = 0; i < main.getNumArguments(); ++i)
          error << (i ? ", '" : " '") << main.getArgAttrOfType<mlir::StringAttr>(i, "onnx.name").getValue() << "'";
        return error;
      }
    if (!values())
      return mlir::success();
    llvm::Expected<std::vector<HostTensor>> results = evaluateGraph(main, arguments);
    if (!results)
      return main.emitError(llvm::toString(results.takeError()));
    simulation.reference.emplace();
    for (unsigned i = 0; i < main.getNumResults(); ++i)
      (*simulation.reference)[main.getResultAttrOfType<mlir::StringAttr>(i, "onnx.name").str()] =
          std::move((*results)[i]);
    return mlir::success();
  }

  CommandLine &commandLine;
  Simulation simulation;
  bool isEvaluated = false;
};

} // namespace

int main(int argc, char **argv) {
  CommandLine commandLine;
  if (std::optional<int> code = parseCommandLine(
          argc, argv, "tarn-run",
          "compiles a model, runs the program, compares its outputs with ONNX's meaning and with --expect",
          /*simulates=*/true, commandLine))
    return *code;
  registerAllPasses();
  return Run(commandLine).run();
}
