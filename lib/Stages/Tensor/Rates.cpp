// See Rates.h. Rates are differences between two sizes, so that what an instruction costs at least drops out.
#include "Rates.h"
#include "tarn/ISA/Cost.h"
#include <algorithm>

namespace tarn::tensor {
using namespace isa;

static AccessPattern pattern(isa::Memory memory, DType dtype, int64_t partitions, int64_t elements) {
  AccessPattern result;
  result.memory = memory;
  result.dtype = dtype;
  result.numPartitions = static_cast<uint8_t>(partitions);
  result.rank = 1;
  result.dims[0] = {1, static_cast<uint32_t>(elements)};
  return result;
}

static double issueOf(Payload payload, Engine engine, const Chip &chip) {
  return costOf(Instruction{std::move(payload), {}, {}, 0}, engine, chip).issueNs;
}

/// A load of `rows` rows for each partition, contiguous within a row only.
static DmaCopy loadOf(int64_t rows, int64_t rowBytes, const Chip &chip) {
  DmaCopy copy;
  uint32_t width = static_cast<uint32_t>(rowBytes), count = static_cast<uint32_t>(rows);
  copy.src.dtype = copy.dst.dtype = DType::uint8;
  copy.dst.memory = isa::Memory::sbuf;
  copy.dst.rank = copy.src.rank = 3;
  copy.dst.dims = {DmaDim{1, width}, DmaDim{2 * rowBytes, count},
                   DmaDim{static_cast<int64_t>(sbufPartitionPitch), static_cast<uint32_t>(chip.partitions)}};
  copy.src.dims = {DmaDim{1, width}, DmaDim{2 * rowBytes, count},
                   DmaDim{4 * rows * rowBytes, static_cast<uint32_t>(chip.partitions)}};
  return copy;
}

/// Time a column, of all the instructions that a product of fp32 or 16-bit operands takes: low and high parts of fp32.
static double columnOf(DType dtype, const Chip &chip) {
  auto ns = [&](int64_t columns) {
    Matmul matmul;
    matmul.dst = pattern(isa::Memory::psum, DType::fp32, chip.partitions, columns);
    matmul.moving = pattern(isa::Memory::sbuf, dtype, chip.partitions, columns);
    return issueOf(matmul, Engine::pe, chip);
  };
  int64_t most = std::min(chip.pe.maxMoving, chip.psum.bankBytesPerPartition / 4);
  return (dtype == DType::fp32 ? 2 : 1) * ns(most) / most;
}

static double loadColumnOf(DType dtype, const Chip &chip) {
  LoadStationary load;
  load.data = pattern(isa::Memory::sbuf, dtype, chip.partitions, chip.pe.maxStationary);
  load.fp32_mode = dtype == DType::fp32 ? Fp32Mode::high : Fp32Mode::full;
  return (dtype == DType::fp32 ? 2 : 1) * issueOf(load, Engine::pe, chip) / chip.pe.maxStationary;
}

Rates::Rates(const Chip &chip) {
  partitions = chip.partitions;
  columnsPerBank = std::min(chip.pe.maxMoving, chip.psum.bankBytesPerPartition / 4);
  smallestMoving = chip.pe.minMatmulCycles;
  narrowColumnNs = columnOf(DType::bf16, chip);
  wideColumnNs = columnOf(DType::fp32, chip);
  narrowLoadNs = loadColumnOf(DType::bf16, chip);
  wideLoadNs = loadColumnOf(DType::fp32, chip);

  // Work in a window at the lower clock counts by the rows that it fills; some of the window passes between streams.
  constexpr double streaming = 0.95;
  double cyclesInWindow = streaming * chip.pe.throttleWindowNs * chip.pe.throttledClockHz * 1e-9;
  rowsAtFullClock = chip.pe.throttle ? chip.pe.throttleThresholdCycles / cyclesInWindow * partitions : 0;
  throttleFactor = chip.pe.clockHz / chip.pe.throttledClockHz;

  auto sum = [&](int64_t elements) {
    TensorTensor op;
    op.dst = op.data1 = op.data2 = pattern(isa::Memory::sbuf, DType::fp32, chip.partitions, elements);
    return issueOf(op, Engine::dve, chip);
  };
  elementNs = (sum(2048) - sum(1024)) / 1024;

  auto evacuation = [&](int64_t columns) {
    TensorCopy copy;
    copy.src = pattern(isa::Memory::psum, DType::fp32, chip.partitions, columns);
    copy.dst = pattern(isa::Memory::sbuf, DType::fp32, chip.partitions, columns);
    return issueOf(copy, Engine::dve, chip);
  };
  DmaCopy load = loadOf(1, chip.dma.maxElementBytes, chip);
  double triggerNs = issueOf(load, Engine::sp, chip);
  bankNs = 2 * triggerNs + evacuation(columnsPerBank);
  transposeNs = partitions * (wideLoadNs / 2 + wideColumnNs / 2) + evacuation(partitions);
  transferNs = costOf(Instruction{load, {}, {}, 0}, Engine::sp, chip).completionNs + chip.dma.notifyNs;
  longRunBytes = chip.dma.maxElementBytes;

  // Elements of one row each: a time for each and one for each of its bytes.
  constexpr int64_t rows = 64;
  auto rowNs = [&](int64_t bytes) {
    return (dmaCostOf(loadOf(2 * rows, bytes, chip), Engine::sp, chip).transferNs -
            dmaCostOf(loadOf(rows, bytes, chip), Engine::sp, chip).transferNs) /
           (rows * partitions);
  };
  double shortRow = rowNs(64), longRow = rowNs(256);
  byteNs = (longRow - shortRow) / (256 - 64);
  runNs = std::max(shortRow - 64 * byteNs, 0.0);
  hbmByteNs = 1 / chip.hbm.bytesPerNs;
}

double Rates::moveNs(double bytes, double runBytes) const {
  double run = std::clamp(runBytes, 1.0, static_cast<double>(longRunBytes));
  return std::max(bytes * (byteNs + runNs / run), bytes * hbmByteNs);
}
} // namespace tarn::tensor
