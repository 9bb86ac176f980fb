// The whole compiler in order. Forms are verified between stages, always.
#pragma once
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"
#include "tarn/Chip/Chip.h"
#include "tarn/ISA/Program.h"
#include "tarn/Pipeline/Forms.h"
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace tarn {

/// Loops: kept where that makes the program much smaller, none kept, or all that can be.
enum class Unroll { byCost, full, none };

struct CompileOptions {
  int optimizationLevel = 2;
  Unroll unroll = Unroll::byCost;
  std::string autoCast = "none", autoCastType = "bf16";
  /// Pass pipelines that run at the end of the stage that makes a form ("scheduled" -> "canonicalize,cse").
  std::vector<std::pair<Form, std::string>> insertAfter;
  /// Flag of the pass after whose first run runStages ends. The module may then lie between two forms; it is
  /// not verified.
  std::string lastPass;
  /// Applied to the pass manager of each stage (printing of IR, timing).
  std::function<mlir::LogicalResult(mlir::PassManager &)> configure;
  /// Called with each form that is complete, the one of the start included.
  std::function<mlir::LogicalResult(Form, mlir::ModuleOp)> onForm;
  /// Seconds each stage took, filled in by the run.
  std::map<std::string, double> *stageSeconds = nullptr;
};

/// The form that a module names in `tarn.form`; an error at the module when it names none or an unknown one.
mlir::FailureOr<Form> getForm(mlir::ModuleOp module);
void setForm(mlir::ModuleOp module, Form form);
/// Whether a module has nothing but what its form allows. Errors name the operation.
mlir::LogicalResult verifyForm(mlir::ModuleOp module, Form form);

/// The flags of the passes that turn `form` into `queued`, in order; a pass that runs twice stands there twice.
std::vector<std::string> passesFrom(Form form, const CompileOptions &options);

/// Runs the stages from the module's form to `last` (at most `queued`). The module has its chip (`setChip`).
mlir::LogicalResult runStages(mlir::ModuleOp module, Form last, const CompileOptions &options);

/// Emits the program of a module in form `queued`.
mlir::FailureOr<isa::Program> emit(mlir::ModuleOp module, const CompileOptions &options);

/// Registers the passes of all stages, MLIR's general ones (cse, canonicalize …) and linalg's by their flags.
void registerAllPasses();

} // namespace tarn
