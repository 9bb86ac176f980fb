// Words of assembly text, each with its place.
#pragma once
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringRef.h"
#include <string>

namespace tarn::isa {

struct Token {
  enum Kind { name, number, string, punctuation, endOfLine, endOfText, bad } kind = endOfText;
  llvm::StringRef text; // as written; of a string with its quotes
  unsigned line = 1, column = 1;
  bool is(llvm::StringRef punctuation) const { return kind == Token::punctuation && text == punctuation; }
};

class AssemblyLexer {
public:
  explicit AssemblyLexer(llvm::StringRef text) : rest(text) {}

  Token next() {
    skipBlanks();
    Token token;
    token.line = line;
    token.column = column;
    if (rest.empty())
      return token;
    char c = rest[0];
    size_t length = 1;
    if (c == '\n') {
      token.kind = Token::endOfLine;
    } else if (llvm::isAlpha(c) || c == '_' || c == '.') {
      token.kind = Token::name;
      length = rest.size() - rest.drop_while(isNamePart).size();
    } else if (llvm::isDigit(c)) {
      token.kind = Token::number;
      length = numberLength();
    } else if (c == '"') {
      length = stringLength();
      token.kind = length ? Token::string : Token::bad;
      length = length ? length : 1;
    } else if ((llvm::StringRef("><=+-").contains(c) && rest.size() > 1 && rest[1] == '=') || rest.starts_with("=>")) {
      // => is nothing that is written; as one word the error shows it whole.
      token.kind = Token::punctuation;
      length = 2;
    } else {
      token.kind = llvm::StringRef("[](){},:@+-*=").contains(c) ? Token::punctuation : Token::bad;
    }
    token.text = rest.take_front(length);
    advance(length);
    if (token.kind == Token::endOfLine) {
      ++line;
      column = 1;
    }
    return token;
  }

private:
  static bool isNamePart(char c) { return llvm::isAlnum(c) || c == '_' || c == '.'; }
  void advance(size_t count) {
    rest = rest.drop_front(count);
    column += count;
  }
  void skipBlanks() {
    advance(rest.size() - rest.ltrim(" \t\r").size());
    if (rest.starts_with("//"))
      advance(std::min(rest.find('\n'), rest.size()));
  }
  size_t numberLength() const {
    size_t i = 0;
    bool hex = rest.starts_with_insensitive("0x");
    while (i < rest.size() &&
           (llvm::isAlnum(rest[i]) || rest[i] == '.' ||
            (!hex && (rest[i] == '+' || rest[i] == '-') && i > 0 && (rest[i - 1] == 'e' || rest[i - 1] == 'E'))))
      ++i;
    return i;
  }
  size_t stringLength() const {
    for (size_t i = 1; i < rest.size() && rest[i] != '\n'; ++i) {
      if (rest[i] == '"')
        return i + 1;
      if (rest[i] == '\\')
        ++i;
    }
    return 0;
  }

  llvm::StringRef rest;
  unsigned line = 1, column = 1;
};

} // namespace tarn::isa
