// "If this were free": see WhatIf.cpp.
#pragma once
#include "tarn/Sim/Cause.h"
#include "tarn/Sim/Machine.h"

namespace tarn::sim {

/// The chip on which `cause` costs nothing, as far as it is the machine's and not single instructions'.
Chip withFree(Chip chip, Cause cause);

struct WhatIf {
  Cause free;
  Picoseconds time; // that the program takes
};

/// Simulates the program once for each cause, without values.
llvm::Expected<std::vector<WhatIf>> simulateWhatIf(const isa::Program &program, const Chip &chip,
                                                   const RunOptions &asked, llvm::ArrayRef<Cause> causes);

} // namespace tarn::sim
