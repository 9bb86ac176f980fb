#include "Rows.h"

namespace tarn::sim {

void beginInstruction(Context &context) {
  const Chip::Numerics &numerics = context.core.chip.numerics;
  uint64_t number = context.core.executed[unsigned(context.engine)]++;
  if (numerics.stochasticRounding)
    context.core.memory.roundingKey = mixed(mixed(uint64_t(numerics.seed), unsigned(context.engine)), number);
}

llvm::Error checkAccumulators(llvm::ArrayRef<std::optional<float>> accumulators, const isa::AccessPattern &dst,
                              llvm::StringRef commands) {
  for (unsigned p = 0; p < dst.numPartitions; ++p)
    if (!accumulators[dst.startPartition + p])
      return makeError("the accumulator of partition {0} holds nothing; an instruction with reduce_cmd={1} goes before "
                       "it",
                       dst.startPartition + p, commands);
  return llvm::Error::success();
}

llvm::Error checkSameShape(const isa::AccessPattern &dst, const isa::AccessPattern &operand) {
  if (operand.numPartitions == dst.numPartitions && operand.numElements() == dst.numElements())
    return llvm::Error::success();
  return makeError("an operand has {0} partitions of {1} elements where the result has {2} of {3}; they must be "
                   "equal",
                   operand.numPartitions, operand.numElements(), dst.numPartitions, dst.numElements());
}

llvm::Error checkScalar(unsigned partitions, const isa::ScalarOperand &operand) {
  const auto *pattern = std::get_if<isa::AccessPattern>(&operand);
  if (!pattern || (pattern->numElements() == 1 && pattern->numPartitions >= partitions))
    return llvm::Error::success();
  return makeError("a scalar operand has {0} partitions of {1} elements; it needs one element for each of {2} "
                   "partitions",
                   pattern->numPartitions, pattern->numElements(), partitions);
}

} // namespace tarn::sim
