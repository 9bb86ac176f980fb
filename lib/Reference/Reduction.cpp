// Reductions over any set of dimensions, ArgMax and ArgMin, and running sums. Floats are summed in double.
#include "Arithmetic.h"
#include "Operators.h"
#include <limits>

namespace tarn::reference {
namespace {

struct Reduction {
  Shape shape;                        // of the result
  llvm::SmallVector<int64_t, 6> axes; // ascending
  bool none = false;                  // noop_with_empty_axes: every element is its own group
};

llvm::Expected<Reduction> readReduction(const Node &node) {
  const HostTensor &x = *node.inputs[0], *given = optionalInput(node, 1);
  std::vector<int64_t> axes = given ? integers(*given) : std::vector<int64_t>();
  Reduction reduction;
  if (axes.empty() && intAttribute(node, "noop_with_empty_axes", 0)) {
    reduction.none = true;
    reduction.shape = Shape(x.shape());
    return reduction;
  }
  if (axes.empty()) {
    axes.resize(x.rank());
    std::iota(axes.begin(), axes.end(), 0);
  }
  auto normalized = normalizedAxes(axes, x.rank());
  if (!normalized)
    return normalized.takeError();
  reduction.axes = *normalized;
  bool keep = intAttribute(node, "keepdims", 1);
  for (int64_t d = 0; d < x.rank(); ++d)
    if (!llvm::is_contained(reduction.axes, d))
      reduction.shape.push_back(x.shape()[d]);
    else if (keep)
      reduction.shape.push_back(1);
  return reduction;
}

/// Calls `row(index of the result, first element, count, whether all of the row goes to that one result)` for
/// rows of the last dimension.
template <typename F> void forEachRow(const HostTensor &x, const Reduction &reduction, F row) {
  int64_t rank = x.rank();
  if (x.size() == 0)
    return;
  llvm::SmallVector<int64_t, 6> strides(rank, 0), index(rank, 0);
  int64_t stride = 1;
  for (int64_t d = rank; d-- > 0;)
    if (!llvm::is_contained(reduction.axes, d)) {
      strides[d] = stride;
      stride *= x.shape()[d];
    }
  int64_t width = rank ? x.shape().back() : 1;
  bool reduced = rank && strides.back() == 0;
  for (int64_t i = 0, at = 0, e = x.size(); i < e; i += width) {
    row(at, i, width, reduced);
    for (int64_t d = rank - 1; d-- > 0;) {
      at += strides[d];
      if (++index[d] < x.shape()[d])
        break;
      at -= strides[d] * x.shape()[d];
      index[d] = 0;
    }
  }
}

/// `combine(accumulated, element)`, then `finish(accumulated, number of elements)`, both in double or 64-bit
/// integers.
template <typename Start, typename F, typename G> Result reduce(const Node &node, Start start, F combine, G finish) {
  const HostTensor &x = *node.inputs[0];
  auto reduction = readReduction(node);
  if (!reduction)
    return reduction.takeError();
  return withArithmetic(x.type(), [&](auto tag) {
    using T = decltype(tag);
    using Sum = std::conditional_t<std::is_floating_point_v<T>, double, T>;
    HostTensor wide = as<T>(x), result(dtypeOf<Sum>(), reduction->shape);
    const T *in = wide.template data<T>().data();
    auto out = result.template mutableData<Sum>();
    llvm::fill(out, start(Sum()));
    forEachRow(x, *reduction, [&](int64_t at, int64_t first, int64_t count, bool reduced) {
      Sum *target = out.data() + at;
      if (reduced) {
        Sum sum = *target;
        for (int64_t i = 0; i < count; ++i)
          sum = combine(sum, static_cast<Sum>(in[first + i]));
        *target = sum;
      } else {
        for (int64_t i = 0; i < count; ++i)
          target[i] = combine(target[i], static_cast<Sum>(in[first + i]));
      }
    });
    int64_t count = out.empty() ? 1 : x.size() / static_cast<int64_t>(out.size());
    for (Sum &value : out) {
      auto finished = finish(value, count);
      if constexpr (std::is_floating_point_v<Sum> || std::is_same_v<decltype(finished), Sum>)
        value = finished;
      else // a root or logarithm of integers is rounded towards zero
        value = std::fabs(finished) < 9.2e18 ? static_cast<Sum>(finished) : Sum(0);
    }
    return single(result.cast(x.type()));
  });
}

const auto zero = [](auto tag) { return tag; };
const auto one = [](auto tag) { return decltype(tag)(1); };
const auto identity = [](auto value, int64_t) { return value; };
const auto plus = [](auto a, auto b) { return wrapping(a, b, [](auto x, auto y) { return x + y; }); };
const auto plusSquare = [](auto a, auto b) { return wrapping(a, b, [](auto x, auto y) { return x + y * y; }); };
const auto plusAbsolute = [](auto a, auto b) {
  return wrapping(a, b < decltype(b)(0) ? decltype(b)(0) - b : b, [](auto x, auto y) { return x + y; });
};

Result reduceSum(const Node &node) { return reduce(node, zero, plus, identity); }
Result reduceMean(const Node &node) {
  return reduce(node, zero, plus,
                [](auto sum, int64_t count) { return count == 0 ? sum : sum / static_cast<decltype(sum)>(count); });
}
Result reduceProd(const Node &node) {
  return reduce(
      node, one, [](auto a, auto b) { return wrapping(a, b, [](auto x, auto y) { return x * y; }); }, identity);
}
/// The maximum or minimum of nothing is the least or greatest number of the type.
Result extremeOfNothing(const Node &node, bool greatest) {
  auto reduction = readReduction(node);
  if (!reduction)
    return reduction.takeError();
  DType type = node.inputs[0]->type();
  double value = greatest ? INFINITY : -INFINITY; // saturates to the limits of integers
  HostTensor result(type, reduction->shape);
  for (int64_t i = 0, e = result.size(); i < e; ++i)
    result.setDouble(i, type == DType::boolean ? greatest : value);
  return single(result);
}

Result reduceMax(const Node &node) {
  if (node.inputs[0]->size() == 0)
    return extremeOfNothing(node, /*greatest=*/false);
  return reduce(
      node,
      [](auto tag) {
        using Limits = std::numeric_limits<decltype(tag)>;
        return Limits::has_infinity ? -Limits::infinity() : Limits::lowest();
      },
      [](auto a, auto b) { return b > a || b != b ? b : a; }, identity);
}
Result reduceMin(const Node &node) {
  if (node.inputs[0]->size() == 0)
    return extremeOfNothing(node, /*greatest=*/true);
  return reduce(
      node,
      [](auto tag) {
        using Limits = std::numeric_limits<decltype(tag)>;
        return Limits::has_infinity ? Limits::infinity() : Limits::max();
      },
      [](auto a, auto b) { return b < a || b != b ? b : a; }, identity);
}
Result reduceL1(const Node &node) { return reduce(node, zero, plusAbsolute, identity); }
Result reduceL2(const Node &node) {
  return reduce(node, zero, plusSquare, [](auto sum, int64_t) { return std::sqrt(double(sum)); });
}
Result reduceSumSquare(const Node &node) { return reduce(node, zero, plusSquare, identity); }
Result reduceLogSum(const Node &node) {
  return reduce(node, zero, plus, [](auto sum, int64_t) { return std::log(double(sum)); });
}
// The largest element is taken out of the exponentials so that they cannot overflow.
Result reduceLogSumExp(const Node &node) {
  Node of = node;
  auto largest = reduceMax(node);
  if (!largest)
    return largest;
  HostTensor &peak = largest->front();
  auto reduction = readReduction(node);
  if (!reduction)
    return reduction.takeError();
  HostTensor x = as<double>(*node.inputs[0]), peaks = as<double>(peak), result(DType::fp64, reduction->shape);
  auto out = result.mutableData<double>();
  auto in = x.data<double>(), tops = peaks.data<double>();
  auto term = [](double value, double top) { return value == top ? 1 : std::exp(value - top); };
  forEachRow(x, *reduction, [&](int64_t at, int64_t first, int64_t count, bool reduced) {
    for (int64_t i = 0; i < count; ++i) {
      int64_t target = reduced ? at : at + i;
      out[target] += term(in[first + i], tops[target]);
    }
  });
  for (size_t i = 0; i < out.size(); ++i)
    out[i] = std::log(out[i]) + (std::isinf(tops[i]) && out[i] == 0 ? 0 : tops[i]);
  return single(result.cast(node.inputs[0]->type()));
}

template <typename F> Result argument(const Node &node, F better) {
  const HostTensor &x = *node.inputs[0];
  bool last = intAttribute(node, "select_last_index", 0), keep = intAttribute(node, "keepdims", 1);
  auto axis = normalizedAxis(intAttribute(node, "axis", 0), x.rank());
  if (!axis)
    return axis.takeError();
  int64_t count = x.shape()[*axis], inner = numElements(x.shape().drop_front(*axis + 1));
  int64_t outer = numElements(x.shape().take_front(*axis));
  if (count == 0)
    return makeError("dimension {0} of {1} is empty", *axis, toString(x.shape()));
  Shape shape(x.shape());
  if (keep)
    shape[*axis] = 1;
  else
    shape.erase(shape.begin() + *axis);
  HostTensor result(DType::int64, shape);
  int64_t *out = result.mutableData<int64_t>().data();
  withArithmetic(x.type(), [&](auto tag) {
    using T = decltype(tag);
    HostTensor wide = as<T>(x);
    for (int64_t o = 0; o < outer; ++o)
      for (int64_t i = 0; i < inner; ++i) {
        const T *values = wide.template data<T>().data() + o * count * inner + i;
        int64_t best = 0;
        for (int64_t k = 1; k < count; ++k) {
          T value = values[k * inner], record = values[best * inner];
          if (better(value, record) || (last && value == record))
            best = k;
        }
        *out++ = best;
      }
  });
  return single(result);
}

Result argMax(const Node &node) {
  return argument(node, [](auto a, auto b) { return a > b; });
}
Result argMin(const Node &node) {
  return argument(node, [](auto a, auto b) { return a < b; });
}

/// CumSum and CumProd; `start` is what an exclusive run begins with.
template <typename F> Result cumulate(const Node &node, int start, F combine) {
  const HostTensor &x = *node.inputs[0];
  if (node.inputs[1]->size() != 1)
    return makeError("axis must be one number, found shape {0}", toString(node.inputs[1]->shape()));
  auto axis = normalizedAxis(node.inputs[1]->getInt(0), x.rank());
  if (!axis)
    return axis.takeError();
  bool exclusive = intAttribute(node, "exclusive", 0), reverse = intAttribute(node, "reverse", 0);
  int64_t count = x.shape()[*axis], inner = numElements(x.shape().drop_front(*axis + 1));
  int64_t outer = numElements(x.shape().take_front(*axis));
  return withArithmetic(x.type(), [&](auto tag) {
    using T = decltype(tag);
    using Sum = std::conditional_t<std::is_floating_point_v<T>, double, T>;
    HostTensor result = as<T>(x);
    T *data = result.template mutableData<T>().data();
    for (int64_t o = 0; o < outer; ++o)
      for (int64_t i = 0; i < inner; ++i) {
        T *line = data + o * count * inner + i;
        Sum sum = static_cast<Sum>(start);
        for (int64_t k = 0; k < count; ++k) {
          T &value = line[(reverse ? count - 1 - k : k) * inner];
          Sum next = combine(sum, static_cast<Sum>(value));
          value = static_cast<T>(exclusive ? sum : next);
          sum = next;
        }
      }
    return single(result.cast(x.type()));
  });
}

Result cumSum(const Node &node) { return cumulate(node, 0, plus); }
Result cumProd(const Node &node) {
  return cumulate(node, 1, [](auto a, auto b) { return wrapping(a, b, [](auto x, auto y) { return x * y; }); });
}

} // namespace

llvm::ArrayRef<Operator> reductionOperators() {
  static const Operator table[] = {
      {"ReduceSum", reduceSum, 1, 2},
      {"ReduceMean", reduceMean, 1, 2},
      {"ReduceProd", reduceProd, 1, 2},
      {"ReduceMax", reduceMax, 1, 2},
      {"ReduceMin", reduceMin, 1, 2},
      {"ReduceL1", reduceL1, 1, 2},
      {"ReduceL2", reduceL2, 1, 2},
      {"ReduceSumSquare", reduceSumSquare, 1, 2},
      {"ReduceLogSum", reduceLogSum, 1, 2},
      {"ReduceLogSumExp", reduceLogSumExp, 1, 2},
      {"ArgMax", argMax, 1, 1},
      {"ArgMin", argMin, 1, 1},
      {"CumSum", cumSum, 2, 2},
      {"CumProd", cumProd, 2, 2},
  };
  return table;
}

} // namespace tarn::reference
