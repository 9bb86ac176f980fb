// tensor-share-kernels: kernels that print alike become one function. Locations are not printed: they belong
// to the calls.
#include "tarn/Stages/Tensor/Passes.h"
#include "llvm/ADT/StringMap.h"

namespace tarn {
#define GEN_PASS_DEF_SHAREKERNELS
#include "tarn/Stages/Tensor/Passes.h.inc"

using namespace mlir;
namespace {
/// The text of a kernel without its name.
std::string textOf(func::FuncOp kernel) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  StringAttr name = kernel.getSymNameAttr();
  kernel.setSymName("");
  kernel.print(stream, OpPrintingFlags().useLocalScope().assumeVerified());
  kernel.setSymNameAttr(name);
  return text;
}

class ShareKernelsPass : public impl::ShareKernelsBase<ShareKernelsPass> {
  void runOnOperation() override {
    llvm::StringMap<func::FuncOp> first;
    DenseMap<StringAttr, func::FuncOp> replacement;
    for (auto kernel : llvm::make_early_inc_range(getOperation().getOps<func::FuncOp>())) {
      if (!kernel->hasAttr("tarn.kernel"))
        continue;
      auto [known, isNew] = first.try_emplace(textOf(kernel), kernel);
      if (isNew)
        continue;
      replacement[kernel.getSymNameAttr()] = known->second;
      kernel.erase();
    }
    getOperation().walk([&](func::CallOp call) {
      auto found = replacement.find(call.getCalleeAttr().getAttr());
      if (found != replacement.end())
        call.setCallee(found->second.getSymName());
    });
    // Numbers without gaps.
    unsigned number = 0;
    DenseMap<StringAttr, std::string> names;
    for (auto kernel : getOperation().getOps<func::FuncOp>())
      if (kernel->hasAttr("tarn.kernel"))
        names[kernel.getSymNameAttr()] = "kernel_" + std::to_string(number++);
    getOperation().walk([&](func::CallOp call) {
      auto found = names.find(call.getCalleeAttr().getAttr());
      if (found != names.end())
        call.setCallee(found->second);
    });
    for (auto kernel : getOperation().getOps<func::FuncOp>())
      if (auto found = names.find(kernel.getSymNameAttr()); found != names.end() && kernel->hasAttr("tarn.kernel"))
        kernel.setSymName(found->second);
  }
};
} // namespace
} // namespace tarn
