// Parses the fields of instructions: one overload of parseField for each type that a record's field may have.
#pragma once
#include "AssemblyWords.h"
#include "tarn/ISA/Instructions.h"

namespace tarn::isa {

class OperandParser : public AssemblyWords {
protected:
  using AssemblyWords::AssemblyWords;

  bool parseField(const FieldInfo &field, RegisterOrImmediate &member);
  bool parseField(const FieldInfo &field, float &member);
  bool parseField(const FieldInfo &field, int32_t &member);
  bool parseField(const FieldInfo &field, bool &member);
  bool parseField(const FieldInfo &field, uint8_t &member);
  /// A label: its number in `labelUses` until the labels of the stream are known.
  bool parseField(const FieldInfo &field, uint32_t &member);
  bool parseField(const FieldInfo &field, IndexPattern &member);
  bool parseField(const FieldInfo &field, Extents &member);
  bool parseField(const FieldInfo &field, ShuffleMask &member);
  bool parseField(const FieldInfo &field, AccessPattern &member);
  bool parseField(const FieldInfo &field, DmaPattern &member);
  bool parseField(const FieldInfo &field, ScalarOperand &member);
  /// {entry, entry, …}
  template <typename T> bool parseField(const FieldInfo &field, std::vector<T> &member) {
    if (!require("{"))
      return false;
    for (member.clear(); !token.is("}");) {
      if ((!member.empty() && !require(",")) ||
          (member.size() == maxListed && !expected(std::to_string(maxListed) + " entries at most")) ||
          !parseField(field, member.emplace_back()))
        return false;
    }
    take();
    return true;
  }
  template <typename E> std::enable_if_t<std::is_enum_v<E>, bool> parseField(const FieldInfo &, E &member) {
    std::vector<std::string> cases;
    for (unsigned i = 0; i < numCasesOf(member); ++i) {
      cases.push_back(name(static_cast<E>(i)).str());
      if (isName(cases.back())) {
        member = static_cast<E>(i);
        take();
        return true;
      }
    }
    return expected("one of " + llvm::join(cases, " "));
  }

  /// "+R3*32", or nothing.
  bool parseOffset(std::optional<RegisterOffset> &offset);

  std::vector<Token> labelUses;

private:
  template <typename T, typename Add> bool parseList(T low, uint64_t high, size_t most, Add add);
  template <typename Pattern, typename Step>
  bool parsePattern(Pattern &pattern, Step low, uint64_t high, uint64_t most);
};

} // namespace tarn::isa
