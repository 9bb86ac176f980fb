// See TapsOnRows.h.
#include "TapsOnRows.h"
#include <cmath>

using namespace mlir;
namespace tarn::tensor {

/// Places that a gathered tensor has along a spatial dimension.
static int64_t gatheredExtent(const Window &window, int64_t i, int64_t output, int64_t padded, unsigned onRows) {
  if (!(onRows >> i & 1))
    return padded;
  return i + 1 == window.rank() ? (output - 1) * window.strides[i] + 1 : output;
}

unsigned chooseTapsOnRows(ArrayRef<int64_t> x, int64_t channelsOut, const Window &window, ArrayRef<int64_t> output,
                          Type element, const Rates &rates) {
  int64_t spatial = window.rank();
  double width = element.getIntOrFloatBitWidth() / 8.0, pixels = x[0];
  for (int64_t size : output)
    pixels *= size;
  double columnTiles = std::ceil(channelsOut / rates.partitions);
  unsigned best = 0;
  double bestNs = 0;
  for (unsigned onRows = 0; onRows < 1u << std::min<int64_t>(spatial, 8); ++onRows) {
    double rows = x[1], taps = 1, places = x[0];
    bool isUseful = true;
    for (int64_t i = 0; i < spatial; ++i) {
      bool isOnRows = onRows >> i & 1;
      isUseful &= !isOnRows || window.kernel[i] > 1;
      (isOnRows ? rows : taps) *= window.kernel[i];
      places *= gatheredExtent(window, i, output[i], x[2 + i] + window.begin[i] + window.end[i], onRows);
    }
    if (!isUseful)
      continue;
    double passes = std::ceil(rows / rates.partitions);
    double ns = taps * passes * pixels * columnTiles * rates.columnNs(element.isF32(), rows / passes);
    if (onRows) {
      // Two kernels more, padding and gathering, each of which loads and stores.
      double run = gatheredExtent(window, spatial - 1, output.back(),
                                  x.back() + window.begin.back() + window.end.back(), onRows);
      ns += 2 * (2 * rates.transferNs + rates.moveNs(places * rows * width, run * width));
    }
    if (onRows == 0 || ns < bestNs) {
      best = onRows;
      bestNs = ns;
    }
  }
  return best;
}

/// [N, C, spatial…] → [N, taps on rows… · C, places…].
static Value gatherTaps(TensorBuilder &t, Value padded, const Window &window, ArrayRef<int64_t> output, unsigned onRows) {
  ArrayRef<int64_t> from = shapeOf(padded);
  int64_t spatial = window.rank(), rows = from[1];
  Integers shape{from[0]}, merged{from[0]};
  SmallVector<unsigned> tapDims(spatial, 0);
  for (int64_t i = 0; i < spatial; ++i)
    if (onRows >> i & 1) {
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
    shape.push_back(gatheredExtent(window, i, output[i], from[2 + i], onRows));
    merged.push_back(shape.back());
    if (onRows >> i & 1)
      place = (i + 1 == spatial ? place : place * window.strides[i]) + t.dim(tapDims[i]) * window.dilations[i];
    map.push_back(place);
  }
  Value gathered = t.parallel({padded}, {t.map(shape.size(), map)}, shape, elementOf(padded),
                              [](ArrayRef<Scalar> s) { return s[0]; });
  return t.reshape(gathered, merged);
}

Value convolveWithTapsOnRows(TensorBuilder &t, Value x, Value weights, const Window &window, ArrayRef<int64_t> output,
                             unsigned onRows) {
  int64_t spatial = window.rank();
  x = gatherTaps(t, window.pad(t, x, 0.0), window, output, onRows);
  // [M, C, taps…] → [other taps…, taps on rows… · C, M].
  Integers permutation, weightShape;
  for (bool isOnRows : {false, true})
    for (int64_t i = 0; i < spatial; ++i)
      if ((onRows >> i & 1) == isOnRows) {
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
    if (onRows >> i & 1) {
      xMap.push_back(i + 1 == spatial ? out * window.strides[i] : out);
    } else {
      weightMap.push_back(t.dim(tap));
      xMap.push_back(window.position(i, out, t.dim(tap++)));
    }
  }
  weightMap.append({t.dim(parallel), t.dim(1)});
  for (unsigned i = 0; i < parallel; ++i)
    resultMap.push_back(t.dim(i));
  return t.contract(x, weights, {t.map(dims, xMap), t.map(dims, weightMap), t.map(dims, resultMap)}, result, 1 + numTaps);
}
} // namespace tarn::tensor
