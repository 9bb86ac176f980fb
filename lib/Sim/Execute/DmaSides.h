// Sides of a DMA as bytes: their elements in the order of the walk, from any element on.
#pragma once
#include "tarn/Sim/Execute.h"

namespace tarn::sim {

/// Calls f(address, bytes, bytes done before) for the runs of contiguous bytes of the elements `first` … `first + count`.
template <typename F> void forEachRunFrom(const isa::DmaPattern &side, uint64_t first, uint64_t count, F &&f) {
  uint64_t size = sizeInBytes(side.dtype), run = 1, done = 0;
  unsigned inner = 0; // dimensions that are part of a run
  while (inner < side.rank && (side.dims[inner].num == 1 || side.dims[inner].step == static_cast<int64_t>(run * size)))
    run *= side.dims[inner++].num;
  while (count) {
    uint64_t within = first % run, rest = first / run, address = side.address + within * size;
    for (unsigned k = inner; k < side.rank; ++k) {
      address += static_cast<int64_t>(rest % side.dims[k].num) * side.dims[k].step;
      rest /= side.dims[k].num;
    }
    uint64_t part = std::min(count, run - within);
    f(address, part * size, done);
    done += part * size;
    first += part;
    count -= part;
  }
}

/// The numbers of rows that an index names, partition by partition.
std::vector<int64_t> rowsOf(const isa::AccessPattern &index, const Memory &memory);
/// Of a gather: the elements of dst for each index, and the rows of the table.
struct GatherSizes {
  explicit GatherSizes(const isa::DmaGather &gather)
      : each(gather.dst.numElements() / (uint64_t(gather.index.numElements()) * gather.index.numPartitions)),
        numRows(gather.table.numElements() / each) {}
  bool hasRow(int64_t row) const { return row >= 0 && uint64_t(row) < numRows; }
  uint64_t each, numRows;
};

/// The elements `first` … `first + count` of a side, read into `out` as they are.
void readSide(const Memory &memory, const isa::DmaPattern &side, uint64_t first, uint64_t count, char *out);
void writeSide(const Memory &memory, const isa::DmaPattern &side, uint64_t first, uint64_t count, const char *in);
/// What a DMA holds of its elements at a time, where its sides share no byte.
constexpr uint64_t blockBytes = 4 << 20;
/// The most that a DMA holds where they do: it reads everything before it writes.
constexpr uint64_t largestBuffer = 1 << 30;

/// An error where a DMA that reads everything before it writes holds more than largestBuffer.
llvm::Error checkBuffer(uint64_t bytes);
llvm::Expected<uint64_t> blockOfMany(uint64_t count, uint64_t bytesEach, const isa::Instruction &dma,
                                     const Context &context);
/// Of `count` elements, for each of which a DMA holds `bytesEach` bytes, how many it moves at a time.
template <typename Dma>
llvm::Expected<uint64_t> blockOf(uint64_t count, uint64_t bytesEach, const Dma &dma, const Context &context) {
  if (count * bytesEach <= blockBytes)
    return count;
  isa::Instruction instruction;
  instruction.payload = dma;
  return blockOfMany(count, bytesEach, instruction, context);
}

/// Elements as values of another dtype; of the same dtype the same bytes.
std::vector<char> castElements(std::vector<char> bytes, DType from, DType to);

} // namespace tarn::sim
