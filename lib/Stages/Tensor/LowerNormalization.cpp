// BatchNormalization (inference), LayerNormalization, InstanceNormalization, GroupNormalization,
// RMSNormalization, LpNormalization: mean and variance are reductions of the input and of the squared
// distance from the mean (two passes: x² − mean² would lose digits), the rest is one elementwise op.
#include "Lowering.h"

using namespace mlir;
namespace tarn::tensor {
namespace {

/// The statistics of a reduction over the dimensions `reduced`.
struct Normalized {
  Value centred; // x − mean, fp32
  Value squares; // Σ (x − mean)², fp32
  AffineMap kept;
  double count = 1;
};

Normalized normalize(TensorBuilder &t, Value x, ArrayRef<int64_t> reduced, bool withMean) {
  Integers shape(shapeOf(x));
  Normalized n;
  SmallVector<AffineExpr> kept;
  for (int64_t i = 0; i < static_cast<int64_t>(shape.size()); ++i) {
    if (llvm::is_contained(reduced, i))
      n.count *= shape[i];
    else
      kept.push_back(t.dim(i));
  }
  n.kept = t.map(shape.size(), kept);
  n.centred = x;
  if (withMean) {
    Value sum = t.reduce(x, reduced, Combine::Sum);
    double count = n.count;
    n.centred = t.parallel({x, sum}, {t.identity(shape.size()), n.kept}, shape, computeType(elementOf(x)),
                           [&](ArrayRef<Scalar> s) { return s[0] - s[1] * (1.0 / count); });
  }
  n.squares = t.reduce(n.centred, reduced, Combine::Sum, [](ArrayRef<Scalar> s) { return s[0] * s[0]; });
  return n;
}

/// centred · rsqrt(squares / count + epsilon) · scale + bias, scale and bias with a map of their own.
Value scaled(Lowering &l, const Normalized &n, Value scale, Value bias, AffineMap parameterMap) {
  Integers shape(shapeOf(n.centred));
  SmallVector<Value> operands{n.centred, n.squares, scale, bias};
  SmallVector<AffineMap> maps{l.t.identity(shape.size()), n.kept, parameterMap, parameterMap};
  double epsilon = l.number("epsilon", 1e-5);
  return l.t.parallel(operands, maps, shape, l.resultElement(), [&](ArrayRef<Scalar> s) {
    return s[0] * apply("rsqrt", s[1] * (1.0 / n.count) + epsilon) * s[2] + s[3];
  });
}

template <bool withMean> LogicalResult layerNorm(Lowering &l) {
  for (unsigned i = 1; i < l.results.size(); ++i)
    if (!l.op->getResult(i).use_empty())
      return l.error() << "has its result " << i << " (a statistic) in use, which is not supported";
  Value x = l.input(0);
  ArrayRef<int64_t> shape = shapeOf(x);
  int64_t rank = shape.size(), axis = l.axis(l.integer("axis", -1), rank);
  Integers reduced = range(axis, rank);
  Normalized n = normalize(l.t, x, reduced, withMean);
  // Scale and bias broadcast to the normalized dimensions, or to more of them.
  Value scale = l.input(1), bias = l.input(2);
  double epsilon = l.number("epsilon", 1e-5);
  Integers keptWithOnes(shape);
  for (int64_t d : reduced)
    keptWithOnes[d] = 1;
  SmallVector<Value> operands{n.centred, l.t.reshape(n.squares, keptWithOnes), scale};
  if (bias)
    operands.push_back(bias);
  return l.done(l.elementwise(operands, [&](ArrayRef<Scalar> s) {
    Scalar y = s[0] * apply("rsqrt", s[1] * (1.0 / n.count) + epsilon) * s[2];
    return bias ? y + s[3] : y;
  }));
}

LogicalResult instanceNorm(Lowering &l) {
  Value x = l.input(0);
  int64_t rank = shapeOf(x).size();
  Normalized n = normalize(l.t, x, range(2, rank), true);
  return l.done(scaled(l, n, l.input(1), l.input(2), l.t.map(rank, {l.t.dim(1)})));
}

LogicalResult groupNorm(Lowering &l) {
  Value x = l.input(0);
  Integers shape(shapeOf(x));
  int64_t groups = l.integer("num_groups", 1);
  if (groups < 1 || shape[1] % groups)
    return l.error() << "has num_groups = " << groups << ", which does not divide the " << shape[1] << " channels";
  int64_t perGroup = shape[1] / groups;
  Integers split{shape[0], groups, perGroup};
  split.append(shape.begin() + 2, shape.end());
  int64_t rank = split.size();
  Normalized n = normalize(l.t, l.t.reshape(x, split), range(2, rank), true);
  Value scale = l.t.reshape(l.input(1), {groups, perGroup}), bias = l.t.reshape(l.input(2), {groups, perGroup});
  return l.done(l.t.reshape(scaled(l, n, scale, bias, l.t.map(rank, {l.t.dim(1), l.t.dim(2)})), shape));
}

LogicalResult lpNorm(Lowering &l) {
  Value x = l.input(0);
  Integers shape(shapeOf(x)), kept = shape;
  int64_t axis = l.axis(l.integer("axis", -1), shape.size()), p = l.integer("p", 2);
  if (p != 1 && p != 2)
    return l.error() << "has p = " << p << ", allowed are 1 and 2";
  kept[axis] = 1;
  Value sum = l.t.reduce(x, {axis}, Combine::Sum,
                         [&](ArrayRef<Scalar> s) { return p == 1 ? apply("abs", s[0]) : s[0] * s[0]; });
  return l.done(l.elementwise({x, l.t.reshape(sum, kept)},
                              [&](ArrayRef<Scalar> s) { return s[0] / (p == 1 ? s[1] : apply("sqrt", s[1])); }));
}

LogicalResult batchNorm(Lowering &l) {
  if (l.integer("training_mode", 0))
    return l.error() << "is in training mode, which is not supported";
  for (unsigned i = 1; i < l.results.size(); ++i)
    if (!l.op->getResult(i).use_empty())
      return l.error() << "has its result " << i << " in use, which only training mode computes";
  Value x = l.input(0);
  Integers perChannel(shapeOf(x).size(), 1);
  perChannel[shapeOf(x).size() > 1 ? 1 : 0] = shapeOf(l.input(1))[0];
  double epsilon = l.number("epsilon", 1e-5);
  auto factor = [&](Scalar scale, Scalar variance) { return scale / apply("sqrt", variance + epsilon); };
  auto scale = constantNumbers(l.input(1)), bias = constantNumbers(l.input(2)), mean = constantNumbers(l.input(3)),
       variance = constantNumbers(l.input(4));
  if (scale && bias && mean && variance) { // x · a + b with both computed here
    std::vector<float> a, b;
    for (size_t i = 0; i < scale->size(); ++i) {
      double f = (*scale)[i] / std::sqrt((*variance)[i] + epsilon);
      a.push_back(f);
      b.push_back((*bias)[i] - (*mean)[i] * f);
    }
    return l.done(l.elementwise(
        {x, makeConstant(l.t.builder, l.t.loc, perChannel, a), makeConstant(l.t.builder, l.t.loc, perChannel, b)},
        [](ArrayRef<Scalar> s) { return s[0] * s[1] + s[2]; }));
  }
  SmallVector<Value> operands{x};
  for (unsigned i = 1; i < 5; ++i)
    operands.push_back(l.t.reshape(l.input(i), perChannel));
  return l.done(l.elementwise(operands, [&](ArrayRef<Scalar> s) { return (s[0] - s[3]) * factor(s[1], s[4]) + s[2]; }));
}
} // namespace

void addNormalization(LoweringTable &table) {
  table["BatchNormalization"] = batchNorm;
  table["LayerNormalization"] = layerNorm<true>;
  table["RMSNormalization"] = layerNorm<false>;
  table["InstanceNormalization"] = instanceNorm;
  table["GroupNormalization"] = groupNorm;
  table["LpNormalization"] = lpNorm;
}
} // namespace tarn::tensor
