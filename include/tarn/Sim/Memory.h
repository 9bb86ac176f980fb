// The memories of the machine as bytes: SBUF and PSUM of a core, HBM of the machine. Rows of operands are
// gathered into and scattered from contiguous buffers, so that the arithmetic of instructions is written over
// plain arrays.
//
// Fresh memory (of HBM the first GiB) is filled with 0xff: NaN as a float of any width, -1 as an integer.
#pragma once
#include "tarn/Chip/Chip.h"
#include "tarn/ISA/Operands.h"
#include <cstdlib>
#include <memory>
#include <optional>
#include <vector>

namespace tarn::sim {

/// HBM, shared by the cores.
class Hbm {
public:
  /// Without bytes in a run without values.
  explicit Hbm(uint64_t sizeInBytes, bool hasBytes = true);
  /// Null when there is not so much memory, or none is wanted.
  char *data() const { return bytes.get(); }
  uint64_t sizeInBytes() const { return size; }

private:
  struct Free {
    void operator()(char *bytes) const { std::free(bytes); }
  };
  uint64_t size;
  std::unique_ptr<char[], Free> bytes;
};

/// What one core can address. All patterns given to it are within bounds and have no register offset.
class Memory {
public:
  Memory(const Chip &chip, std::shared_ptr<Hbm> hbm);

  /// First byte of a partition of SBUF or PSUM.
  char *partition(isa::Memory memory, unsigned partition) const {
    return memory == isa::Memory::sbuf ? sbuf.get() + partition * sbufPitch : psum.get() + partition * psumPitch;
  }
  /// Bytes between partitions in this simulator.
  uint64_t pitch(isa::Memory memory) const { return memory == isa::Memory::sbuf ? sbufPitch : psumPitch; }
  /// First byte of an operand in its partition `row` (0 = startPartition).
  char *row(const isa::AccessPattern &operand, unsigned row) const {
    return partition(operand.memory, operand.startPartition + row) + operand.address;
  }
  /// Set for each instruction where the chip rounds stochastically: the key of its random bits.
  std::optional<uint64_t> roundingKey;

  /// A byte in the address space of DMAs.
  char *dmaByte(isa::Memory memory, uint64_t address) const {
    if (memory == isa::Memory::hbm)
      return hbm->data() + address;
    return partition(memory, address / isa::sbufPartitionPitch) + address % isa::sbufPartitionPitch;
  }

private:
  uint64_t sbufPitch, psumPitch;
  std::unique_ptr<char[]> sbuf, psum;
  std::shared_ptr<Hbm> hbm;
};

/// The free pattern of an operand with as few dimensions as possible: innermost last, steps in elements.
struct Walk {
  explicit Walk(llvm::ArrayRef<isa::Dim> pattern);
  int64_t step[4] = {0, 0, 0, 1}; // outermost first
  uint32_t num[4] = {1, 1, 1, 1};
  uint32_t size = 1;
  bool isContiguous() const { return num[0] == 1 && num[1] == 1 && num[2] == 1 && (step[3] == 1 || num[3] == 1); }
};

/// Elements of one row as fp32 (integers converted, rounding to nearest even), and back (floats to nearest
/// even; to integers to nearest even with saturation, NaN to 0).
void load(DType type, const Walk &walk, const char *row, float *out);
void store(DType type, const Walk &walk, char *row, const float *in);
/// The same with stochastic rounding to narrower floats; its random bits are a function of `key` and the element.
void storeStochastically(DType type, const Walk &walk, char *row, const float *in, uint64_t key);
/// A hash of two numbers.
uint64_t mixed(uint64_t a, uint64_t b);
/// Integers, exactly; a store wraps. Of a float: its bits.
void loadBits(DType type, const Walk &walk, const char *row, int64_t *out);
void storeBits(DType type, const Walk &walk, char *row, const int64_t *in);
/// Bytes of elements as they are.
void loadRaw(unsigned elementSize, const Walk &walk, const char *row, char *out);
void storeRaw(unsigned elementSize, const Walk &walk, char *row, const char *in);

/// Converts contiguous elements.
void toFloat(DType type, const char *in, float *out, size_t count);
void fromFloat(DType type, const float *in, char *out, size_t count);

} // namespace tarn::sim
