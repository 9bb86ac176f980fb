// tarn-run: compile a model, make its inputs, simulate the program, compare the outputs with Reference (the graph after
// casts, evaluated on the host) and with --expect.
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
    mlir::OwningOpRef<mlir::ModuleOp> meant; // the stages change the module
    compiler.onModel = [&](Form form, mlir::ModuleOp module) {
      if (meant || !saysWhatIsMeant(form, module))
        return mlir::success();
      meant = module.clone();
      return checkInputs(*meant);
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
    // What the compiler refuses costs neither inputs nor Reference.
    if (meant && values() && failed(evaluateReference(*meant)))
      return badInput;
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

  static std::string inputName(mlir::func::FuncOp main, unsigned index) {
    return main.getArgAttrOfType<mlir::StringAttr>(index, "onnx.name").str();
  }

  // Whether the module is one that can be evaluated, and each given input one of it.
  mlir::LogicalResult checkInputs(mlir::ModuleOp module) {
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
    for (unsigned i = 0; i < main.getNumArguments(); ++i)
      if (failed(checkInput(main, i)))
        return mlir::failure();
    for (const auto &[name, tensor] : simulation.inputs)
      if (llvm::none_of(llvm::seq(main.getNumArguments()),
                        [&, &name = name](unsigned i) { return inputName(main, i) == name; })) {
        mlir::InFlightDiagnostic error = main.emitError("there is no input '") << name << "'; the model has";
        for (unsigned i = 0; i < main.getNumArguments(); ++i)
          error << (i ? ", '" : " '") << inputName(main, i) << "'";
        return error;
      }
    return mlir::success();
  }

  mlir::LogicalResult checkInput(mlir::func::FuncOp main, unsigned index) {
    std::string name = inputName(main, index);
    auto type = mlir::cast<mlir::RankedTensorType>(main.getArgument(index).getType());
    std::optional<DType> dtype = tarn::toDType(type.getElementType());
    if (!dtype)
      return main.emitError("input '") << name << "' has elements of type " << type.getElementType()
                                       << ", which no instruction takes; cast it in the model";
    if (!type.hasStaticShape())
      return main.emitError("input '") << name << "' has type " << type << "; it needs fixed dimensions: --shape "
                                       << name << "=... or --dim NAME=VALUE, or --input " << name << "=@FILE";
    auto given = simulation.inputs.find(name);
    if (given == simulation.inputs.end()) {
      if (!commandLine.simulate.randomInputs && values())
        return main.emitError("input '") << name << "' (" << toString(type.getShape()) << " " << tarn::name(*dtype)
                                         << ") is not given: --input " << name << "=@FILE.npy, or --random-inputs";
      return mlir::success();
    }
    const HostTensor &tensor = given->second;
    if (isShapeAccepted(tensor.shape(), type.getShape()) && tensor.type() == *dtype)
      return mlir::success();
    return main.emitError("input '") << name << "' is " << toString(tensor.shape()) << " " << tarn::name(tensor.type())
                                     << ", the model takes " << toString(type.getShape()) << " " << tarn::name(*dtype);
  }

  // What the checked module gives on the host, for the given inputs and random ones.
  mlir::LogicalResult evaluateReference(mlir::ModuleOp module) {
    auto main = module.lookupSymbol<mlir::func::FuncOp>("main");
    std::vector<HostTensor> arguments;
    std::mt19937_64 random(commandLine.simulate.randomInputs.value_or(0));
    for (unsigned i = 0; i < main.getNumArguments(); ++i) {
      std::string name = inputName(main, i);
      auto type = mlir::cast<mlir::RankedTensorType>(main.getArgument(i).getType());
      auto given = simulation.inputs.find(name);
      if (given == simulation.inputs.end()) {
        llvm::Expected<HostTensor> tensor =
            randomInput(name, *tarn::toDType(type.getElementType()), type.getShape(), random);
        if (!tensor)
          return main.emitError(llvm::toString(tensor.takeError()));
        given = simulation.inputs.emplace(name, std::move(*tensor)).first;
      }
      arguments.push_back(given->second.reshaped(type.getShape()));
    }
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
