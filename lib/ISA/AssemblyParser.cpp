// Parses programs: lines, labels and instructions, generic over the fields that each instruction's `visit` shows. The
// first error ends parsing.
#include "DirectiveParser.h"
#include "tarn/Chip/Chip.h"
#include "tarn/ISA/Assembly.h"
#include "tarn/ISA/Check.h"
#include "tarn/Support/AtomicFile.h"
#include "llvm/ADT/StringMap.h"
#include <map>

namespace tarn::isa {

namespace {
class AssemblyParser : public DirectiveParser {
public:
  AssemblyParser(llvm::StringRef text, llvm::StringRef fileName, llvm::StringRef folder, bool unchecked)
      : DirectiveParser(text, fileName, folder), unchecked(unchecked) {}

  llvm::Expected<Program> parse() {
    while (problem.empty() && token.kind != Token::endOfText) {
      if (token.kind == Token::endOfLine) {
        take();
        continue;
      }
      if (parseLine() && !isAtLineEnd())
        fail("found '" + token.text.str() + "', allowed is the end of the line");
    }
    resolveLabels();
    if (!unchecked)
      checkRules();
    if (!problem.empty())
      return makeError("{0}", problem);
    return std::move(program);
  }

private:
  bool parseLine() {
    if (token.kind != Token::name)
      return expected("a directive, a label or an instruction");
    Token first = token;
    take();
    if (first.text.starts_with("."))
      return parseDirective(first);
    if (token.is(":"))
      return parseLabel(first);
    return parseInstruction(first);
  }

  /// After "S": a wait or an update.
  bool parseSemaphore(Instruction &instruction) {
    Token place = token;
    uint16_t semaphore = 0;
    RegisterOrImmediate value;
    take();
    if (!require("[") || !parseInteger(semaphore, 0, numSemaphores - 1) || !require("]"))
      return false;
    llvm::StringRef what = token.kind == Token::punctuation ? token.text : "";
    bool isWait = what == ">=" || what == "==";
    if (!isWait && what != "+=" && what != "-=" && what != "=")
      return expected(">= or == (a wait), +=, -= or = (an update)");
    take();
    if (!parseField(FieldInfo{"", FieldKind::RegImm, false, 0}, value))
      return false;
    if (std::optional<RegisterOffset> offset; isWait && !value.isRegister && token.is("+")) {
      if (!parseOffset(offset))
        return false;
      value = {true, offset->reg, value.value, offset->scale};
    }
    if (isWait ? instruction.wait.has_value() : instruction.update.has_value())
      return failAt(place, isWait ? "an instruction has one wait; put further ones into event_semaphore before it"
                                  : "an instruction has one update");
    bool isAtRead = !isWait && token.is("@");
    if (isAtRead) {
      take();
      if (!isName("read") && !isName("complete"))
        return expected("read or complete (when the update takes place)");
      isAtRead = isName("read");
      take();
    }
    if (isWait)
      instruction.wait = Wait{semaphore, what == "==" ? WaitCondition::equal : WaitCondition::greaterOrEqual, value};
    else
      instruction.update = Update{semaphore,
                                  what == "+="   ? UpdateAction::add
                                  : what == "-=" ? UpdateAction::subtract
                                                 : UpdateAction::set,
                                  value, isAtRead};
    return true;
  }

  template <typename P> bool parseFields(Instruction &instruction, P payload) {
    const InstructionInfo &info = infoOf(P::opcode);
    Token place = token;
    llvm::SmallVector<bool, 16> given(info.numFields, false);
    bool first = true;
    while (!isAtLineEnd()) {
      if (!first && !require(","))
        return false;
      first = false;
      if (isName("S")) {
        if (!parseSemaphore(instruction))
          return false;
        continue;
      }
      Token fieldPlace = token;
      unsigned index = 0;
      while (index < info.numFields && !isName(info.fields[index].name))
        ++index;
      if (index == info.numFields)
        return expected("a field of " + info.mnemonic.str() + " (" + fieldNames(info) + "), a wait or an update");
      if (given[index])
        return failAt(fieldPlace, "field " + info.fields[index].name + " appears twice");
      given[index] = true;
      take();
      if (!require("="))
        return false;
      bool ok = true;
      P::visit(payload, [&](const FieldInfo &field, auto &member) {
        if (&field == &info.fields[index])
          ok = parseField(field, member);
      });
      if (!ok)
        return false;
    }
    for (unsigned i = 0; i < info.numFields; ++i)
      if (!given[i] && !info.fields[i].hasDefault)
        return failAt(place, info.mnemonic + " needs field " + info.fields[i].name);
    instruction.payload = payload;
    return true;
  }
  static std::string fieldNames(const InstructionInfo &info) {
    std::vector<std::string> names;
    for (unsigned i = 0; i < info.numFields; ++i)
      names.push_back(info.fields[i].name.str());
    return llvm::join(names, " ");
  }

  bool parseInstruction(const Token &mnemonic) {
    if (!engine)
      return failAt(mnemonic, "an instruction stands in the section of an engine (.pe .act .dve .pool .sp)");
    Instruction instruction{Nop{}, {}, {}, origin};
    bool known = false, ok = false;
#define TARN_CASE(Name, theMnemonic)                                                                                   \
  if (!known && mnemonic.text == #theMnemonic) {                                                                       \
    known = true;                                                                                                      \
    ok = parseFields(instruction, Name());                                                                             \
  }
    TARN_FOR_EACH_INSTRUCTION(TARN_CASE)
#undef TARN_CASE
    if (!known)
      return failAt(mnemonic,
                    "no instruction '" + mnemonic.text + "'; the nearest is '" + nearestMnemonic(mnemonic.text) + "'");
    if (!ok)
      return false;
    program.cores[core].stream(*engine).push_back(std::move(instruction));
    program.cores[core].lines[static_cast<unsigned>(*engine)].push_back(mnemonic.line);
    places[{core, *engine}].push_back({mnemonic.line, mnemonic.column});
    return true;
  }

  bool parseLabel(const Token &label) {
    take();
    if (!engine)
      return failAt(label, "a label stands in the section of an engine");
    auto &stream = program.cores[core].stream(*engine);
    if (!labels[{core, *engine}].try_emplace(label.text, stream.size()).second)
      return failAt(label, "label '" + label.text + "' appears twice in this section");
    return true;
  }

  void resolveLabels() {
    if (!problem.empty())
      return;
    for (auto [c, theCore] : llvm::enumerate(program.cores))
      for (unsigned e = 0; e < numEngines; ++e)
        for (Instruction &instruction : theCore.streams[e])
          if (auto *branch = std::get_if<CompareBranch>(&instruction.payload)) {
            const Token &use = labelUses[branch->target];
            auto &known = labels[{static_cast<unsigned>(c), static_cast<Engine>(e)}];
            auto found = known.find(use.text);
            if (found == known.end()) {
              failAt(use, "no label '" + use.text + "' in this section");
              return;
            }
            branch->target = found->second;
          }
  }

  void checkRules() {
    if (!problem.empty())
      return;
    llvm::Expected<Chip> chip = program.chip.empty() ? Chip::load("trn2") : Chip::parse(program.chip, "chip");
    if (!chip) {
      problem = llvm::formatv("{0}: .target: {1}", fileName, llvm::toString(chip.takeError()));
      return;
    }
    if (llvm::Error error = checkMemory(program, *chip)) {
      problem = llvm::formatv("{0}: {1}", fileName, llvm::toString(std::move(error)));
      return;
    }
    for (auto &[section, sectionPlaces] : places)
      for (auto [instruction, place] :
           llvm::zip_equal(program.cores[section.first].stream(section.second), sectionPlaces))
        if (llvm::Error error = check(instruction, section.second, *chip, Needs::stream, sectionPlaces.size())) {
          Token token;
          std::tie(token.line, token.column) = place;
          failAt(token, instruction.info().mnemonic + ": " + llvm::toString(std::move(error)));
          return;
        }
  }

  bool unchecked;
  std::map<std::pair<unsigned, Engine>, llvm::StringMap<uint32_t>> labels;
  std::map<std::pair<unsigned, Engine>, std::vector<std::pair<unsigned, unsigned>>> places; // line, column
};
} // namespace

llvm::Expected<Program> parseAssembly(llvm::StringRef text, llvm::StringRef fileName, llvm::StringRef folder,
                                      bool unchecked) {
  return AssemblyParser(text, fileName, folder, unchecked).parse();
}

} // namespace tarn::isa
