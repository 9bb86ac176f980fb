// MaxPool, AveragePool, GlobalMaxPool, GlobalAveragePool: reductions over windows of a padded input. Padding
// is −∞ for the maximum. The average divides by the number of elements under the window, which is one number,
// or a constant for each place when windows at the border count fewer.
#include "Window.h"

using namespace mlir;
namespace tarn::tensor {
namespace {

AffineMap windowMap(TensorBuilder &t, const Window &window, int64_t rank) {
  int64_t spatial = window.rank();
  SmallVector<AffineExpr> results;
  for (int64_t i = 0; i < rank - spatial; ++i)
    results.push_back(t.dim(i));
  for (int64_t i = 0; i < spatial; ++i)
    results.push_back(window.position(i, t.dim(rank - spatial + i), t.dim(rank + i)));
  return t.map(rank + spatial, results);
}

FailureOr<Window> poolingWindow(Lowering &l, Integers &explicitEnd) {
  ArrayRef<int64_t> input = shapeOf(l.input(0));
  Integers kernel = l.integers("kernel_shape"), output = l.resultShape();
  if (input.size() < 3 || kernel.size() != input.size() - 2)
    return l.error() << "has a kernel_shape of " << kernel.size() << " dimensions for an input of rank " << input.size()
                     << ", which needs " << input.size() - 2;
  return Window::of(l, kernel, input.drop_front(2), ArrayRef<int64_t>(output).drop_front(2), &explicitEnd);
}

LogicalResult maxPool(Lowering &l) {
  if (l.results.size() > 1 && !l.op->getResult(1).use_empty())
    return l.error() << "has its second result (indices) in use, which is not supported";
  Integers explicitEnd;
  FailureOr<Window> window = poolingWindow(l, explicitEnd);
  if (failed(window))
    return failure();
  Type element = elementOf(l.input(0));
  double lowest = isa<FloatType>(element)    ? -std::numeric_limits<double>::infinity()
                  : l.isUnsigned(l.input(0)) ? 0.0
                                             : -std::ldexp(1.0, element.getIntOrFloatBitWidth() - 1);
  Integers shape = l.resultShape();
  Value padded = window->pad(l.t, l.input(0), lowest);
  Value result = l.t.reduceWindows(padded, windowMap(l.t, *window, shape.size()), shape, window->kernel, Combine::Max);
  return l.done(l.t.convertElements(result, l.resultElement()));
}

/// 1 / (elements that count) for each output place.
std::vector<float> inverseCounts(const Window &w, ArrayRef<int64_t> input, ArrayRef<int64_t> output,
                                 ArrayRef<int64_t> explicitEnd, bool countPadding) {
  std::vector<float> counts{1};
  for (int64_t i = 0; i < w.rank(); ++i) {
    int64_t first = countPadding ? -w.begin[i] : 0, last = input[i] + (countPadding ? explicitEnd[i] : 0);
    std::vector<float> next;
    for (float outer : counts)
      for (int64_t o = 0; o < output[i]; ++o) {
        int64_t count = 0;
        for (int64_t k = 0; k < w.kernel[i]; ++k) {
          int64_t at = o * w.strides[i] + k * w.dilations[i] - w.begin[i];
          count += at >= first && at < last;
        }
        next.push_back(outer * std::max<int64_t>(count, 1));
      }
    counts = std::move(next);
  }
  for (float &count : counts)
    count = 1.0f / count;
  return counts;
}

LogicalResult averagePool(Lowering &l) {
  Integers explicitEnd;
  FailureOr<Window> window = poolingWindow(l, explicitEnd);
  if (failed(window))
    return failure();
  Integers shape = l.resultShape();
  ArrayRef<int64_t> output = ArrayRef<int64_t>(shape).drop_front(2);
  Value padded = window->pad(l.t, l.input(0), 0.0);
  Value sum = l.t.reduceWindows(padded, windowMap(l.t, *window, shape.size()), shape, window->kernel, Combine::Sum);
  std::vector<float> inverse =
      inverseCounts(*window, shapeOf(l.input(0)).drop_front(2), output, explicitEnd, l.integer("count_include_pad", 0));
  Value scale = makeConstant(l.t.builder, l.t.loc, output, inverse);
  return l.done(l.elementwise({sum, scale}, [](ArrayRef<Scalar> s) { return s[0] * s[1]; }));
}

template <Combine combine> LogicalResult globalPool(Lowering &l) {
  ArrayRef<int64_t> input = shapeOf(l.input(0));
  Integers spatial, kept(input.begin(), input.begin() + 2);
  double count = 1;
  for (size_t i = 2; i < input.size(); ++i) {
    spatial.push_back(i);
    count *= input[i];
  }
  Value result = l.t.reduce(l.input(0), spatial, combine);
  if (combine == Combine::Sum)
    result =
        l.t.elementwise({result}, kept, l.resultElement(), [&](ArrayRef<Scalar> s) { return s[0] * (1.0 / count); });
  return l.done(l.t.reshape(l.t.convertElements(result, l.resultElement()), l.resultShape()));
}
} // namespace

void addPooling(LoweringTable &table) {
  table["MaxPool"] = maxPool;
  table["AveragePool"] = averagePool;
  table["GlobalAveragePool"] = globalPool<Combine::Sum>;
  table["GlobalMaxPool"] = globalPool<Combine::Max>;
}
} // namespace tarn::tensor
