#include "tarn/Sim/Footprint.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>

namespace tarn::sim {
using namespace isa;

namespace {

/// Makes runs of the innermost levels and drops levels of one element. Levels come innermost first, elements of
/// `elementSize` bytes (or partitions of 1).
void collapse(llvm::SmallVectorImpl<Footprint::Level> &levels, int64_t &run) {
  llvm::SmallVector<Footprint::Level, 5> sorted;
  for (Footprint::Level level : levels)
    if (level.num != 1)
      sorted.push_back(level);
  // The set of bytes does not depend on the order of the walk: the smallest step is the innermost.
  llvm::sort(sorted, [](const auto &a, const auto &b) {
    return std::make_pair(std::abs(a.step), a.num) < std::make_pair(std::abs(b.step), b.num);
  });
  levels.clear();
  for (Footprint::Level level : sorted) {
    if (level.step == 0)
      continue; // the same bytes again
    if (levels.empty() && level.step == run)
      run *= level.num;
    else if (levels.empty() && level.step > 0 && level.step < run)
      run += level.step * (level.num - 1);
    else
      levels.push_back(level);
  }
}

/// Turns negative steps around: the set of bytes stays.
void makePositive(llvm::SmallVectorImpl<Footprint::Level> &levels, int64_t &first) {
  for (Footprint::Level &level : levels)
    if (level.step < 0) {
      first += level.step * (int64_t(level.num) - 1);
      level.step = -level.step;
    }
}

int64_t extent(llvm::ArrayRef<Footprint::Level> levels, int64_t run) {
  for (Footprint::Level level : levels)
    run += level.step * (int64_t(level.num) - 1);
  return run;
}

void finish(Footprint &footprint, bool isEmpty) {
  makePositive(footprint.levels, footprint.firstByte);
  makePositive(footprint.partitions, footprint.firstPartition);
  collapse(footprint.levels, footprint.runBytes);
  collapse(footprint.partitions, footprint.numPartitions);
  footprint.box.firstPartition = footprint.firstPartition;
  footprint.box.endPartition = footprint.firstPartition + extent(footprint.partitions, footprint.numPartitions);
  footprint.box.firstByte = footprint.firstByte;
  footprint.box.endByte = footprint.firstByte + extent(footprint.levels, footprint.runBytes);
  if (isEmpty)
    footprint.box.endByte = footprint.box.firstByte;
}

} // namespace

Footprint footprintOf(const AccessPattern &pattern) {
  Footprint result;
  int64_t size = sizeInBytes(pattern.dtype);
  result.box.memory = pattern.memory;
  result.firstPartition = pattern.startPartition;
  result.numPartitions = pattern.numPartitions;
  result.firstByte = pattern.address;
  result.runBytes = size;
  for (Dim dim : pattern.pattern())
    result.levels.push_back({dim.step * size, dim.num});
  finish(result, pattern.numElements() == 0);
  return result;
}

Footprint footprintOf(const DmaPattern &pattern) {
  Footprint result;
  result.box.memory = pattern.memory;
  result.runBytes = sizeInBytes(pattern.dtype);
  bool isSbuf = pattern.memory != Memory::hbm;
  int64_t pitch = sbufPartitionPitch;
  result.firstPartition = isSbuf ? pattern.address / pitch : 0;
  result.firstByte = isSbuf ? pattern.address % pitch : pattern.address;
  for (DmaDim dim : pattern.pattern()) {
    if (isSbuf && dim.step && dim.step % pitch == 0)
      result.partitions.push_back({dim.step / pitch, dim.num});
    else
      result.levels.push_back({dim.step, dim.num});
  }
  finish(result, pattern.numElements() == 0);
  return result;
}

} // namespace tarn::sim
