// Copies of elements along strides, whatever their type: what Transpose, Slice, Pad, Gather and their like share.
#include "Movement.h"
#include <cstring>

namespace tarn::reference {
namespace {

template <typename F> void withElementOfSize(unsigned size, F f) {
  switch (size) {
  case 1:
    return f(uint8_t());
  case 2:
    return f(uint16_t());
  case 4:
    return f(uint32_t());
  default:
    return f(uint64_t());
  }
}

} // namespace

llvm::SmallVector<int64_t, 6> rowMajorStrides(llvm::ArrayRef<int64_t> shape) {
  llvm::SmallVector<int64_t, 6> strides(shape.size());
  int64_t stride = 1;
  for (size_t d = shape.size(); d-- > 0;) {
    strides[d] = stride;
    stride *= shape[d];
  }
  return strides;
}

HostTensor stridedCopy(const HostTensor &source, llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<int64_t> strides,
                       int64_t offset) {
  HostTensor result(source.type(), shape), from = source.aligned();
  if (result.size() == 0)
    return result;
  // Dimensions that one even step walks become one; there is at least one.
  llvm::SmallVector<int64_t, 6> dims = {1}, steps = {0};
  for (size_t d = 0; d < shape.size(); ++d) {
    if (shape[d] == 1)
      continue;
    if (dims.back() == 1) {
      dims.back() = shape[d];
      steps.back() = strides[d];
    } else if (steps.back() == strides[d] * shape[d]) {
      dims.back() *= shape[d];
      steps.back() = strides[d];
    } else {
      dims.push_back(shape[d]);
      steps.push_back(strides[d]);
    }
  }
  withElementOfSize(sizeInBytes(source.type()), [&](auto tag) {
    using T = decltype(tag);
    const T *in = from.data<T>().data();
    T *out = result.mutableData<T>().data();
    llvm::SmallVector<int64_t, 6> index(dims.size(), 0);
    int64_t width = dims.back(), step = steps.back(), at = offset;
    for (T *end = out + result.size(); out < end; out += width) {
      if (step == 1)
        std::memcpy(out, in + at, width * sizeof(T));
      else
        for (int64_t i = 0; i < width; ++i)
          out[i] = in[at + i * step];
      for (size_t d = dims.size() - 1; d-- > 0;) {
        at += steps[d];
        if (++index[d] < dims[d])
          break;
        at -= steps[d] * dims[d];
        index[d] = 0;
      }
    }
  });
  return result;
}

HostTensor mappedCopy(const HostTensor &source, llvm::ArrayRef<std::vector<int64_t>> maps, const HostTensor *fill) {
  Shape shape;
  for (const std::vector<int64_t> &map : maps)
    shape.push_back(map.size());
  HostTensor result(source.type(), shape), from = source.aligned();
  if (result.size() == 0)
    return result;
  if (maps.empty())
    return source;
  auto strides = rowMajorStrides(source.shape());
  withElementOfSize(sizeInBytes(source.type()), [&](auto tag) {
    using T = decltype(tag);
    T filler = 0;
    if (fill)
      std::memcpy(&filler, fill->bytes().data(), sizeof(T));
    const T *in = from.data<T>().data();
    T *out = result.mutableData<T>().data();
    size_t last = maps.size() - 1;
    llvm::SmallVector<int64_t, 6> index(maps.size(), 0);
    for (T *end = out + result.size(); out < end; out += maps[last].size()) {
      int64_t at = 0;
      bool outside = false;
      for (size_t d = 0; d < last; ++d) {
        outside |= maps[d][index[d]] < 0;
        at += maps[d][index[d]] * strides[d];
      }
      for (size_t i = 0; i < maps[last].size(); ++i)
        out[i] = outside || maps[last][i] < 0 ? filler : in[at + maps[last][i]];
      for (size_t d = last; d-- > 0;) {
        if (++index[d] < shape[d])
          break;
        index[d] = 0;
      }
    }
  });
  return result;
}

HostTensor transposed(const HostTensor &source, llvm::ArrayRef<int64_t> perm) {
  auto from = rowMajorStrides(source.shape());
  Shape shape;
  llvm::SmallVector<int64_t, 6> strides;
  for (int64_t d : perm) {
    shape.push_back(source.shape()[d]);
    strides.push_back(from[d]);
  }
  return stridedCopy(source, shape, strides);
}

} // namespace tarn::reference
