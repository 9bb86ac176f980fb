// Matrix products: MatMul of matrices only (vectors are reshaped), Gemm without transposes and factors.
#include "Canonicalize.h"

using namespace mlir;

namespace tarn::graph {
namespace {

LogicalResult rewriteMatMul(Operation *op, NodeBuilder &builder) {
  Value left = op->getOperand(0), right = op->getOperand(1);
  ArrayRef<int64_t> a = shapeOf(left), b = shapeOf(right);
  if (a.size() >= 2 && b.size() >= 2)
    return failure();
  if (a.size() == 1)
    left = builder.reshape(left, {1, a[0]});
  if (b.size() == 1)
    right = builder.reshape(right, {b[0], 1});
  builder.replace(op, builder.reshape(builder.matmul(left, right), shapeOf(op->getResult(0))));
  return success();
}

LogicalResult rewriteGemm(Operation *op, NodeBuilder &builder) {
  Value a = op->getOperand(0), b = op->getOperand(1), c = input(op, 2);
  bool transA = intAttr(op, "transA", 0), transB = intAttr(op, "transB", 0);
  double alpha = floatAttr(op, "alpha", 1), beta = floatAttr(op, "beta", 1);
  bool isFloat = isa<FloatType>(elementType(a));
  if ((!transA && !transB && alpha == 1 && (beta == 1 || !c)) || !isFloat)
    return failure();
  if (transA)
    a = builder.transpose(a, {1, 0});
  if (transB)
    b = builder.transpose(b, {1, 0});
  // The factors go to the constants, which are folded.
  if (alpha != 1) {
    Value &scaled = isConstant(op->getOperand(1)) ? b : a;
    scaled = builder.binary("Mul", scaled, builder.scalarLike(scaled, alpha));
  }
  if (c && beta != 1)
    c = builder.binary("Mul", c, builder.scalarLike(c, beta));
  SmallVector<Value> operands = {a, b};
  if (c)
    operands.push_back(c);
  builder.replace(op, builder.node("Gemm", op->getResultTypes(), operands)->getResults());
  return success();
}

} // namespace

void populateMatMulRewrites(RewritePatternSet &patterns) {
  addRewrite(patterns, "MatMul", rewriteMatMul);
  addRewrite(patterns, "Gemm", rewriteGemm);
}

} // namespace tarn::graph
