// See Lifetimes.h.
#include "Lifetimes.h"
#include "tarn/Dialect/NISA/Resolve.h"
#include "llvm/ADT/DenseMap.h"

using namespace mlir;
using namespace tarn::nisa;

namespace tarn::place {

Lifetimes::Lifetimes(func::FuncOp main) {
  llvm::DenseMap<Value, size_t> indices; // looked up only
  for (Operation &op : main.getBody().front()) {
    size_t unit = units.size();
    units.push_back(&op);
    op.walk([&](InstructionInterface instruction) {
      SmallVector<TileAccess> accesses;
      instruction.getAccesses(accesses);
      for (const TileAccess &access : accesses) {
        Value base = getBase(access.operand->get());
        auto tensor = base.getDefiningOp<TensorOp>();
        if (tensor && tensor.getKind() != TensorKind::scratch)
          continue;
        auto [entry, isNew] = indices.insert({base, tiles.size()});
        if (isNew)
          tiles.push_back({base, {}});
        std::vector<Use> &uses = tiles[entry->second].uses;
        if (uses.empty() || uses.back().unit != unit)
          uses.push_back({unit});
        uses.back().isWritten |= access.isWritten;
      }
    });
  }
}
} // namespace tarn::place
