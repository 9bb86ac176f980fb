// Programs whose course hangs on a number in HBM.
#pragma once
#include "tarn/Proof/Prove.h"

namespace tarn::proof {

/// For all values that the number can have. Numbers in constants are known; of those in inputs a program may
/// load one, from as many engines as it likes. All else is unproven.
Proof proveForAllData(const isa::Program &program, const Chip &chip, const ProveOptions &options);

} // namespace tarn::proof
