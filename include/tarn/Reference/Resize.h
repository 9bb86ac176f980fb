// Resize as matrices: it is linear in its input and acts on one dimension after the other.
#pragma once
#include "tarn/Reference/Reference.h"

namespace tarn::reference {

/// For each dimension of an input of `shape` the fp32 matrix [out, in] with output = matrix · input. A row of
/// zeros shows the extrapolation value. Errors: those of evaluating the node, whose first input is not looked
/// at.
llvm::Expected<std::vector<HostTensor>> resizeMatrices(const Node &node, llvm::ArrayRef<int64_t> shape);

} // namespace tarn::reference
