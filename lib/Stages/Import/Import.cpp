// Read, inline, sort, build, verify.
#include "tarn/Stages/Import/Import.h"
#include "GraphBuilder.h"
#include "InlineFunctions.h"
#include "SortNodes.h"
#include "mlir/IR/Verifier.h"
#include "tarn/Dialect/ONNX/OnnxDialect.h"
#include "tarn/OnnxFile/OnnxFile.h"
#include "tarn/Support/AtomicFile.h"

using namespace mlir;

namespace tarn {

llvm::Expected<OwningOpRef<ModuleOp>> importOnnxFile(StringRef path, MLIRContext &context,
                                                     const ImportOptions &options) {
  context.loadDialect<func::FuncDialect, onnx::OnnxDialect>();
  auto fail = [&](llvm::Error error) { return makeError("{0}: {1}", path, llvm::toString(std::move(error))); };

  // 1. The model as data.
  llvm::Expected<onnxfile::Model> model = onnxfile::readModel(path);
  if (!model)
    return model.takeError();
  if (llvm::Error error = inlineFunctions(*model))
    return fail(std::move(error));
  std::vector<std::string> warnings;
  if (llvm::Error error = sortNodes(model->graph, warnings))
    return fail(std::move(error));

  // 2. The module.
  Location location = FileLineColLoc::get(&context, llvm::StringRef(path), 0, 0);
  for (const std::string &warning : warnings)
    emitWarning(location) << warning;
  OwningOpRef<ModuleOp> module = ModuleOp::create(location);
  (*module)->setAttr("tarn.form", StringAttr::get(&context, "onnx"));
  if (llvm::Error error = GraphBuilder(*model, *module).build(options.inputs))
    return fail(std::move(error));

  // 3. What the dialect's verifier says.
  std::string problem;
  ScopedDiagnosticHandler handler(&context, [&](Diagnostic &diagnostic) {
    if (problem.empty())
      problem = diagnostic.str();
    return success();
  });
  if (failed(verify(*module)))
    return fail(makeError("{0}", problem));
  return module;
}

} // namespace tarn
