// See ReadLayouts.h. From the result to the arguments: elementwise ops and reductions pass the partition dimension on
// through their maps; a product asks for a dimension that it sums on the partitions of both operands.
#include "ReadLayouts.h"
#include "tarn/Stages/Tensor/Passes.h"
#include "llvm/ADT/DenseSet.h"

using namespace mlir;
namespace tarn::tensor {
namespace {
using Dim = std::optional<unsigned>;

/// out + a * b, each of them an input or the cast of one.
bool isSumOfProducts(linalg::GenericOp op) {
  if (op.getNumReductionLoops() == 0 || op.getNumDpsInits() != 1 || op.getNumDpsInputs() != 2)
    return false;
  Operation *sum = op.getBody()->getTerminator()->getOperand(0).getDefiningOp();
  if (!isa_and_present<arith::AddFOp, arith::AddIOp>(sum))
    return false;
  Value out = op.getRegionOutputArgs().front();
  Value product = sum->getOperand(0) == out ? sum->getOperand(1) : sum->getOperand(0);
  Operation *multiply = product.getDefiningOp();
  if (!llvm::is_contained(sum->getOperands(), out) || !isa_and_present<arith::MulFOp, arith::MulIOp>(multiply))
    return false;
  auto inputOf = [](Value scalar) {
    while (isa_and_present<arith::ExtFOp, arith::ExtSIOp, arith::ExtUIOp, arith::SIToFPOp, arith::UIToFPOp,
                           arith::TruncFOp>(scalar.getDefiningOp()))
      scalar = scalar.getDefiningOp()->getOperand(0);
    return dyn_cast<BlockArgument>(scalar);
  };
  BlockArgument a = inputOf(multiply->getOperand(0)), b = inputOf(multiply->getOperand(1));
  return a && b && a != b && a != out && b != out;
}

/// A product reads what is itself summed from memory.
bool isSummed(Value value) {
  Operation *op = value.getDefiningOp();
  if (!op || isa<::mlir::tensor::EmptyOp, linalg::FillOp>(op))
    return false;
  auto generic = dyn_cast<linalg::GenericOp>(op);
  return (generic && generic.getNumReductionLoops() > 0) || llvm::any_of(op->getOperands(), [](Value operand) {
           return isa<RankedTensorType>(operand.getType()) && isSummed(operand);
         });
}

class Reader {
public:
  Reader(func::FuncOp kernel, int64_t partitions)
      : partitions(partitions), dims(kernel.getNumArguments()), isSpoilt(kernel.getNumArguments(), false) {}

  void visit(Value value, Dim dim) {
    if (!seen.insert({value, dim ? static_cast<int>(*dim) : -1}).second)
      return;
    if (auto argument = dyn_cast<BlockArgument>(value)) {
      unsigned i = argument.getArgNumber();
      if (!dim || (dims[i] && *dims[i] != *dim))
        isSpoilt[i] = true;
      dims[i] = dim;
      return;
    }
    Operation *op = value.getDefiningOp();
    if (isa<::mlir::tensor::EmptyOp, linalg::FillOp>(op) || op->hasTrait<OpTrait::ConstantLike>())
      return;
    if (auto generic = dyn_cast<linalg::GenericOp>(op))
      return visit(generic, cast<OpResult>(value).getResultNumber(), dim);
    if (isa<::mlir::tensor::ExpandShapeOp, ::mlir::tensor::CollapseShapeOp>(op)) {
      Dim before = dim ? followReshape(value, *dim, op->getOperand(0)) : std::nullopt;
      return before ? visit(op->getOperand(0), before) : spoil(op->getOperand(0));
    }
    auto strided = [&](ArrayRef<int64_t> strides) { return dim && strides[*dim] != 1; };
    int64_t rank = cast<RankedTensorType>(value.getType()).getRank();
    if (auto slice = dyn_cast<::mlir::tensor::ExtractSliceOp>(op);
        slice && slice.getSourceType().getRank() == rank && !strided(slice.getStaticStrides()))
      return visit(slice.getSource(), dim);
    if (auto pad = dyn_cast<::mlir::tensor::PadOp>(op))
      return visit(pad.getSource(), dim);
    if (auto insert = dyn_cast<::mlir::tensor::InsertSliceOp>(op);
        insert && insert.getSourceType().getRank() == rank && !strided(insert.getStaticStrides())) {
      visit(insert.getSource(), dim);
      return visit(insert.getDest(), dim);
    }
    for (Value operand : op->getOperands())
      spoil(operand);
  }

  SmallVector<Dim> results() const {
    SmallVector<Dim> result;
    for (auto [dim, spoilt] : llvm::zip(dims, isSpoilt))
      result.push_back(spoilt ? Dim() : dim);
    return result;
  }

private:
  void spoil(Value value) {
    if (!isa<RankedTensorType>(value.getType()) || !seen.insert({value, -2}).second)
      return;
    if (auto argument = dyn_cast<BlockArgument>(value))
      isSpoilt[argument.getArgNumber()] = true;
    else
      for (Value operand : value.getDefiningOp()->getOperands())
        spoil(operand);
  }

  /// An operand whose partitions are those of a loop.
  void visitOperand(Value operand, AffineMap map, std::optional<unsigned> loop) {
    if (!loop)
      return visit(operand, std::nullopt);
    Dim dim;
    for (auto [i, expr] : llvm::enumerate(map.getResults())) {
      if (!expr.isFunctionOfDim(*loop))
        continue;
      if (dim || !isa<AffineDimExpr>(expr))
        return spoil(operand);
      dim = i;
    }
    visit(operand, dim);
  }

  void visit(linalg::GenericOp op, unsigned result, Dim dim) {
    SmallVector<AffineMap> maps = op.getIndexingMapsArray();
    SmallVector<int64_t> ranges = op.getStaticLoopRanges();
    unsigned numInputs = op.getNumDpsInputs();
    std::optional<unsigned> loop;
    if (dim)
      if (auto expr = dyn_cast<AffineDimExpr>(maps[numInputs + result].getResult(*dim)))
        loop = expr.getPosition();
    for (unsigned i = 0; i < op.getNumDpsInits(); ++i)
      visitOperand(op.getDpsInits()[i], maps[numInputs + i], loop);
    bool isBatch = loop && ranges[*loop] != 1 && numInputs == 2 && maps[0].isFunctionOfDim(*loop) &&
                   maps[1].isFunctionOfDim(*loop);
    if (isSumOfProducts(op) && !isBatch)
      loop = summedLoop(op, maps, ranges);
    for (unsigned i = 0; i < numInputs; ++i) {
      if (isSumOfProducts(op) && !isBatch && isSummed(op.getDpsInputs()[i]))
        spoil(op.getDpsInputs()[i]);
      else
        visitOperand(op.getDpsInputs()[i], maps[i], loop);
    }
  }

  /// The summed loop that fills most partitions; one that moves a window counts a quarter.
  unsigned summedLoop(linalg::GenericOp op, ArrayRef<AffineMap> maps, ArrayRef<int64_t> ranges) const {
    unsigned best = 0;
    double bestScore = -1;
    for (auto [loop, iterator] : llvm::enumerate(op.getIteratorTypesArray())) {
      if (iterator != utils::IteratorType::reduction)
        continue;
      bool isPlain = llvm::all_of(ArrayRef(maps).take_front(2), [&, loop = loop](AffineMap map) {
        return llvm::all_of(map.getResults(),
                            [&](AffineExpr expr) { return isa<AffineDimExpr>(expr) || !expr.isFunctionOfDim(loop); });
      });
      double score = static_cast<double>(std::min(ranges[loop], partitions)) * (isPlain ? 1 : 0.25);
      if (score > bestScore) {
        best = loop;
        bestScore = score;
      }
    }
    return best;
  }

  int64_t partitions;
  SmallVector<Dim> dims;
  SmallVector<bool> isSpoilt;
  DenseSet<std::pair<Value, int>> seen;
};
} // namespace

SmallVector<std::optional<unsigned>> findReadLayouts(func::FuncOp kernel, unsigned root, int64_t partitions) {
  Reader reader(kernel, partitions);
  reader.visit(kernel.getBody().front().getTerminator()->getOperand(0), root);
  return reader.results();
}

std::optional<unsigned> followReshape(Value from, unsigned dim, Value to) {
  ArrayRef<int64_t> shape = cast<RankedTensorType>(from.getType()).getShape();
  int64_t before = 1, passed = 1;
  for (int64_t size : shape.take_front(dim))
    before *= size;
  for (auto [d, size] : llvm::enumerate(cast<RankedTensorType>(to.getType()).getShape())) {
    if (passed == before && size == shape[dim])
      return d;
    passed *= size;
  }
  return std::nullopt;
}
} // namespace tarn::tensor
