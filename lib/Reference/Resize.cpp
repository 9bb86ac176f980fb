// Resize. Every mode is separable: along each dimension an output position is a weighted sum of a few input
// positions (one for nearest, two for linear, four for cubic), so the dimensions are resampled one after the
// other.
#include "tarn/Reference/Resize.h"
#include "Arithmetic.h"
#include "Movement.h"
#include "Operators.h"

namespace tarn::reference {
namespace {

struct Axis {
  int64_t in, out;
  float scale;
  bool bySize = false; // the scale is out / in, rounded
  float roiStart = 0, roiEnd = 1;
};

struct Options {
  std::string mode, coordinates, nearest;
  float cubicA, extrapolation;
  bool excludeOutside, antialias;
};

/// One output position as input positions with weights; empty where it shows the extrapolation value.
struct Taps {
  std::vector<int64_t> positions;
  std::vector<double> weights;
};

/// Where output position `at` lies among the input positions. In fp32, as ONNX Runtime does: which side of a
/// border a position falls on depends on it.
llvm::Expected<double> coordinate(const Axis &axis, llvm::StringRef mode, int64_t at) {
  float x = static_cast<float>(at), in = static_cast<float>(axis.in), out = static_cast<float>(axis.out);
  if (mode == "half_pixel")
    return (x + 0.5f) / axis.scale - 0.5f;
  if (mode == "half_pixel_symmetric") {
    float adjustment = out / (axis.scale * in);
    return in / 2 * (1 - adjustment) + (x + 0.5f) / axis.scale - 0.5f;
  }
  if (mode == "pytorch_half_pixel")
    return axis.out > 1 ? (x + 0.5f) / axis.scale - 0.5f : 0.0f;
  if (mode == "align_corners")
    return axis.out == 1 ? 0.0f : x * (in - 1) / (out - 1);
  if (mode == "asymmetric")
    return axis.bySize ? double(at * axis.in) / double(axis.out) : double(x / axis.scale);
  if (mode == "tf_half_pixel_for_nn") // until opset 12; models that were converted still have it
    return (x + 0.5f) / axis.scale;
  if (mode == "tf_crop_and_resize")
    return axis.out > 1 ? axis.roiStart * (in - 1) + x * (axis.roiEnd - axis.roiStart) * (in - 1) / (out - 1)
                        : 0.5f * (axis.roiStart + axis.roiEnd) * (in - 1);
  return makeError("coordinate_transformation_mode '{0}' is not known", mode);
}

llvm::Expected<int64_t> nearestPosition(double x, llvm::StringRef mode) {
  if (mode == "round_prefer_floor")
    return static_cast<int64_t>(std::ceil(x - 0.5));
  if (mode == "round_prefer_ceil")
    return static_cast<int64_t>(std::floor(x + 0.5));
  if (mode == "floor")
    return static_cast<int64_t>(std::floor(x));
  if (mode == "ceil")
    return static_cast<int64_t>(std::ceil(x));
  return makeError("nearest_mode '{0}' is not known", mode);
}

double cubicWeight(double distance, double a) {
  double x = std::fabs(distance);
  if (x <= 1)
    return ((a + 2) * x - (a + 3)) * x * x + 1;
  return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
}

/// Where the output is smaller the filter is stretched over as many input positions as the output leaves out.
Taps antialiased(const Axis &axis, const Options &options, double x) {
  double shrink = std::min(axis.scale, 1.0f), reach = (options.mode == "linear" ? 1 : 2) / shrink;
  Taps taps;
  double sum = 0;
  int64_t last = static_cast<int64_t>(std::ceil(x + reach));
  for (int64_t position = static_cast<int64_t>(std::floor(x - reach)); position <= last; ++position) {
    int64_t inside = std::clamp<int64_t>(position, 0, axis.in - 1);
    if (options.excludeOutside && position != inside)
      continue;
    double distance = (x - position) * shrink;
    double weight =
        options.mode == "linear" ? std::max(0.0, 1 - std::fabs(distance)) : cubicWeight(distance, options.cubicA);
    taps.positions.push_back(inside);
    taps.weights.push_back(weight);
    sum += weight;
  }
  for (double &weight : taps.weights)
    weight = sum == 0 ? 0 : weight / sum;
  return taps;
}

llvm::Expected<Taps> tapsAt(const Axis &axis, const Options &options, int64_t at) {
  auto x = coordinate(axis, options.coordinates, at);
  if (!x)
    return x.takeError();
  if (options.coordinates == "tf_crop_and_resize" && (*x < 0 || *x > axis.in - 1))
    return Taps();
  auto clamped = [&](int64_t position) { return std::clamp<int64_t>(position, 0, axis.in - 1); };
  if (options.mode == "nearest") {
    auto position = nearestPosition(*x, options.nearest);
    if (!position)
      return position.takeError();
    return Taps{{clamped(*position)}, {1}};
  }
  if (options.antialias && (options.mode == "linear" || options.mode == "cubic"))
    return antialiased(axis, options, *x);
  if (options.mode == "linear") {
    double inside = std::clamp(*x, 0.0, static_cast<double>(axis.in - 1));
    int64_t first = static_cast<int64_t>(inside);
    double fraction = inside - first;
    return Taps{{first, clamped(first + 1)}, {1 - fraction, fraction}};
  }
  if (options.mode != "cubic")
    return makeError("mode '{0}' is not known; nearest, linear and cubic exist", options.mode);
  Taps taps;
  double sum = 0;
  int64_t first = static_cast<int64_t>(std::floor(*x)) - 1;
  for (int64_t position = first; position < first + 4; ++position) {
    double weight = cubicWeight(*x - position, options.cubicA);
    if (options.excludeOutside && position != clamped(position))
      weight = 0;
    taps.positions.push_back(clamped(position));
    taps.weights.push_back(weight);
    sum += weight;
  }
  if (options.excludeOutside && sum != 0)
    for (double &weight : taps.weights)
      weight /= sum;
  return taps;
}

/// Extent and scale of every dimension from scales or sizes, for the axes that are named.
llvm::Expected<std::vector<Axis>> readAxes(const Node &node, llvm::ArrayRef<int64_t> shape) {
  const HostTensor *roi = optionalInput(node, 1), *scales = optionalInput(node, 2), *sizes = optionalInput(node, 3);
  int64_t rank = shape.size();
  std::vector<Axis> result;
  for (int64_t extent : shape)
    result.push_back({extent, extent, 1});
  std::vector<int64_t> axes = intsAttribute(node, "axes");
  if (axes.empty()) {
    axes.resize(rank);
    std::iota(axes.begin(), axes.end(), 0);
  }
  if (auto unique = normalizedAxes(axes, rank); !unique)
    return unique.takeError();
  for (int64_t &axis : axes)
    axis += axis < 0 ? rank : 0;
  int64_t count = axes.size();
  bool bySizes = sizes && sizes->size() != 0, byScales = scales && scales->size() != 0;
  if (bySizes == byScales || (bySizes ? sizes : scales)->size() != count)
    return makeError("needs either scales or sizes, with {0} values", count);
  double common = 0;
  std::string policy = stringAttribute(node, "keep_aspect_ratio_policy", "stretch");
  for (int64_t i = 0; i < count; ++i) {
    Axis &axis = result[axes[i]];
    if (byScales) {
      axis.scale = static_cast<float>(scales->getDouble(i));
      double out = std::floor(static_cast<float>(axis.in) * axis.scale);
      if (!(axis.scale > 0) || out > 1e9)
        return makeError("scale {0} of dimension {1}", axis.scale, axes[i]);
      axis.out = static_cast<int64_t>(out);
      continue;
    }
    axis.out = sizes->getInt(i);
    if (axis.out < 0 || axis.in == 0)
      return makeError("size {0} of dimension {1}, which has {2}", axis.out, axes[i], axis.in);
    axis.scale = static_cast<float>(axis.out) / static_cast<float>(axis.in);
    axis.bySize = policy == "stretch";
    if (i == 0)
      common = axis.scale;
    common = policy == "not_larger" ? std::min<double>(common, axis.scale) : std::max<double>(common, axis.scale);
  }
  if (bySizes && policy != "stretch") {
    if (policy != "not_larger" && policy != "not_smaller")
      return makeError("keep_aspect_ratio_policy '{0}' is not known", policy);
    for (int64_t axis : axes) {
      result[axis].scale = static_cast<float>(common);
      result[axis].out = static_cast<int64_t>(std::floor(common * result[axis].in + 0.5));
    }
  }
  if (roi && roi->size() == 2 * count)
    for (int64_t i = 0; i < count; ++i) {
      result[axes[i]].roiStart = static_cast<float>(roi->getDouble(i));
      result[axes[i]].roiEnd = static_cast<float>(roi->getDouble(count + i));
    }
  else if (stringAttribute(node, "coordinate_transformation_mode", "") == "tf_crop_and_resize")
    return makeError("tf_crop_and_resize needs {0} values in roi", 2 * count);
  return result;
}

/// Resamples dimension `d`; `outside[i]` marks output positions that show the extrapolation value.
template <typename T>
HostTensor resample(const HostTensor &x, int64_t d, const std::vector<Taps> &taps, float extrapolation) {
  Shape shape(x.shape());
  shape[d] = taps.size();
  HostTensor y(x.type(), shape);
  int64_t outer = numElements(x.shape().take_front(d)), inner = numElements(x.shape().drop_front(d + 1));
  int64_t extent = x.shape()[d];
  const T *in = x.data<T>().data();
  T *out = y.mutableData<T>().data();
  std::vector<double> sums(inner);
  for (int64_t o = 0; o < outer; ++o, in += extent * inner)
    for (const Taps &tap : taps) {
      llvm::fill(sums, tap.positions.empty() ? extrapolation : 0.0);
      for (size_t k = 0; k < tap.positions.size(); ++k)
        if (tap.weights[k] != 0)
          for (int64_t i = 0; i < inner; ++i)
            sums[i] += tap.weights[k] * in[tap.positions[k] * inner + i];
      for (int64_t i = 0; i < inner; ++i)
        *out++ = static_cast<T>(sums[i]);
    }
  return y;
}

Options readOptions(const Node &node) {
  Options options;
  options.mode = stringAttribute(node, "mode", "nearest");
  options.coordinates = stringAttribute(node, "coordinate_transformation_mode", "half_pixel");
  options.nearest = stringAttribute(node, "nearest_mode", "round_prefer_floor");
  options.cubicA = static_cast<float>(floatAttribute(node, "cubic_coeff_a", -0.75));
  options.extrapolation = static_cast<float>(floatAttribute(node, "extrapolation_value", 0));
  options.excludeOutside = intAttribute(node, "exclude_outside", 0);
  options.antialias = intAttribute(node, "antialias", 0);
  return options;
}

llvm::Expected<std::vector<Taps>> tapsOf(const Axis &axis, const Options &options) {
  std::vector<Taps> taps;
  for (int64_t at = 0; at < axis.out; ++at) {
    llvm::Expected<Taps> tap = tapsAt(axis, options, at);
    if (!tap)
      return tap.takeError();
    taps.push_back(std::move(*tap));
  }
  return taps;
}

Result resize(const Node &node) {
  const HostTensor &x = *node.inputs[0];
  Options options = readOptions(node);
  auto axes = readAxes(node, x.shape());
  if (!axes)
    return axes.takeError();
  Shape shape;
  for (const Axis &axis : *axes)
    shape.push_back(axis.out);
  if (llvm::Error error = checkAllocatable(shape))
    return error;
  if (numElements(shape) == 0)
    return single(HostTensor(x.type(), shape));
  if (x.size() == 0)
    return makeError("an empty input of shape {0} cannot grow", toString(x.shape()));

  std::vector<std::vector<Taps>> taps;
  for (const Axis &axis : *axes) {
    auto ofAxis = tapsOf(axis, options);
    if (!ofAxis)
      return ofAxis.takeError();
    taps.push_back(std::move(*ofAxis));
  }
  auto isIdentity = [&](size_t d) {
    for (size_t i = 0; i < taps[d].size(); ++i)
      if (taps[d].size() != size_t((*axes)[d].in) || taps[d][i].positions.empty() ||
          taps[d][i].positions[0] != int64_t(i) || taps[d][i].weights[0] != 1)
        return false;
    return true;
  };
  if (options.mode == "nearest" && options.coordinates != "tf_crop_and_resize") {
    std::vector<std::vector<int64_t>> maps(taps.size());
    for (size_t d = 0; d < taps.size(); ++d)
      for (const Taps &tap : taps[d])
        maps[d].push_back(tap.positions[0]);
    return single(mappedCopy(x, maps, nullptr));
  }
  return withFloat(x.type(), [&](auto tag) {
    using T = decltype(tag);
    HostTensor result = as<T>(x);
    for (size_t d = 0; d < taps.size(); ++d)
      if (!isIdentity(d))
        result = resample<T>(result, d, taps[d], options.extrapolation);
    return single(result.cast(x.type()));
  });
}

} // namespace

llvm::Expected<std::vector<HostTensor>> resizeMatrices(const Node &node, llvm::ArrayRef<int64_t> shape) {
  Options options = readOptions(node);
  auto axes = readAxes(node, shape);
  if (!axes)
    return axes.takeError();
  std::vector<HostTensor> matrices;
  for (const Axis &axis : *axes) {
    if (llvm::Error error = checkAllocatable({axis.out, axis.in}))
      return error;
    auto taps = tapsOf(axis, options);
    if (!taps)
      return taps.takeError();
    HostTensor &matrix = matrices.emplace_back(DType::fp32, Shape{axis.out, axis.in});
    llvm::MutableArrayRef<float> values = matrix.mutableData<float>();
    for (auto [row, tap] : llvm::enumerate(*taps))
      for (auto [position, weight] : llvm::zip(tap.positions, tap.weights))
        values[row * axis.in + position] += weight;
  }
  return matrices;
}

llvm::ArrayRef<Operator> resizeOperators() {
  static const Operator table[] = {
      {"Resize", resize, 1, 4},
  };
  return table;
}

} // namespace tarn::reference
