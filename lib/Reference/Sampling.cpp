// Sampling at given positions: GridSample in any number of spatial dimensions, and NonMaxSuppression's choice
// of boxes.
#include "Arithmetic.h"
#include "Operators.h"

namespace tarn::reference {
namespace {

/// Brings a coordinate beyond [low, high] back by reflection.
double reflected(double x, double low, double high) {
  double range = high - low;
  if (range <= 0)
    return low;
  double folded = std::fmod(std::fabs(x - low), 2 * range);
  return low + (folded > range ? 2 * range - folded : folded);
}

struct Sampler {
  std::string mode, padding;
  bool alignCorners;
  llvm::ArrayRef<int64_t> in; // spatial extents

  /// From [-1, 1] to input positions.
  double position(double x, size_t d) const {
    double extent = static_cast<double>(in[d]);
    return alignCorners ? (x + 1) / 2 * (extent - 1) : ((x + 1) * extent - 1) / 2;
  }
  /// The input index that an index beyond the border shows; -1 for zero.
  int64_t resolve(int64_t i, size_t d) const {
    if (i >= 0 && i < in[d])
      return i;
    if (padding == "zeros")
      return -1;
    if (padding == "border")
      return std::clamp<int64_t>(i, 0, in[d] - 1);
    double low = alignCorners ? 0 : -0.5, high = alignCorners ? in[d] - 1.0 : in[d] - 0.5;
    double folded = reflected(static_cast<double>(i), low, high);
    return std::clamp<int64_t>(std::llround(folded), 0, in[d] - 1);
  }
};

struct Tap {
  int64_t index;
  double weight;
};

/// The input positions along one dimension that a coordinate takes part of.
llvm::SmallVector<Tap, 4> taps(const Sampler &sampler, double x, size_t d) {
  x = std::isnan(x) ? -1e9 : std::clamp(x, -1e9, 1e9); // indices stay countable
  if (sampler.mode == "nearest")
    return {{sampler.resolve(std::llrint(x), d), 1}};
  int64_t first = static_cast<int64_t>(std::floor(x));
  double fraction = x - first;
  if (sampler.mode == "linear" || sampler.mode == "bilinear")
    return {{sampler.resolve(first, d), 1 - fraction}, {sampler.resolve(first + 1, d), fraction}};
  llvm::SmallVector<Tap, 4> result;
  constexpr double a = -0.75;
  for (int64_t i = first - 1; i < first + 3; ++i) {
    double t = std::fabs(x - i);
    double weight = t <= 1 ? ((a + 2) * t - (a + 3)) * t * t + 1 : ((a * t - 5 * a) * t + 8 * a) * t - 4 * a;
    result.push_back({sampler.resolve(i, d), weight});
  }
  return result;
}

Result gridSample(const Node &node) {
  const HostTensor &x = *node.inputs[0], &grid = *node.inputs[1];
  int64_t rank = x.rank() - 2;
  if (rank < 1 || rank > 3 || grid.rank() != x.rank() || grid.shape()[0] != x.shape()[0] ||
      grid.shape().back() != rank || !isFloat(x.type()) || !isFloat(grid.type()))
    return makeError("input {0} of shape {1} and grid of shape {2} do not fit each other", name(x.type()),
                     toString(x.shape()), toString(grid.shape()));
  Sampler sampler{stringAttribute(node, "mode", "linear"), stringAttribute(node, "padding_mode", "zeros"),
                  intAttribute(node, "align_corners", 0) != 0, x.shape().drop_front(2)};
  if (!llvm::is_contained({"linear", "bilinear", "nearest", "cubic", "bicubic"}, sampler.mode) ||
      !llvm::is_contained({"zeros", "border", "reflection"}, sampler.padding))
    return makeError("mode '{0}' or padding_mode '{1}' is not known", sampler.mode, sampler.padding);
  Shape shape = {x.shape()[0], x.shape()[1]};
  llvm::append_range(shape, grid.shape().drop_front().drop_back());
  if (llvm::Error error = checkAllocatable(shape))
    return error;
  HostTensor in = as<double>(x), points = as<double>(grid), y(DType::fp64, shape);
  int64_t plane = numElements(sampler.in), channels = x.shape()[1],
          count = numElements(grid.shape().drop_front().drop_back());
  if (y.size() != 0 && plane == 0)
    return makeError("an empty input of shape {0}", toString(x.shape()));
  double *out = y.mutableData<double>().data();
  for (int64_t n = 0; n < x.shape()[0]; ++n)
    for (int64_t p = 0; p < count; ++p) {
      // Missing outer dimensions have one tap.
      std::array<llvm::SmallVector<Tap, 4>, 3> at;
      at.fill({{0, 1}});
      std::array<int64_t, 3> extent = {1, 1, 1};
      for (int64_t d = 0; d < rank; ++d) {
        // The grid names the last dimension first.
        double coordinate = points.data<double>()[(n * count + p) * rank + rank - 1 - d];
        double position = sampler.position(coordinate, d);
        if (sampler.padding == "reflection" && std::isfinite(position))
          position = sampler.alignCorners ? reflected(position, 0, sampler.in[d] - 1.0)
                                          : reflected(position, -0.5, sampler.in[d] - 0.5);
        at[3 - rank + d] = taps(sampler, position, d);
        extent[3 - rank + d] = sampler.in[d];
      }
      for (int64_t c = 0; c < channels; ++c) {
        const double *source = in.data<double>().data() + (n * channels + c) * plane;
        double sum = 0;
        for (const Tap &z : at[0])
          for (const Tap &v : at[1])
            for (const Tap &h : at[2])
              if (z.index >= 0 && v.index >= 0 && h.index >= 0)
                sum += z.weight * v.weight * h.weight * source[(z.index * extent[1] + v.index) * extent[2] + h.index];
        out[(n * channels + c) * count + p] = sum;
      }
    }
  return single(y.cast(x.type()));
}

/// A box by its lower and upper corners.
struct Box {
  double y1, x1, y2, x2;

  static Box read(llvm::ArrayRef<double> at, bool centered) {
    if (centered) // x, y, width, height
      return {at[1] - at[3] / 2, at[0] - at[2] / 2, at[1] + at[3] / 2, at[0] + at[2] / 2};
    return {std::min(at[0], at[2]), std::min(at[1], at[3]), std::max(at[0], at[2]), std::max(at[1], at[3])};
  }
  double area() const { return (y2 - y1) * (x2 - x1); }
  /// Area of the intersection over area of the union.
  double overlap(const Box &other) const {
    double height = std::min(y2, other.y2) - std::max(y1, other.y1);
    double width = std::min(x2, other.x2) - std::max(x1, other.x1);
    if (height <= 0 || width <= 0)
      return 0;
    double common = height * width, whole = area() + other.area() - common;
    return whole <= 0 ? 0 : common / whole;
  }
};

Result nonMaxSuppression(const Node &node) {
  const HostTensor &boxes = *node.inputs[0], &scores = *node.inputs[1];
  if (boxes.rank() != 3 || scores.rank() != 3 || boxes.shape()[2] != 4 || boxes.shape()[0] != scores.shape()[0] ||
      boxes.shape()[1] != scores.shape()[2])
    return makeError("boxes of shape {0} and scores of shape {1} do not fit each other", toString(boxes.shape()),
                     toString(scores.shape()));
  const HostTensor *most = optionalInput(node, 2), *overlap = optionalInput(node, 3), *least = optionalInput(node, 4);
  for (const HostTensor *scalar : {most, overlap, least})
    if (scalar && scalar->size() != 1)
      return makeError("a threshold of shape {0} must be one number", toString(scalar->shape()));
  int64_t limit = most ? most->getInt(0) : 0;
  double threshold = overlap ? overlap->getDouble(0) : 0;
  bool centered = intAttribute(node, "center_point_box", 0);
  HostTensor corners = as<double>(boxes), values = as<double>(scores);
  int64_t count = boxes.shape()[1], classes = scores.shape()[1];
  std::vector<int64_t> chosen; // triples of batch, class, box
  for (int64_t b = 0; b < scores.shape()[0]; ++b)
    for (int64_t c = 0; c < classes; ++c) {
      const double *score = values.data<double>().data() + (b * classes + c) * count;
      std::vector<int64_t> order;
      for (int64_t i = 0; i < count; ++i)
        if (score[i] > (least ? least->getDouble(0) : -INFINITY))
          order.push_back(i);
      llvm::sort(order, [&](int64_t i, int64_t j) { return score[i] == score[j] ? i < j : score[i] > score[j]; });
      std::vector<Box> kept;
      for (int64_t i : order) {
        if (static_cast<int64_t>(kept.size()) >= limit)
          break;
        Box box = Box::read(corners.data<double>().slice((b * count + i) * 4, 4), centered);
        if (llvm::any_of(kept, [&](const Box &other) { return box.overlap(other) > threshold; }))
          continue;
        kept.push_back(box);
        chosen.insert(chosen.end(), {b, c, i});
      }
    }
  HostTensor result(DType::int64, {static_cast<int64_t>(chosen.size() / 3), 3});
  llvm::copy(chosen, result.mutableData<int64_t>().begin());
  return single(result);
}

} // namespace

llvm::ArrayRef<Operator> samplingOperators() {
  static const Operator table[] = {
      {"GridSample", gridSample, 2, 2},
      {"NonMaxSuppression", nonMaxSuppression, 2, 5},
  };
  return table;
}

} // namespace tarn::reference
