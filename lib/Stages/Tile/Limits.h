// What the chip holds and walks, and how much of it the lowering gives to each use. All numbers come from the chip file;
// the fractions are choices.
#pragma once
#include "tarn/Chip/Chip.h"

namespace tarn::tile {

struct Limits {
  explicit Limits(const Chip &chip);

  /// Of a tile: what SBUF has and what the columns of a product can fill.
  int64_t partitions;
  /// Of one bank of PSUM in fp32, as long as a matmul walks that many.
  int64_t psumElements;
  /// A box of an elementwise kernel, in elements a partition.
  int64_t boxElements;
  /// One operand of a reduction.
  int64_t reduceElements;
  /// An operand of a product that stays while it is used.
  int64_t residentElements;
  /// All tiles kept for reuse.
  int64_t cacheBytes;
  /// A contiguous run in memory that reaches three quarters of a DMA engine's rate.
  int64_t efficientRunBytes;
  /// Shorter runs in memory take a DMA engine more time than two transfers of long ones.
  int64_t shortRunBytes;
  /// Runs that all DMA engines move in the time that a transfer takes to begin.
  int64_t scatteredRuns;
};
} // namespace tarn::tile
