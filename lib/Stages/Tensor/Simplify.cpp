// See Simplify.h.
#include "Simplify.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Linalg/Transforms/Transforms.h"
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
         body.getTerminator()->getOperand(0) == body.getArgument(0) &&
         op.getIndexingMapsArray().back().isIdentity() && op.getIndexingMapsArray().front().isProjectedPermutation();
}

/// use(copy(x)[m]) → use(x[m']).
struct FoldCopy : OpRewritePattern<linalg::GenericOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(linalg::GenericOp op, PatternRewriter &rewriter) const override {
    for (OpOperand *operand : op.getDpsInputOperands()) {
      auto copy = operand->get().getDefiningOp<linalg::GenericOp>();
      if (!copy || !isCopy(copy))
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
} // namespace

void simplify(func::FuncOp main) {
  MLIRContext *context = main.getContext();
  RewritePatternSet patterns(context);
  patterns.add<FoldCopy>(context);
  linalg::populateElementwiseOpsFusionPatterns(patterns, [](OpOperand *operand) {
    auto producer = operand->get().getDefiningOp<linalg::GenericOp>();
    auto consumer = dyn_cast<linalg::GenericOp>(operand->getOwner());
    return producer && consumer && isElementwise(producer) && isElementwise(consumer) && producer->hasOneUse() &&
           consumer.getMatchingIndexingMap(operand).isPermutation();
  });
  (void)applyPatternsGreedily(main, std::move(patterns));
}
} // namespace tarn::tensor
