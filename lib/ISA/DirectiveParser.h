// Parses directives: what a program is, its tensors and origins, and to which section the instructions that follow belong.
#pragma once
#include "OperandParser.h"
#include "tarn/ISA/Program.h"
#include "llvm/ADT/StringSet.h"

namespace tarn::isa {

class DirectiveParser : public OperandParser {
protected:
  DirectiveParser(llvm::StringRef text, llvm::StringRef fileName, llvm::StringRef folder)
      : OperandParser(text, fileName), folder(folder) {}

  /// After the directive's name, `first`.
  bool parseDirective(const Token &first);

  Program program;
  // The section that is being read.
  unsigned core = 0;
  std::optional<Engine> engine;
  uint32_t origin = 0;

private:
  bool parseTarget();
  bool parseHbm();
  bool parseCore();
  bool parseOrigin();
  bool parseOriginNames(Origin &entry);
  bool parseLocation();
  bool parseTensor(TensorKind kind);
  bool checkNeighbours(const ProgramTensor &tensor, const Token &place);
  bool parseContents(ProgramTensor &tensor, uint64_t size);
  bool parseIncludedContents(ProgramTensor &tensor, uint64_t size, const Token &place);

  llvm::StringRef folder;      // where incbin looks
  llvm::StringSet<> givenOnce; // .program, .target and .hbm, once they were there
  std::array<llvm::StringSet<>, 4>
      names;                         // of tensors, by kind: a model may hand an input or a constant on as an output
  std::map<uint64_t, size_t> filled; // by address, tensors that are filled and have bytes
};

} // namespace tarn::isa
