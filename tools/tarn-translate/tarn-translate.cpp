// Turns foreign files into Tarn's: --import-onnx MODEL prints the module of the form `onnx`.
#include "mlir/IR/AsmState.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "tarn/Pipeline/Dialects.h"
#include "tarn/Stages/Import/Import.h"
#include "tarn/Support/AtomicFile.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/WithColor.h"

using namespace llvm;

static cl::OptionCategory category("tarn-translate options");
static cl::opt<bool> importOnnx("import-onnx", cl::desc("ONNX model (.onnx, .onnxtxt) to the form onnx"),
                                cl::cat(category));
static cl::opt<std::string> input(cl::Positional, cl::desc("FILE"), cl::Required, cl::cat(category));
static cl::opt<std::string> output("o", cl::desc("output file"), cl::init("-"), cl::cat(category));
static cl::list<std::string> shapes("shape", cl::desc("NAME=1x3x224x224, fixes an input's shape"),
                                    cl::cat(category));
static cl::list<std::string> dims("dim", cl::desc("NAME=VALUE, fixes a symbolic dimension"),
                                  cl::cat(category));

static int usage(const Twine &text) {
  WithColor::error(errs(), "tarn-translate") << text << "\n";
  return 2;
}

int main(int argc, char **argv) {
  mlir::registerAsmPrinterCLOptions();
  cl::ParseCommandLineOptions(argc, argv, "Tarn's translations\n");
  if (!importOnnx)
    return usage("say what to do: --import-onnx");
  tarn::ImportOptions options;
  for (StringRef shape : shapes) {
    // Names may hold '='; shapes do not.
    auto [name, text] = shape.rsplit('=');
    SmallVector<StringRef> parts;
    text.split(parts, 'x');
    std::vector<int64_t> &sizes = options.inputs.shapes[name.str()];
    for (StringRef part : parts)
      if (text != "scalar" && part.getAsInteger(10, sizes.emplace_back()))
        return usage("--shape=" + shape + ": must be NAME=1x3x224x224");
  }
  for (StringRef dim : dims) {
    auto [name, text] = dim.rsplit('=');
    if (text.getAsInteger(10, options.inputs.dims[name.str()]))
      return usage("--dim=" + dim + ": must be NAME=VALUE");
  }

  mlir::DialectRegistry registry;
  tarn::registerAllDialects(registry);
  mlir::MLIRContext context(registry);
  // Warnings are silent without a handler.
  SourceMgr sources;
  mlir::SourceMgrDiagnosticHandler handler(sources, &context, errs());
  auto module = tarn::importOnnxFile(input, context, options);
  if (!module) {
    WithColor::error(errs(), "tarn-translate") << toString(module.takeError()) << "\n";
    return 1;
  }
  auto write = [&](raw_ostream &stream) {
    (*module)->print(stream);
    stream << "\n";
    return Error::success();
  };
  if (Error error = tarn::writeFileAtomically(output, write)) {
    WithColor::error(errs(), "tarn-translate") << toString(std::move(error)) << "\n";
    return 1;
  }
  return 0;
}
