// Normalisations by mean and variance, and Softmax with its relatives. Means, variances and sums are taken in
// double.
#include "Broadcast.h"
#include "Movement.h"
#include "Operators.h"

namespace tarn::reference {
namespace {

llvm::Error checkFloats(const HostTensor &x) {
  if (isFloat(x.type()))
    return llvm::Error::success();
  return makeError("needs floats, found {0}", name(x.type()));
}

llvm::Error checkChannels(const HostTensor &x, const HostTensor &parameter) {
  if (x.rank() < 2 || parameter.rank() != 1 || parameter.size() != x.shape()[1])
    return makeError("input of shape {0} and a parameter of shape {1}: needs one value for each channel (dimension 1)",
                     toString(x.shape()), toString(parameter.shape()));
  return llvm::Error::success();
}

double epsilon(const Node &node) { return static_cast<float>(floatAttribute(node, "epsilon", 1e-5)); }

Result batchNormalization(const Node &node) {
  const HostTensor &x = *node.inputs[0];
  if (intAttribute(node, "training_mode", 0))
    return makeError("training_mode=1 is not implemented");
  if (llvm::Error error = checkFloats(x))
    return error;
  for (unsigned i = 1; i < 5; ++i)
    if (llvm::Error error = checkChannels(x, *node.inputs[i]))
      return error;
  return withFloat(x.type(), [&](auto tag) {
    using T = decltype(tag);
    HostTensor result = as<T>(x), scale = as<T>(*node.inputs[1]), bias = as<T>(*node.inputs[2]),
               mean = as<T>(*node.inputs[3]), variance = as<T>(*node.inputs[4]);
    int64_t channels = x.shape()[1], positions = numElements(x.shape().drop_front(2));
    T *at = result.template mutableData<T>().data();
    for (int64_t i = 0, e = x.shape()[0] * channels; i < e; ++i) {
      int64_t c = i % channels;
      T factor = scale.template data<T>()[c] / std::sqrt(variance.template data<T>()[c] + T(epsilon(node)));
      T center = mean.template data<T>()[c], shift = bias.template data<T>()[c];
      for (int64_t p = 0; p < positions; ++p, ++at)
        *at = (*at - center) * factor + shift;
    }
    return single(result.cast(x.type()));
  });
}

template <typename T> struct Moments {
  double mean, inverseDeviation;
};

/// Mean and 1/sqrt(variance + epsilon) of `count` elements.
template <typename T> Moments<T> momentsOf(const T *values, int64_t count, double epsilon) {
  double sum = 0, squares = 0;
  for (int64_t i = 0; i < count; ++i)
    sum += values[i];
  double mean = sum / count;
  for (int64_t i = 0; i < count; ++i)
    squares += (values[i] - mean) * (values[i] - mean);
  return {mean, 1 / std::sqrt(squares / count + epsilon)};
}

/// Normalises runs of `count` elements in place.
template <typename T> void normalizeRuns(HostTensor &tensor, int64_t count, double epsilon) {
  auto values = tensor.mutableData<T>();
  if (count == 0)
    return;
  for (T *run = values.begin(); run < values.end(); run += count) {
    Moments<T> moments = momentsOf(run, count, epsilon);
    for (int64_t i = 0; i < count; ++i)
      run[i] = static_cast<T>((run[i] - moments.mean) * moments.inverseDeviation);
  }
}

template <typename T> void scaleChannels(HostTensor &tensor, const HostTensor &scale, const HostTensor &bias) {
  HostTensor factors = as<T>(scale), shifts = as<T>(bias);
  int64_t channels = tensor.shape()[1], positions = numElements(tensor.shape().drop_front(2));
  T *at = tensor.mutableData<T>().data();
  for (int64_t i = 0, e = tensor.shape()[0] * channels; i < e; ++i)
    for (int64_t p = 0; p < positions; ++p, ++at)
      *at = *at * factors.template data<T>()[i % channels] + shifts.template data<T>()[i % channels];
}

Result instanceNormalization(const Node &node) {
  const HostTensor &x = *node.inputs[0];
  if (llvm::Error error = checkFloats(x))
    return error;
  for (unsigned i = 1; i < 3; ++i)
    if (llvm::Error error = checkChannels(x, *node.inputs[i]))
      return error;
  return withFloat(x.type(), [&](auto tag) {
    using T = decltype(tag);
    HostTensor result = as<T>(x);
    normalizeRuns<T>(result, numElements(x.shape().drop_front(2)), epsilon(node));
    scaleChannels<T>(result, *node.inputs[1], *node.inputs[2]);
    return single(result.cast(x.type()));
  });
}

Result groupNormalization(const Node &node) {
  const HostTensor &x = *node.inputs[0];
  int64_t groups = intAttribute(node, "num_groups", 0);
  if (llvm::Error error = checkFloats(x))
    return error;
  for (unsigned i = 1; i < 3; ++i)
    if (llvm::Error error = checkChannels(x, *node.inputs[i]))
      return error;
  int64_t channels = x.shape()[1];
  if (groups < 1 || channels % groups != 0)
    return makeError("num_groups {0} does not divide {1} channels", groups, channels);
  return withFloat(x.type(), [&](auto tag) {
    using T = decltype(tag);
    HostTensor result = as<T>(x);
    normalizeRuns<T>(result, channels / groups * numElements(x.shape().drop_front(2)), epsilon(node));
    scaleChannels<T>(result, *node.inputs[1], *node.inputs[2]);
    return single(result.cast(x.type()));
  });
}

/// LayerNormalization and RMSNormalization over the dimensions from `axis` on.
Result normalizeTail(const Node &node, bool centered) {
  const HostTensor &x = *node.inputs[0], &scale = *node.inputs[1], *bias = optionalInput(node, 2);
  if (llvm::Error error = checkFloats(x))
    return error;
  auto axis = normalizedAxis(intAttribute(node, "axis", -1), x.rank());
  if (!axis)
    return axis.takeError();
  for (const HostTensor *parameter : {&scale, bias})
    if (parameter && !broadcastsTo(parameter->shape(), x.shape()))
      return makeError("a parameter of shape {0} does not broadcast to {1}", toString(parameter->shape()),
                       toString(x.shape()));
  Shape momentShape(x.shape());
  std::fill(momentShape.begin() + *axis, momentShape.end(), 1);
  int64_t count = numElements(x.shape().drop_front(*axis)), runs = numElements(momentShape);
  double eps = epsilon(node);
  return withFloat(x.type(), [&](auto tag) {
    using T = decltype(tag);
    HostTensor result = as<T>(x), means(dtypeOf<T>(), momentShape), inverses(dtypeOf<T>(), momentShape);
    T *at = result.template mutableData<T>().data();
    T *mean = means.template mutableData<T>().data(), *inverse = inverses.template mutableData<T>().data();
    for (int64_t run = 0; run < runs; ++run, at += count) {
      Moments<T> moments = {0, 0};
      if (centered) {
        moments = momentsOf(at, count, eps);
      } else {
        double squares = 0;
        for (int64_t i = 0; i < count; ++i)
          squares += double(at[i]) * at[i];
        moments.inverseDeviation = 1 / std::sqrt(squares / count + eps);
      }
      mean[run] = static_cast<T>(moments.mean);
      inverse[run] = static_cast<T>(moments.inverseDeviation);
      for (int64_t i = 0; i < count; ++i)
        at[i] = static_cast<T>((at[i] - moments.mean) * moments.inverseDeviation);
    }
    result = mapPairs<T, T>(result, as<T>(scale), x.shape(), dtypeOf<T>(), [](T a, T b) { return a * b; });
    if (bias)
      result = mapPairs<T, T>(result, as<T>(*bias), x.shape(), dtypeOf<T>(), [](T a, T b) { return a + b; });
    return Outputs{result.cast(x.type()), means, inverses};
  });
}

// Over any set of dimensions, without parameters: (x − mean) / (deviation + 1e-9).
Result meanVarianceNormalization(const Node &node) {
  const HostTensor &x = *node.inputs[0];
  if (llvm::Error error = checkFloats(x))
    return error;
  std::vector<int64_t> given = hasAttribute(node, "axes") ? intsAttribute(node, "axes") : std::vector<int64_t>{0, 2, 3};
  auto axes = normalizedAxes(given, x.rank());
  if (!axes)
    return axes.takeError();
  // The reduced dimensions go last, where they are one run.
  llvm::SmallVector<int64_t, 6> perm, back(x.rank());
  for (int64_t d = 0; d < x.rank(); ++d)
    if (!llvm::is_contained(*axes, d))
      perm.push_back(d);
  perm.append(axes->begin(), axes->end());
  int64_t count = 1;
  for (int64_t d : *axes)
    count *= x.shape()[d];
  for (int64_t d = 0; d < x.rank(); ++d)
    back[perm[d]] = d;
  return withFloat(x.type(), [&](auto tag) {
    using T = decltype(tag);
    HostTensor runs = transposed(as<T>(x), perm);
    auto values = runs.template mutableData<T>();
    for (T *run = values.begin(); count && run < values.end(); run += count) {
      Moments<T> moments = momentsOf(run, count, 0);
      double deviation = 1 / moments.inverseDeviation + 1e-9;
      for (int64_t i = 0; i < count; ++i)
        run[i] = static_cast<T>((run[i] - moments.mean) / deviation);
    }
    return single(transposed(runs, back).cast(x.type()));
  });
}

Result layerNormalization(const Node &node) { return normalizeTail(node, /*centered=*/true); }

Result rmsNormalization(const Node &node) {
  auto outputs = normalizeTail(node, /*centered=*/false);
  if (outputs)
    outputs->resize(1);
  return outputs;
}

/// Calls `line(first element, stride, count)` for every line of elements along an axis.
template <typename F> Result alongAxis(const Node &node, int64_t defaultAxis, F line) {
  const HostTensor &x = *node.inputs[0];
  if (llvm::Error error = checkFloats(x))
    return error;
  if (x.rank() == 0)
    return makeError("a scalar has no axis");
  auto axis = normalizedAxis(intAttribute(node, "axis", defaultAxis), x.rank());
  if (!axis)
    return axis.takeError();
  int64_t count = x.shape()[*axis], inner = numElements(x.shape().drop_front(*axis + 1));
  int64_t outer = numElements(x.shape().take_front(*axis));
  return withFloat(x.type(), [&](auto tag) {
    using T = decltype(tag);
    HostTensor result = as<T>(x);
    T *data = result.template mutableData<T>().data();
    if (count != 0)
      for (int64_t o = 0; o < outer; ++o)
        for (int64_t i = 0; i < inner; ++i)
          line(data + o * count * inner + i, inner, count);
    return single(result.cast(x.type()));
  });
}

template <typename T> T maximum(const T *values, int64_t stride, int64_t count) {
  T largest = values[0];
  for (int64_t i = 1; i < count; ++i)
    largest = std::max(largest, values[i * stride]);
  return largest;
}

Result softmax(const Node &node) {
  return alongAxis(node, -1, [](auto *values, int64_t stride, int64_t count) {
    using T = std::decay_t<decltype(*values)>;
    T largest = maximum(values, stride, count);
    double sum = 0;
    for (int64_t i = 0; i < count; ++i)
      sum += values[i * stride] = std::exp(values[i * stride] - largest);
    for (int64_t i = 0; i < count; ++i)
      values[i * stride] = static_cast<T>(values[i * stride] / sum);
  });
}

Result logSoftmax(const Node &node) {
  return alongAxis(node, -1, [](auto *values, int64_t stride, int64_t count) {
    using T = std::decay_t<decltype(*values)>;
    T largest = maximum(values, stride, count);
    double sum = 0;
    for (int64_t i = 0; i < count; ++i)
      sum += std::exp(values[i * stride] - largest);
    T logarithm = static_cast<T>(std::log(sum));
    for (int64_t i = 0; i < count; ++i)
      values[i * stride] = values[i * stride] - largest - logarithm;
  });
}

// One for the first of the largest elements, zero for all others.
Result hardmax(const Node &node) {
  return alongAxis(node, -1, [](auto *values, int64_t stride, int64_t count) {
    int64_t where = 0;
    for (int64_t i = 1; i < count; ++i)
      if (values[i * stride] > values[where * stride])
        where = i;
    for (int64_t i = 0; i < count; ++i)
      values[i * stride] = i == where;
  });
}

Result lpNormalization(const Node &node) {
  int64_t p = intAttribute(node, "p", 2);
  if (p != 1 && p != 2)
    return makeError("p is {0}, it must be 1 or 2", p);
  return alongAxis(node, -1, [p](auto *values, int64_t stride, int64_t count) {
    using T = std::decay_t<decltype(*values)>;
    double sum = 0;
    for (int64_t i = 0; i < count; ++i)
      sum += p == 1 ? std::fabs(double(values[i * stride])) : double(values[i * stride]) * values[i * stride];
    double norm = p == 1 ? sum : std::sqrt(sum);
    for (int64_t i = 0; i < count; ++i)
      values[i * stride] = norm == 0 ? T(0) : static_cast<T>(values[i * stride] / norm);
  });
}

// Each element over a power of the squares of its neighbours in the channels: size of them, half before, half
// behind.
Result lrn(const Node &node) {
  const HostTensor &x = *node.inputs[0];
  int64_t size = intAttribute(node, "size", 0);
  if (llvm::Error error = checkFloats(x))
    return error;
  if (x.rank() < 2 || size < 1)
    return makeError("needs channels and a size of at least 1, found shape {0} and size {1}", toString(x.shape()),
                     size);
  double alpha = floatAttribute(node, "alpha", 1e-4), beta = floatAttribute(node, "beta", 0.75),
         bias = floatAttribute(node, "bias", 1);
  int64_t channels = x.shape()[1], positions = numElements(x.shape().drop_front(2));
  return withFloat(x.type(), [&](auto tag) {
    using T = decltype(tag);
    HostTensor wide = as<T>(x), result(dtypeOf<T>(), x.shape());
    const T *in = wide.template data<T>().data();
    T *out = result.template mutableData<T>().data();
    for (int64_t i = 0, e = x.shape()[0] * channels; i < e; ++i, in += positions, out += positions) {
      int64_t c = i % channels;
      int64_t first = std::max<int64_t>(0, c - (size - 1) / 2), last = std::min(channels - 1, c + size / 2);
      for (int64_t p = 0; p < positions; ++p) {
        double squares = 0;
        for (int64_t other = first; other <= last; ++other)
          squares += double(in[p + (other - c) * positions]) * in[p + (other - c) * positions];
        out[p] = static_cast<T>(in[p] / std::pow(bias + alpha / size * squares, beta));
      }
    }
    return single(result.cast(x.type()));
  });
}

} // namespace

llvm::ArrayRef<Operator> normalizationOperators() {
  static const Operator table[] = {
      {"BatchNormalization", batchNormalization, 5, 5},
      {"InstanceNormalization", instanceNormalization, 3, 3},
      {"GroupNormalization", groupNormalization, 3, 3},
      {"LayerNormalization", layerNormalization, 2, 3},
      {"MeanVarianceNormalization", meanVarianceNormalization, 1, 1},
      {"RMSNormalization", rmsNormalization, 2, 2},
      {"LpNormalization", lpNormalization, 1, 1},
      {"LRN", lrn, 1, 1},
      {"Softmax", softmax, 1, 1},
      {"LogSoftmax", logSoftmax, 1, 1},
      {"Hardmax", hardmax, 1, 1},
  };
  return table;
}

} // namespace tarn::reference
