#include "AssemblyWords.h"
#include "tarn/ISA/Assembly.h"
#include "tarn/Support/HostTensor.h"
#include "tarn/Support/LowPrecision.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/JSON.h"
#include <cmath>
#include <cstring>

namespace tarn::isa {

namespace {

/// The least and the largest number of a type.
std::pair<double, double> rangeOf(DType type) {
  constexpr double fp32Largest = std::numeric_limits<float>::max();
  auto symmetric = [](double largest) { return std::pair(-largest, largest); };
  auto largestOf = [](DType fp8) {
    double largest = 0;
    for (float value : llvm::ArrayRef(fp8Values(fp8), 256))
      if (std::isfinite(value))
        largest = std::max<double>(largest, value);
    return largest;
  };
  switch (type) {
  case DType::boolean:
    return {0, 1};
  case DType::int8:
    return {INT8_MIN, INT8_MAX};
  case DType::int16:
    return {INT16_MIN, INT16_MAX};
  case DType::int32:
    return {INT32_MIN, INT32_MAX};
  case DType::int64:
    return {INT64_MIN, INT64_MAX};
  case DType::uint8:
    return {0, UINT8_MAX};
  case DType::uint16:
  case DType::fp4x4_e2m1fn:
    return {0, UINT16_MAX};
  case DType::uint32:
  case DType::fp8x4_e4m3fn:
  case DType::fp8x4_e5m2:
    return {0, UINT32_MAX};
  case DType::uint64:
    return {0, UINT64_MAX};
  case DType::bf16:
    return symmetric(bf16ToFloat(0x7f7f));
  case DType::fp16:
    return symmetric(fp16ToFloat(0x7bff));
  case DType::fp8_e3m4:
  case DType::fp8_e4m3:
  case DType::fp8_e5m2:
  case DType::fp8_e4m3fn:
    return symmetric(largestOf(type));
  case DType::fp8_e8m0fnu: // without a sign
    return {fp8ToFloat(type, 0), largestOf(type)};
  case DType::tf32: // a fraction of 10 bits
    return symmetric(std::ldexp(2 - std::ldexp(1, -10), 127));
  case DType::fp64:
    return symmetric(std::numeric_limits<double>::max());
  case DType::fp32:
  case DType::fp32r:
    return symmetric(fp32Largest);
  }
  llvm_unreachable("a type");
}

/// Whether a type holds a number, floats rounded.
bool isHeld(double number, DType type) {
  if (!isFloat(type)) {
    auto [low, high] = rangeOf(type);
    return number == std::floor(number) && number >= low && number <= high;
  }
  HostTensor rounded = HostTensor::of<double>(type, {}, {number});
  return std::isfinite(rounded.getDouble(0));
}

std::string shortText(double number) {
  std::string text;
  llvm::raw_string_ostream(text) << llvm::format("%g", number);
  return text;
}

} // namespace

llvm::StringRef nearestMnemonic(llvm::StringRef text) {
  return llvm::min_element(instructionInfos,
                           [&](const InstructionInfo &a, const InstructionInfo &b) {
                             return a.mnemonic.edit_distance(text) < b.mnemonic.edit_distance(text);
                           })
      ->mnemonic;
}

bool AssemblyWords::failAt(const Token &place, const llvm::Twine &text) {
  if (problem.empty())
    problem = llvm::formatv("{0}:{1}:{2}: {3}", fileName, place.line, place.column, text.str());
  return false;
}

std::string AssemblyWords::found() const {
  return isAtLineEnd() ? "the end of the line" : "'" + token.text.take_front(40).str() + "'";
}

bool AssemblyWords::expected(llvm::StringRef what) {
  if (token.kind == Token::bad && token.text == "\"")
    return fail("the string that begins here does not end in this line");
  return fail("found " + found() + ", allowed is " + what);
}

bool AssemblyWords::accept(llvm::StringRef punctuation) {
  if (!token.is(punctuation))
    return false;
  take();
  return true;
}

bool AssemblyWords::require(llvm::StringRef punctuation) {
  return accept(punctuation) || expected(("'" + punctuation + "'").str());
}

bool AssemblyWords::isIntegerText() const {
  llvm::StringRef digits = token.text;
  if (token.kind != Token::number)
    return false;
  return digits.consume_front_insensitive("0x") ? !digits.empty() && llvm::all_of(digits, llvm::isHexDigit)
                                                : llvm::all_of(digits, llvm::isDigit);
}

bool AssemblyWords::parseBits(uint64_t &bits, int64_t low, uint64_t high) {
  Token place = token;
  bool negative = accept("-");
  uint64_t magnitude = 0;
  bool isTooLarge = false; // for 64 bits
  if (token.kind != Token::number || token.text.getAsInteger(0, magnitude)) {
    isTooLarge = isIntegerText();
    if (!isTooLarge)
      return expected("an integer");
  }
  bool inRange = isTooLarge ? false
                 : negative ? low < 0 && magnitude <= uint64_t(0) - static_cast<uint64_t>(low)
                            : magnitude <= high && (low <= 0 || magnitude >= static_cast<uint64_t>(low));
  if (!inRange)
    return failAt(place, llvm::formatv("found {0}{1}, allowed {2} to {3}", negative ? "-" : "",
                                       token.text.take_front(40), low, high)
                             .str());
  bits = negative ? uint64_t(0) - magnitude : magnitude;
  take();
  return true;
}

bool AssemblyWords::parseFloatBits(float &value) {
  uint32_t bits;
  if (token.text.drop_front(3).getAsInteger(16, bits))
    return expected("the bits of a float, f0x and 8 digits");
  std::memcpy(&value, &bits, 4);
  take();
  return true;
}

bool AssemblyWords::parseFloat(float &value) {
  if (token.kind == Token::name && token.text.starts_with("f0x"))
    return parseFloatBits(value);
  double number = 0;
  if (!parseNumber(number, DType::fp32))
    return false;
  value = static_cast<float>(number);
  return true;
}

bool AssemblyWords::parseNumber(double &value, DType type) {
  Token place = token;
  std::string written;
  if (token.kind == Token::name && token.text.starts_with("f0x")) {
    float number = 0;
    written = token.text;
    if (!parseFloatBits(number))
      return false;
    value = number;
  } else {
    bool negative = accept("-");
    written = (negative ? "-" : "") + token.text.take_front(40).str();
    bool isWord = isName("inf") || isName("nan");
    if (isWord)
      value = isName("inf") ? INFINITY : NAN;
    else if (token.kind != Token::number || token.text.getAsDouble(value))
      return expected("a number");
    value = negative ? -value : value;
    take();
    if (isWord && isFloat(type))
      return true;
  }
  if (isHeld(value, type))
    return true;
  auto [low, high] = rangeOf(type);
  if (isFloat(type))
    return failAt(place, llvm::formatv("found {0}, allowed is a number from {1} to {2} ({3}), inf or nan", written,
                                       shortText(low), shortText(high), name(type))
                             .str());
  return failAt(place, llvm::formatv("found {0}, allowed is an integer from {1:f0} to {2:f0} ({3})", written, low, high,
                                     name(type))
                           .str());
}

bool AssemblyWords::parseString(std::string &value) {
  if (token.kind != Token::string)
    return expected("a string");
  llvm::StringRef body = token.text.drop_front().drop_back();
  value.clear();
  for (size_t i = 0; i < body.size(); ++i) {
    if (body[i] != '\\') {
      value += body[i];
    } else if (body[i + 1] == 'n') {
      value += '\n';
      ++i;
    } else if (body[i + 1] == 'x' && i + 3 < body.size() && llvm::isHexDigit(body[i + 2]) &&
               llvm::isHexDigit(body[i + 3])) {
      value += static_cast<char>(llvm::hexFromNibbles(body[i + 2], body[i + 3]));
      i += 3;
    } else {
      value += body[++i];
    }
  }
  if (!llvm::json::isUTF8(value)) // reports are
    return expected("UTF-8 text");
  take();
  return true;
}

bool AssemblyWords::parseDType(DType &dtype, bool host) {
  std::optional<DType> known = token.kind == Token::name ? tarn::parseDType(token.text) : std::nullopt;
  if (!known || (!host && !isMachineType(*known)))
    return expected("a dtype (fp32 bf16 fp16 int8 int16 int32 uint8 uint16 uint32 bool)");
  dtype = *known;
  take();
  return true;
}

bool AssemblyWords::parseNumbered(llvm::StringRef letter, unsigned limit, uint8_t &number) {
  unsigned value;
  if (token.kind != Token::name || !token.text.starts_with(letter) ||
      token.text.drop_front(letter.size()).getAsInteger(10, value) || value >= limit)
    return expected(llvm::formatv("{0}0 to {0}{1}", letter, limit - 1).str());
  number = value;
  take();
  return true;
}

bool AssemblyWords::isRegister() const {
  unsigned number;
  return token.kind == Token::name && token.text.starts_with("R") && !token.text.drop_front().getAsInteger(10, number);
}

} // namespace tarn::isa
