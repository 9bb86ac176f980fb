// Reduce* over axes that a constant names, and Softmax with LogSoftmax: maximum, sum of exponentials,
// quotient.
#include "Lowering.h"

using namespace mlir;
namespace tarn::tensor {
namespace {

using Map = Scalar (*)(Scalar);
using Finish = Scalar (*)(Scalar, double count);

FailureOr<Integers> reducedAxes(Lowering &l) {
  int64_t rank = shapeOf(l.input(0)).size();
  FailureOr<Integers> axes = l.constantInput(1, "axes", l.integers("axes"));
  if (failed(axes))
    return failure();
  if (axes->empty() && !l.integer("noop_with_empty_axes", 0))
    for (int64_t i = 0; i < rank; ++i)
      axes->push_back(i);
  for (int64_t &axis : *axes)
    axis = l.axis(axis, rank);
  llvm::sort(*axes);
  return axes;
}

Scalar same(Scalar x) { return x; }
Scalar keep(Scalar x, double) { return x; }

/// l.t.reduce. Where few places are kept a reduction of many elements would leave most partitions idle: then a part of what
/// is reduced becomes a dimension of its own, reduced in a second step.
Value reduceOver(Lowering &l, Value x, ArrayRef<int64_t> axes, Combine combine, Map map) {
  auto mapped = [&](ArrayRef<Scalar> s) { return map(s[0]); };
  ArrayRef<int64_t> shape = shapeOf(x);
  int64_t reduced = 1, kept = 1, largest = 1, first = axes.empty() ? 0 : axes.front();
  for (int64_t i = 0; i < static_cast<int64_t>(shape.size()); ++i) {
    bool isReduced = llvm::is_contained(axes, i);
    (isReduced ? reduced : kept) *= shape[i];
    if (!isReduced)
      largest = std::max(largest, shape[i]);
  }
  bool areNeighbours = !axes.empty() && axes.back() - first + 1 == static_cast<int64_t>(axes.size());
  int64_t parts = static_cast<int64_t>(l.rates.partitions);
  while (parts > 1 && reduced % parts)
    --parts;
  double rows = std::min<double>(largest, l.rates.partitions);
  double inOneNs = l.rates.elementNs * reduced * kept / rows;
  double inTwoNs = inOneNs * rows / parts + 4 * l.rates.transferNs;
  if (!areNeighbours || !isa<FloatType>(elementOf(x)) || inTwoNs > inOneNs / 2)
    return l.t.reduce(x, axes, combine, mapped);
  Integers split(shape.take_front(first));
  split.append({parts, reduced / parts});
  split.append(shape.begin() + axes.back() + 1, shape.end());
  return l.t.reduce(l.t.reduce(l.t.reshape(x, split), {first + 1}, combine, mapped), {first}, combine);
}

/// finish(Σ map(x)), the shape with or without the reduced dimensions.
template <Combine combine, Map map, Finish finish> LogicalResult reduceWith(Lowering &l) {
  Value x = l.input(0);
  FailureOr<Integers> axes = reducedAxes(l);
  if (failed(axes))
    return failure();
  double count = 1;
  for (int64_t axis : *axes)
    count *= shapeOf(x)[axis];
  Value result = reduceOver(l, x, *axes, combine, map);
  if (finish != keep)
    result = l.t.elementwise({result}, shapeOf(result), l.resultElement(),
                             [&](ArrayRef<Scalar> s) { return finish(s[0], count); });
  return l.done(l.t.reshape(l.t.convertElements(result, l.resultElement()), l.resultShape()));
}

Scalar magnitude(Scalar x) { return apply("abs", x); }
Scalar square(Scalar x) { return x * x; }
Scalar exponential(Scalar x) { return apply("exp", x); }
Scalar average(Scalar x, double count) { return x.isFloat() ? x * (1.0 / count) : x / count; }
Scalar root(Scalar x, double) { return apply("sqrt", x); }
Scalar logarithm(Scalar x, double) { return apply("log", x); }

/// exp(x − max over the axis); `shifted` is the exponent.
Value exponentialsOf(Lowering &l, int64_t axis, Value &shifted) {
  Value x = l.input(0);
  Type f32 = computeType(elementOf(x));
  Integers shape(shapeOf(x));
  Value maximum = l.t.reduce(x, {axis}, Combine::Max);
  Integers keptShape = shape;
  keptShape[axis] = 1;
  SmallVector<AffineExpr> kept;
  for (int64_t i = 0; i < static_cast<int64_t>(shape.size()); ++i)
    if (i != axis)
      kept.push_back(l.t.dim(i));
  SmallVector<AffineMap> maps{l.t.identity(shape.size()), l.t.map(shape.size(), kept)};
  shifted = l.t.parallel({x, maximum}, maps, shape, f32, [](ArrayRef<Scalar> s) { return s[0] - s[1]; });
  return l.t.parallel({shifted}, {maps[0]}, shape, f32, [](ArrayRef<Scalar> s) { return apply("exp", s[0]); });
}

template <bool logarithmic> LogicalResult softmax(Lowering &l) {
  int64_t rank = shapeOf(l.input(0)).size(), axis = l.axis(l.integer("axis", -1), rank);
  Value shifted, exponentials = exponentialsOf(l, axis, shifted);
  Value sum = l.t.reduce(exponentials, {axis}, Combine::Sum);
  SmallVector<AffineExpr> kept;
  for (int64_t i = 0; i < rank; ++i)
    if (i != axis)
      kept.push_back(l.t.dim(i));
  SmallVector<AffineMap> maps{l.t.identity(rank), l.t.map(rank, kept)};
  return l.done(l.t.parallel({logarithmic ? shifted : exponentials, sum}, maps, l.resultShape(), l.resultElement(),
                             [](ArrayRef<Scalar> s) { return logarithmic ? s[0] - apply("log", s[1]) : s[0] / s[1]; }));
}
} // namespace

void addReduction(LoweringTable &table) {
  table["ReduceSum"] = reduceWith<Combine::Sum, same, keep>;
  table["ReduceMean"] = reduceWith<Combine::Sum, same, average>;
  table["ReduceMax"] = reduceWith<Combine::Max, same, keep>;
  table["ReduceMin"] = reduceWith<Combine::Min, same, keep>;
  table["ReduceProd"] = reduceWith<Combine::Product, same, keep>;
  table["ReduceL1"] = reduceWith<Combine::Sum, magnitude, keep>;
  table["ReduceL2"] = reduceWith<Combine::Sum, square, root>;
  table["ReduceSumSquare"] = reduceWith<Combine::Sum, square, keep>;
  table["ReduceLogSum"] = reduceWith<Combine::Sum, same, logarithm>;
  table["ReduceLogSumExp"] = reduceWith<Combine::Sum, exponential, logarithm>;
  table["Softmax"] = softmax<false>;
  table["LogSoftmax"] = softmax<true>;
}
} // namespace tarn::tensor
