// The sliding window of a convolution or pooling: sizes, strides, dilations and the padding at the beginning
// of each spatial dimension, with `auto_pad` resolved. What is padded at the end follows from the output's
// size, which also covers `ceil_mode`.
#pragma once
#include "Lowering.h"

namespace tarn::tensor {
struct Window {
  Integers kernel, strides, dilations, begin, end;

  int64_t rank() const { return kernel.size(); }
  /// Elements between the first and the last tap, inclusive.
  int64_t extent(int64_t i) const { return (kernel[i] - 1) * dilations[i] + 1; }

  /// `input` and `output` are the spatial sizes. `end` is raised to what the last window reads and lowered
  /// where nothing reads the padding. `explicitEnd`, when wanted, is the padding that the attributes ask for.
  static Window of(Lowering &l, llvm::ArrayRef<int64_t> kernel, llvm::ArrayRef<int64_t> input,
                   llvm::ArrayRef<int64_t> output, Integers *explicitEnd = nullptr);
  /// Where tap `k` of output `o` reads along spatial dimension i.
  AffineExpr position(int64_t i, AffineExpr o, AffineExpr k) const { return o * strides[i] + k * dilations[i]; }
  /// Pads the spatial dimensions, the last ones of the value.
  Value pad(TensorBuilder &t, Value value, double number) const;
};
} // namespace tarn::tensor
