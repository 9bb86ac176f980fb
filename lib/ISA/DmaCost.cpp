// How a DMA is cut into elements, dealt to the DMA engines, and what that costs alone (facts 5.6, replay 4.7 to 4.13).
//
// A run is contiguous on both sides; it is cut into elements of at most 4 KiB. SWDGE merges rows that are contiguous in
// HBM, whatever the other side does, unless the DMA casts. With SBUF on a side, a group of 8 partitions has one engine.
#include "tarn/ISA/Cost.h"

namespace tarn::isa {

namespace {
/// Elements that follow one another without a gap, as walked or, when rows are merged, as they lie.
uint64_t contiguousElements(const DmaPattern &pattern, bool asTheyLie = false) {
  uint64_t run = 1, size = sizeInBytes(pattern.dtype);
  llvm::SmallVector<DmaDim, 5> dims(pattern.pattern());
  if (asTheyLie)
    llvm::sort(dims, [](DmaDim a, DmaDim b) {
      return std::tuple(std::abs(a.step), a.num) < std::tuple(std::abs(b.step), b.num);
    });
  for (DmaDim dim : dims) {
    if (dim.num == 1)
      continue;
    if (dim.step < 0 || static_cast<uint64_t>(dim.step) != run * size)
      break;
    run *= dim.num;
  }
  return run;
}

struct Partitions {
  uint64_t first = 0, count = 1;
};
Partitions partitionsOf(const DmaPattern &pattern) {
  Partitions result;
  result.first = pattern.address / sbufPartitionPitch;
  for (DmaDim dim : pattern.pattern())
    if (dim.step != 0 && dim.step % static_cast<int64_t>(sbufPartitionPitch) == 0)
      result.count *= dim.num;
  result.count = std::min<uint64_t>(result.count, 128);
  return result;
}

constexpr bool isDma(Opcode opcode) { return infoOf(opcode).isDma; }
uint64_t ceilDiv(uint64_t a, uint64_t b) { return (a + b - 1) / b; }
} // namespace

DmaElements dmaElementsOf(const DmaCopy &copy, const Chip &chip) {
  DmaElements result;
  result.isLoad = copy.src.memory == Memory::hbm;
  result.casts = copy.src.dtype != copy.dst.dtype;
  uint64_t total = copy.dst.numElements();
  uint64_t size = std::max(sizeInBytes(copy.src.dtype), sizeInBytes(copy.dst.dtype));
  result.bytes = total * size;
  result.mode = copy.dge_mode;
  for (const DmaPattern *side : {&copy.src, &copy.dst})
    if (side->memory == Memory::hbm)
      result.hbmBytes += total * sizeInBytes(side->dtype);

  // 1. Runs: cut where either side has a gap.
  uint64_t a = contiguousElements(copy.src), b = contiguousElements(copy.dst);
  if (copy.dge_mode == DgeMode::swdge && !result.casts) {
    uint64_t rows = a;
    if (copy.src.memory == Memory::hbm)
      a = contiguousElements(copy.src, /*asTheyLie=*/true);
    if (copy.dst.memory == Memory::hbm)
      b = contiguousElements(copy.dst, /*asTheyLie=*/true);
    if (copy.src.memory != Memory::hbm)
      a = b;
    if (copy.dst.memory != Memory::hbm)
      b = a;
    result.isGathered = !result.isLoad && rows < a && rows * size < uint64_t(chip.dma.maxElementBytes);
  }
  uint64_t both = a / std::gcd(a, b) * b;
  uint64_t runs = ceilDiv(total, a) + ceilDiv(total, b) - ceilDiv(total, both);
  // 2. Elements.
  uint64_t runBytes = ceilDiv(total, std::max<uint64_t>(runs, 1)) * size;
  uint64_t perRun = ceilDiv(runBytes, chip.dma.maxElementBytes);
  result.elements = runs * perRun;
  result.elementBytes = ceilDiv(runBytes, perRun);
  // 3. Engines.
  const DmaPattern *onChip = copy.dst.memory == Memory::sbuf   ? &copy.dst
                             : copy.src.memory == Memory::sbuf ? &copy.src
                                                               : nullptr;
  uint64_t engines = chip.dma.engines;
  if (onChip) {
    Partitions partitions = partitionsOf(*onChip);
    uint64_t group = chip.dma.partitionGroup;
    result.firstEngine = partitions.first / group % engines;
    engines = std::min(engines, ceilDiv(partitions.first % group + partitions.count, group));
    result.perEngine = ceilDiv(result.elements * std::min(partitions.count, group), partitions.count);
  } else {
    result.perEngine = ceilDiv(result.elements, engines);
  }
  result.engines = std::max<uint64_t>(1, std::min(engines, result.elements));
  return result;
}

DmaElements dmaElementsOf(const DmaTranspose &transpose, const Chip &chip) {
  DmaElements result = dmaElementsOf(DmaCopy{transpose.dst, transpose.src, transpose.dge_mode}, chip);
  result.slowdown =
      result.isLoad && transpose.dst.memory == Memory::sbuf ? chip.dma.transposeLoadFactor : chip.dma.transposeFactor;
  return result;
}

/// Rows of a table as the side of a copy: each a run of its own.
static DmaElements rowsBetween(const DmaPattern &table, const DmaPattern &rows, const AccessPattern &index, bool isLoad,
                               const Chip &chip) {
  uint64_t indices = std::max<uint64_t>(1, uint64_t(index.numElements()) * index.numPartitions);
  int64_t rowBytes = rows.numElements() / indices * sizeInBytes(table.dtype);
  DmaPattern side = table;
  side.rank = 2;
  side.dims[0] = {sizeInBytes(table.dtype), static_cast<uint32_t>(rows.numElements() / indices)};
  side.dims[1] = {rowBytes + 1, static_cast<uint32_t>(indices)}; // apart, whichever rows they are
  DmaElements result =
      dmaElementsOf(isLoad ? DmaCopy{rows, side, DgeMode::none} : DmaCopy{side, rows, DgeMode::none}, chip);
  result.mode = DgeMode::swdge;
  result.isIndirect = true;
  return result;
}

DmaElements dmaElementsOf(const DmaGather &gather, const Chip &chip) {
  return rowsBetween(gather.table, gather.dst, gather.index, /*isLoad=*/true, chip);
}

DmaElements dmaElementsOf(const DmaScatter &scatter, const Chip &chip) {
  DmaElements result = rowsBetween(scatter.table, scatter.src, scatter.index, /*isLoad=*/false, chip);
  if (scatter.op != ScatterOp::copy) { // rows are read first
    result.slowdown = chip.dma.computeFactor;
    result.hbmBytes += scatter.src.numElements() * sizeInBytes(scatter.table.dtype);
  }
  return result;
}

// Each source is moved by itself; all arrive at dst.
DmaElements dmaElementsOf(const DmaCompute &compute, const Chip &chip) {
  DmaElements result;
  for (const DmaPattern &src : compute.srcs) {
    DmaElements one = dmaElementsOf(DmaCopy{compute.dst, src, compute.dge_mode}, chip);
    if (result.elements == 0) {
      result = one;
      continue;
    }
    result.elements += one.elements;
    result.perEngine += one.perEngine;
    result.bytes += one.bytes;
    result.hbmBytes +=
        one.hbmBytes -
        (compute.dst.memory == Memory::hbm ? compute.dst.numElements() * sizeInBytes(compute.dst.dtype) : 0);
    result.elementBytes = std::max(result.elementBytes, one.elementBytes);
    result.isLoad |= one.isLoad;
    result.casts |= one.casts;
  }
  result.slowdown = compute.srcs.size() > 1 || !compute.scales.empty() ? chip.dma.computeFactor : 1;
  return result;
}

DmaElements dmaElementsOf(const Instruction &instruction, const Chip &chip) {
  return std::visit(
      [&](const auto &payload) -> DmaElements {
        if constexpr (isDma(std::decay_t<decltype(payload)>::opcode))
          return dmaElementsOf(payload, chip);
        llvm_unreachable("only DMAs have elements");
      },
      instruction.payload);
}

template <typename Dma> static DgeMode modeOf(const Dma &dma) { return dma.dge_mode; }
static DgeMode modeOf(const DmaGather &) { return DgeMode::swdge; }
static DgeMode modeOf(const DmaScatter &) { return DgeMode::swdge; }

DgeMode dgeModeOf(const Instruction &instruction) {
  return std::visit(
      [&](const auto &payload) -> DgeMode {
        if constexpr (isDma(std::decay_t<decltype(payload)>::opcode))
          return modeOf(payload);
        llvm_unreachable("only DMAs have descriptors");
      },
      instruction.payload);
}

DmaCost dmaCostOf(const DmaElements &elements, Engine engine, const Chip &chip) {
  const Chip::Dma &dma = chip.dma;
  DmaCost cost;
  cost.elements = elements.elements;
  cost.bytes = elements.bytes;
  switch (elements.mode) {
  case DgeMode::hwdge:
    cost.triggerNs =
        (engine == Engine::act ? dma.actTriggerNs : dma.spTriggerNs) + dma.triggerElementNs * (elements.perEngine + 1);
    cost.latencyNs = elements.isLoad ? dma.hwdgeLoadNs : dma.hwdgeStoreNs;
    break;
  case DgeMode::swdge:
    cost.triggerNs = dma.poolTriggerNs;
    cost.latencyNs = elements.isLoad ? dma.swdgeLoadNs : dma.swdgeStoreNs;
    break;
  case DgeMode::none:
    cost.triggerNs = dma.prebuiltTriggerNs;
    cost.latencyNs = dma.prebuiltLatencyNs;
    break;
  }
  double periodNs = elements.slowdown * (dma.elementPeriodNs + elements.elementBytes / dma.bytesPerNs +
                                         (elements.casts ? dma.castElementNs : 0));
  double stagger = (elements.isLoad ? dma.loadStaggerNs : dma.storeStaggerNs) * (elements.engines - 1) /
                   std::max<int64_t>(1, dma.engines - 1);
  double streamNs = elements.perEngine * periodNs + stagger;
  cost.transferNs = std::max(streamNs, elements.bytes / chip.hbm.bytesPerNs) + dma.elementNs - dma.elementPeriodNs +
                    dma.semaphoreElementNs;
  return cost;
}

} // namespace tarn::isa
