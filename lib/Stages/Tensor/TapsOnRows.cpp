// See TapsOnRows.h.
#include "TapsOnRows.h"
#include <cmath>

using namespace mlir;
namespace tarn::tensor {

/// Places that a gathered tensor has along a spatial dimension.
static int64_t gatheredExtent(const Window &window, int64_t i, int64_t output, int64_t padded, TapsOnRows taps) {
  if (!taps.has(i))
    return padded;
  return i + 1 == window.rank() && taps.keepsSteps ? (output - 1) * window.strides[i] + 1 : output;
}

/// What padding and gathering cost, two kernels more, each of which loads and stores. Loading what was gathered goes on while
/// the PE works.
static double gatherNs(TapsOnRows taps, double bytes, double width, const Window &window, int64_t lastExtent,
                       const Rates &rates) {
  bool isStepped = taps.has(window.rank() - 1) && !taps.keepsSteps && window.strides.back() > 1;
  return 4 * rates.transferNs + rates.moveNs(bytes, isStepped ? width : lastExtent * width) +
         rates.moveNs(bytes, lastExtent * width);
}

TapsOnRows chooseTapsOnRows(ArrayRef<int64_t> x, int64_t channelsOut, const Window &window, ArrayRef<int64_t> output,
                            Type element, const Rates &rates) {
  int64_t spatial = window.rank();
  double width = element.getIntOrFloatBitWidth() / 8.0, pixels = x[0];
  for (int64_t size : output)
    pixels *= size;
  double columnTiles = std::ceil(channelsOut / rates.partitions);
  TapsOnRows best;
  double bestNs = 0;
  // All subsets of the spatial dimensions, each with and without the steps of the last one.
  for (unsigned choice = 0; choice < 2u << std::min<int64_t>(spatial, 8); ++choice) {
    TapsOnRows candidate{choice >> 1, (choice & 1) != 0};
    if (candidate.keepsSteps && (!candidate.has(spatial - 1) || window.strides.back() == 1))
      continue;
    double rows = x[1], taps = 1, places = x[0];
    bool isUseful = true;
    for (int64_t i = 0; i < spatial; ++i) {
      bool isOnRows = candidate.has(i);
      isUseful &= !isOnRows || window.kernel[i] > 1;
      (isOnRows ? rows : taps) *= window.kernel[i];
      places *= gatheredExtent(window, i, output[i], x[2 + i] + window.begin[i] + window.end[i], candidate);
    }
    if (!isUseful)
      continue;
    double passes = std::ceil(rows / rates.partitions);
    double ns = taps * passes * pixels * columnTiles * rates.columnNs(element.isF32(), rows / passes);
    if (candidate.dims)
      ns += gatherNs(candidate, places * rows * width, width, window,
                     gatheredExtent(window, spatial - 1, output.back(),
                                    x.back() + window.begin.back() + window.end.back(), candidate),
                     rates);
    if (choice == 0 || ns < bestNs) {
      best = candidate;
      bestNs = ns;
    }
  }
  return best;
}

/// [N, C, spatial…] → [N, taps on rows… · C, places…].
static Value gatherTaps(TensorBuilder &t, Value padded, const Window &window, ArrayRef<int64_t> output,
                        TapsOnRows taps) {
  ArrayRef<int64_t> from = shapeOf(padded);
  int64_t spatial = window.rank(), rows = from[1];
  Integers shape{from[0]}, merged{from[0]};
  SmallVector<unsigned> tapDims(spatial, 0);
  for (int64_t i = 0; i < spatial; ++i)
    if (taps.has(i)) {
      tapDims[i] = shape.size();
      shape.push_back(window.kernel[i]);
      rows *= window.kernel[i];
    }
  unsigned channel = shape.size();
  shape.push_back(from[1]);
  merged.push_back(rows);
  SmallVector<AffineExpr> map{t.dim(0), t.dim(channel)};
  for (int64_t i = 0; i < spatial; ++i) {
    AffineExpr place = t.dim(shape.size());
    shape.push_back(gatheredExtent(window, i, output[i], from[2 + i], taps));
    merged.push_back(shape.back());
    if (taps.has(i))
      place = (i + 1 == spatial && taps.keepsSteps ? place : place * window.strides[i]) +
              t.dim(tapDims[i]) * window.dilations[i];
    map.push_back(place);
  }
  Value gathered = t.parallel({padded}, {t.map(shape.size(), map)}, shape, elementOf(padded),
                              [](ArrayRef<Scalar> s) { return s[0]; });
  return t.reshape(gathered, merged);
}

Value convolveWithTapsOnRows(TensorBuilder &t, Value x, Value weights, const Window &window, ArrayRef<int64_t> output,
                             TapsOnRows taps) {
  int64_t spatial = window.rank();
  x = gatherTaps(t, window.pad(t, x, 0.0), window, output, taps);
  // [M, C, taps…] → [other taps…, taps on rows… · C, M].
  Integers permutation, weightShape;
  for (bool isOnRows : {false, true})
    for (int64_t i = 0; i < spatial; ++i)
      if (taps.has(i) == isOnRows) {
        permutation.push_back(2 + i);
        if (!isOnRows)
          weightShape.push_back(window.kernel[i]);
      }
  permutation.append({1, 0});
  weightShape.append({shapeOf(x)[1], shapeOf(weights)[0]});
  weights = t.reshape(t.transpose(weights, permutation), weightShape);

  // (n, m, out…, r, other taps…)
  Integers result{shapeOf(x)[0], weightShape.back()};
  result.append(output.begin(), output.end());
  unsigned parallel = result.size(), numTaps = weightShape.size() - 2, dims = parallel + 1 + numTaps;
  SmallVector<AffineExpr> xMap{t.dim(0), t.dim(parallel)}, weightMap, resultMap;
  unsigned tap = parallel + 1;
  for (int64_t i = 0; i < spatial; ++i) {
    AffineExpr out = t.dim(2 + i);
    if (taps.has(i)) {
      xMap.push_back(i + 1 == spatial && taps.keepsSteps ? out * window.strides[i] : out);
    } else {
      weightMap.push_back(t.dim(tap));
      xMap.push_back(window.position(i, out, t.dim(tap++)));
    }
  }
  weightMap.append({t.dim(parallel), t.dim(1)});
  for (unsigned i = 0; i < parallel; ++i)
    resultMap.push_back(t.dim(i));
  return t.contract(x, weights, {t.map(dims, xMap), t.map(dims, weightMap), t.map(dims, resultMap)}, result,
                    1 + numTaps);
}
} // namespace tarn::tensor
