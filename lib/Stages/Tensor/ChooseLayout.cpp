// tensor-choose-layout: which dimension of a kernel's result lies on the partitions. All other layouts in the
// kernel follow from it, so the cost of a candidate is that of the whole kernel:
//
//   computing    every op works on as many partitions as the candidate has places in it (at most the chip's); an op
//   that does
//                not have the dimension, such as a row's sum when columns lie on the partitions, works on one
//   products     K tiles × tiles of the stationary side × columns of the moving side; what depends on the
//   candidate is
//                stationary. A dimension of both operands (depthwise) leaves the PE for elementwise work.
//                Every bank of PSUM that is filled must be emptied and stored
//   transfers    bytes ÷ bandwidth ÷ efficiency of the contiguous run that one partition gets; for an operand
//   also a
//                natural transfer and transposing on the PE; an operand without the dimension is read for
//                every partition
//
// Tensors between kernels lie in HBM in the order of their dimensions, so kernels choose one by one.
#include "Rates.h"
#include "tarn/Dialect/NISA/ChipAttribute.h"
#include "tarn/Stages/Tensor/Passes.h"
#include "llvm/ADT/MapVector.h"

namespace tarn {
#define GEN_PASS_DEF_CHOOSELAYOUT
#include "tarn/Stages/Tensor/Passes.h.inc"

using namespace mlir;
namespace {
/// For each dimension of a value the dimensions of the root it depends on, one bit each.
using Dependence = SmallVector<uint64_t>;

struct Work {
  linalg::GenericOp op;
  SmallVector<uint64_t> loops; // dependence of each loop
};
struct Transfer {
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
  return op.getNumReductionLoops() > 0 && op.getNumDpsInputs() == 2 &&
         !op.getBody()->getArgument(1).use_empty();
}

/// What a kernel does, as seen from the dimensions of its root.
class Survey {
public:
  Survey(func::FuncOp kernel, const tensor::Rates &rates) : rates(rates) {
    Value root = kernel.getBody().front().getTerminator()->getOperand(0);
    type = cast<RankedTensorType>(root.getType());
    Dependence dependence;
    for (int64_t d = 0; d < type.getRank(); ++d)
      dependence.push_back(uint64_t(1) << d);
    transfers.push_back({type, dependence});
    visit(root, dependence);
  }

  double costOf(unsigned candidate) const {
    uint64_t bit = uint64_t(1) << candidate;
    double size = type.getDimSize(candidate), cost = 0;
    uint64_t looped = 0;
    for (const Work &work : works)
      cost += isProduct(work.op) ? productCost(work, bit, size, looped) : elementCost(work, bit, size);
    for (auto [i, transfer] : llvm::enumerate(transfers))
      cost += transferCost(transfer, bit, size, i == 0 ? &looped : nullptr);
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
    return std::min(rates.moveNs(bytes, run),
                    rates.moveNs(bytes, natural) +
                        bytes / width / (rates.partitions * rates.partitions) * rates.transposeNs);
  }

  void visit(Value value, const Dependence &dependence) {
    if (Dependence &known = seen[value]; known == dependence && !dependence.empty())
      return;
    else
      known = dependence;
    Operation *op = value.getDefiningOp();
    if (!op) {
      transfers.push_back({cast<RankedTensorType>(value.getType()), dependence});
      return;
    }
    auto generic = dyn_cast<linalg::GenericOp>(op);
    if (!generic) { // pads and slices keep the dimensions
      for (Value operand : op->getOperands())
        if (auto tensor = dyn_cast<RankedTensorType>(operand.getType());
            tensor && tensor.getRank() == static_cast<int64_t>(dependence.size()) &&
            !isa<::mlir::tensor::EmptyOp>(op))
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

  const tensor::Rates &rates;
  SmallVector<Work> works;
  SmallVector<Transfer> transfers;
  llvm::MapVector<Value, Dependence> seen;
};

class ChooseLayoutPass : public impl::ChooseLayoutBase<ChooseLayoutPass> {
  void runOnOperation() override {
    FailureOr<Chip> chip = getChip(getOperation());
    if (failed(chip))
      return signalPassFailure();
    tensor::Rates rates(*chip);
    for (auto kernel : getOperation().getOps<func::FuncOp>()) {
      if (!kernel->hasAttr("tarn.kernel") || kernel.getBody().empty())
        continue;
      Survey survey(kernel, rates);
      std::optional<unsigned> best;
      double bestCost = 0;
      for (int64_t d = 0; d < std::min<int64_t>(survey.type.getRank(), 64); ++d) {
        if (survey.type.getDimSize(d) == 1 && !survey.hasProduct())
          continue;
        double cost = survey.costOf(d);
        if (best && cost >= bestCost)
          continue;
        best = d;
        bestCost = cost;
      }
      if (best)
        kernel->setAttr("tarn.partition_dim", IntegerAttr::get(IntegerType::get(&getContext(), 64), *best));
    }
  }
};
} // namespace
} // namespace tarn
