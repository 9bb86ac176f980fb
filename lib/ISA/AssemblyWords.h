// The words of a program's text as numbers, names and strings; the base of what parses assembly. Parse functions answer
// false after an error; the first error is kept.
#pragma once
#include "AssemblyLexer.h"
#include "tarn/Support/DType.h"
#include "llvm/Support/FormatVariadic.h"

namespace tarn::isa {

class AssemblyWords {
protected:
  AssemblyWords(llvm::StringRef text, llvm::StringRef fileName) : lexer(text), fileName(fileName) {
    token = lexer.next();
  }

  void take() { token = lexer.next(); }
  bool isAtLineEnd() const { return token.kind == Token::endOfLine || token.kind == Token::endOfText; }
  bool failAt(const Token &place, const llvm::Twine &text);
  bool fail(const llvm::Twine &text) { return failAt(token, text); }
  bool expected(llvm::StringRef what);
  bool accept(llvm::StringRef punctuation);
  bool require(llvm::StringRef punctuation);
  bool isName(llvm::StringRef text) const { return token.kind == Token::name && token.text == text; }

  template <typename T> bool parseInteger(T &value, int64_t low, uint64_t high) {
    uint64_t bits;
    if (!parseBits(bits, low, high))
      return false;
    value = static_cast<T>(bits);
    return true;
  }
  /// A number that a float holds, inf, nan or the bits of a float (f0x3f800000).
  bool parseFloat(float &value);
  /// The same of any type of the machine; an integer type takes the integers that it holds.
  bool parseNumber(double &value, DType type);
  bool parseString(std::string &value);
  /// A dtype of the machine; with `host` any.
  bool parseDType(DType &dtype, bool host = false);
  /// "R5" and the like.
  bool parseNumbered(llvm::StringRef letter, unsigned limit, uint8_t &number);
  bool isRegister() const;

  AssemblyLexer lexer;
  llvm::StringRef fileName;
  Token token;
  std::string problem;

private:
  std::string found() const;
  bool isIntegerText() const;
  bool parseFloatBits(float &value);
  /// An integer between the bounds, negative ones as their two's complement.
  bool parseBits(uint64_t &bits, int64_t low, uint64_t high);
};

} // namespace tarn::isa
