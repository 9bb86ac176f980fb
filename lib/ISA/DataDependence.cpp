#include "tarn/ISA/DataDependence.h"

namespace tarn::isa {

namespace {
class DataRegisters {
public:
  explicit DataRegisters(llvm::ArrayRef<Instruction> stream) {
    if (llvm::none_of(stream, [](const Instruction &i) { return i.is<TensorLoad>(); }))
      return;
    for (size_t before = ~size_t(0); before != data.count();) {
      before = data.count();
      for (const Instruction &instruction : stream)
        add(instruction);
    }
  }
  bool any() const { return data.any(); }
  std::string neededBy(const Instruction &instruction) const {
    if (instruction.wait && isData(instruction.wait->value))
      return "the value that it waits for";
    if (instruction.update && isData(instruction.update->value))
      return "the value of its update";
    if (auto *branch = std::get_if<CompareBranch>(&instruction.payload))
      if (isData(branch->lhs) || isData(branch->rhs))
        return "its condition";
    std::string needed;
    auto look = [&](const FieldInfo &field, const auto &pattern) {
      if (needed.empty() && pattern.offset && data[pattern.offset->reg % numRegisters])
        needed = ("the address of " + field.name).str();
    };
    forEachAccess(instruction, look, look);
    return needed;
  }

private:
  bool isData(const RegisterOrImmediate &operand) const {
    return operand.isRegister && data[static_cast<uint32_t>(operand.value) % numRegisters];
  }
  void add(const Instruction &instruction) {
    if (auto *load = std::get_if<TensorLoad>(&instruction.payload))
      data.set(load->dst % numRegisters);
    else if (auto *move = std::get_if<RegisterMove>(&instruction.payload); move && isData(move->src))
      data.set(move->dst % numRegisters);
    else if (auto *alu = std::get_if<RegisterAlu>(&instruction.payload); alu && (isData(alu->lhs) || isData(alu->rhs)))
      data.set(alu->dst % numRegisters);
  }
  std::bitset<numRegisters> data;
};
} // namespace

std::optional<DataDependence> findDataDependence(const Core &core,
                                                 llvm::function_ref<bool(Engine, uint32_t index)> isKnown) {
  for (unsigned e = 0; e < numEngines; ++e) {
    DataRegisters registers(core.streams[e]);
    if (!registers.any())
      continue;
    for (auto [i, instruction] : llvm::enumerate(core.streams[e])) {
      bool isBranch = instruction.is<CompareBranch>();
      auto engine = static_cast<Engine>(e);
      auto index = static_cast<uint32_t>(i);
      if (isBranch && isKnown && isKnown(engine, index))
        continue;
      if (std::string what = registers.neededBy(instruction); !what.empty())
        return DataDependence{engine, index, std::move(what), isBranch};
    }
  }
  return std::nullopt;
}

SteeringRegisters findSteeringRegisters(const Core &core) {
  SteeringRegisters all;
  for (unsigned e = 0; e < numEngines; ++e) {
    std::bitset<numRegisters> &steering = all[e];
    auto need = [&](const RegisterOrImmediate &operand) {
      if (operand.isRegister)
        steering.set(static_cast<uint32_t>(operand.value) % numRegisters);
    };
    auto needOffset = [&](const FieldInfo &, const auto &pattern) {
      if (pattern.offset)
        steering.set(pattern.offset->reg % numRegisters);
    };
    // What instructions need of themselves, then what that is computed from.
    for (const Instruction &instruction : core.streams[e]) {
      if (instruction.wait)
        need(instruction.wait->value);
      if (instruction.update)
        need(instruction.update->value);
      if (auto *branch = std::get_if<CompareBranch>(&instruction.payload)) {
        need(branch->lhs);
        need(branch->rhs);
      }
      forEachAccess(instruction, needOffset, needOffset);
    }
    for (size_t before = 0; before != steering.count();) {
      before = steering.count();
      for (const Instruction &instruction : core.streams[e]) {
        if (auto *move = std::get_if<RegisterMove>(&instruction.payload); move && steering[move->dst % numRegisters]) {
          need(move->src);
        } else if (auto *alu = std::get_if<RegisterAlu>(&instruction.payload);
                   alu && steering[alu->dst % numRegisters]) {
          need(alu->lhs);
          need(alu->rhs);
        }
      }
    }
  }
  return all;
}

} // namespace tarn::isa
