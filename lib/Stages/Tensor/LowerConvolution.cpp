// Conv and ConvTranspose of any number of spatial dimensions as one sum of products over
//   (n, [group], channel out, spatial out…, channel in, taps…)
// on a padded input. Weights are laid out tap by tap, [taps…, [group], channel in, channel out], so that a
// tap is a matrix with the channels in on its rows. Dimensions of a size 1 that grouping makes (depthwise)
// are left out.
//
// ConvTranspose writes output o = stride · i + tap. With tap = stride · t + phase, every phase is an ordinary
// convolution with the taps t, and all phases are one sum of products over
//   (n, [group], channel out, (spatial out, phase)…, channel in, t…)
// whose result is, read row by row, the output. With dilations this does not hold: then the input is spread
// over a tensor of zeros, `stride` apart, and convolved with the reversed kernel.
#include "TapsOnRows.h"

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

/// `x` is [N, C, spatial…], `weights` [taps…, phases…, G, C/G, M/G] with all of these dimensions but phases,
/// which only transposed convolutions have. Answers [N, (G, M/G), (out, phase)…] in fp32.
Value convolve(TensorBuilder &t, Value x, Value weights, Channels channels, const Window &window,
               ArrayRef<int64_t> output, ArrayRef<int64_t> phases = {}) {
  int64_t spatial = window.rank();
  ArrayRef<int64_t> xShape = shapeOf(x);
  Integers split{xShape[0]}, weightShape(window.kernel), resultShape{xShape[0]};
  weightShape.append(phases.begin(), phases.end());
  auto addChannels = [&](bool exists, int64_t size, bool inX, bool inResult) {
    if (!exists)
      return;
    weightShape.push_back(size);
    if (inX)
      split.push_back(size);
    if (inResult)
      resultShape.push_back(size);
  };
  addChannels(channels.hasGroup(), channels.groups, true, true);
  addChannels(channels.hasIn(), channels.inPerGroup, true, false);
  addChannels(channels.hasOut(), channels.outPerGroup, false, true);
  split.append(xShape.end() - spatial, xShape.end());
  unsigned firstOut = resultShape.size(), step = phases.empty() ? 1 : 2;
  for (int64_t i = 0; i < spatial; ++i) {
    resultShape.push_back(output[i]);
    if (!phases.empty())
      resultShape.push_back(phases[i]);
  }
  x = window.pad(t, t.reshape(x, split), 0.0);
  weights = t.reshape(weights, weightShape);

  unsigned parallel = resultShape.size(), dims = parallel + (channels.hasIn() ? 1 : 0) + spatial;
  unsigned firstTap = dims - spatial;
  SmallVector<AffineExpr> xMap{t.dim(0)}, weightMap, resultMap;
  for (unsigned i = 0; i < parallel; ++i)
    resultMap.push_back(t.dim(i));
  for (int64_t i = 0; i < spatial; ++i)
    weightMap.push_back(t.dim(firstTap + i));
  for (size_t i = 0; i < phases.size(); ++i)
    weightMap.push_back(t.dim(firstOut + 2 * i + 1));
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
    xMap.push_back(window.position(i, t.dim(firstOut + step * i), t.dim(firstTap + i)));
  return t.contract(x, weights, {t.map(dims, xMap), t.map(dims, weightMap), t.map(dims, resultMap)}, resultShape,
                    dims - parallel);
}

/// Adds the bias, one number per channel out, and rounds to the result's element type.
Value addBias(Lowering &l, Value sum, Channels channels) {
  if (!l.hasInput(2))
    return l.t.convertElements(sum, l.resultElement());
  Integers biasShape;
  if (channels.hasGroup())
    biasShape.push_back(channels.groups);
  if (channels.hasOut())
    biasShape.push_back(channels.outPerGroup);
  biasShape.append(shapeOf(sum).size() - 1 - biasShape.size(), 1);
  return l.t.elementwise({sum, l.t.reshape(l.input(2), biasShape)}, shapeOf(sum), l.resultElement(),
                         [](ArrayRef<Scalar> s) { return s[0] + s[1]; });
}

LogicalResult conv(Lowering &l) {
  Value x = l.input(0), weights = l.input(1);
  ArrayRef<int64_t> w = shapeOf(weights);
  int64_t spatial = static_cast<int64_t>(w.size()) - 2, groups = l.integer("group", 1);
  if (spatial < 1)
    return l.error() << "needs at least one spatial dimension, weights have shape of rank " << w.size();
  if (groups < 1 || w[0] % groups || shapeOf(x).size() != w.size() || shapeOf(x)[1] != w[1] * groups)
    return l.error() << "has " << groups << " groups and weights " << weights.getType()
                     << ", which do not fit the input " << x.getType();
  Channels channels{groups, w[1], w[0] / groups};
  Integers result = l.resultShape(), output(result.begin() + 2, result.end());
  Window window = Window::of(l, w.drop_front(2), shapeOf(x).drop_front(2), output);
  TapsOnRows taps;
  if (groups == 1)
    taps = chooseTapsOnRows(shapeOf(x), w[0], window, output, elementOf(x), l.rates);
  if (taps.dims) {
    Value sum = convolveWithTapsOnRows(l.t, x, weights, window, output, taps);
    return l.done(l.t.reshape(addBias(l, sum, channels), result));
  }
  // [M, C/G, taps…] → [G, M/G, C/G, taps…] → [taps…, G, C/G, M/G].
  Integers split{groups, channels.outPerGroup, channels.inPerGroup}, permutation;
  split.append(w.begin() + 2, w.end());
  for (int64_t i = 0; i < spatial; ++i)
    permutation.push_back(3 + i);
  permutation.append({0, 2, 1});
  weights = l.t.transpose(l.t.reshape(weights, split), permutation);
  Value sum = convolve(l.t, x, weights, channels, window, output);
  return l.done(l.t.reshape(addBias(l, sum, channels), result));
}

/// What a transposed convolution is given, its defaults filled in.
struct Transposed {
  Channels channels;
  Integers kernel, strides, dilations, begin, size; // of each spatial dimension; size: of the output
  int64_t rank() const { return kernel.size(); }
};

Transposed transposedOf(Lowering &l) {
  ArrayRef<int64_t> w = shapeOf(l.input(1)), x = shapeOf(l.input(0));
  int64_t rank = static_cast<int64_t>(w.size()) - 2, groups = l.integer("group", 1);
  auto orElse = [&](Integers values, int64_t number) { return values.empty() ? Integers(rank, number) : values; };
  Transposed c{{groups, w[0] / groups, w[1]},      Integers(w.drop_front(2)),     orElse(l.integers("strides"), 1),
               orElse(l.integers("dilations"), 1), orElse(l.integers("pads"), 0), l.resultShape()};
  c.size.erase(c.size.begin(), c.size.begin() + 2);
  c.begin.resize(rank);
  Integers extra = orElse(l.integers("output_padding"), 0);
  std::string automatic = l.text("auto_pad", "NOTSET");
  bool fromSize = automatic == "SAME_UPPER" || automatic == "SAME_LOWER" || l.has("output_shape");
  for (int64_t i = 0; i < rank && fromSize; ++i) {
    int64_t full = (x[2 + i] - 1) * c.strides[i] + (c.kernel[i] - 1) * c.dilations[i] + 1 + extra[i];
    int64_t total = std::max<int64_t>(full - c.size[i], 0);
    c.begin[i] = automatic == "SAME_UPPER" ? total / 2 : total - total / 2;
  }
  return c;
}

/// [C, M/G, taps…] → [taps…, phases…, G, C/G, M/G] with the taps reversed; `phases` empty: none.
Value transposedWeights(Lowering &l, const Transposed &c, ArrayRef<int64_t> taps, ArrayRef<int64_t> phases) {
  Value weights = l.input(1);
  Integers none(2 + c.rank(), 0), high = none, split{c.channels.groups, c.channels.inPerGroup, c.channels.outPerGroup};
  Integers reversed, permutation, last;
  for (int64_t i = 0; i < c.rank(); ++i) {
    high[2 + i] = taps[i] * (phases.empty() ? 1 : phases[i]) - c.kernel[i];
    reversed.push_back(split.size());
    permutation.push_back(split.size());
    split.push_back(taps[i]);
    if (!phases.empty()) {
      last.push_back(split.size());
      split.push_back(phases[i]);
    }
  }
  permutation.append(last);
  permutation.append({0, 1, 2});
  weights = l.t.reshape(l.t.pad(weights, none, high, 0.0), split);
  return l.t.transpose(l.t.reverse(weights, reversed), permutation);
}

/// The part of the spatial dimensions, the last ones, that is wanted.
Value crop(TensorBuilder &t, Value value, ArrayRef<int64_t> offset, ArrayRef<int64_t> size) {
  Integers offsets(shapeOf(value).size() - offset.size(), 0), sizes(shapeOf(value)), ones(sizes.size(), 1);
  offsets.append(offset.begin(), offset.end());
  std::copy(size.begin(), size.end(), sizes.end() - size.size());
  return t.slice(value, offsets, sizes, ones);
}

/// All dilations are 1: every phase is a convolution.
LogicalResult byPhases(Lowering &l, const Transposed &c) {
  Window window;
  window.strides.assign(c.rank(), 1);
  window.dilations.assign(c.rank(), 1);
  Integers output, offset, whole(shapeOf(l.input(0)).take_front(1));
  whole.push_back(l.resultShape()[1]);
  for (int64_t i = 0; i < c.rank(); ++i) {
    int64_t stride = c.strides[i], taps = llvm::divideCeil(c.kernel[i], stride), input = shapeOf(l.input(0))[2 + i];
    // Rows of phases that hold the wanted part of the output.
    int64_t first = std::min(c.begin[i] / stride, taps - 1);
    int64_t rows = llvm::divideCeil(c.begin[i] + c.size[i], stride) - first;
    window.kernel.push_back(taps);
    window.begin.push_back(taps - 1 - first);
    window.end.push_back(std::max<int64_t>(rows + taps - 1 - input - window.begin.back(), 0));
    output.push_back(rows);
    offset.push_back(c.begin[i] - first * stride);
    whole.push_back(rows * stride);
  }
  Value sum = convolve(l.t, l.input(0), transposedWeights(l, c, window.kernel, c.strides), c.channels, window, output,
                       c.strides);
  return l.done(crop(l.t, l.t.reshape(addBias(l, sum, c.channels), whole), offset, c.size));
}

/// The input spread over zeros, then an ordinary convolution.
LogicalResult bySpreading(Lowering &l, const Transposed &c) {
  Value x = l.input(0);
  Window window;
  window.kernel = c.kernel;
  window.strides.assign(c.rank(), 1);
  window.dilations = c.dilations;
  window.begin.assign(c.rank(), 0);
  window.end.assign(c.rank(), 0);
  Integers offsets{0, 0}, steps{1, 1}, spread(shapeOf(x).take_front(2)), output, skipped;
  Integers whole{spread[0], l.resultShape()[1]};
  for (int64_t i = 0; i < c.rank(); ++i) {
    int64_t reach = window.extent(i) - 1, low = reach - c.begin[i];
    skipped.push_back(std::max<int64_t>(-low, 0));
    low = std::max<int64_t>(low, 0);
    output.push_back(c.size[i] + skipped[i]);
    whole.push_back(output[i]);
    offsets.push_back(low);
    steps.push_back(c.strides[i]);
    spread.push_back(std::max(output[i] + reach, low + (shapeOf(x)[2 + i] - 1) * c.strides[i] + 1));
  }
  Value zeros = l.t.filled(spread, elementOf(x), 0.0);
  Value sum = convolve(l.t, l.t.insert(x, zeros, offsets, steps), transposedWeights(l, c, c.kernel, {}), c.channels,
                       window, output);
  return l.done(crop(l.t, l.t.reshape(addBias(l, sum, c.channels), whole), skipped, c.size));
}

LogicalResult convTranspose(Lowering &l) {
  if (shapeOf(l.input(1)).size() < 3)
    return l.error() << "needs at least one spatial dimension, weights have rank " << shapeOf(l.input(1)).size();
  int64_t groups = l.integer("group", 1);
  if (groups < 1 || shapeOf(l.input(1))[0] % groups || shapeOf(l.input(0)).size() != shapeOf(l.input(1)).size() ||
      shapeOf(l.input(0))[1] != shapeOf(l.input(1))[0])
    return l.error() << "has " << groups << " groups and weights " << l.input(1).getType()
                     << ", which do not fit the input " << l.input(0).getType();
  Transposed c = transposedOf(l);
  return llvm::all_of(c.dilations, [](int64_t d) { return d == 1; }) ? byPhases(l, c) : bySpreading(l, c);
}
} // namespace

void addConvolution(LoweringTable &table) {
  table["Conv"] = conv;
  table["ConvTranspose"] = convTranspose;
}
} // namespace tarn::tensor
