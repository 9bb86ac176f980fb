// Few channels leave most rows of the PE empty. Then taps of some spatial dimensions are put beside the channels, in memory,
// before the products: as many times fewer passes, for writing and reading each element once for every such tap.
//
//   stride 2 along rows and columns, taps of the rows gathered (S = {row}):
//     gathered [n, tap row · C, out row, padded column]   = x[n, C, 2 · out row + tap row, padded column]
//     sum over (tap column, r) of gathered[n, r, out row, 2 · out column + tap column] · weights[tap column, r, M]
//
// Along the innermost dimension what is gathered may stay contiguous; its stride is then taken when the PE reads. That makes
// long runs of what is moved, and `stride` times as much of it.
#pragma once
#include "Window.h"

namespace tarn::tensor {

struct TapsOnRows {
  unsigned dims = 0;       // the spatial dimensions whose taps lie on rows, a bit each
  bool keepsSteps = false; // the innermost one is gathered whole, not every stride-th place of it
  bool has(int64_t dim) const { return dims >> dim & 1; }
};

/// Cheapest by the rates; `dims` is 0 where it does not pay.
TapsOnRows chooseTapsOnRows(llvm::ArrayRef<int64_t> x, int64_t channelsOut, const Window &window,
                            llvm::ArrayRef<int64_t> output, Type element, const Rates &rates);

/// `x` [N, C, spatial…], `weights` [M, C, taps…]; answers [N, M, out…] in fp32.
Value convolveWithTapsOnRows(TensorBuilder &t, Value x, Value weights, const Window &window,
                             llvm::ArrayRef<int64_t> output, TapsOnRows taps);
} // namespace tarn::tensor
