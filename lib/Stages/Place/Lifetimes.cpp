// See Lifetimes.h.
#include "Lifetimes.h"
#include "tarn/Dialect/NISA/Resolve.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;
using namespace tarn::nisa;

namespace tarn::place {

Lifetimes::Lifetimes(func::FuncOp main) {
  llvm::DenseMap<Value, size_t> indices; // looked up only
  auto use = [&](Value base, size_t unit, bool isWritten) {
    auto [entry, isNew] = indices.insert({base, tiles.size()});
    if (isNew)
      tiles.push_back({base, {}});
    std::vector<Use> &uses = tiles[entry->second].uses;
    if (uses.empty() || uses.back().unit != unit)
      uses.push_back({unit});
    uses.back().isWritten |= isWritten;
  };
  auto forEachAccess = [](Operation *op, llvm::function_ref<void(Value, bool)> visit) {
    auto instruction = dyn_cast<InstructionInterface>(op);
    if (!instruction)
      return;
    SmallVector<TileAccess> accesses;
    instruction.getAccesses(accesses);
    for (const TileAccess &access : accesses) {
      Value base = getBase(access.operand->get());
      auto tensor = base.getDefiningOp<TensorOp>();
      if (!tensor || tensor.getKind() == TensorKind::scratch)
        visit(base, access.isWritten);
    }
  };
  for (Operation &op : main.getBody().front()) {
    if (op.getNumRegions() == 0) {
      forEachAccess(&op, [&](Value base, bool isWritten) { use(base, units.size(), isWritten); });
      units.push_back(&op);
      continue;
    }
    size_t first = units.size();
    llvm::MapVector<Value, bool> outer; // is it written?
    op.walk([&](InstructionInterface inner) {
      forEachAccess(inner, [&](Value base, bool isWritten) {
        if (base.getParentBlock() == inner->getBlock())
          use(base, units.size(), isWritten);
        else
          outer[base] |= isWritten;
      });
      units.push_back(&op);
    });
    for (auto [base, isWritten] : outer) {
      use(base, first, isWritten);
      use(base, units.size() - 1, isWritten);
    }
  }
}
} // namespace tarn::place
