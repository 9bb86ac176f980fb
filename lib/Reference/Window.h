// The windows that convolutions and poolings move over the spatial dimensions (all but the first two).
#pragma once
#include "Operators.h"

namespace tarn::reference {

struct Window {
  llvm::SmallVector<int64_t, 3> kernel, strides, dilations, padsBegin, padsEnd;

  size_t rank() const { return kernel.size(); }
  /// Extent of the dilated kernel.
  int64_t reach(size_t d) const { return (kernel[d] - 1) * dilations[d] + 1; }
};

/// What auto_pad=SAME does where the stride is longer than the kernel. A convolution pads nothing; a pooling
/// follows its formula in the specification, (positions − 1)·stride + kernel − input, below zero: the border
/// is cut off.
enum class SamePadding { neverNegative, byFormula };

/// From the attributes strides, dilations, pads and auto_pad (resolved for `input`, the spatial extents).
llvm::Expected<Window> readWindow(const Node &node, llvm::ArrayRef<int64_t> kernel, llvm::ArrayRef<int64_t> input,
                                  SamePadding same);
/// The same without looking at auto_pad and pads, which mean something else to ConvTranspose.
llvm::Expected<Window> readWindowSteps(const Node &node, llvm::ArrayRef<int64_t> kernel);

/// How many positions the window takes in each dimension. With `ceilMode` a last one that is not filled
/// counts too, unless it would begin beyond the input and its padding in front.
llvm::Expected<Shape> windowPositions(const Window &window, llvm::ArrayRef<int64_t> input, bool ceilMode);

} // namespace tarn::reference
