// Resize, one axis after the other. Along an axis the result is a fixed linear combination of the input's
// elements: a matrix [in, out] that is constant. Nearest by a whole factor is a broadcast; everything else
// multiplies by that matrix.
#include "Lowering.h"

using namespace mlir;
namespace tarn::tensor {
namespace {

struct Rule {
  std::string mode, transform, nearest;
  double cubic;
  bool excludeOutside;
  float extrapolation;
};

/// The place in the input that output place `o` shows.
double source(const Rule &rule, int64_t o, int64_t in, int64_t out, double scale, double roiStart,
              double roiEnd) {
  if (rule.transform == "asymmetric")
    return o / scale;
  if (rule.transform == "align_corners")
    return out == 1 ? 0 : o * (in - 1.0) / (out - 1.0);
  if (rule.transform == "pytorch_half_pixel")
    return out > 1 ? (o + 0.5) / scale - 0.5 : 0;
  if (rule.transform == "half_pixel_symmetric") {
    double adjustment = out / (scale * in), offset = in / 2.0 * (1 - adjustment);
    return offset + (o + 0.5) / scale - 0.5;
  }
  if (rule.transform == "tf_crop_and_resize")
    return out > 1 ? roiStart * (in - 1) + o * (roiEnd - roiStart) * (in - 1) / (out - 1)
                   : 0.5 * (roiStart + roiEnd) * (in - 1);
  return (o + 0.5) / scale - 0.5; // half_pixel
}

int64_t nearestPlace(const Rule &rule, double x) {
  if (rule.nearest == "floor")
    return std::floor(x);
  if (rule.nearest == "ceil")
    return std::ceil(x);
  if (rule.nearest == "round_prefer_ceil")
    return std::floor(x + 0.5);
  return std::ceil(x - 0.5); // round_prefer_floor
}

/// Weights [in, out].
std::vector<float> weights(const Rule &rule, int64_t in, int64_t out, double scale, double roiStart,
                           double roiEnd) {
  std::vector<float> matrix(in * out, 0.0f);
  auto add = [&](int64_t i, int64_t o, double weight) {
    if (rule.excludeOutside && (i < 0 || i >= in))
      return;
    matrix[std::clamp<int64_t>(i, 0, in - 1) * out + o] += weight;
  };
  for (int64_t o = 0; o < out; ++o) {
    double x = source(rule, o, in, out, scale, roiStart, roiEnd);
    if (rule.mode == "nearest") {
      add(std::clamp<int64_t>(nearestPlace(rule, x), 0, in - 1), o, 1.0);
    } else if (rule.mode == "linear") {
      int64_t left = std::floor(x);
      add(left, o, 1.0 - (x - left));
      add(left + 1, o, x - left);
    } else { // cubic convolution with coefficient a
      int64_t left = std::floor(x);
      double f = x - left, a = rule.cubic;
      auto near = [&](double d) { return ((a + 2) * d - (a + 3)) * d * d + 1; };
      auto far = [&](double d) { return ((a * d - 5 * a) * d + 8 * a) * d - 4 * a; };
      add(left - 1, o, far(1 + f));
      add(left, o, near(f));
      add(left + 1, o, near(1 - f));
      add(left + 2, o, far(2 - f));
    }
    if (rule.excludeOutside) {
      double sum = 0;
      for (int64_t i = 0; i < in; ++i)
        sum += matrix[i * out + o];
      for (int64_t i = 0; i < in; ++i)
        matrix[i * out + o] /= sum == 0 ? 1 : sum;
    }
  }
  return matrix;
}

/// Each element `factor` times along an axis.
Value widen(TensorBuilder &t, Value x, int64_t axis, int64_t factor) {
  Integers shape(shapeOf(x)), merged = shape;
  SmallVector<AffineExpr> results;
  for (int64_t i = 0; i < static_cast<int64_t>(shape.size()); ++i)
    results.push_back(t.dim(i > axis ? i + 1 : i));
  shape.insert(shape.begin() + axis + 1, factor);
  merged[axis] *= factor;
  Value spread = t.parallel({x}, {t.map(shape.size(), results)}, shape, elementOf(x),
                            [](ArrayRef<Scalar> s) { return s[0]; });
  return t.reshape(spread, merged);
}

bool repeatsEach(const std::vector<float> &matrix, int64_t in, int64_t out) {
  if (out % in)
    return false;
  for (int64_t o = 0; o < out; ++o)
    if (matrix[o / (out / in) * out + o] != 1.0f)
      return false;
  return true;
}

LogicalResult resize(Lowering &l) {
  Value x = l.input(0);
  Integers input(shapeOf(x)), output = l.resultShape();
  int64_t rank = input.size();
  Rule rule{l.text("mode", "nearest"),
            l.text("coordinate_transformation_mode", "half_pixel"),
            l.text("nearest_mode", "round_prefer_floor"),
            l.number("cubic_coeff_a", -0.75),
            l.integer("exclude_outside", 0) != 0,
            static_cast<float>(l.number("extrapolation_value", 0.0))};
  if (l.integer("antialias", 0))
    return l.error() << "has antialias = 1, which is not supported";
  Integers axes = l.integers("axes");
  if (axes.empty())
    axes = range(0, rank);
  std::vector<double> scales, roi;
  if (l.hasInput(2))
    scales = constantNumbers(l.input(2)).value_or(std::vector<double>());
  if (l.hasInput(1))
    roi = constantNumbers(l.input(1)).value_or(std::vector<double>());
  if (rule.transform == "tf_crop_and_resize") {
    if (roi.size() != 2 * axes.size())
      return l.error() << "needs a constant input 'roi' with two numbers for each axis";
    if (llvm::any_of(roi, [](double r) { return r < 0 || r > 1; }))
      return l.error() << "has a region outside the image, which is not supported";
  }
  if (rule.mode != "nearest" && rule.mode != "linear" && rule.mode != "cubic")
    return l.error() << "has mode '" << rule.mode << "', allowed are nearest, linear and cubic";
  for (size_t i = 0; i < axes.size(); ++i) {
    int64_t axis = l.axis(axes[i], rank), in = input[axis], out = output[axis];
    double scale = scales.size() == axes.size() ? scales[i] : static_cast<double>(out) / in;
    if (in == out && scale == 1.0 && rule.transform != "tf_crop_and_resize")
      continue;
    std::vector<float> matrix =
        weights(rule, in, out, scale, roi.empty() ? 0 : roi[i], roi.empty() ? 1 : roi[axes.size() + i]);
    if (repeatsEach(matrix, in, out)) {
      x = widen(l.t, x, axis, out / in);
      continue;
    }
    Value constant = l.t.convertElements(makeConstant(l.t.builder, l.t.loc, {in, out}, matrix), elementOf(x));
    Integers shape(shapeOf(x));
    shape[axis] = out;
    SmallVector<AffineExpr> xMap, resultMap;
    for (int64_t d = 0; d < rank; ++d) {
      xMap.push_back(l.t.dim(d == axis ? rank : d));
      resultMap.push_back(l.t.dim(d));
    }
    Value sum = l.t.contract(x, constant,
                             {l.t.map(rank + 1, xMap), l.t.map(rank + 1, {l.t.dim(rank), l.t.dim(axis)}),
                              l.t.map(rank + 1, resultMap)},
                             shape, 1);
    x = l.t.convertElements(sum, l.resultElement());
  }
  return l.done(x);
}
} // namespace

void addResize(LoweringTable &table) { table["Resize"] = resize; }
} // namespace tarn::tensor
