// The product of the Tensor engine, into PSUM.
#pragma once
#include "tarn/Sim/Execute.h"

namespace tarn::sim {

/// Whether the array multiplies operands of two types (facts 3.4). Words of packed elements have instructions of their own.
bool canMultiply(DType stationary, DType moving);

/// dst (+)= stationary^T * right, in fp32; `right` is [rows of the stationary operand, columns] with a pitch in
/// elements. The group says whether dst is overwritten.
void multiplyInto(const isa::AccessPattern &dst, isa::MatmulGroup group, const Stationary &stationary,
                  const float *right, int columns, int rightPitch, const Memory &memory);

} // namespace tarn::sim
