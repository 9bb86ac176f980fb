#include "tarn/Sim/Footprint.h"
#include "llvm/ADT/STLExtras.h"
#include <algorithm>

namespace tarn::sim {
using namespace isa;

namespace {

// Addresses far outside any memory, where sums of steps would overflow.
constexpr int64_t farAway = int64_t(1) << 60;

/// base + step * (num - 1), kept within ±farAway.
int64_t lastOf(int64_t base, const Footprint::Level &level) {
  __int128 last = __int128(base) + __int128(level.step) * (int64_t(level.num) - 1);
  return last > farAway ? farAway : last < -farAway ? -farAway : int64_t(last);
}

/// Makes runs of the innermost levels and drops levels of one element. Levels come innermost first, elements
/// of `elementSize` bytes (or partitions of 1).
void collapse(llvm::SmallVectorImpl<Footprint::Level> &levels, int64_t &run) {
  llvm::SmallVector<Footprint::Level, 5> sorted;
  for (Footprint::Level level : levels)
    if (level.num != 1)
      sorted.push_back(level);
  // The set of bytes does not depend on the order of the walk: the smallest step is the innermost.
  llvm::sort(sorted, [](const auto &a, const auto &b) {
    return std::make_pair(a.step, a.num) < std::make_pair(b.step, b.num);
  });
  levels.clear();
  for (Footprint::Level level : sorted) {
    if (level.step == 0)
      continue; // the same bytes again
    if (levels.empty() && level.step <= run)
      run = lastOf(run, level); // without a gap: one longer run
    else
      levels.push_back(level);
  }
}

/// Turns negative steps around: the set of bytes stays.
void makePositive(llvm::SmallVectorImpl<Footprint::Level> &levels, int64_t &first) {
  for (Footprint::Level &level : levels)
    if (level.step < 0) {
      first = lastOf(first, level);
      level.step = level.step < -farAway ? farAway : -level.step;
    }
}

int64_t extent(llvm::ArrayRef<Footprint::Level> levels, int64_t run) {
  for (Footprint::Level level : levels)
    run = lastOf(run, level);
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
  int64_t address = std::min<uint64_t>(pattern.address, farAway);
  result.firstPartition = isSbuf ? address / pitch : 0;
  result.firstByte = isSbuf ? address % pitch : address;
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
