// MaxPool, AveragePool, LpPool and their global forms. One and two spatial dimensions are walked as three,
// the missing ones of extent 1 in front.
#include "Arithmetic.h"
#include "Window.h"
#include <limits>

namespace tarn::reference {
namespace {

struct Pool {
  Window window;             // three dimensions
  std::array<int64_t, 3> in; // spatial extents
  std::array<int64_t, 3> out;
  Shape shape; // of the result
  int64_t planes;
};

llvm::Expected<Pool> readPool(const Node &node) {
  const HostTensor &x = *node.inputs[0];
  if (x.rank() < 3 || x.rank() > 5)
    return makeError("input of shape {0}; one to three spatial dimensions are implemented", toString(x.shape()));
  llvm::ArrayRef<int64_t> in = x.shape().drop_front(2);
  auto window = readWindow(node, intsAttribute(node, "kernel_shape"), in, SamePadding::byFormula);
  if (!window)
    return window.takeError();
  // SAME pads to exactly ceil(extent / stride) positions already.
  auto positions = windowPositions(*window, in, intAttribute(node, "ceil_mode", 0));
  if (!positions)
    return positions.takeError();
  Pool pool;
  pool.shape = {x.shape()[0], x.shape()[1]};
  pool.shape.append(positions->begin(), positions->end());
  if (llvm::Error error = checkAllocatable(pool.shape))
    return error;
  pool.planes = x.shape()[0] * x.shape()[1];
  pool.in.fill(1);
  pool.out.fill(1);
  llvm::copy(in, pool.in.end() - in.size());
  llvm::copy(*positions, pool.out.end() - in.size());
  size_t missing = 3 - in.size();
  for (auto *values : {&window->kernel, &window->strides, &window->dilations})
    values->insert(values->begin(), missing, 1);
  for (auto *values : {&window->padsBegin, &window->padsEnd})
    values->insert(values->begin(), missing, 0);
  pool.window = std::move(*window);
  return pool;
}

/// The part of a window that lies inside the input in one dimension: kernel positions [begin, end).
struct Range {
  int64_t start; // input coordinate of kernel position 0
  int64_t begin, end;
};
Range inside(const Pool &pool, size_t d, int64_t position) {
  const Window &w = pool.window;
  int64_t start = position * w.strides[d] - w.padsBegin[d], step = w.dilations[d];
  int64_t begin = start >= 0 ? 0 : (-start + step - 1) / step;
  int64_t end = pool.in[d] - start <= 0 ? begin : (pool.in[d] - start + step - 1) / step;
  return {start, begin, std::max(begin, std::min(end, w.kernel[d]))};
}

/// Calls `window(output index, ranges)` for every position of one plane.
template <typename F> void forEachPosition(const Pool &pool, F window) {
  int64_t out = 0;
  for (int64_t z = 0; z < pool.out[0]; ++z) {
    Range rz = inside(pool, 0, z);
    for (int64_t y = 0; y < pool.out[1]; ++y) {
      Range ry = inside(pool, 1, y);
      for (int64_t x = 0; x < pool.out[2]; ++x)
        window(out++, rz, ry, inside(pool, 2, x));
    }
  }
}

/// Calls `element(index in the plane)` for every input element of one window.
template <typename F> void forEachElement(const Pool &pool, Range rz, Range ry, Range rx, F element) {
  const auto &dilations = pool.window.dilations;
  for (int64_t kz = rz.begin; kz < rz.end; ++kz)
    for (int64_t ky = ry.begin; ky < ry.end; ++ky) {
      int64_t row = (rz.start + kz * dilations[0]) * pool.in[1] + ry.start + ky * dilations[1];
      for (int64_t kx = rx.begin; kx < rx.end; ++kx)
        element(row * pool.in[2] + rx.start + kx * dilations[2]);
    }
}

Result maxPool(const Node &node) {
  const HostTensor &input = *node.inputs[0];
  auto pool = readPool(node);
  if (!pool)
    return pool.takeError();
  bool columnMajor = intAttribute(node, "storage_order", 0);
  HostTensor indices(DType::int64, pool->shape);
  int64_t inSize = pool->in[0] * pool->in[1] * pool->in[2], outSize = pool->out[0] * pool->out[1] * pool->out[2];
  return withArithmetic(input.type(), [&](auto tag) -> Result {
    using T = decltype(tag);
    using Limits = std::numeric_limits<T>;
    HostTensor x = as<T>(input), y(dtypeOf<T>(), pool->shape);
    const T *xs = x.template data<T>().data();
    T *ys = y.template mutableData<T>().data();
    int64_t *is = indices.mutableData<int64_t>().data();
    for (int64_t plane = 0; plane < pool->planes; ++plane, xs += inSize, ys += outSize, is += outSize)
      forEachPosition(*pool, [&](int64_t out, Range rz, Range ry, Range rx) {
        T best = Limits::has_infinity ? -Limits::infinity() : Limits::lowest();
        int64_t where = -1;
        forEachElement(*pool, rz, ry, rx, [&](int64_t i) {
          if (xs[i] > best || where < 0 || xs[i] != xs[i]) {
            best = xs[i];
            where = i;
          }
        });
        ys[out] = best;
        if (columnMajor && where >= 0) { // the last two dimensions change places in the count
          int64_t height = pool->in[1], width = pool->in[2], slice = where / (height * width);
          int64_t row = where / width % height, column = where % width;
          where = slice * height * width + column * height + row;
        }
        is[out] = where < 0 ? -1 : plane * inSize + where;
      });
    return Outputs{y.cast(input.type()), indices};
  });
}

Result averagePool(const Node &node) {
  const HostTensor &input = *node.inputs[0];
  if (!isFloat(input.type()))
    return makeError("needs floats, found {0}", name(input.type()));
  auto pool = readPool(node);
  if (!pool)
    return pool.takeError();
  bool countPadding = intAttribute(node, "count_include_pad", 0);
  int64_t inSize = pool->in[0] * pool->in[1] * pool->in[2], outSize = pool->out[0] * pool->out[1] * pool->out[2];
  // Kernel positions inside the input and its padding; what ceil_mode adds beyond is never counted.
  auto padded = [&](size_t d, Range range) {
    int64_t room = pool->in[d] + pool->window.padsEnd[d] - range.start, step = pool->window.dilations[d];
    return std::min(pool->window.kernel[d], room <= 0 ? 0 : (room + step - 1) / step);
  };
  return withFloat(input.type(), [&](auto tag) {
    using T = decltype(tag);
    HostTensor x = as<T>(input), y(dtypeOf<T>(), pool->shape);
    const T *xs = x.template data<T>().data();
    T *ys = y.template mutableData<T>().data();
    for (int64_t plane = 0; plane < pool->planes; ++plane, xs += inSize, ys += outSize)
      forEachPosition(*pool, [&](int64_t out, Range rz, Range ry, Range rx) {
        double sum = 0;
        int64_t count = (rz.end - rz.begin) * (ry.end - ry.begin) * (rx.end - rx.begin);
        if (countPadding)
          count = padded(0, rz) * padded(1, ry) * padded(2, rx);
        forEachElement(*pool, rz, ry, rx, [&](int64_t i) { sum += xs[i]; });
        ys[out] = count == 0 ? T(0) : static_cast<T>(sum / count);
      });
    return single(y.cast(input.type()));
  });
}

Result lpPool(const Node &node) {
  const HostTensor &input = *node.inputs[0];
  if (!isFloat(input.type()))
    return makeError("needs floats, found {0}", name(input.type()));
  auto pool = readPool(node);
  if (!pool)
    return pool.takeError();
  double p = intAttribute(node, "p", 2);
  int64_t inSize = pool->in[0] * pool->in[1] * pool->in[2], outSize = pool->out[0] * pool->out[1] * pool->out[2];
  return withFloat(input.type(), [&](auto tag) {
    using T = decltype(tag);
    HostTensor x = as<T>(input), y(dtypeOf<T>(), pool->shape);
    const T *xs = x.template data<T>().data();
    T *ys = y.template mutableData<T>().data();
    for (int64_t plane = 0; plane < pool->planes; ++plane, xs += inSize, ys += outSize)
      forEachPosition(*pool, [&](int64_t out, Range rz, Range ry, Range rx) {
        double sum = 0;
        forEachElement(*pool, rz, ry, rx, [&](int64_t i) { sum += std::pow(std::fabs(double(xs[i])), p); });
        ys[out] = static_cast<T>(std::pow(sum, 1 / p));
      });
    return single(y.cast(input.type()));
  });
}

/// Reduces each plane to one element; `finish(sum or maximum, count)`.
template <typename F> Result global(const Node &node, double start, F combine, bool average) {
  const HostTensor &input = *node.inputs[0];
  if (input.rank() < 3 || !isFloat(input.type()))
    return makeError("needs floats with at least one spatial dimension, found {0} of shape {1}", name(input.type()),
                     toString(input.shape()));
  Shape shape(input.rank(), 1);
  shape[0] = input.shape()[0];
  shape[1] = input.shape()[1];
  int64_t size = numElements(input.shape().drop_front(2));
  return withFloat(input.type(), [&](auto tag) {
    using T = decltype(tag);
    HostTensor x = as<T>(input), y(dtypeOf<T>(), shape);
    const T *xs = x.template data<T>().data();
    for (T &value : y.template mutableData<T>()) {
      double result = start;
      for (int64_t i = 0; i < size; ++i)
        result = combine(result, double(*xs++));
      value = static_cast<T>(average ? result / size : result);
    }
    return single(y.cast(input.type()));
  });
}

Result globalAveragePool(const Node &node) {
  return global(node, 0, [](double a, double b) { return a + b; }, /*average=*/true);
}
Result globalMaxPool(const Node &node) {
  return global(
      node, -std::numeric_limits<double>::infinity(), [](double a, double b) { return b > a || b != b ? b : a; },
      /*average=*/false);
}

} // namespace

llvm::ArrayRef<Operator> poolingOperators() {
  static const Operator table[] = {
      {"MaxPool", maxPool, 1, 1},
      {"AveragePool", averagePool, 1, 1},
      {"LpPool", lpPool, 1, 1},
      {"GlobalAveragePool", globalAveragePool, 1, 1},
      {"GlobalMaxPool", globalMaxPool, 1, 1},
  };
  return table;
}

} // namespace tarn::reference
