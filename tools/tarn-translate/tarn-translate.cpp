// Turns files of one kind into another: --import-onnx MODEL prints the module of the form `onnx`, --assemble
// makes an object file of assembly, --disassemble assembly of an object file, --import-neuron-profile
// assembly of a profile.
#include "../Driver/Outputs.h"
#include "mlir/IR/AsmState.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "tarn/Chip/Chip.h"
#include "tarn/ISA/Assembly.h"
#include "tarn/ISA/Check.h"
#include "tarn/ISA/Object.h"
#include "tarn/Pipeline/Dialects.h"
#include "tarn/Profile/Profile.h"
#include "tarn/Stages/Import/Import.h"
#include "tarn/Support/AtomicFile.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SourceMgr.h"
#include "llvm/Support/WithColor.h"

using namespace llvm;

static cl::OptionCategory category("tarn-translate options");
static cl::opt<bool> importOnnx("import-onnx", cl::desc("ONNX model (.onnx, .onnxtxt) to the form onnx"),
                                cl::cat(category));
static cl::opt<bool> assemble("assemble", cl::desc("assembly to an object file (-o, else beside with .elf)"),
                              cl::cat(category));
static cl::opt<bool> disassemble("disassemble", cl::desc("object file to assembly"), cl::cat(category));
static cl::opt<bool> importNeuronProfile("import-neuron-profile",
                                         cl::desc("JSON dump of neuron-profile (.json, .json.gz) to assembly"),
                                         cl::cat(category));
static cl::opt<std::string> input(cl::Positional, cl::desc("FILE"), cl::Required, cl::cat(category));
static cl::opt<std::string> output("o", cl::desc("output file"), cl::init("-"), cl::cat(category));
static cl::list<std::string> shapes("shape", cl::desc("NAME=1x3x224x224, fixes an input's shape"), cl::cat(category));
static cl::list<std::string> dims("dim", cl::desc("NAME=VALUE, fixes a symbolic dimension"), cl::cat(category));

static int usage(const Twine &text) {
  WithColor::error(errs(), "tarn-translate") << text << "\n";
  return 2;
}

static int fail(Error error) {
  WithColor::error(errs(), "tarn-translate") << toString(std::move(error)) << "\n";
  return 1;
}

static int translateProgram() {
  Expected<tarn::isa::Program> program = tarn::isa::readProgram(input);
  if (!program)
    return fail(program.takeError());
  if (disassemble) {
    if (Error error = tarn::driver::checkPlaces({input}, {output}))
      return fail(std::move(error));
    Error error = tarn::writeFileAtomically(
        output, [&](raw_ostream &stream) { return tarn::isa::printAssembly(*program, stream); });
    return error ? fail(std::move(error)) : 0;
  }
  // A program says which machine it is for.
  if (program->chip.empty())
    program->chip = cantFail(tarn::Chip::load("trn2")).toYaml();
  SmallString<128> path(output);
  if (output.getNumOccurrences() == 0 && input != "-")
    sys::path::replace_extension(path = input, "elf");
  if (Error error = tarn::driver::checkPlaces({input}, {path.str().str()}))
    return fail(std::move(error));
  Error error = tarn::isa::writeObject(path, *program);
  return error ? fail(std::move(error)) : 0;
}

static int translateProfile() {
  Expected<tarn::profile::Dump> dump = tarn::profile::readProfile(input);
  if (!dump)
    return fail(dump.takeError());
  Expected<tarn::isa::Program> program = tarn::profile::importProfile(*dump, input);
  if (!program)
    return fail(program.takeError());
  // A run of ours says which machine it was; dumps are of trn2.
  Expected<tarn::Chip> chip =
      program->chip.empty() ? tarn::Chip::load("trn2") : tarn::Chip::parse(program->chip, input);
  if (!chip)
    return fail(chip.takeError());
  if (Error error = tarn::isa::check(*program, *chip))
    return fail(tarn::makeError("{0}: {1}", input, toString(std::move(error))));
  Error error = tarn::writeFileAtomically(
      output, [&](raw_ostream &stream) { return tarn::isa::printAssembly(*program, stream); });
  return error ? fail(std::move(error)) : 0;
}

int main(int argc, char **argv) {
  mlir::registerAsmPrinterCLOptions();
  std::string problem;
  raw_string_ostream problems(problem);
  if (!cl::ParseCommandLineOptions(argc, argv, "Tarn's translations\n", &problems)) {
    errs() << problem;
    return 2;
  }
  if (importOnnx + assemble + disassemble + importNeuronProfile != 1)
    return usage("say what to do: --import-onnx, --import-neuron-profile, --assemble or --disassemble");
  if (importNeuronProfile)
    return translateProfile();
  if (!importOnnx)
    return translateProgram();
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
