// See KernelCost.h.
#include "KernelCost.h"
#include "ReadLayouts.h"
#include "tarn/Stages/Tensor/Passes.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;
namespace tarn::tensor {
namespace {
/// For each dimension of a value the dimensions of the root it depends on, one bit each.
using Dependence = SmallVector<uint64_t>;

struct Work {
  linalg::GenericOp op;
  SmallVector<uint64_t> loops; // dependence of each loop
};
struct Transfer {
  Value value;
  RankedTensorType type;
  Dependence dependence;
};

uint64_t dependenceOf(AffineExpr expr, ArrayRef<uint64_t> loops) {
  uint64_t bits = 0;
  expr.walk([&](AffineExpr inner) {
    if (auto dim = dyn_cast<AffineDimExpr>(inner))
      bits |= loops[dim.getPosition()];
  });
  return bits;
}

bool isProduct(linalg::GenericOp op) {
  return op.getNumReductionLoops() > 0 && op.getNumDpsInputs() == 2 && !op.getBody()->getArgument(1).use_empty();
}

/// What a kernel does, as seen from the dimensions of its root.
class Survey {
public:
  Survey(func::FuncOp kernel, const Rates &rates) : rates(rates) {
    Value root = kernel.getBody().front().getTerminator()->getOperand(0);
    type = cast<RankedTensorType>(root.getType());
    Dependence dependence;
    for (int64_t d = 0; d < type.getRank(); ++d)
      dependence.push_back(uint64_t(1) << d);
    transfers.push_back({root, type, dependence});
    visit(root, dependence);
  }

  KernelCost costOf(unsigned candidate, func::FuncOp kernel) const {
    uint64_t bit = uint64_t(1) << candidate;
    double size = type.getDimSize(candidate);
    uint64_t looped = 0;
    KernelCost cost;
    for (const Work &work : works)
      cost.work += isProduct(work.op) ? productCost(work, bit, size, looped) : elementCost(work, bit, size);
    cost.total = cost.work;
    cost.layouts = findReadLayouts(kernel, candidate, static_cast<int64_t>(rates.partitions));
    for (auto [argument, layout] : llvm::zip(kernel.getArguments(), cost.layouts))
      cost.loads.push_back(productLoad(cast<RankedTensorType>(argument.getType()), layout));
    for (auto [i, transfer] : llvm::enumerate(transfers)) {
      double ns = transferCost(transfer, bit, size, i == 0 ? &looped : nullptr);
      cost.total += ns;
      if (i == 0)
        cost.store = ns;
      else
        cost.loads[cast<BlockArgument>(transfer.value).getArgNumber()] = ns;
    }
    return cost;
  }

  bool hasProduct() const {
    return llvm::any_of(works, [](const Work &work) { return isProduct(work.op); });
  }

  RankedTensorType type;

private:
  static double volume(linalg::GenericOp op) {
    double elements = 1;
    for (int64_t range : op.getStaticLoopRanges())
      elements *= range;
    return elements;
  }

  /// Whether an operand's window moves along the candidate.
  static bool slidesAlong(const Work &work, uint64_t bit) {
    linalg::GenericOp op = work.op;
    for (AffineMap map : op.getIndexingMapsArray())
      for (AffineExpr expr : map.getResults())
        if ((dependenceOf(expr, work.loops) & bit) && !isa<AffineDimExpr>(expr))
          return true;
    return false;
  }

  double elementCost(const Work &work, uint64_t bit, double size) const {
    bool hasCandidate = llvm::any_of(work.loops, [&](uint64_t loop) { return loop & bit; });
    if (hasCandidate && slidesAlong(work, bit))
      hasCandidate = false; // windows across partitions need a copy of the operand for every tap
    return volume(work.op) * rates.elementNs /
           (hasCandidate ? std::ceil(size / std::ceil(size / rates.partitions)) : 1.0);
  }

  /// Loops by the operands that have them; `k` is the largest loop that is summed and in both. Adds to
  /// `looped` the dimensions that a bank does not hold more than one place of.
  double productCost(const Work &work, uint64_t bit, double size, uint64_t &looped) const {
    linalg::GenericOp op = work.op;
    SmallVector<AffineMap> maps = op.getIndexingMapsArray();
    SmallVector<int64_t> ranges = op.getStaticLoopRanges();
    double stationary = 1, moving = 1, outer = 1, summedOuter = 1, k = 1;
    auto has = [&](unsigned operand, unsigned loop) { return maps[operand].isFunctionOfDim(loop); };
    std::optional<unsigned> side;
    for (unsigned loop = 0; loop < ranges.size(); ++loop)
      if ((work.loops[loop] & bit) && has(0, loop) != has(1, loop))
        side = has(0, loop) ? 0 : 1;
    if (!side)
      return elementCost(work, bit, size);
    auto iterators = op.getIteratorTypesArray();
    for (unsigned loop = 0; loop < ranges.size(); ++loop) {
      bool summed = iterators[loop] == utils::IteratorType::reduction;
      double range = ranges[loop];
      bool plain = llvm::is_contained(maps[0].getResults(), getAffineDimExpr(loop, op.getContext()));
      if (summed && plain && range > k) {
        summedOuter *= k;
        k = range;
      } else if (summed) {
        summedOuter *= range;
      } else if (!has(*side, loop)) {
        moving *= range;
      } else if (work.loops[loop] & bit) {
        stationary *= std::ceil(range / rates.partitions);
      } else { // of the stationary side, or of both
        outer *= range;
        if (range > 1)
          looped |= work.loops[loop];
      }
    }
    bool wide = cast<RankedTensorType>(op.getDpsInputs()[0].getType()).getElementType().isF32();
    double banks = std::ceil(moving / rates.columnsPerBank),
           loadNs = banks * std::min(size, rates.partitions) * rates.loadNs(wide),
           // The next stationary operand is loaded while this one is used: the longer of the two counts.
        streamNs = std::max(std::max(moving, rates.smallestMoving) * rates.columnNs(wide), loadNs);
    return outer * stationary * (summedOuter * std::ceil(k / rates.partitions) * streamNs + banks * rates.bankNs);
  }

  double transferCost(const Transfer &transfer, uint64_t bit, double size, const uint64_t *looped) const {
    ArrayRef<int64_t> shape = transfer.type.getShape();
    double width = std::max(8u, transfer.type.getElementTypeBitWidth()) / 8.0, bytes = width, run = width,
           natural = width;
    bool found = false, ended = false;
    for (int64_t d = shape.size() - 1; d >= 0; --d) {
      bytes *= shape[d];
      found |= (transfer.dependence[d] & bit) != 0;
      ended |= found || (looped && (transfer.dependence[d] & *looped));
      if (!ended)
        run *= shape[d];
      if (d + 1 == static_cast<int64_t>(shape.size()) || natural < rates.longRunBytes / 2)
        natural *= shape[d];
    }
    if (!found)
      return rates.moveNs(bytes, bytes) * std::min(size, rates.partitions);
    if (looped) // a result leaves as it was computed
      return rates.moveNs(bytes, run);
    return std::min(rates.moveNs(bytes, run), rates.moveNs(bytes, natural) + bytes / width /
                                                                                 (rates.partitions * rates.partitions) *
                                                                                 rates.transposeNs);
  }

  /// A tensor of which dimension `layout` is asked for on the partitions.
  double productLoad(RankedTensorType tensor, std::optional<unsigned> layout) const {
    Dependence dependence(tensor.getRank(), 0);
    if (layout)
      dependence[*layout] = 1;
    return transferCost({Value(), tensor, dependence}, layout ? 1 : 0, 1, nullptr);
  }

  void visit(Value value, const Dependence &dependence) {
    if (Dependence &known = seen[value]; known == dependence && !dependence.empty())
      return;
    else
      known = dependence;
    Operation *op = value.getDefiningOp();
    if (!op) {
      transfers.push_back({value, cast<RankedTensorType>(value.getType()), dependence});
      return;
    }
    auto generic = dyn_cast<linalg::GenericOp>(op);
    if (!generic) { // pads and slices keep the dimensions
      for (Value operand : op->getOperands())
        if (auto tensor = dyn_cast<RankedTensorType>(operand.getType());
            tensor && tensor.getRank() == static_cast<int64_t>(dependence.size()) && !isa<::mlir::tensor::EmptyOp>(op))
          visit(operand, dependence);
      return;
    }
    SmallVector<AffineMap> maps = generic.getIndexingMapsArray();
    Work work{generic, SmallVector<uint64_t>(generic.getNumLoops(), 0)};
    for (auto [i, expr] : llvm::enumerate(maps.back().getResults()))
      if (auto dim = dyn_cast<AffineDimExpr>(expr))
        work.loops[dim.getPosition()] = dependence[i];
    works.push_back(work);
    // The operands of a product have K on the partitions, whatever the root has.
    if (isProduct(generic))
      return;
    for (auto [i, operand] : llvm::enumerate(generic.getDpsInputs())) {
      if (operand.getDefiningOp<::mlir::tensor::EmptyOp>())
        continue; // the size of a window
      Dependence inner;
      for (AffineExpr expr : maps[i].getResults())
        inner.push_back(dependenceOf(expr, work.loops));
      visit(operand, inner);
    }
  }

  const Rates &rates;
  SmallVector<Work> works;
  SmallVector<Transfer> transfers;
  llvm::MapVector<Value, Dependence> seen;
};
} // namespace

SmallVector<std::optional<KernelCost>> costsOf(func::FuncOp kernel, const Rates &rates) {
  Survey survey(kernel, rates);
  SmallVector<std::optional<KernelCost>> costs(survey.type.getRank());
  for (int64_t d = 0; d < std::min<int64_t>(survey.type.getRank(), 64); ++d)
    if (survey.type.getDimSize(d) != 1 || survey.hasProduct())
      costs[d] = survey.costOf(d, kernel);
  return costs;
}

double turnNs(RankedTensorType type, unsigned from, unsigned to, const Rates &rates) {
  double rows = type.getDimSize(from), columns = type.getDimSize(to);
  return static_cast<double>(type.getNumElements()) / rows / columns * std::ceil(rows / rates.partitions) *
         std::ceil(columns / rates.partitions) * rates.transposeNs;
}
} // namespace tarn::tensor
