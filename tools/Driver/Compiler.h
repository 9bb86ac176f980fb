// From a command line to a program: what tarn-compile does and what tarn-run begins with.
#pragma once
#include "CommandLine.h"
#include "CompileReport.h"
#include "Progress.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"
#include "tarn/Stages/Graph/Passes.h"
#include "llvm/Support/JSON.h"

namespace tarn::driver {

class Compiler {
public:
  explicit Compiler(const CommandLine &commandLine);
  ~Compiler();

  /// Reads model and chip. Answers an exit code, 0 when all went well; errors are printed.
  int load();
  /// Runs the stages up to the form asked for and prints or dumps forms on the way.
  int runStages();
  /// Emits the program and proves it.
  int emitProgram();
  /// Writes what --emit asks for: a form, assembly or the ELF.
  int writeResult();
  /// The report of --report.
  int writeReport();
  llvm::json::Object reportAsJson() const;
  /// The same, with what the report of a run of the program says of time and memory.
  llvm::json::Object reportBesideRun(const llvm::json::Object &run);

  mlir::MLIRContext &context() { return *mlirContext; }
  mlir::ModuleOp module() { return *root; }
  const Chip &chip() const { return theChip; }
  const isa::Program &program() const { return theProgram; }
  const std::vector<UnsupportedNode> &unsupported() const { return unsupportedNodes; }
  /// Called with the module in the forms `onnx` and `graph`.
  std::function<mlir::LogicalResult(Form, mlir::ModuleOp)> onModel;
  bool stopsBeforeEmit() const;

private:
  llvm::Error enableRemarks(const Remarks &remarks);
  int loadIr(llvm::StringRef path);
  mlir::LogicalResult onForm(Form form, mlir::ModuleOp module);
  void printForm(mlir::ModuleOp module, llvm::raw_ostream &stream) const;

  CommandLine commandLine;
  std::unique_ptr<mlir::MLIRContext> mlirContext;
  mlir::OwningOpRef<mlir::ModuleOp> root;
  Chip theChip;
  isa::Program theProgram;
  uint64_t dynamicInstructions = 0; // that the program executes
  Form start = Form::onnx;
  bool mlirSwitchesFit = true;
  std::vector<UnsupportedNode> unsupportedNodes;
  std::map<std::string, double> stageSeconds;
  uint64_t nodes = 0;
  CompileReport details;
  double wallSeconds = 0;
  Progress progress{static_cast<unsigned>(Form::queued) + 2}; // forms, then the program and its proof
};

/// How forms are printed: with locations and whole resources, so that going on from a printed form loses
/// nothing.
void printModule(mlir::ModuleOp module, llvm::raw_ostream &stream);

} // namespace tarn::driver
