// What must stay behind what when instructions change places: uses of the same tile or tensor of which one writes, and
// state that no operand names (weights of the Tensor engine, accumulators of the Scalar engine).
#pragma once
#include "tarn/Dialect/NISA/NISA.h"
#include <vector>

namespace tarn::schedule {

struct Dependence {
  unsigned from;
  /// The later instruction needs what the earlier one has completed; otherwise only their order stays.
  bool isAwaited;
};

struct Dependences {
  explicit Dependences(llvm::ArrayRef<nisa::InstructionInterface> instructions);
  /// Of each instruction, on earlier ones.
  std::vector<llvm::SmallVector<Dependence, 4>> before;
  /// The instruction that wrote to the same tile before: completed when both are.
  std::vector<std::optional<unsigned>> sameWrite;
};
} // namespace tarn::schedule
