// Copies between differently arranged tensors, whatever their elements are.
#pragma once
#include "tarn/Support/HostTensor.h"

namespace tarn::reference {

/// result[i0, i1, …] = element (offset + Σ iₖ·stridesₖ) of `source`; strides count elements and may be 0 or
/// negative.
HostTensor stridedCopy(const HostTensor &source, llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<int64_t> strides,
                       int64_t offset = 0);

/// result[i0, i1, …] = source[maps₀[i0], maps₁[i1], …], or `fill` where any of the maps says −1. `fill` is
/// one element of the same type.
HostTensor mappedCopy(const HostTensor &source, llvm::ArrayRef<std::vector<int64_t>> maps, const HostTensor *fill);

/// Strides of a dense row-major tensor.
llvm::SmallVector<int64_t, 6> rowMajorStrides(llvm::ArrayRef<int64_t> shape);

/// Dimensions in another order: result dimension d is dimension perm[d].
HostTensor transposed(const HostTensor &source, llvm::ArrayRef<int64_t> perm);

} // namespace tarn::reference
