// See Grouping.h. Walks main from its end to its beginning. An op joins the group that its users are in when
// they all are in the same one and the rules below allow each of the uses; otherwise it is the root of a new
// group. So a group has one result by construction, and no two groups wait for each other.
//
//   producer      may join when its user is
//   insert_slice  another insert_slice that writes into it (a concatenation)
//   pad           a convolution, a pooling
//   slice         anything
//   elementwise   elementwise, a reduction, unless through a window; but what follows a contraction stays
//   with it when the group has no room for it contraction   elementwise over the same elements, in a group
//   without another contraction or reduction reduction     elementwise or a reduction over no more elements
//   than it reads itself, in a group without contraction;
//                 a window reduction only elementwise over the same elements; and not when the group reduces its
//                 result further
#include "Grouping.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/IR/LinalgInterfaces.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "llvm/ADT/SmallBitVector.h"

using namespace mlir;
namespace tarn::tensor {
namespace {

enum class Kind { Elementwise, Contraction, Reduction, Windows, Pad, Slice, Insert, Other };

Kind kindOf(Operation *op) {
  if (isa<::mlir::tensor::PadOp>(op))
    return Kind::Pad;
  if (isa<::mlir::tensor::ExtractSliceOp>(op))
    return Kind::Slice;
  if (isa<::mlir::tensor::InsertSliceOp>(op))
    return Kind::Insert;
  auto generic = dyn_cast<linalg::GenericOp>(op);
  if (!generic)
    return Kind::Other;
  if (generic.getNumReductionLoops() == 0)
    return Kind::Elementwise;
  if (generic.getNumDpsInputs() == 2) {
    // Both inputs are read: a product. The second input of a window reduction is only a shape.
    if (!generic.getRegion().front().getArgument(1).use_empty())
      return Kind::Contraction;
    return Kind::Windows;
  }
  return Kind::Reduction;
}

int64_t domainSize(Operation *op) {
  int64_t size = 1;
  for (int64_t range : cast<linalg::GenericOp>(op).getStaticLoopRanges())
    size *= range;
  return size;
}

bool readsSameElements(OpOperand &use) {
  auto generic = cast<linalg::GenericOp>(use.getOwner());
  return generic.getMatchingIndexingMap(&use).isPermutation();
}

/// No window: an element is read for one place of the reader, but for broadcasts.
bool readsOnce(OpOperand &use) {
  auto generic = dyn_cast<linalg::GenericOp>(use.getOwner());
  return generic && generic.getMatchingIndexingMap(&use).isProjectedPermutation();
}

struct State {
  unsigned contractions = 0, reductions = 0, windows = 0;
};

/// Whether an elementwise op is the only reader of a contraction.
bool followsContraction(Operation *op) {
  for (OpOperand *operand : cast<linalg::GenericOp>(op).getDpsInputOperands()) {
    Operation *producer = operand->get().getDefiningOp();
    if (producer && kindOf(producer) == Kind::Contraction && producer->hasOneUse() && readsSameElements(*operand))
      return true;
  }
  return false;
}

/// The dimensions of more than one place, a bit each.
uint64_t largeDimensions(Value value) {
  uint64_t bits = 0;
  for (auto [i, size] : llvm::enumerate(cast<RankedTensorType>(value.getType()).getShape()))
    if (size > 1 && i < 64)
      bits |= uint64_t(1) << i;
  return bits;
}

/// Whether dimensions of a value (bit i: dimension i) are reduced by an op of the group, directly or behind others. The
/// value would be needed whole wherever a part of the root is computed, and be computed again for each.
bool isReducedFurther(Value value, uint64_t dimensions, llvm::function_ref<bool(Operation *)> isInGroup,
                      llvm::SmallPtrSetImpl<Operation *> &seen) {
  for (OpOperand &use : value.getUses()) {
    auto user = dyn_cast<linalg::GenericOp>(use.getOwner());
    if (!user || !isInGroup(user) || !seen.insert(user).second)
      continue;
    llvm::SmallBitVector loops(user.getNumLoops());
    for (auto [i, expr] : llvm::enumerate(user.getMatchingIndexingMap(&use).getResults()))
      if (dimensions >> i & 1)
        expr.walk([&](AffineExpr inner) {
          if (auto loop = dyn_cast<AffineDimExpr>(inner))
            loops.set(loop.getPosition());
        });
    for (unsigned loop : loops.set_bits())
      if (user.getIteratorTypesArray()[loop] == utils::IteratorType::reduction)
        return true;
    uint64_t carried = 0;
    for (auto [i, expr] : llvm::enumerate(user.getIndexingMapsArray().back().getResults()))
      if (auto loop = dyn_cast<AffineDimExpr>(expr); loop && loops.test(loop.getPosition()))
        carried |= uint64_t(1) << i;
    if (carried && isReducedFurther(user.getResult(0), carried, isInGroup, seen))
      return true;
  }
  return false;
}

bool mayJoin(Operation *op, OpOperand &use, const State &group) {
  Operation *user = use.getOwner();
  Kind consumer = kindOf(user);
  switch (kindOf(op)) {
  case Kind::Insert:
    return consumer == Kind::Insert && use.getOperandNumber() == 1;
  case Kind::Pad:
    return consumer == Kind::Contraction || consumer == Kind::Windows;
  case Kind::Elementwise:
    if (followsContraction(op) && group.contractions + group.reductions + group.windows > 0)
      return false;
    return readsOnce(use) &&
           (consumer == Kind::Elementwise || (consumer == Kind::Reduction && !followsContraction(op)));
  case Kind::Contraction:
    return consumer == Kind::Elementwise && readsSameElements(use) && group.contractions + group.reductions == 0 &&
           group.windows == 0;
  case Kind::Windows:
    return consumer == Kind::Elementwise && readsSameElements(use) && group.contractions + group.reductions == 0 &&
           group.windows == 0;
  case Kind::Reduction:
    return (consumer == Kind::Elementwise || consumer == Kind::Reduction) && group.contractions == 0 &&
           group.windows == 0 && domainSize(user) <= domainSize(op);
  case Kind::Slice:
    return consumer != Kind::Other;
  case Kind::Other:
    return false;
  }
  llvm_unreachable("all kinds are handled");
}
} // namespace

bool isLeaf(Operation *op) { return isa<::mlir::tensor::EmptyOp, linalg::FillOp, arith::ConstantOp>(op); }

std::vector<Group> groupOps(func::FuncOp main, bool fuse) {
  std::vector<Group> groups; // in the order of their roots from the end
  std::vector<State> states;
  DenseMap<Operation *, unsigned> groupOf;
  for (Operation &op : llvm::reverse(main.getBody().front())) {
    if (kindOf(&op) == Kind::Other)
      continue;
    std::optional<unsigned> target;
    bool joins = !op.use_empty();
    for (OpOperand &use : op.getUses()) {
      auto known = groupOf.find(use.getOwner());
      if (known == groupOf.end() || (target && *target != known->second)) {
        joins = false;
        break;
      }
      target = known->second;
      bool sameConcat = isa<::mlir::tensor::InsertSliceOp>(op);
      if ((!fuse && !sameConcat) || !mayJoin(&op, use, states[*target])) {
        joins = false;
        break;
      }
    }
    if (joins && kindOf(&op) == Kind::Reduction) {
      llvm::SmallPtrSet<Operation *, 8> seen;
      auto isInGroup = [&](Operation *user) { return groupOf.lookup(user) == *target && groupOf.contains(user); };
      joins = !isReducedFurther(op.getResult(0), largeDimensions(op.getResult(0)), isInGroup, seen);
    }
    if (!joins) {
      target = groups.size();
      groups.emplace_back();
      states.emplace_back();
    }
    groups[*target].push_back(&op);
    groupOf[&op] = *target;
    Kind kind = kindOf(&op);
    states[*target].contractions += kind == Kind::Contraction;
    states[*target].reductions += kind == Kind::Reduction;
    states[*target].windows += kind == Kind::Windows;
  }
  std::reverse(groups.begin(), groups.end());
  for (Group &group : groups)
    std::reverse(group.begin(), group.end());
  return groups;
}
} // namespace tarn::tensor
