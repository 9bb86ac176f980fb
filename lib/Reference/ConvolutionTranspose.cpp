// ConvTranspose: every input element scatters the filter, scaled by it, into the output. The scaled filters
// of all input elements are one matrix product (columns = filtersᵀ · input), which is then added up into the
// output.
#include "Arithmetic.h"
#include "Blas.h"
#include "Convolution.h"

namespace tarn::reference {
namespace {

/// Output extents; fills in the pads that auto_pad and output_shape leave to us.
llvm::Expected<Shape> resolveOutput(const Node &node, Window &window, llvm::ArrayRef<int64_t> in) {
  size_t rank = window.rank();
  std::vector<int64_t> extra = intsAttribute(node, "output_padding"), pads = intsAttribute(node, "pads"),
                       given = intsAttribute(node, "output_shape");
  extra.resize(extra.empty() ? rank : extra.size(), 0);
  if (given.size() == rank + 2) // with batch and channels, as some exporters write it
    given.erase(given.begin(), given.begin() + 2);
  if (extra.size() != rank || (!pads.empty() && pads.size() != 2 * rank) || (!given.empty() && given.size() != rank))
    return makeError("output_padding, pads or output_shape do not fit {0} spatial dimensions", rank);
  std::string autoPad = stringAttribute(node, "auto_pad", "NOTSET");
  if (!llvm::is_contained({"NOTSET", "VALID", "SAME_UPPER", "SAME_LOWER", ""}, autoPad))
    return makeError("auto_pad is '{0}'; NOTSET, SAME_UPPER, SAME_LOWER and VALID exist", autoPad);
  bool same = autoPad == "SAME_UPPER" || autoPad == "SAME_LOWER";
  Shape out(rank);
  for (size_t d = 0; d < rank; ++d) {
    int64_t full = (in[d] - 1) * window.strides[d] + extra[d] + window.reach(d);
    if (!given.empty() || same) {
      int64_t wanted = given.empty() ? in[d] * window.strides[d] : given[d];
      int64_t total = std::max<int64_t>(0, full - wanted), smaller = total / 2;
      out[d] = given.empty() ? full - total : wanted; // SAME does not grow what is smaller
      window.padsBegin[d] = autoPad == "SAME_UPPER" ? smaller : total - smaller;
      window.padsEnd[d] = total - window.padsBegin[d];
      continue;
    }
    if (!pads.empty() && autoPad != "VALID") {
      window.padsBegin[d] = pads[d];
      window.padsEnd[d] = pads[rank + d];
    }
    out[d] = full - window.padsBegin[d] - window.padsEnd[d];
  }
  return out;
}

/// Adds the columns of one filter position to the output: input position i lands on i·stride + at·dilation −
/// pad.
template <typename T>
void scatter(const Window &window, llvm::ArrayRef<int64_t> in, llvm::ArrayRef<int64_t> out, llvm::ArrayRef<int64_t> at,
             const T *columns, T *target) {
  size_t last = window.rank() - 1;
  int64_t rows = numElements(in.drop_back());
  int64_t shift = at[last] * window.dilations[last] - window.padsBegin[last], stride = window.strides[last];
  for (int64_t row = 0; row < rows; ++row, columns += in[last]) {
    int64_t rest = row, offset = 0, scale = out[last];
    bool inside = true;
    for (size_t d = last; d-- > 0;) {
      int64_t y = rest % in[d] * window.strides[d] + at[d] * window.dilations[d] - window.padsBegin[d];
      rest /= in[d];
      inside &= y >= 0 && y < out[d];
      offset += y * scale;
      scale *= out[d];
    }
    if (!inside)
      continue;
    for (int64_t i = 0; i < in[last]; ++i) {
      int64_t x = i * stride + shift;
      if (x >= 0 && x < out[last])
        target[offset + x] += columns[i];
    }
  }
}

template <typename T>
HostTensor convolveTransposed(const HostTensor &x, const HostTensor &w, const Window &window,
                              llvm::ArrayRef<int64_t> out, int64_t group) {
  llvm::ArrayRef<int64_t> in = x.shape().drop_front(2);
  int64_t channels = w.shape()[0] / group, filters = w.shape()[1];
  Shape shape = {x.shape()[0], filters * group};
  shape.append(out.begin(), out.end());
  HostTensor y(dtypeOf<T>(), shape);
  int64_t inSize = numElements(in), outSize = numElements(out), kernelSize = numElements(window.kernel);
  if (y.size() == 0 || inSize == 0)
    return y;
  // One filter at a time keeps the columns small.
  std::vector<T> columns(kernelSize * inSize);
  const T *xs = x.data<T>().data(), *ws = w.data<T>().data();
  T *ys = y.mutableData<T>().data();
  for (int64_t image = 0; image < shape[0]; ++image)
    for (int64_t g = 0; g < group; ++g)
      for (int64_t filter = 0; filter < filters; ++filter) {
        const T *input = xs + (image * group + g) * channels * inSize;
        const T *weights = ws + (g * channels * filters + filter) * kernelSize;
        T *output = ys + ((image * group + g) * filters + filter) * outSize;
        gemm(true, false, kernelSize, inSize, channels, T(1), weights, filters * kernelSize, input, inSize, T(0),
             columns.data(), inSize);
        for (int64_t k = 0; k < kernelSize; ++k) {
          llvm::SmallVector<int64_t, 3> at(window.rank());
          for (int64_t d = window.rank(), rest = k; d-- > 0; rest /= window.kernel[d])
            at[d] = rest % window.kernel[d];
          scatter<T>(window, in, out, at, columns.data() + k * inSize, output);
        }
      }
  return y;
}

} // namespace

Result convTranspose(const Node &node) {
  const HostTensor &x = *node.inputs[0], &w = *node.inputs[1], *bias = optionalInput(node, 2);
  int64_t group = intAttribute(node, "group", 1);
  if (!isFloat(x.type()))
    return makeError("needs floats, found {0}", name(x.type()));
  if (llvm::Error error = checkSameType(x, w))
    return error;
  if (llvm::Error error = checkConvolution(x, w, group, /*transposed=*/true))
    return error;
  if (llvm::Error error = checkBias(bias, w.shape()[1] * group))
    return error;
  auto window = readKernel(node, w);
  if (!window)
    return window.takeError();
  auto out = resolveOutput(node, *window, x.shape().drop_front(2));
  if (!out)
    return out.takeError();
  Shape shape = {x.shape()[0], w.shape()[1] * group};
  shape.append(out->begin(), out->end());
  if (llvm::Error error = checkAllocatable(shape))
    return error;
  return withFloat(x.type(), [&](auto tag) {
    using T = decltype(tag);
    HostTensor y = convolveTransposed<T>(as<T>(x), as<T>(w), *window, *out, group);
    if (bias)
      addBias<T>(y, *bias);
    return single(y.cast(x.type()));
  });
}

} // namespace tarn::reference
