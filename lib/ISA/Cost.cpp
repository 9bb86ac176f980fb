// The cost of an instruction: the expressions of its record, generated with `#line`, over the formulas of CostModel.h.
#include "tarn/ISA/Cost.h"
#include "CostModel.h"

namespace tarn::isa {

#include "tarn/ISA/Cost.inc"

Cost costOf(const Instruction &instruction, Engine engine, const Chip &chip) {
  return std::visit([&](const auto &self) { return costOf(self, engine, chip); }, instruction.payload);
}

double streamCyclesOf(const Instruction &instruction, const Chip &chip) {
  if (auto *load = std::get_if<LoadStationary>(&instruction.payload))
    return streamCycles(*load, chip);
  if (auto *matmul = std::get_if<Matmul>(&instruction.payload))
    return streamCycles(*matmul, chip);
  if (auto *load = std::get_if<LoadStationaryGather>(&instruction.payload))
    return streamCycles(*load, chip);
  if (auto *matmul = std::get_if<MatmulGather>(&instruction.payload))
    return streamCycles(*matmul, chip);
  if (auto *load = std::get_if<LoadStationaryMx>(&instruction.payload))
    return streamCycles(*load, chip);
  if (auto *matmul = std::get_if<MatmulMx>(&instruction.payload))
    return streamCycles(*matmul, chip);
  return 0;
}

} // namespace tarn::isa
