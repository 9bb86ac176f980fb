// Costs of the GpSimd engine's instructions that follow a published formula (facts 4.6, 8.19).
#include "CostModel.h"

namespace tarn::isa {

// The published formula divides by C = ((28 + t e) / (t e)) / min(4 / size, e); read as cycles an element, it grows where
// that C is large (facts 4.6 leaves open which is meant; this is the slower reading).
double localGatherNs(const LocalGather &self, const Chip &chip) {
  double each = std::max<unsigned>(1, self.elements);
  double streamed = chip.pool.gatherElementCycles * each;
  double parallel = std::min(4.0 / sizeInBytes(self.dst.dtype), each);
  double cyclesPerElement = (chip.pool.gatherIndexCycles + streamed) / streamed / parallel;
  return cyclesNs(chip.pool.minIssueCycles + self.count * each * cyclesPerElement, chip.pool);
}

double gatherGroupsNs(const AccessPattern &dst, const Chip &chip) {
  uint64_t groups = (dst.numElements() + chip.pool.gatherGroup - 1) / chip.pool.gatherGroup;
  return cyclesNs(chip.pool.minIssueCycles * (groups - 1), chip.pool);
}

double topKNs(const TopK &self, const Chip &chip) {
  uint64_t k = uint64_t(self.val_dst.numElements()) * 16;
  return cyclesNs(chip.pool.minIssueCycles + chip.pool.topkCycles * self.n + k, chip.pool);
}

} // namespace tarn::isa
