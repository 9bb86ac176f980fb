// Broadcasting after NumPy: shapes are aligned at their last dimension, a missing dimension or one of extent
// 1 repeats.
#pragma once
#include "Arithmetic.h"

namespace tarn::reference {

/// The common shape, or an error that names two that do not fit.
llvm::Expected<Shape> broadcastShape(llvm::ArrayRef<const HostTensor *> operands);
/// Whether `from` broadcasts to exactly `to`.
bool broadcastsTo(llvm::ArrayRef<int64_t> from, llvm::ArrayRef<int64_t> to);

/// Walks the result in rows of the longest inner dimension over which every operand steps evenly.
class BroadcastWalk {
public:
  BroadcastWalk(llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<llvm::ArrayRef<int64_t>> operands);

  /// Elements in a row, and by how many elements operand `i` advances (0 or 1).
  int64_t rowLength() const { return dims.back(); }
  int64_t step(unsigned i) const { return strides[i].back(); }

  /// Calls `row(first element of the result, first elements of the operands)`.
  template <typename F> void forEachRow(F row) const {
    llvm::SmallVector<int64_t, 4> at(strides.size(), 0);
    llvm::SmallVector<int64_t, 6> index(dims.size(), 0);
    for (int64_t out = 0; out < total; out += dims.back()) {
      row(out, at);
      for (size_t d = dims.size() - 1; d-- > 0;) {
        ++index[d];
        bool carry = index[d] == dims[d];
        for (size_t i = 0; i < strides.size(); ++i)
          at[i] += strides[i][d] - (carry ? strides[i][d] * dims[d] : 0);
        if (!carry)
          break;
        index[d] = 0;
      }
    }
  }

private:
  int64_t total;
  llvm::SmallVector<int64_t, 6> dims; // at least one
  llvm::SmallVector<llvm::SmallVector<int64_t, 6>, 4> strides;
};

/// `f` on every pair of elements. `a` and `b` have elements of `T`; the result has `type`, stored as `R`.
template <typename T, typename R, typename F>
HostTensor mapPairs(const HostTensor &a, const HostTensor &b, llvm::ArrayRef<int64_t> shape, DType type, F f) {
  HostTensor result(type, shape);
  R *out = result.mutableData<R>().data();
  const T *x = a.data<T>().data(), *y = b.data<T>().data();
  BroadcastWalk walk(shape, {a.shape(), b.shape()});
  int64_t n = walk.rowLength();
  bool xMoves = walk.step(0), yMoves = walk.step(1);
  walk.forEachRow([&](int64_t o, llvm::ArrayRef<int64_t> at) {
    const T *xs = x + at[0], *ys = y + at[1];
    R *os = out + o;
    if (xMoves && yMoves)
      for (int64_t i = 0; i < n; ++i)
        os[i] = f(xs[i], ys[i]);
    else if (xMoves)
      for (int64_t i = 0; i < n; ++i)
        os[i] = f(xs[i], *ys);
    else if (yMoves)
      for (int64_t i = 0; i < n; ++i)
        os[i] = f(*xs, ys[i]);
    else
      std::fill(os, os + n, f(*xs, *ys));
  });
  return result;
}

} // namespace tarn::reference
