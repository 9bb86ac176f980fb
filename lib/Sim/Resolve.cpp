#include "Resolve.h"
#include "tarn/ISA/Registers.h"
#include "llvm/ADT/APInt.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include <limits>

namespace tarn::sim {
using isa::Instruction;

std::string resolve(Instruction &instruction, llvm::ArrayRef<int32_t> registers) {
  std::string outside;
  auto resolvePattern = [&](const isa::FieldInfo &field, auto &pattern) {
    if (!pattern.offset)
      return;
    using Address = decltype(pattern.address);
    __int128 address = __int128(pattern.address) + int64_t(registers[pattern.offset->reg]) * pattern.offset->scale;
    if (address < 0 || address > std::numeric_limits<Address>::max()) {
      llvm::APInt number(128, {uint64_t(address), uint64_t(address >> 64)});
      outside = llvm::formatv("operand '{0}' begins at byte {1} of {2}", field.name,
                              llvm::toString(number, 10, /*Signed=*/true), isa::name(pattern.memory));
    }
    pattern.address = static_cast<Address>(address);
    pattern.offset.reset();
  };
  std::visit(
      [&](auto &payload) {
        std::decay_t<decltype(payload)>::visit(payload, [&](const isa::FieldInfo &field, auto &member) {
          using Member = std::decay_t<decltype(member)>;
          if constexpr (std::is_same_v<Member, isa::AccessPattern> || std::is_same_v<Member, isa::DmaPattern>)
            resolvePattern(field, member);
          else if constexpr (std::is_same_v<Member, std::vector<isa::DmaPattern>>)
            for (isa::DmaPattern &side : member)
              resolvePattern(field, side);
          else if constexpr (std::is_same_v<Member, isa::ScalarOperand>)
            if (auto *pattern = std::get_if<isa::AccessPattern>(&member))
              resolvePattern(field, *pattern);
        });
      },
      instruction.payload);
  if (instruction.update)
    instruction.update->value = {false, valueOf(instruction.update->value, registers)};
  if (instruction.wait)
    instruction.wait->value = {false, valueOf(instruction.wait->value, registers)};
  return outside;
}

std::string registersOf(const Instruction &instruction, llvm::ArrayRef<int32_t> registers) {
  llvm::SmallVector<std::string> texts;
  auto add = [&](const isa::FieldInfo &, const auto &pattern) {
    if (!pattern.offset)
      return;
    std::string text = llvm::formatv("R{0} = {1}", unsigned(pattern.offset->reg), registers[pattern.offset->reg]);
    if (!llvm::is_contained(texts, text))
      texts.push_back(std::move(text));
  };
  isa::forEachAccess(instruction, add, add);
  return texts.empty() ? "" : " (" + llvm::join(texts, ", ") + ")";
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
