// The instructions of the machine: a struct for each record of include/tarn/ISA/*.td, and what surrounds it in a
// stream (wait, update, origin).
#pragma once
#include "tarn/ISA/Operands.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/ADT/StringSwitch.h"

namespace tarn::isa {

enum class FieldKind : uint8_t {
  In,
  Out,
  InOut, // AccessPattern
  DmaIn,
  DmaOut,
  DmaInOut,  // DmaPattern
  DmaInList, // std::vector<DmaPattern> (read)
  Scalar,    // ScalarOperand (read)
  Index,
  Extents,
  Mask,
  Enum,
  F32,
  F32List,
  I32,
  U8,
  Flag,
  Register,
  RegImm,
  Label
};

struct FieldInfo {
  llvm::StringLiteral name;
  FieldKind kind;
  bool hasDefault;
  uint16_t bytes; // in the encoding
};

#include "tarn/ISA/Enums.inc"
#include "tarn/ISA/Structs.inc"

struct Instruction {
  Payload payload;
  std::optional<Wait> wait;
  std::optional<Update> update;
  uint32_t origin = 0; // index into Program::origins

  /// Whether it is one of these. Cheaper than std::holds_alternative, which may search the list of types at run time.
  template <typename... Ts> bool is() const { return (std::get_if<Ts>(&payload) || ...); }
  Opcode opcode() const {
    return std::visit([](const auto &p) { return p.opcode; }, payload);
  }
  const InstructionInfo &info() const { return instructionInfos[payload.index()]; } // both in order of the records
};

constexpr bool isRead(FieldKind kind) {
  return kind == FieldKind::In || kind == FieldKind::InOut || kind == FieldKind::DmaIn || kind == FieldKind::DmaInOut ||
         kind == FieldKind::DmaInList || kind == FieldKind::Scalar;
}
constexpr bool isWritten(FieldKind kind) {
  return kind == FieldKind::Out || kind == FieldKind::InOut || kind == FieldKind::DmaOut || kind == FieldKind::DmaInOut;
}

/// Calls onAccess(const FieldInfo &, const AccessPattern &) and onDma(const FieldInfo &, const DmaPattern &) for each
/// memory operand, scalar operands in memory included.
template <typename OnAccess, typename OnDma>
void forEachAccess(const Instruction &instruction, OnAccess &&onAccess, OnDma &&onDma) {
  std::visit(
      [&](const auto &payload) {
        std::decay_t<decltype(payload)>::visit(payload, [&](const FieldInfo &field, const auto &member) {
          using Member = std::decay_t<decltype(member)>;
          if constexpr (std::is_same_v<Member, AccessPattern>) {
            onAccess(field, member);
          } else if constexpr (std::is_same_v<Member, DmaPattern>) {
            onDma(field, member);
          } else if constexpr (std::is_same_v<Member, std::vector<DmaPattern>>) {
            for (const DmaPattern &side : member)
              onDma(field, side);
          } else if constexpr (std::is_same_v<Member, ScalarOperand>) {
            if (auto *pattern = std::get_if<AccessPattern>(&member))
              onAccess(field, *pattern);
          }
        });
      },
      instruction.payload);
}

} // namespace tarn::isa
