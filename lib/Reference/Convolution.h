// What Conv, ConvTranspose and the quantised convolutions share.
#pragma once
#include "Window.h"

namespace tarn::reference {

llvm::Error checkConvolution(const HostTensor &x, const HostTensor &w, int64_t group, bool transposed);
llvm::Error checkBias(const HostTensor *bias, int64_t channels);
/// Kernel, strides and dilations; without pads.
llvm::Expected<Window> readKernel(const Node &node, const HostTensor &w);
/// Adds one value for each channel; `T` is float or double.
template <typename T> void addBias(HostTensor &y, const HostTensor &bias);

/// Conv with the attributes of `node`, computed in double if `x` is fp64, else in fp32; the result is not
/// rounded.
llvm::Expected<HostTensor> convolution(const Node &node, const HostTensor &x, const HostTensor &w,
                                       const HostTensor *bias);

Result convTranspose(const Node &node);

} // namespace tarn::reference
