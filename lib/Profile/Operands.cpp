#include "Operands.h"

namespace tarn::profile {

llvm::Expected<int64_t> OperandText::number(llvm::StringRef name) const {
  auto found = fields.find(name);
  if (found == fields.end())
    return makeError("no operand '{0}'", name);
  int64_t value = 0;
  uint64_t large = 0;
  if (!found->second.getAsInteger(0, value))
    return value;
  if (!found->second.getAsInteger(0, large))
    return static_cast<int64_t>(large);
  return makeError("found {0}={1}, allowed: a number", name, found->second);
}

llvm::Expected<int64_t> OperandText::number(llvm::StringRef name, int64_t otherwise) const {
  return fields.count(name) ? number(name) : llvm::Expected<int64_t>(otherwise);
}

namespace {
constexpr int64_t maxValue = INT32_MAX;

/// Reads digits from the front.
bool takeNumber(llvm::StringRef &text, int64_t &value) {
  llvm::StringRef digits = text.take_while([](char c) { return llvm::isDigit(c); });
  if (digits.empty() || digits.getAsInteger(10, value) || value > maxValue)
    return false;
  text = text.drop_front(digits.size());
  return true;
}

/// What follows "S[": number, label, condition or action.
llvm::Error takeSemaphore(llvm::StringRef &text, OperandText &result) {
  llvm::StringRef whole = text;
  auto bad = [&] { return makeError("cannot read the semaphore operand 'S[{0}'", whole.take_front(40)); };
  int64_t number = 0, value = 0;
  if (!takeNumber(text, number) || !text.consume_front("]"))
    return bad();
  if (number >= int64_t(isa::numSemaphores))
    return makeError("found semaphore {0}, allowed: below {1}", number, isa::numSemaphores);
  if (text.consume_front(" (")) {
    size_t end = text.find(')');
    if (end == llvm::StringRef::npos)
      return bad();
    text = text.drop_front(end + 1);
  }
  auto semaphore = static_cast<uint16_t>(number);
  auto wait = [&](bool isEqual) -> llvm::Error {
    if (!takeNumber(text, value))
      return bad();
    result.waits.push_back({semaphore, isEqual, value});
    return llvm::Error::success();
  };
  auto update = [&](isa::UpdateAction action, bool hasValue) -> llvm::Error {
    value = 1;
    if (hasValue && !takeNumber(text, value))
      return bad();
    bool isAtRead = !text.consume_front("@complete") && text.consume_front("@read");
    result.updates.push_back({semaphore, action, {false, int32_t(value)}, isAtRead});
    return llvm::Error::success();
  };
  if (text.consume_front(">="))
    return wait(false);
  if (text.consume_front("=="))
    return wait(true);
  if (text.consume_front("++"))
    return update(isa::UpdateAction::add, false);
  if (text.consume_front("--"))
    return update(isa::UpdateAction::subtract, false);
  if (text.consume_front("+="))
    return update(isa::UpdateAction::add, true);
  if (text.consume_front("-="))
    return update(isa::UpdateAction::subtract, true);
  if (text.consume_front("="))
    return update(isa::UpdateAction::set, true);
  return bad();
}
} // namespace

llvm::Expected<OperandText> parseOperands(llvm::StringRef text) {
  OperandText result;
  while (true) {
    text = text.ltrim();
    if (text.empty())
      return result;
    if (text.consume_front("S[") || text.consume_front("$S[")) {
      if (llvm::Error error = takeSemaphore(text, result))
        return std::move(error);
      continue;
    }
    llvm::StringRef token = text.take_until([](char c) { return llvm::isSpace(c); });
    text = text.drop_front(token.size());
    if (token.starts_with("$E[")) {
      result.waitsForRuntime |= token.contains("==");
      continue;
    }
    auto [key, value] = token.split('=');
    if (key.size() == token.size())
      result.words.push_back(token);
    else
      result.fields[key] = value;
  }
}

llvm::Expected<Pattern> parsePattern(llvm::StringRef text) {
  Pattern pattern;
  llvm::StringRef rest = text;
  for (auto *list : {&pattern.steps, &pattern.counts}) {
    if (!rest.consume_front("["))
      return makeError("cannot read the pattern '{0}'", text);
    size_t end = rest.find(']');
    if (end == llvm::StringRef::npos)
      return makeError("cannot read the pattern '{0}'", text);
    llvm::SmallVector<llvm::StringRef> parts;
    rest.take_front(end).split(parts, ',');
    for (llvm::StringRef part : parts)
      if (part.getAsInteger(10, list->emplace_back()) || std::abs(list->back()) > maxValue)
        return makeError("cannot read the pattern '{0}'", text);
    rest = rest.drop_front(end + 1);
  }
  if (!rest.empty() || pattern.steps.size() != pattern.counts.size() ||
      llvm::any_of(pattern.counts, [](int64_t count) { return count < 1; }))
    return makeError("cannot read the pattern '{0}'", text);
  return pattern;
}

std::optional<DType> parseType(llvm::StringRef name) {
  if (name == "bfloat16")
    return DType::bf16;
  if (name == "float16")
    return DType::fp16;
  std::optional<DType> type = parseDType(name);
  return type && isMachineType(*type) ? type : std::nullopt;
}

llvm::Expected<isa::AccessPattern> parseAccess(llvm::StringRef text, unsigned partitions,
                                               std::optional<DType> otherwise) {
  isa::AccessPattern result;
  llvm::StringRef rest = text;
  std::optional<DType> type = otherwise;
  if (size_t at = text.find('@'); at != llvm::StringRef::npos) {
    type = parseType(text.take_front(at));
    rest = text.drop_front(at + 1);
  }
  if (!type)
    return makeError("'{0}': no dtype that the machine knows", text);
  llvm::StringRef digits = rest.take_until([](char c) { return c == '['; });
  uint64_t address = 0;
  if (digits.getAsInteger(0, address) || address > UINT32_MAX)
    return makeError("'{0}': no address", text);
  result.dtype = *type;
  result.memory = address >= isa::psumBase ? isa::Memory::psum : isa::Memory::sbuf;
  result.address = uint32_t(address) - (result.memory == isa::Memory::psum ? isa::psumBase : 0);
  result.numPartitions = static_cast<uint8_t>(partitions);
  rest = rest.drop_front(digits.size());
  if (rest.empty())
    return result;
  llvm::Expected<Pattern> pattern = parsePattern(rest);
  if (!pattern)
    return pattern.takeError();
  // Trailing dimensions of one element say nothing.
  size_t rank = pattern->counts.size();
  while (rank > 1 && pattern->counts[rank - 1] == 1)
    --rank;
  if (rank > result.dims.size())
    return makeError("'{0}': found {1} dimensions, allowed: up to {2}", text, rank, result.dims.size());
  result.rank = static_cast<uint8_t>(rank);
  for (size_t i = 0; i < rank; ++i)
    result.dims[i] = {int32_t(pattern->steps[i]), uint32_t(pattern->counts[i])};
  return result;
}

} // namespace tarn::profile
