#include "OperandParser.h"

namespace tarn::isa {

bool OperandParser::parseField(const FieldInfo &field, RegisterOrImmediate &member) {
  member.isRegister = isRegister();
  if (!member.isRegister)
    return parseInteger(member.value, INT32_MIN, UINT32_MAX);
  uint8_t number = 0;
  if (!parseNumbered("R", numRegisters, number))
    return false;
  member.value = number;
  return true;
}

bool OperandParser::parseField(const FieldInfo &field, float &member) { return parseFloat(member); }

bool OperandParser::parseField(const FieldInfo &field, int32_t &member) {
  return parseInteger(member, INT32_MIN, INT32_MAX);
}

bool OperandParser::parseField(const FieldInfo &field, bool &member) {
  if (!isName("true") && !isName("false"))
    return expected("true or false");
  member = isName("true");
  take();
  return true;
}

bool OperandParser::parseField(const FieldInfo &field, uint8_t &member) {
  if (field.kind == FieldKind::Register)
    return parseNumbered("R", numRegisters, member);
  return parseInteger(member, 0, 255);
}

bool OperandParser::parseField(const FieldInfo &field, uint32_t &member) {
  if (token.kind != Token::name)
    return expected("a label");
  member = labelUses.size();
  labelUses.push_back(token);
  take();
  return true;
}

template <typename T, typename Add> bool OperandParser::parseList(T low, uint64_t high, size_t most, Add add) {
  if (!require("["))
    return false;
  for (size_t count = 0; !token.is("]"); ++count) {
    T value{};
    if ((count && !require(",")) || (count == most && !expected(std::to_string(most) + " entries at most")) ||
        !parseInteger(value, low, high))
      return false;
    add(count, value);
  }
  return require("]");
}

template <typename Pattern, typename Step>
bool OperandParser::parsePattern(Pattern &pattern, Step low, uint64_t high, uint64_t most) {
  size_t steps = 0, counts = 0;
  Token place = token;
  if (!parseList(low, high, pattern.dims.size(), [&](size_t i, Step step) { pattern.dims[steps++].step = step; }) ||
      !parseList(uint64_t(1), most, pattern.dims.size(),
                 [&](size_t i, uint64_t num) { pattern.dims[counts++].num = num; }))
    return false;
  if (steps != counts)
    return failAt(place,
                  llvm::formatv("found {0} steps and {1} counts, allowed is as many of both", steps, counts).str());
  pattern.rank = steps;
  return true;
}

bool OperandParser::parseOffset(std::optional<RegisterOffset> &offset) {
  if (!accept("+"))
    return true;
  offset.emplace();
  return parseNumbered("R", numRegisters, offset->reg) && require("*") &&
         parseInteger(offset->scale, INT32_MIN, INT32_MAX);
}

bool OperandParser::parseField(const FieldInfo &field, IndexPattern &member) {
  return parsePattern(member, int64_t(INT32_MIN), INT32_MAX, UINT32_MAX);
}

bool OperandParser::parseField(const FieldInfo &field, Extents &member) {
  member.rank = 0;
  return parseList(uint32_t(0), UINT32_MAX, member.sizes.size(),
                   [&](size_t i, uint32_t size) { member.sizes[i] = size, ++member.rank; });
}

bool OperandParser::parseField(const FieldInfo &field, ShuffleMask &member) {
  size_t entries = 0;
  if (!parseList(0, 255, member.size(), [&](size_t i, uint8_t entry) { member[i] = entry, ++entries; }))
    return false;
  return entries == member.size() || expected("a mask of 32 entries");
}

bool OperandParser::parseField(const FieldInfo &field, AccessPattern &member) {
  uint64_t address = 0;
  if (!parseDType(member.dtype) || !require("@") || !parseInteger(address, 0, 2 * uint64_t(psumBase) - 1))
    return false;
  member.memory = address >= psumBase ? Memory::psum : Memory::sbuf;
  member.address = address >= psumBase ? address - psumBase : address;
  if (!parseOffset(member.offset))
    return false;
  if (token.is("[") && !parsePattern(member, int64_t(INT16_MIN), INT16_MAX, UINT16_MAX))
    return false;
  return parseNumbered("p", 256, member.startPartition) && require("+") && parseInteger(member.numPartitions, 1, 128);
}

bool OperandParser::parseField(const FieldInfo &field, DmaPattern &member) {
  if (!parseDType(member.dtype) || !require("@"))
    return false;
  if (!isName("hbm") && !isName("sbuf"))
    return expected("hbm or sbuf");
  member.memory = isName("hbm") ? Memory::hbm : Memory::sbuf;
  take();
  if (!require(":") || !parseInteger(member.address, 0, UINT64_MAX) || !parseOffset(member.offset))
    return false;
  return !token.is("[") || parsePattern(member, INT64_MIN, INT64_MAX, UINT32_MAX);
}

bool OperandParser::parseField(const FieldInfo &field, ScalarOperand &member) {
  if (token.kind == Token::name && tarn::parseDType(token.text)) {
    AccessPattern pattern;
    if (!parseField(field, pattern))
      return false;
    member = pattern;
    return true;
  }
  float value;
  if (!parseFloat(value))
    return false;
  member = value;
  return true;
}

} // namespace tarn::isa
