#include "Rows.h"

namespace tarn::sim {

void beginInstruction(Context &context) {
  const Chip::Numerics &numerics = context.core.chip.numerics;
  uint64_t number = context.core.executed[unsigned(context.engine)]++;
  if (numerics.stochasticRounding)
    context.core.memory.roundingKey = mixed(mixed(uint64_t(numerics.seed), unsigned(context.engine)), number);
}

llvm::Error checkSameShape(llvm::StringRef mnemonic, const isa::AccessPattern &dst, const isa::AccessPattern &operand) {
  if (operand.numPartitions == dst.numPartitions && operand.numElements() == dst.numElements())
    return llvm::Error::success();
  return makeError("{0}: an operand has {1} partitions of {2} elements where the result has {3} of {4}; they must be "
                   "equal",
                   mnemonic, operand.numPartitions, operand.numElements(), dst.numPartitions, dst.numElements());
}

llvm::Error checkScalar(llvm::StringRef mnemonic, unsigned partitions, const isa::ScalarOperand &operand) {
  const auto *pattern = std::get_if<isa::AccessPattern>(&operand);
  if (!pattern || (pattern->numElements() == 1 && pattern->numPartitions >= partitions))
    return llvm::Error::success();
  return makeError("{0}: a scalar operand has {1} partitions of {2} elements; it needs one element for each of {3} "
                   "partitions",
                   mnemonic, pattern->numPartitions, pattern->numElements(), partitions);
}

} // namespace tarn::sim
