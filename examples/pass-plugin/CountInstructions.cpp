// count-instructions: a remark at @main that says how many instructions each engine has been given.
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Tools/Plugins/PassPlugin.h"
#include "tarn/Dialect/NISA/NISA.h"

using namespace mlir;

namespace {
struct CountInstructions : PassWrapper<CountInstructions, OperationPass<func::FuncOp>> {
  MLIR_DEFINE_EXPLICIT_INTERNAL_INLINE_TYPE_ID(CountInstructions)
  StringRef getArgument() const final { return "count-instructions"; }
  StringRef getDescription() const final { return "says how many instructions each engine has"; }

  void runOnOperation() final {
    std::array<unsigned, tarn::isa::numEngines> counts = {};
    getOperation().walk([&](tarn::nisa::InstructionInterface instruction) {
      if (auto engine = instruction.getEngine())
        ++counts[static_cast<unsigned>(*engine)];
    });
    InFlightDiagnostic remark = getOperation().emitRemark("instructions:");
    for (auto [engine, count] : llvm::enumerate(counts))
      remark << " " << tarn::nisa::stringifyEngine(static_cast<tarn::nisa::Engine>(engine)) << " " << count;
  }
};
} // namespace

extern "C" LLVM_ATTRIBUTE_WEAK PassPluginLibraryInfo mlirGetPassPluginInfo() {
  return {MLIR_PLUGIN_API_VERSION, "CountInstructions", "0.1", [] { PassRegistration<CountInstructions>(); }};
}
