// Row by row: how elementwise instructions read their operands and write their result.
#pragma once
#include "tarn/Sim/Execute.h"
#include "tarn/Support/AtomicFile.h"

namespace tarn::sim {

/// An operand with its walk.
struct Operand {
  explicit Operand(const isa::AccessPattern &pattern) : pattern(pattern), walk(pattern.pattern()) {}
  const isa::AccessPattern &pattern;
  Walk walk;

  void load(const Memory &memory, unsigned row, float *out) const {
    sim::load(pattern.dtype, walk, memory.row(pattern, row), out);
  }
  void store(const Memory &memory, unsigned row, const float *in) const {
    if (memory.roundingKey)
      return storeStochastically(pattern.dtype, walk, memory.row(pattern, row), in, mixed(*memory.roundingKey, row));
    sim::store(pattern.dtype, walk, memory.row(pattern, row), in);
  }
  void loadBits(const Memory &memory, unsigned row, int64_t *out) const {
    sim::loadBits(pattern.dtype, walk, memory.row(pattern, row), out);
  }
  void storeBits(const Memory &memory, unsigned row, const int64_t *in) const {
    sim::storeBits(pattern.dtype, walk, memory.row(pattern, row), in);
  }
};

/// An fp32 immediate, or one element a partition.
class ScalarReader {
public:
  ScalarReader(const Memory &memory, const isa::ScalarOperand &scalar) : memory(memory), scalar(scalar) {}
  float operator()(unsigned row) const {
    if (const float *immediate = std::get_if<float>(&scalar))
      return *immediate;
    const auto &pattern = std::get<isa::AccessPattern>(scalar);
    float value;
    toFloat(pattern.dtype, memory.row(pattern, row), &value, 1);
    return value;
  }

private:
  const Memory &memory;
  const isa::ScalarOperand &scalar;
};

/// Reads the indices of a row; an error where one lies outside `limit` elements.
llvm::Error readIndices(const Operand &index, const Memory &memory, unsigned row, size_t limit,
                        std::vector<int64_t> &places);

/// That the accumulators of the partitions of `dst` hold something; else the error says that an instruction with one of
/// `commands` goes before.
llvm::Error checkAccumulators(llvm::ArrayRef<std::optional<float>> accumulators, const isa::AccessPattern &dst,
                              llvm::StringRef commands);

/// That an operand has as many partitions and elements as the destination; the walks below rely on it.
llvm::Error checkSameShape(const isa::AccessPattern &dst, const isa::AccessPattern &operand);
/// That a scalar operand has one element for each of `partitions`.
llvm::Error checkScalar(unsigned partitions, const isa::ScalarOperand &operand);

} // namespace tarn::sim
