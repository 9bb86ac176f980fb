// The formulas that cost expressions of the instruction records share. All times in ns, unit stride unless the sector
// rules say otherwise (facts 5.3, 5.4, appendix B).
#pragma once
#include "tarn/ISA/Cost.h"

namespace tarn::isa {

template <typename EngineParameters> double cyclesNs(double cycles, const EngineParameters &engine) {
  return cycles / engine.clockHz * 1e9;
}
inline double lawNs(const Law &law, uint64_t elements) { return law.fixedNs + law.nsPerElement * elements; }

/// Sectors of a partition that an access touches: runs of a stride below a sector share sectors (facts 5.4).
uint64_t sectors(const AccessPattern &pattern, const Chip &chip);
/// Elements lie one after another.
bool isContiguous(const AccessPattern &pattern);
/// 1 when a scalar operand comes from memory.
inline unsigned pointers(const ScalarOperand &operand) { return std::holds_alternative<AccessPattern>(operand); }

/// An engine takes its next instruction `drainNs` before the completion of this one, but not within `minIssueCycles`.
template <typename EngineParameters> double issueNs(double completion, const EngineParameters &engine) {
  return std::max(completion - engine.drainNs, cyclesNs(engine.minIssueCycles, engine));
}
double issueNs(double completion, Engine engine, const Chip &chip);

/// Completion on DVE: the law, or the reading of sectors when that is slower.
double dveNs(const Law &law, const Chip &chip, std::initializer_list<const AccessPattern *> read,
             unsigned pointers = 0);
/// Completion on ACT of a law that includes `included` pointers.
double actNs(const Law &law, const Chip &chip, const AccessPattern &read, int pointers, int included,
             double streamFactor = 1);
inline double poolNs(const Law &law, const AccessPattern &dst) { return lawNs(law, dst.numElements()); }

double copyNs(const TensorCopy &self, Engine engine, const Chip &chip);
double tensorTensorNs(const TensorTensor &self, Engine engine, const Chip &chip);
double tensorScalarNs(const TensorScalar &self, Engine engine, const Chip &chip);
double activationNs(const Activation &self, const Chip &chip);

double activate2Ns(const Activate2 &self, const Chip &chip);
/// A copy whose source or destination has an index: as the copy.
double gatherNs(const AccessPattern &src, const AccessPattern &dst, Engine engine, const Chip &chip);

double streamCycles(const LoadStationaryGather &self, const Chip &chip);
double streamCycles(const MatmulGather &self, const Chip &chip);
double streamCycles(const LoadStationaryMx &self, const Chip &chip);
double streamCycles(const MatmulMx &self, const Chip &chip);
double matmulStreamNs(const MatmulMx &self, const Chip &chip);
double streamCycles(const LoadStationary &self, const Chip &chip);
double streamCycles(const Matmul &self, const Chip &chip);
double matmulStreamNs(const Matmul &self, const Chip &chip);

double localGatherNs(const LocalGather &self, const Chip &chip);
/// What the instruction groups of a gather take beyond the first.
double gatherGroupsNs(const AccessPattern &dst, const Chip &chip);
double topKNs(const TopK &self, const Chip &chip);

double branchNs(Engine engine, const Chip &chip);
double runtimeNs(const Runtime &self, Engine engine, const Chip &chip);
/// From its end to the next instruction.
double runtimeGapNs(const Runtime &self, Engine engine, const Chip &chip);
inline double dmaCompletionNs(const DmaCost &cost) { return cost.triggerNs + cost.latencyNs + cost.transferNs; }

} // namespace tarn::isa
