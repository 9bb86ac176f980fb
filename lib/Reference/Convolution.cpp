// Conv in any number of spatial dimensions: the input patches are laid out as the columns of a matrix, one
// slab of output positions at a time, and multiplied with the filters.
//
//   patches[channel × kernel position][output position]     output = filters · patches
#include "Convolution.h"
#include "Arithmetic.h"
#include "Blas.h"

namespace tarn::reference {
namespace {

/// Positions of the kernel or of output rows, counted like an odometer.
bool advance(llvm::MutableArrayRef<int64_t> index, llvm::ArrayRef<int64_t> extents) {
  for (size_t d = index.size(); d-- > 0;) {
    if (++index[d] < extents[d])
      return true;
    index[d] = 0;
  }
  return false;
}

/// Fills one row of the patch matrix: what the kernel position `at` sees of one channel, for the output rows
/// (all spatial dimensions but the last) `firstRow` to `lastRow`.
template <typename T>
void fillPatchRow(const Window &window, llvm::ArrayRef<int64_t> in, llvm::ArrayRef<int64_t> out,
                  llvm::ArrayRef<int64_t> at, const T *channel, int64_t firstRow, int64_t lastRow, T *target) {
  size_t last = window.rank() - 1;
  int64_t width = out[last], stride = window.strides[last];
  int64_t shift = at[last] * window.dilations[last] - window.padsBegin[last];
  // Columns begin <= x < end read inside the input.
  int64_t begin = std::clamp<int64_t>(shift >= 0 ? 0 : (-shift + stride - 1) / stride, 0, width);
  int64_t end = in[last] - shift <= 0 ? begin : (in[last] - shift + stride - 1) / stride;
  end = std::clamp<int64_t>(end, begin, width);
  for (int64_t row = firstRow; row < lastRow; ++row, target += width) {
    int64_t rest = row, offset = 0, scale = in[last];
    bool inside = true;
    for (size_t d = last; d-- > 0;) {
      int64_t y = rest % out[d] * window.strides[d] - window.padsBegin[d] + at[d] * window.dilations[d];
      rest /= out[d];
      inside &= y >= 0 && y < in[d];
      offset += y * scale;
      scale *= in[d];
    }
    if (!inside || begin == end) {
      std::fill(target, target + width, T(0));
      continue;
    }
    std::fill(target, target + begin, T(0));
    const T *source = channel + offset + shift;
    if (stride == 1)
      std::copy(source + begin, source + end, target + begin);
    else
      for (int64_t x = begin; x < end; ++x)
        target[x] = source[x * stride];
    std::fill(target + end, target + width, T(0));
  }
}

template <typename T>
HostTensor convolve(const HostTensor &x, const HostTensor &w, const Window &window, llvm::ArrayRef<int64_t> out,
                    int64_t group) {
  llvm::ArrayRef<int64_t> in = x.shape().drop_front(2);
  Shape shape = {x.shape()[0], w.shape()[0]};
  shape.append(out.begin(), out.end());
  HostTensor y(dtypeOf<T>(), shape);
  if (y.size() == 0)
    return y;

  int64_t channels = w.shape()[1], filters = w.shape()[0] / group;
  int64_t positions = numElements(out), width = out.back(), rows = positions / width;
  int64_t inSize = numElements(in), kernelSize = numElements(window.kernel), depth = channels * kernelSize;
  constexpr int64_t slabElements = int64_t(1) << 20;
  int64_t slabRows = std::clamp<int64_t>(slabElements / std::max<int64_t>(depth * width, 1), 1, rows);
  std::vector<T> patches(depth * slabRows * width);
  const T *xs = x.data<T>().data(), *ws = w.data<T>().data();
  T *ys = y.mutableData<T>().data();

  for (int64_t image = 0; image < shape[0]; ++image)
    for (int64_t g = 0; g < group; ++g) {
      const T *input = xs + (image * group + g) * channels * inSize;
      T *output = ys + (image * group + g) * filters * positions;
      for (int64_t firstRow = 0; firstRow < rows; firstRow += slabRows) {
        int64_t lastRow = std::min(rows, firstRow + slabRows), columns = (lastRow - firstRow) * width;
        T *target = patches.data();
        for (int64_t c = 0; c < channels; ++c) {
          llvm::SmallVector<int64_t, 3> at(window.rank(), 0);
          do {
            fillPatchRow<T>(window, in, out, at, input + c * inSize, firstRow, lastRow, target);
            target += columns;
          } while (advance(at, window.kernel));
        }
        gemm(false, false, filters, columns, depth, T(1), ws + g * filters * depth, depth, patches.data(), columns,
             T(0), output + firstRow * width, positions);
      }
    }
  return y;
}

} // namespace

llvm::Error checkConvolution(const HostTensor &x, const HostTensor &w, int64_t group, bool transposed) {
  if (x.rank() < 3 || w.rank() != x.rank())
    return makeError("input of shape {0} and weights of shape {1}: both need the same rank of at least 3",
                     toString(x.shape()), toString(w.shape()));
  if (group < 1)
    return makeError("group is {0}, it must be at least 1", group);
  int64_t channels = x.shape()[1], wanted = transposed ? w.shape()[0] : w.shape()[1] * group;
  if (channels != wanted || w.shape()[0] % group != 0)
    return makeError("input of shape {0} does not fit weights of shape {1} with group {2}", toString(x.shape()),
                     toString(w.shape()), group);
  return llvm::Error::success();
}

llvm::Expected<Window> readKernel(const Node &node, const HostTensor &w) {
  std::vector<int64_t> kernel = intsAttribute(node, "kernel_shape");
  llvm::ArrayRef<int64_t> ofWeights = w.shape().drop_front(2);
  if (!kernel.empty() && llvm::ArrayRef(kernel) != ofWeights)
    return makeError("kernel_shape {0} is not that of the weights, {1}", toString(kernel), toString(ofWeights));
  return readWindowSteps(node, ofWeights);
}

template <typename T> void addBias(HostTensor &y, const HostTensor &bias) {
  int64_t channels = y.shape()[1], positions = numElements(y.shape().drop_front(2));
  HostTensor wide = as<T>(bias);
  auto values = wide.template data<T>();
  T *at = y.mutableData<T>().data();
  for (int64_t i = 0, e = y.shape()[0] * channels; i < e; ++i)
    for (int64_t p = 0; p < positions; ++p)
      *at++ += values[i % channels];
}
template void addBias<float>(HostTensor &, const HostTensor &);
template void addBias<double>(HostTensor &, const HostTensor &);

llvm::Error checkBias(const HostTensor *bias, int64_t channels) {
  if (bias && (bias->rank() != 1 || bias->size() != channels))
    return makeError("bias of shape {0}, needs {1}", toString(bias->shape()), channels);
  return llvm::Error::success();
}

llvm::Expected<HostTensor> convolution(const Node &node, const HostTensor &x, const HostTensor &w,
                                       const HostTensor *bias) {
  int64_t group = intAttribute(node, "group", 1);
  if (llvm::Error error = checkConvolution(x, w, group, /*transposed=*/false))
    return error;
  if (llvm::Error error = checkBias(bias, w.shape()[0]))
    return error;
  if (auto kernel = readKernel(node, w); !kernel)
    return kernel.takeError();
  llvm::ArrayRef<int64_t> in = x.shape().drop_front(2);
  auto window = readWindow(node, w.shape().drop_front(2), in, SamePadding::neverNegative);
  if (!window)
    return window.takeError();
  auto out = windowPositions(*window, in, /*ceilMode=*/false);
  if (!out)
    return out.takeError();
  Shape shape = {x.shape()[0], w.shape()[0]};
  shape.append(out->begin(), out->end());
  if (llvm::Error error = checkAllocatable(shape))
    return error;
  return withFloat(x.type(), [&](auto tag) {
    using T = decltype(tag);
    HostTensor y = convolve<T>(as<T>(x), as<T>(w), *window, *out, group);
    if (bias)
      addBias<T>(y, *bias);
    return y;
  });
}

namespace {
Result conv(const Node &node) {
  const HostTensor &x = *node.inputs[0], &w = *node.inputs[1];
  if (!isFloat(x.type()))
    return makeError("needs floats, found {0}", name(x.type()));
  if (llvm::Error error = checkSameType(x, w))
    return error;
  auto y = convolution(node, x, w, optionalInput(node, 2));
  if (!y)
    return y.takeError();
  return single(y->cast(x.type()));
}
} // namespace

llvm::ArrayRef<Operator> convolutionOperators() {
  static const Operator table[] = {
      {"Conv", conv, 2, 3},
      {"ConvTranspose", convTranspose, 2, 3},
  };
  return table;
}

} // namespace tarn::reference
