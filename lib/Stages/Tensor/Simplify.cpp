// See Simplify.h.
#include "Simplify.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Tensor/Transforms/Transforms.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;
namespace tarn::tensor {
namespace {

bool isElementwise(linalg::GenericOp op) { return op.getNumReductionLoops() == 0; }

/// A generic that moves elements and changes none.
bool isCopy(linalg::GenericOp op) {
  Block &body = op.getRegion().front();
  return isElementwise(op) && op.getNumDpsInputs() == 1 && body.getOperations().size() == 1 &&
         body.getTerminator()->getOperand(0) == body.getArgument(0) && op.getIndexingMapsArray().back().isIdentity() &&
         op.getIndexingMapsArray().front().isProjectedPermutation();
}

/// Whether a map keeps the order of the dimensions that are larger than 1.
bool keepsOrder(AffineMap map, ArrayRef<int64_t> shape) {
  int64_t last = -1;
  for (auto [result, size] : llvm::zip_equal(map.getResults(), shape)) {
    if (size == 1)
      continue;
    int64_t position = cast<AffineDimExpr>(result).getPosition();
    if (position < last)
      return false;
    last = position;
  }
  return true;
}

/// A transposition that is read several times is made once, unless products read it, which take either order.
bool isWorthKeeping(linalg::GenericOp copy) {
  if (copy->hasOneUse() || keepsOrder(copy.getIndexingMapsArray().front(),
                                      cast<RankedTensorType>(copy.getDpsInputs()[0].getType()).getShape()))
    return false;
  return llvm::any_of(copy->getUsers(), [](Operation *user) {
    auto reader = dyn_cast<linalg::GenericOp>(user);
    return !reader || isElementwise(reader) || reader.getNumDpsInputs() == 1;
  });
}

/// use(copy(x)[m]) → use(x[m']).
struct FoldCopy : OpRewritePattern<linalg::GenericOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(linalg::GenericOp op, PatternRewriter &rewriter) const override {
    for (OpOperand *operand : op.getDpsInputOperands()) {
      auto copy = operand->get().getDefiningOp<linalg::GenericOp>();
      if (!copy || !isCopy(copy) || isWorthKeeping(copy))
        continue;
      AffineMap through = op.getMatchingIndexingMap(operand);
      AffineMap composed = copy.getIndexingMapsArray().front().compose(through);
      SmallVector<AffineMap> maps = op.getIndexingMapsArray();
      maps[operand->getOperandNumber()] = composed;
      // Every loop must still have an operand that tells its size.
      if (!inversePermutation(concatAffineMaps(maps, op.getContext())))
        continue;
      rewriter.modifyOpInPlace(op, [&] {
        operand->set(copy.getDpsInputs()[0]);
        op.setIndexingMapsAttr(rewriter.getAffineMapArrayAttr(maps));
      });
      return success();
    }
    return rewriter.notifyMatchFailure(op, "reads no copy");
  }
};
/// Whether a small change of an operand may change the result by a whole step.
bool hasSteps(Operation *op) {
  return isa<math::FloorOp, math::CeilOp, math::RoundEvenOp, arith::CmpFOp, arith::FPToSIOp, arith::FPToUIOp>(op);
}

/// extf(truncf(x)) → x inside a body: a 16-bit value that never reaches memory is not rounded, unless
/// something in the body would magnify the difference or the rounding is what a node Cast asks for.
struct KeepPrecision : OpRewritePattern<arith::ExtFOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(arith::ExtFOp op, PatternRewriter &rewriter) const override {
    auto rounded = op.getIn().getDefiningOp<arith::TruncFOp>();
    if (!rounded || rounded.getIn().getType() != op.getType())
      return rewriter.notifyMatchFailure(op, "extends no rounded value");
    if (rounded->hasAttr(isCastAttributeName))
      return rewriter.notifyMatchFailure(op, "the model casts");
    if (llvm::any_of(*op->getBlock(), [](Operation &inner) { return hasSteps(&inner); }))
      return rewriter.notifyMatchFailure(op, "feeds a step function");
    rewriter.replaceOp(op, rounded.getIn());
    return success();
  }
};
} // namespace

/// A slice is an access pattern of its reader: each reader gets its own.
static void separateSlices(func::FuncOp main) {
  SmallVector<::mlir::tensor::ExtractSliceOp> slices(main.getOps<::mlir::tensor::ExtractSliceOp>());
  for (::mlir::tensor::ExtractSliceOp slice : slices)
    while (!slice->hasOneUse() && !slice->use_empty()) {
      OpOperand &use = *slice->use_begin();
      OpBuilder builder(slice);
      use.set(builder.clone(*slice)->getResult(0));
    }
}

/// Whether an elementwise op may change places with the reshape before it: what is reshaped must be computed
/// in main, so that both can join its kernel.
static bool mayPass(OpOperand *reshaped) {
  auto reader = dyn_cast<linalg::GenericOp>(reshaped->getOwner());
  Operation *reshape = reshaped->get().getDefiningOp();
  if (!reader || !isElementwise(reader) || !reshape || !reshape->hasOneUse() ||
      !isa<::mlir::tensor::ExpandShapeOp, ::mlir::tensor::CollapseShapeOp>(reshape))
    return false;
  auto producer = reshape->getOperand(0).getDefiningOp<linalg::GenericOp>();
  return producer && producer->hasOneUse() && reader.getMatchingIndexingMap(reshaped).isIdentity();
}

void simplify(func::FuncOp main) {
  MLIRContext *context = main.getContext();
  RewritePatternSet patterns(context);
  patterns.add<FoldCopy, KeepPrecision>(context);
  linalg::populateElementwiseOpsFusionPatterns(patterns, [](OpOperand *operand) {
    auto producer = operand->get().getDefiningOp<linalg::GenericOp>();
    auto consumer = dyn_cast<linalg::GenericOp>(operand->getOwner());
    return producer && consumer && isElementwise(producer) && isElementwise(consumer) && producer->hasOneUse() &&
           consumer.getMatchingIndexingMap(operand).isPermutation();
  });
  linalg::populateFoldReshapeOpsByExpansionPatterns(patterns, mayPass);
  linalg::populateFoldReshapeOpsByCollapsingPatterns(patterns, mayPass);
  ::mlir::tensor::ExpandShapeOp::getCanonicalizationPatterns(patterns, context);
  ::mlir::tensor::CollapseShapeOp::getCanonicalizationPatterns(patterns, context);
  (void)applyPatternsGreedily(main, std::move(patterns));
  // Reshapes of constants were folded.
  for (auto constant : llvm::make_early_inc_range(main.getOps<arith::ConstantOp>())) {
    auto elements = dyn_cast<ElementsAttr>(constant.getValue());
    if (!elements)
      continue;
    OpBuilder builder(constant);
    OperationState state(constant.getLoc(), "onnx.Constant");
    state.addAttribute("value", elements);
    state.addTypes(constant.getType());
    constant.getResult().replaceAllUsesWith(builder.create(state)->getResult(0));
    constant.erase();
  }
  separateSlices(main);
}
} // namespace tarn::tensor
