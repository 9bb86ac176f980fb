// Test tool: imports a model, evaluates it on the host through Reference, compares with expected tensors.
//   tarn-evaluate MODEL FORM INPUTS... -- EXPECTED...
// FORM is `onnx` (as imported) or `graph` (after the stage Graph); tensors are .npy or .pb files in the
// model's order. Prints one line per output: its name, the largest absolute error, and the largest expected
// magnitude.
#include "mlir/IR/MLIRContext.h"
#include "mlir/Pass/PassManager.h"
#include "tarn/Evaluate/Evaluate.h"
#include "tarn/Pipeline/Dialects.h"
#include "tarn/Stages/Graph/Passes.h"
#include "tarn/Stages/Import/Import.h"
#include "tarn/Support/AtomicFile.h"
#include <cmath>

using namespace llvm;
using namespace tarn;

static Expected<std::vector<HostTensor>> readAll(ArrayRef<char *> paths) {
  std::vector<HostTensor> tensors;
  for (const char *path : paths) {
    Expected<HostTensor> tensor = readTensorFile(path);
    if (!tensor)
      return tensor.takeError();
    tensors.push_back(tensor->aligned());
  }
  return tensors;
}

static Error run(StringRef path, StringRef form, ArrayRef<char *> inputPaths, ArrayRef<char *> expectedPaths) {
  Expected<std::vector<HostTensor>> inputs = readAll(inputPaths), expected = readAll(expectedPaths);
  if (!inputs)
    return inputs.takeError();
  if (!expected)
    return expected.takeError();
  mlir::DialectRegistry registry;
  registerAllDialects(registry);
  mlir::MLIRContext context(registry);
  auto module = importOnnxFile(path, context);
  if (!module)
    return module.takeError();
  auto main = (*module)->lookupSymbol<mlir::func::FuncOp>("main");
  if (main.getNumArguments() != inputs->size())
    return makeError("main has {0} inputs, {1} are given", main.getNumArguments(), inputs->size());
  InputShapes shapes;
  for (unsigned i = 0; i < inputs->size(); ++i) {
    // Test data of scalars often has the shape [1].
    auto type = mlir::dyn_cast<mlir::RankedTensorType>(main.getArgument(i).getType());
    if (type && type.getRank() == 0 && (*inputs)[i].size() == 1)
      (*inputs)[i] = (*inputs)[i].reshaped({});
    shapes.shapes[main.getArgAttrOfType<mlir::StringAttr>(i, "onnx.name").str()] =
        std::vector<int64_t>((*inputs)[i].shape().begin(), (*inputs)[i].shape().end());
  }
  if (Error error = fixInputShapes(**module, shapes))
    return error;
  if (form == "graph") {
    mlir::PassManager manager(&context);
    buildGraphPipeline(manager);
    if (failed(manager.run(**module)))
      return makeError("the stage Graph fails");
    main = (*module)->lookupSymbol<mlir::func::FuncOp>("main");
  }
  Expected<std::vector<HostTensor>> outputs = evaluateGraph(main, *inputs);
  if (!outputs)
    return outputs.takeError();
  for (size_t i = 0; i < expected->size(); ++i) {
    const HostTensor &found = (*outputs)[i], &wanted = (*expected)[i];
    if (found.shape() != wanted.shape())
      return makeError("output {0} has the shape {1}, expected {2}", i, toString(found.shape()),
                       toString(wanted.shape()));
    double error = 0, magnitude = 0;
    for (int64_t k = 0; k < found.size(); ++k) {
      double a = found.getDouble(k), b = wanted.getDouble(k);
      if (std::isnan(a) != std::isnan(b))
        error = INFINITY;
      if (std::isnan(b) || a == b)
        continue;
      error = std::max(error, std::fabs(a - b));
      magnitude = std::max(magnitude, std::fabs(b));
    }
    outs() << formatv("output {0}: error {1:e3} of {2:e3}\n", i, error, magnitude);
  }
  return Error::success();
}

int main(int argc, char **argv) {
  ArrayRef<char *> arguments(argv + 1, argc - 1);
  auto separator = llvm::find_if(arguments, [](const char *text) { return StringRef(text) == "--"; });
  if (separator - arguments.begin() < 2 || separator == arguments.end()) {
    errs() << "usage: tarn-evaluate MODEL onnx|graph INPUTS... -- EXPECTED...\n";
    return 2;
  }
  size_t inputs = separator - arguments.begin() - 2;
  if (Error error = run(arguments[0], arguments[1], arguments.slice(2, inputs), arguments.drop_front(inputs + 3))) {
    errs() << "tarn-evaluate: " << arguments[0] << ": " << toString(std::move(error)) << "\n";
    return 1;
  }
  return 0;
}
