// Operations to instructions: the generated copy of fields.
#include "tarn/Dialect/NISA/Resolve.h"
#include "llvm/ADT/TypeSwitch.h"

namespace {
#include "tarn/ISA/Lowering.inc"
} // namespace

using namespace mlir;
using namespace tarn;
using namespace tarn::nisa;

/// A reduction counts the innermost dimensions of its operand: those that are reduced join among themselves, never with
/// those that are kept.
static LogicalResult separateReduced(TensorReduceOp op, bool mayVary, isa::TensorReduce &reduce) {
  FailureOr<Footing> footing = getFooting(op.getData(), mayVary);
  if (failed(footing))
    return failure();
  ArrayRef<int64_t> shape = op.getData().getType().getShape();
  size_t numReduced = std::min<size_t>(op.getNumDims(), shape.size() - 1);
  SmallVector<WalkDim> kept, reduced;
  for (size_t d = 1; d < shape.size(); ++d)
    (d < shape.size() - numReduced ? kept : reduced).push_back({footing->steps[d], shape[d]});
  kept = simplifyWalk(kept);
  reduced = simplifyWalk(reduced);
  if (reduced.empty())
    reduced.push_back({1, 1});
  size_t rank = kept.size() + reduced.size();
  if (rank > reduce.data.dims.size())
    return op.emitOpError("walks ") << rank << " free dimensions, the hardware at most " << reduce.data.dims.size();
  kept.append(reduced);
  reduce.num_dims = reduced.size();
  reduce.data.rank = rank;
  for (auto [i, dim] : llvm::enumerate(llvm::reverse(kept)))
    reduce.data.dims[i] = {static_cast<int32_t>(dim.step), static_cast<uint32_t>(dim.num)};
  return success();
}

FailureOr<isa::Payload> tarn::nisa::toInstruction(Operation *op, Resolver &resolver) {
  FailureOr<isa::Payload> payload = toPayload(op, resolver);
  if (auto reduce = dyn_cast<TensorReduceOp>(op); reduce && succeeded(payload))
    if (failed(separateReduced(reduce, !resolver.isPlaced, std::get<isa::TensorReduce>(*payload))))
      return failure();
  return payload;
}
