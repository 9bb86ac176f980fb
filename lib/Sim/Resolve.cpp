#include "Resolve.h"
#include "tarn/ISA/Registers.h"

namespace tarn::sim {
using isa::Instruction;

void resolve(Instruction &instruction, llvm::ArrayRef<int32_t> registers) {
  auto resolvePattern = [&](auto &pattern) {
    if (!pattern.offset)
      return;
    // What lies outside 32 or 64 bits lies outside every memory too: the last address stands for it.
    using Address = decltype(pattern.address);
    __int128 address = __int128(pattern.address) + int64_t(registers[pattern.offset->reg]) * pattern.offset->scale;
    constexpr Address last = std::numeric_limits<Address>::max();
    pattern.address = address < 0 || address > last ? last : static_cast<Address>(address);
    pattern.offset.reset();
  };
  std::visit(
      [&](auto &payload) {
        std::decay_t<decltype(payload)>::visit(payload, [&](const isa::FieldInfo &, auto &member) {
          using Member = std::decay_t<decltype(member)>;
          if constexpr (std::is_same_v<Member, isa::AccessPattern> || std::is_same_v<Member, isa::DmaPattern>)
            resolvePattern(member);
          else if constexpr (std::is_same_v<Member, std::vector<isa::DmaPattern>>)
            llvm::for_each(member, resolvePattern);
          else if constexpr (std::is_same_v<Member, isa::ScalarOperand>)
            if (auto *pattern = std::get_if<isa::AccessPattern>(&member))
              resolvePattern(*pattern);
        });
      },
      instruction.payload);
  if (instruction.update)
    instruction.update->value = {false, valueOf(instruction.update->value, registers)};
  if (instruction.wait)
    instruction.wait->value = {false, valueOf(instruction.wait->value, registers)};
}

bool usesRegisters(const Instruction &instruction) {
  bool found = (instruction.wait && instruction.wait->value.isRegister) ||
               (instruction.update && instruction.update->value.isRegister);
  isa::forEachAccess(
      instruction,
      [&](const isa::FieldInfo &, const isa::AccessPattern &pattern) { found |= pattern.offset.has_value(); },
      [&](const isa::FieldInfo &, const isa::DmaPattern &pattern) { found |= pattern.offset.has_value(); });
  return found;
}

} // namespace tarn::sim
