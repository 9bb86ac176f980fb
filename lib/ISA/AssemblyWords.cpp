#include "AssemblyWords.h"
#include "llvm/Support/JSON.h"
#include <cmath>
#include <cstring>

namespace tarn::isa {

bool AssemblyWords::failAt(const Token &place, const llvm::Twine &text) {
  if (problem.empty())
    problem = llvm::formatv("{0}:{1}:{2}: {3}", fileName, place.line, place.column, text.str());
  return false;
}

std::string AssemblyWords::found() const {
  return isAtLineEnd() ? "the end of the line" : "'" + token.text.take_front(40).str() + "'";
}

bool AssemblyWords::expected(llvm::StringRef what) { return fail("found " + found() + ", allowed is " + what); }

bool AssemblyWords::accept(llvm::StringRef punctuation) {
  if (!token.is(punctuation))
    return false;
  take();
  return true;
}

bool AssemblyWords::require(llvm::StringRef punctuation) {
  return accept(punctuation) || expected(("'" + punctuation + "'").str());
}

bool AssemblyWords::parseBits(uint64_t &bits, int64_t low, uint64_t high) {
  Token place = token;
  bool negative = accept("-");
  uint64_t magnitude = 0;
  if (token.kind != Token::number || token.text.getAsInteger(0, magnitude))
    return expected("an integer");
  bool inRange = negative ? low < 0 && magnitude <= uint64_t(0) - static_cast<uint64_t>(low)
                          : magnitude <= high && (low <= 0 || magnitude >= static_cast<uint64_t>(low));
  if (!inRange)
    return failAt(place,
                  llvm::formatv("found {0}{1}, allowed {2} to {3}", negative ? "-" : "", token.text, low, high).str());
  bits = negative ? uint64_t(0) - magnitude : magnitude;
  take();
  return true;
}

bool AssemblyWords::parseFloat(float &value) {
  if (token.kind == Token::name && token.text.starts_with("f0x")) {
    uint32_t bits;
    if (token.text.drop_front(3).getAsInteger(16, bits))
      return expected("the bits of a float, f0x and 8 digits");
    std::memcpy(&value, &bits, 4);
    take();
    return true;
  }
  bool negative = accept("-");
  double number = 0;
  if (isName("inf"))
    number = INFINITY;
  else if (isName("nan"))
    number = NAN;
  else if (token.kind != Token::number || token.text.getAsDouble(number))
    return expected("a number");
  value = static_cast<float>(negative ? -number : number);
  take();
  return true;
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
