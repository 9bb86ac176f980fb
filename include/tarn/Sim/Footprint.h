// Which bytes an operand touches: as a box for quick questions, and run by run.
#pragma once
#include "tarn/ISA/Operands.h"
#include "llvm/ADT/SmallVector.h"

namespace tarn::sim {

/// Calls f(address, bytes) for each run of contiguous bytes, in order of the walk.
template <typename F> void forEachRun(const isa::DmaPattern &pattern, F &&f) {
  uint64_t run = sizeInBytes(pattern.dtype);
  unsigned inner = 0; // dimensions that are part of a run
  while (inner < pattern.rank &&
         (pattern.dims[inner].num == 1 || pattern.dims[inner].step == static_cast<int64_t>(run)))
    run *= pattern.dims[inner++].num;
  if (run == 0)
    return;
  std::array<uint32_t, 5> index{};
  uint64_t address = pattern.address;
  for (unsigned k = inner; k < pattern.rank; ++k)
    if (pattern.dims[k].num == 0)
      return;
  while (true) {
    f(address, run);
    unsigned k = inner;
    for (; k < pattern.rank; ++k) {
      address += pattern.dims[k].step;
      if (++index[k] < pattern.dims[k].num)
        break;
      address -= pattern.dims[k].step * int64_t(pattern.dims[k].num);
      index[k] = 0;
    }
    if (k == pattern.rank)
      return;
  }
}

/// A range of partitions and, in each, a range of bytes. In HBM the partitions are [0, 1).
struct Box {
  isa::Memory memory = isa::Memory::sbuf;
  int64_t firstPartition = 0, endPartition = 0;
  int64_t firstByte = 0, endByte = 0;
};

/// The bytes of an operand as a set of rectangles: the same partitions for runs at `offsets`, all of
/// `runBytes`.
struct Footprint {
  Box box;
  struct Level {
    int64_t step;
    uint32_t num;
  };
  llvm::SmallVector<Level, 5> partitions;        // steps in partitions
  llvm::SmallVector<Level, 5> levels;            // steps in bytes within a partition
  int64_t firstPartition = 0, numPartitions = 1; // contiguous partitions at each position of `partitions`
  int64_t firstByte = 0, runBytes = 0;

  /// Calls f(first byte, bytes) for the runs within a partition.
  template <typename F> void forEachRunInPartition(F &&f) const { visit(levels, levels.size(), firstByte, f); }
  /// Calls f(first partition) for each group of `numPartitions`.
  template <typename F> void forEachGroup(F &&f) const {
    visit(partitions, partitions.size(), firstPartition, [&](int64_t first, int64_t) { f(first); });
  }

private:
  template <typename F> void visit(llvm::ArrayRef<Level> nest, size_t depth, int64_t at, F &&f) const {
    if (depth == 0)
      return f(at, runBytes);
    for (uint32_t i = 0; i < nest[depth - 1].num; ++i)
      visit(nest, depth - 1, at + i * nest[depth - 1].step, f);
  }
};
Footprint footprintOf(const isa::AccessPattern &pattern);
/// Of a DMA's side. In SBUF its dimensions are told apart by their steps: multiples of the partition pitch
/// walk partitions.
Footprint footprintOf(const isa::DmaPattern &pattern);

} // namespace tarn::sim
