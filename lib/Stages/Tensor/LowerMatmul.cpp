// MatMul and Gemm: one sum of products over (batch…, row, column, k), then scale and bias as an elementwise
// op.
#include "Lowering.h"

using namespace mlir;
namespace tarn::tensor {
namespace {

/// A matrix operand without its batch dimensions of size 1, and the batch dimensions of the result it depends
/// on.
struct Operand {
  Value value;
  SmallVector<AffineExpr> batch;
};

Operand withoutBroadcast(TensorBuilder &t, Value value, ArrayRef<int64_t> batch, unsigned matrixRank) {
  ArrayRef<int64_t> shape = shapeOf(value);
  int64_t own = static_cast<int64_t>(shape.size()) - matrixRank, shift = static_cast<int64_t>(batch.size()) - own;
  Integers kept;
  Operand operand;
  for (int64_t i = 0; i < own; ++i)
    if (shape[i] == batch[i + shift]) {
      kept.push_back(shape[i]);
      operand.batch.push_back(t.dim(i + shift));
    }
  kept.append(shape.end() - matrixRank, shape.end());
  operand.value = t.reshape(value, kept);
  return operand;
}

LogicalResult matmul(Lowering &l) {
  Value a = l.input(0), b = l.input(1);
  bool aIsVector = shapeOf(a).size() == 1, bIsVector = shapeOf(b).size() == 1;
  Integers resultShape = l.resultShape();
  Integers batch(resultShape.begin(), resultShape.end() - (aIsVector ? 0 : 1) - (bIsVector ? 0 : 1));
  Operand left = withoutBroadcast(l.t, a, batch, aIsVector ? 1 : 2);
  Operand right = withoutBroadcast(l.t, b, batch, bIsVector ? 1 : 2);
  unsigned next = batch.size();
  SmallVector<AffineExpr> leftMap = left.batch, rightMap = right.batch, resultMap;
  for (unsigned i = 0; i < resultShape.size(); ++i)
    resultMap.push_back(l.t.dim(i));
  if (!aIsVector)
    leftMap.push_back(l.t.dim(next++));
  AffineExpr column = l.t.dim(next), k = l.t.dim(bIsVector ? next : next + 1);
  leftMap.push_back(k);
  rightMap.push_back(k);
  if (!bIsVector)
    rightMap.push_back(column);
  unsigned dims = resultShape.size() + 1;
  Value product =
      l.t.contract(left.value, right.value, {l.t.map(dims, leftMap), l.t.map(dims, rightMap), l.t.map(dims, resultMap)},
                   resultShape, 1);
  return l.done(l.t.convertElements(product, l.resultElement()));
}

LogicalResult gemm(Lowering &l) {
  Value a = l.input(0), b = l.input(1);
  double alpha = l.number("alpha", 1.0), beta = l.number("beta", 1.0);
  AffineExpr row = l.t.dim(0), column = l.t.dim(1), k = l.t.dim(2);
  // A constant operand is stored with k outermost, so that k lies on the partitions as it is loaded.
  bool transposeA = l.integer("transA", 0), transposeB = l.integer("transB", 0);
  if (transposeB && constantElements(b)) {
    b = l.t.transpose(b, {1, 0});
    transposeB = false;
  }
  AffineMap aMap = transposeA ? l.t.map(3, {k, row}) : l.t.map(3, {row, k});
  AffineMap bMap = transposeB ? l.t.map(3, {column, k}) : l.t.map(3, {k, column});
  Value product = l.t.contract(a, b, {aMap, bMap, l.t.map(3, {row, column})}, l.resultShape(), 1);
  SmallVector<Value> operands{product};
  if (l.hasInput(2) && beta != 0)
    operands.push_back(l.input(2));
  if (operands.size() == 1 && alpha == 1.0)
    return l.done(l.t.convertElements(product, l.resultElement()));
  return l.done(l.elementwise(operands, [&](ArrayRef<Scalar> s) {
    Scalar x = alpha == 1.0 ? s[0] : s[0] * alpha;
    if (operands.size() == 1)
      return x;
    return x + (beta == 1.0 ? s[1] : s[1] * beta);
  }));
}
} // namespace

void addMatmul(LoweringTable &table) {
  table["MatMul"] = matmul;
  table["Gemm"] = gemm;
}
} // namespace tarn::tensor
