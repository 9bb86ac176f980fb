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

  /// A tap of a depthwise convolution over so many elements a partition, as the Vector engine does it.
  double vectorTapNs(int64_t elements) const { return vectorFixedNs + elements * vectorElementNs; }
  /// The same as a product with a diagonal matrix; `isWide`: fp32.
  double peTapNs(int64_t elements, bool isWide) const;

private:
  double vectorFixedNs, vectorElementNs;
  double peLoadNs[2], peColumnNs[2]; // of 16-bit types, of fp32
  int64_t leastColumns;
};
} // namespace tarn::tile
