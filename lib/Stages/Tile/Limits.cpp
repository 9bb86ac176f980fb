// See Limits.h. Several boxes are alive at a time, so one has a small part of a partition of SBUF.
#include "Limits.h"
#include "tarn/ISA/Cost.h"
#include <algorithm>

namespace tarn::tile {

static constexpr int64_t elementBytes = 4; // elements are counted in fp32

static isa::AccessPattern pattern(isa::Memory memory, DType dtype, const Chip &chip, int64_t elements) {
  isa::AccessPattern result;
  result.memory = memory;
  result.dtype = dtype;
  result.numPartitions = static_cast<uint8_t>(chip.partitions);
  result.rank = 1;
  result.dims[0] = {1, static_cast<uint32_t>(elements)};
  return result;
}

static double issueOf(isa::Payload payload, isa::Engine engine, const Chip &chip) {
  return isa::costOf(isa::Instruction{std::move(payload), {}, {}, 0}, engine, chip).issueNs;
}

static double vectorNsOf(int64_t elements, const Chip &chip) {
  isa::ScalarTensorTensor op;
  op.dst = op.data = op.operand1 = pattern(isa::Memory::sbuf, DType::fp32, chip, elements);
  return issueOf(op, isa::Engine::dve, chip);
}

static double columnsNsOf(DType dtype, int64_t columns, const Chip &chip) {
  isa::Matmul matmul;
  matmul.dst = pattern(isa::Memory::psum, DType::fp32, chip, columns);
  matmul.moving = pattern(isa::Memory::sbuf, dtype, chip, columns);
  return issueOf(matmul, isa::Engine::pe, chip);
}

static double loadNsOf(DType dtype, const Chip &chip) {
  isa::LoadStationary load;
  load.data = pattern(isa::Memory::sbuf, dtype, chip, chip.pe.maxStationary);
  load.fp32_mode = dtype == DType::fp32 ? isa::Fp32Mode::high : isa::Fp32Mode::full;
  return issueOf(load, isa::Engine::pe, chip);
}

Limits::Limits(const Chip &chip) {
  int64_t elements = chip.sbuf.usableBytesPerPartition / elementBytes;
  partitions = std::min(chip.partitions, chip.pe.maxStationary);
  psumElements = std::max<int64_t>(std::min(chip.psum.bankBytesPerPartition / elementBytes, chip.pe.maxMoving), 1);
  boxElements = std::max<int64_t>(elements / 25, 1);
  reduceElements = std::max<int64_t>(elements / 12, 1);
  residentElements = std::max<int64_t>(elements / 6, 1);
  cacheBytes = chip.sbuf.usableBytesPerPartition * 7 / 16;
  // An element of a DMA costs elementPeriodNs beside its bytes.
  efficientRunBytes = static_cast<int64_t>(3 * chip.dma.elementPeriodNs * chip.dma.bytesPerNs);
  shortRunBytes = efficientRunBytes / 6;
  scatteredRuns = static_cast<int64_t>(static_cast<double>(chip.dma.engines) *
                                       (chip.dma.hwdgeLoadNs + chip.dma.hwdgeStoreNs) / chip.dma.elementPeriodNs);

  vectorElementNs = (vectorNsOf(2 * psumElements, chip) - vectorNsOf(psumElements, chip)) / psumElements;
  vectorFixedNs = std::max(vectorNsOf(psumElements, chip) - psumElements * vectorElementNs, 0.0);
  leastColumns = chip.pe.minMatmulCycles;
  for (bool isWide : {false, true}) {
    // The low and the high part of fp32.
    int parts = isWide ? 2 : 1;
    DType dtype = isWide ? DType::fp32 : DType::bf16;
    peColumnNs[isWide] = parts * columnsNsOf(dtype, psumElements, chip) / psumElements;
    peLoadNs[isWide] = parts * loadNsOf(dtype, chip);
  }
}

double Limits::peTapNs(int64_t elements, bool isWide) const {
  int64_t banks = (elements + psumElements - 1) / psumElements;
  return banks * peLoadNs[isWide] + std::max(elements, banks * leastColumns) * peColumnNs[isWide];
}
} // namespace tarn::tile
