// Conv and ConvTranspose of any number of spatial dimensions as one sum of products over
//   (n, [group], channel out, spatial out…, channel in, taps…)
// on a padded input. Weights are laid out tap by tap, [taps…, [group], channel in, channel out], so that a tap is a matrix
// with the channels in on its rows. Dimensions of a size 1 that grouping makes (depthwise) are left out.
//
// ConvTranspose spreads its input over a tensor of zeros, `stride` apart, and convolves that with the reversed kernel.
#include "Window.h"

using namespace mlir;
namespace tarn::tensor {
namespace {

/// The dimensions of the sum of products and their sizes.
struct Channels {
  int64_t groups, inPerGroup, outPerGroup;
  bool hasGroup() const { return groups > 1; }
  bool hasOut() const { return !hasGroup() || outPerGroup > 1; }
  bool hasIn() const { return !hasGroup() || inPerGroup > 1; }
};

/// `x` is [N, C, spatial…], `weights` [taps…, G, C/G, M/G] with all of these dimensions. Answers [N, M, out…] in fp32.
Value convolve(TensorBuilder &t, Value x, Value weights, Channels channels, const Window &window, double padding,
               ArrayRef<int64_t> output) {
  int64_t spatial = window.rank();
  ArrayRef<int64_t> xShape = shapeOf(x);
  Integers split{xShape[0]}, weightShape(window.kernel), resultShape{xShape[0]};
  if (channels.hasGroup()) {
    split.push_back(channels.groups);
    weightShape.push_back(channels.groups);
    resultShape.push_back(channels.groups);
  }
  if (channels.hasIn()) {
    split.push_back(channels.inPerGroup);
    weightShape.push_back(channels.inPerGroup);
  }
  if (channels.hasOut()) {
    weightShape.push_back(channels.outPerGroup);
    resultShape.push_back(channels.outPerGroup);
  }
  split.append(xShape.end() - spatial, xShape.end());
  resultShape.append(output.begin(), output.end());
  x = window.pad(t, t.reshape(x, split), padding);
  weights = t.reshape(weights, weightShape);

  unsigned parallel = resultShape.size(), dims = parallel + (channels.hasIn() ? 1 : 0) + spatial;
  unsigned firstOut = parallel - spatial, firstTap = dims - spatial;
  SmallVector<AffineExpr> xMap{t.dim(0)}, weightMap, resultMap;
  for (unsigned i = 0; i < parallel; ++i)
    resultMap.push_back(t.dim(i));
  for (int64_t i = 0; i < spatial; ++i)
    weightMap.push_back(t.dim(firstTap + i));
  if (channels.hasGroup()) {
    xMap.push_back(t.dim(1));
    weightMap.push_back(t.dim(1));
  }
  if (channels.hasIn()) {
    xMap.push_back(t.dim(parallel));
    weightMap.push_back(t.dim(parallel));
  }
  if (channels.hasOut())
    weightMap.push_back(t.dim(channels.hasGroup() ? 2 : 1));
  for (int64_t i = 0; i < spatial; ++i)
    xMap.push_back(window.position(i, t.dim(firstOut + i), t.dim(firstTap + i)));
  return t.contract(x, weights, {t.map(dims, xMap), t.map(dims, weightMap), t.map(dims, resultMap)}, resultShape,
                    dims - parallel);
}

/// Adds the bias, one number per channel out, and gives the result its shape.
LogicalResult finish(Lowering &l, Value sum, Channels channels, ArrayRef<int64_t> shape) {
  if (l.hasInput(2)) {
    Integers biasShape;
    if (channels.hasGroup())
      biasShape.push_back(channels.groups);
    if (channels.hasOut())
      biasShape.push_back(channels.outPerGroup);
    biasShape.append(shape.size() - 2, 1);
    sum = l.t.elementwise({sum, l.t.reshape(l.input(2), biasShape)}, shapeOf(sum), l.resultElement(),
                          [](ArrayRef<Scalar> s) { return s[0] + s[1]; });
  }
  return l.done(l.t.convertElements(l.t.reshape(sum, shape), l.resultElement()));
}

LogicalResult conv(Lowering &l) {
  Value x = l.input(0), weights = l.input(1);
  ArrayRef<int64_t> w = shapeOf(weights);
  int64_t spatial = static_cast<int64_t>(w.size()) - 2, groups = l.integer("group", 1);
  if (spatial < 1)
    return l.error() << "needs at least one spatial dimension, weights have shape of rank " << w.size();
  Channels channels{groups, w[1], w[0] / groups};
  Integers result = l.resultShape(), output(result.begin() + 2, result.end());
  Window window = Window::of(l, w.drop_front(2), shapeOf(x).drop_front(2), output);
  // [M, C/G, taps…] → [G, M/G, C/G, taps…] → [taps…, G, C/G, M/G].
  Integers split{groups, channels.outPerGroup, channels.inPerGroup}, permutation;
  split.append(w.begin() + 2, w.end());
  for (int64_t i = 0; i < spatial; ++i)
    permutation.push_back(3 + i);
  permutation.append({0, 2, 1});
  weights = l.t.transpose(l.t.reshape(weights, split), permutation);
  return finish(l, convolve(l.t, x, weights, channels, window, 0.0, output), channels, result);
}

LogicalResult convTranspose(Lowering &l) {
  Value x = l.input(0), weights = l.input(1);
  Integers w(shapeOf(weights)), xShape(shapeOf(x));
  int64_t spatial = static_cast<int64_t>(w.size()) - 2, groups = l.integer("group", 1);
  if (spatial < 1)
    return l.error() << "needs at least one spatial dimension, weights have shape of rank " << w.size();
  Channels channels{groups, w[0] / groups, w[1]};
  Integers result = l.resultShape();
  auto orElse = [&](Integers values, int64_t number) {
    return values.empty() ? Integers(spatial, number) : values;
  };
  Integers strides = orElse(l.integers("strides"), 1), pads = l.integers("pads");
  Integers outputPadding = orElse(l.integers("output_padding"), 0);
  std::string automatic = l.text("auto_pad", "NOTSET");
  Window window;
  window.kernel.assign(w.begin() + 2, w.end());
  window.strides.assign(spatial, 1);
  window.dilations = orElse(l.integers("dilations"), 1);

  // Where the input's elements lie in the zeros, and the part of the convolution's output that is wanted.
  Integers offsets{0, 0}, steps{1, 1}, stuffed{xShape[0], xShape[1]}, output, crop{0, 0}, ones(spatial + 2, 1);
  bool cropped = false;
  for (int64_t i = 0; i < spatial; ++i) {
    int64_t size = result[2 + i], reach = window.extent(i) - 1;
    int64_t full = (xShape[2 + i] - 1) * strides[i] + reach + 1 + outputPadding[i];
    int64_t begin = pads.size() == 2 * static_cast<size_t>(spatial) ? pads[i] : 0;
    bool same = automatic == "SAME_UPPER" || automatic == "SAME_LOWER";
    if (same || l.has("output_shape")) {
      int64_t total = full - size;
      begin = automatic == "SAME_UPPER" ? total / 2 : total - total / 2;
      if (total < 0)
        begin = 0;
    }
    int64_t low = reach - begin, skipped = std::max<int64_t>(-low, 0);
    low = std::max<int64_t>(low, 0);
    cropped |= skipped > 0;
    crop.push_back(skipped);
    output.push_back(size + skipped);
    offsets.push_back(low);
    steps.push_back(strides[i]);
    int64_t needed = size + skipped + reach;
    stuffed.push_back(std::max(needed, low + (xShape[2 + i] - 1) * strides[i] + 1));
  }
  window.begin.assign(spatial, 0);
  window.end.assign(spatial, 0);
  Value zeros = l.t.filled(stuffed, elementOf(x), 0.0);
  Value spread = l.t.insert(x, zeros, offsets, steps);

  // [C, M/G, taps…] → reversed taps → [G, C/G, M/G, taps…] → [taps…, G, C/G, M/G].
  Integers split{groups, channels.inPerGroup, channels.outPerGroup}, permutation, taps;
  split.append(w.begin() + 2, w.end());
  for (int64_t i = 0; i < spatial; ++i) {
    taps.push_back(2 + i);
    permutation.push_back(3 + i);
  }
  permutation.append({0, 1, 2});
  weights = l.t.transpose(l.t.reshape(l.t.reverse(weights, taps), split), permutation);
  Value sum = convolve(l.t, spread, weights, channels, window, 0.0, output);
  if (cropped) {
    Integers sizes(shapeOf(sum));
    Integers from(sizes.size() - spatial, 0), unit(sizes.size(), 1);
    for (int64_t i = 0; i < spatial; ++i) {
      from.push_back(crop[2 + i]);
      sizes[sizes.size() - spatial + i] = result[2 + i];
    }
    sum = l.t.slice(sum, from, sizes, unit);
  }
  return finish(l, sum, channels, result);
}
} // namespace

void addConvolution(LoweringTable &table) {
  table["Conv"] = conv;
  table["ConvTranspose"] = convTranspose;
}
} // namespace tarn::tensor
