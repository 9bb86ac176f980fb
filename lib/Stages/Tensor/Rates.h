// What work costs on a chip, per element, column or byte: the ISA's cost formulas asked about typical instructions. The
// decisions of the stage Tensor compare sums of these.
#pragma once
#include "tarn/Chip/Chip.h"

namespace tarn::tensor {

class Rates {
public:
  explicit Rates(const Chip &chip);

  double partitions;
  double columnsPerBank; // of PSUM, fp32
  double smallestMoving; // columns that a matmul takes at least
  double elementNs;      // one fp32 element a partition of a binary operation
  double bankNs;         // to trigger the transfers of a bank's operands and result, and to empty it
  double transposeNs;    // a square of fp32 as wide as the partitions, through the PE and out of PSUM
  double transferNs;     // from the issue of a load to data that an engine can read
  int64_t longRunBytes;  // the longest element of a DMA

  /// One column of a moving or stationary operand through the PE; `isWide`: fp32.
  double columnNs(bool isWide) const { return isWide ? wideColumnNs : narrowColumnNs; }
  /// The same when `rows` of the array are filled: too few to end the power throttle leave the PE at its lower clock.
  double columnNs(bool isWide, double rows) const {
    return columnNs(isWide) * (rows < rowsAtFullClock ? throttleFactor : 1);
  }
  double loadNs(bool isWide) const { return isWide ? wideLoadNs : narrowLoadNs; }
  /// Moving bytes between HBM and SBUF in contiguous runs, all DMA engines at work.
  double moveNs(double bytes, double runBytes) const;

private:
  double rowsAtFullClock, throttleFactor;
  double narrowColumnNs, wideColumnNs, narrowLoadNs, wideLoadNs;
  double runNs, byteNs, hbmByteNs;
};
} // namespace tarn::tensor
