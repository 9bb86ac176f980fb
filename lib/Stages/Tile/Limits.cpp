// See Limits.h. Several boxes are alive at a time, so one has a small part of a partition of SBUF.
#include "Limits.h"
#include <algorithm>

namespace tarn::tile {

static constexpr int64_t elementBytes = 4; // elements are counted in fp32

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
  scatteredRuns = static_cast<int64_t>(static_cast<double>(chip.dma.engines) * (chip.dma.hwdgeLoadNs + chip.dma.hwdgeStoreNs) /
                                       chip.dma.elementPeriodNs);
}
} // namespace tarn::tile
