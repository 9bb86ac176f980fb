// MatMul after numpy.matmul, and Gemm.
#include "Blas.h"
#include "Broadcast.h"
#include "Operators.h"

namespace tarn::reference {
namespace {

/// C = A · B for row-major matrices of any arithmetic type; floats through BLAS, integers wrap.
template <typename T> void multiply(int64_t m, int64_t n, int64_t k, const T *a, const T *b, T *c) {
  if (m == 0 || n == 0)
    return;
  if constexpr (std::is_floating_point_v<T>) {
    gemm(false, false, m, n, k, T(1), a, k, b, n, T(0), c, n);
  } else {
    std::fill(c, c + m * n, T(0));
    for (int64_t i = 0; i < m; ++i)
      for (int64_t l = 0; l < k; ++l)
        for (int64_t j = 0; j < n; ++j)
          c[i * n + j] = static_cast<T>(static_cast<uint64_t>(c[i * n + j]) +
                                        static_cast<uint64_t>(a[i * k + l]) * static_cast<uint64_t>(b[l * n + j]));
  }
}

Result matMul(const Node &node) {
  const HostTensor &a = *node.inputs[0], &b = *node.inputs[1];
  if (llvm::Error error = checkSameType(a, b))
    return error;
  if (a.rank() == 0 || b.rank() == 0)
    return makeError("scalars cannot be multiplied as matrices");
  // A vector on the left is a row, on the right a column; its dimension of 1 leaves the result again.
  Shape left(a.shape()), right(b.shape());
  if (a.rank() == 1)
    left.insert(left.begin(), 1);
  if (b.rank() == 1)
    right.push_back(1);
  int64_t m = left[left.size() - 2], k = left.back(), n = right.back();
  if (right[right.size() - 2] != k)
    return makeError("shapes {0} and {1} do not fit: {2} columns, {3} rows", toString(a.shape()), toString(b.shape()),
                     k, right[right.size() - 2]);
  llvm::ArrayRef<int64_t> leftOuter = llvm::ArrayRef(left).drop_back(2),
                          rightOuter = llvm::ArrayRef(right).drop_back(2);
  Shape outer;
  for (llvm::ArrayRef<int64_t> batch : {leftOuter, rightOuter}) {
    if (batch.size() > outer.size())
      outer.insert(outer.begin(), batch.size() - outer.size(), 1);
    for (size_t d = 0; d < batch.size(); ++d) {
      int64_t &dim = outer[outer.size() - batch.size() + d];
      if (dim != batch[d] && dim != 1 && batch[d] != 1)
        return makeError("the outer dimensions of {0} and {1} do not broadcast", toString(a.shape()),
                         toString(b.shape()));
      if (batch[d] != 1)
        dim = batch[d];
    }
  }
  Shape full = outer, shape = outer;
  full.append({m, n});
  if (a.rank() > 1)
    shape.push_back(m);
  if (b.rank() > 1)
    shape.push_back(n);
  if (llvm::Error error = checkAllocatable(full))
    return error;
  return withArithmetic(a.type(), [&](auto tag) {
    using T = decltype(tag);
    HostTensor x = as<T>(a), y = as<T>(b), result(dtypeOf<T>(), shape);
    T *out = result.template mutableData<T>().data();
    const T *xs = x.template data<T>().data(), *ys = y.template data<T>().data();
    if (numElements(rightOuter) == 1 && numElements(leftOuter) == numElements(outer)) {
      multiply<T>(m * numElements(outer), n, k, xs, ys, out); // one matrix on the right: one product
    } else if (result.size() != 0) {
      BroadcastWalk walk(outer, {leftOuter, rightOuter});
      walk.forEachRow([&](int64_t first, llvm::ArrayRef<int64_t> at) {
        for (int64_t i = 0; i < walk.rowLength(); ++i)
          multiply<T>(m, n, k, xs + (at[0] + i * walk.step(0)) * m * k, ys + (at[1] + i * walk.step(1)) * k * n,
                      out + (first + i) * m * n);
      });
    }
    return single(result.cast(a.type()));
  });
}

template <typename T> void transpose(HostTensor &matrix) {
  int64_t rows = matrix.shape()[0], columns = matrix.shape()[1];
  HostTensor result(matrix.type(), {columns, rows});
  auto from = matrix.data<T>();
  auto to = result.mutableData<T>();
  for (int64_t i = 0; i < rows; ++i)
    for (int64_t j = 0; j < columns; ++j)
      to[j * rows + i] = from[i * columns + j];
  matrix = result;
}

Result gemmOperator(const Node &node) {
  const HostTensor &a = *node.inputs[0], &b = *node.inputs[1], *c = optionalInput(node, 2);
  if (llvm::Error error = checkSameType(a, b))
    return error;
  if (a.rank() != 2 || b.rank() != 2)
    return makeError("A of shape {0} and B of shape {1} must be matrices", toString(a.shape()), toString(b.shape()));
  bool transposeA = intAttribute(node, "transA", 0), transposeB = intAttribute(node, "transB", 0);
  int64_t m = a.shape()[transposeA], k = a.shape()[!transposeA], n = b.shape()[!transposeB];
  if (b.shape()[transposeB] != k)
    return makeError("A of shape {0} and B of shape {1} do not fit (transA {2}, transB {3})", toString(a.shape()),
                     toString(b.shape()), transposeA, transposeB);
  Shape shape = {m, n};
  if (llvm::Error error = checkAllocatable(shape))
    return error;
  if (c && (c->type() != a.type() || !broadcastsTo(c->shape(), shape)))
    return makeError("C, {0} of shape {1}, does not broadcast to {2} of shape {3}", name(c->type()),
                     toString(c->shape()), name(a.type()), toString(shape));
  double alpha = floatAttribute(node, "alpha", 1), beta = floatAttribute(node, "beta", 1);
  return withArithmetic(a.type(), [&](auto tag) {
    using T = decltype(tag);
    HostTensor x = as<T>(a), y = as<T>(b), result(dtypeOf<T>(), shape);
    if (transposeA)
      transpose<T>(x);
    if (transposeB)
      transpose<T>(y);
    multiply<T>(m, n, k, x.template data<T>().data(), y.template data<T>().data(),
                result.template mutableData<T>().data());
    if (alpha != 1)
      for (T &value : result.template mutableData<T>())
        value = static_cast<T>(static_cast<std::conditional_t<std::is_integral_v<T>, double, T>>(alpha) * value);
    if (c && beta != 0)
      result = mapPairs<T, T>(result, as<T>(*c), shape, dtypeOf<T>(), [beta](T product, T bias) {
        if constexpr (std::is_integral_v<T>)
          return static_cast<T>(static_cast<uint64_t>(product) + static_cast<uint64_t>(int64_t(beta * bias)));
        else
          return product + static_cast<T>(beta) * bias;
      });
    return single(result.cast(a.type()));
  });
}

} // namespace

llvm::ArrayRef<Operator> matrixOperators() {
  static const Operator table[] = {
      {"MatMul", matMul, 2, 2},
      {"Gemm", gemmOperator, 2, 3},
  };
  return table;
}

} // namespace tarn::reference
