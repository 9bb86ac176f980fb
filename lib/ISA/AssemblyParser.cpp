// Parses programs, generic over the fields of instructions. The first error ends parsing.
#include "AssemblyLexer.h"
#include "tarn/Chip/Chip.h"
#include "tarn/ISA/Assembly.h"
#include "tarn/ISA/Check.h"
#include "tarn/ISA/Object.h"
#include "tarn/Support/AtomicFile.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/Base64.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

namespace tarn::isa {

namespace {
constexpr uint64_t maxTensorBytes = uint64_t(1) << 40;
constexpr unsigned maxCores = 128;

/// Parse functions answer false after an error.
class AssemblyParser {
public:
  AssemblyParser(llvm::StringRef text, llvm::StringRef fileName, llvm::StringRef folder, bool unchecked)
      : lexer(text), fileName(fileName), folder(folder), unchecked(unchecked) {
    token = lexer.next();
  }

  llvm::Expected<Program> parse() {
    while (problem.empty() && token.kind != Token::endOfText) {
      if (token.kind == Token::endOfLine) {
        take();
        continue;
      }
      if (parseLine() && token.kind != Token::endOfLine && token.kind != Token::endOfText)
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
  // ---- Words

  void take() { token = lexer.next(); }
  bool failAt(const Token &place, const llvm::Twine &text) {
    if (problem.empty())
      problem = llvm::formatv("{0}:{1}:{2}: {3}", fileName, place.line, place.column, text.str());
    return false;
  }
  bool fail(const llvm::Twine &text) { return failAt(token, text); }
  std::string found() const {
    if (token.kind == Token::endOfLine || token.kind == Token::endOfText)
      return "the end of the line";
    return "'" + token.text.take_front(40).str() + "'";
  }
  bool expected(llvm::StringRef what) { return fail("found " + found() + ", allowed is " + what); }
  bool accept(llvm::StringRef punctuation) {
    if (!token.is(punctuation))
      return false;
    take();
    return true;
  }
  bool require(llvm::StringRef punctuation) {
    return accept(punctuation) || expected(("'" + punctuation + "'").str());
  }
  bool isName(llvm::StringRef text) const { return token.kind == Token::name && token.text == text; }

  template <typename T> bool parseInteger(T &value, int64_t low, uint64_t high) {
    Token place = token;
    bool negative = accept("-");
    uint64_t magnitude = 0;
    if (token.kind != Token::number || token.text.getAsInteger(0, magnitude))
      return expected("an integer");
    bool inRange = negative ? low < 0 && magnitude <= uint64_t(0) - static_cast<uint64_t>(low)
                            : magnitude <= high && (low <= 0 || magnitude >= static_cast<uint64_t>(low));
    if (!inRange)
      return failAt(place, llvm::formatv("found {0}{1}, allowed {2} to {3}", negative ? "-" : "", token.text, low,
                                         high).str());
    value = static_cast<T>(negative ? uint64_t(0) - magnitude : magnitude);
    take();
    return true;
  }
  bool parseFloat(float &value) {
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
  bool parseString(std::string &value) {
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
    take();
    return true;
  }
  bool parseDType(DType &dtype, bool host = false) {
    std::optional<DType> known = token.kind == Token::name ? tarn::parseDType(token.text) : std::nullopt;
    if (!known || (!host && !isMachineType(*known)))
      return expected("a dtype (fp32 bf16 fp16 int8 int16 int32 uint8 uint16 uint32 bool)");
    dtype = *known;
    take();
    return true;
  }
  /// "R5" and the like.
  bool parseNumbered(llvm::StringRef letter, unsigned limit, uint8_t &number) {
    unsigned value;
    if (token.kind != Token::name || !token.text.starts_with(letter) ||
        token.text.drop_front(letter.size()).getAsInteger(10, value) || value >= limit)
      return expected(llvm::formatv("{0}0 to {0}{1}", letter, limit - 1).str());
    number = value;
    take();
    return true;
  }
  bool isRegister() const {
    unsigned number;
    return token.kind == Token::name && token.text.starts_with("R") && !token.text.drop_front().getAsInteger(10, number);
  }

  // ---- Fields

  bool parseField(const FieldInfo &field, RegisterOrImmediate &member) {
    member.isRegister = isRegister();
    if (!member.isRegister)
      return parseInteger(member.value, INT32_MIN, UINT32_MAX);
    uint8_t number = 0;
    if (!parseNumbered("R", numRegisters, number))
      return false;
    member.value = number;
    return true;
  }
  bool parseField(const FieldInfo &field, float &member) { return parseFloat(member); }
  bool parseField(const FieldInfo &field, int32_t &member) { return parseInteger(member, INT32_MIN, INT32_MAX); }
  bool parseField(const FieldInfo &field, bool &member) {
    if (!isName("true") && !isName("false"))
      return expected("true or false");
    member = isName("true");
    take();
    return true;
  }
  bool parseField(const FieldInfo &field, uint8_t &member) {
    if (field.kind == FieldKind::Register)
      return parseNumbered("R", numRegisters, member);
    return parseInteger(member, 0, 255);
  }
  /// A label: its number in `uses` until the labels of the stream are known.
  bool parseField(const FieldInfo &field, uint32_t &member) {
    if (token.kind != Token::name)
      return expected("a label");
    member = uses.size();
    uses.push_back({token, core, engine});
    take();
    return true;
  }
  template <typename T, typename Add> bool parseList(T low, uint64_t high, size_t most, Add add) {
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
  template <typename Pattern, typename Step> bool parsePattern(Pattern &pattern, Step low, uint64_t high, uint64_t most) {
    size_t steps = 0, counts = 0;
    Token place = token;
    if (!parseList(low, high, pattern.dims.size(), [&](size_t i, Step step) { pattern.dims[steps++].step = step; }) ||
        !parseList(uint64_t(1), most, pattern.dims.size(),
                   [&](size_t i, uint64_t num) { pattern.dims[counts++].num = num; }))
      return false;
    if (steps != counts)
      return failAt(place, llvm::formatv("found {0} steps and {1} counts, allowed is as many of both", steps, counts)
                               .str());
    pattern.rank = steps;
    return true;
  }
  bool parseOffset(std::optional<RegisterOffset> &offset) {
    if (!accept("+"))
      return true;
    offset.emplace();
    return parseNumbered("R", numRegisters, offset->reg) && require("*") &&
           parseInteger(offset->scale, INT32_MIN, INT32_MAX);
  }
  bool parseField(const FieldInfo &field, IndexPattern &member) {
    return parsePattern(member, int64_t(INT32_MIN), INT32_MAX, UINT32_MAX);
  }
  bool parseField(const FieldInfo &field, ShuffleMask &member) {
    size_t entries = 0;
    if (!parseList(0, 255, member.size(), [&](size_t i, uint8_t entry) { member[i] = entry, ++entries; }))
      return false;
    return entries == member.size() || expected("a mask of 32 entries");
  }
  bool parseField(const FieldInfo &field, AccessPattern &member) {
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
  bool parseField(const FieldInfo &field, DmaPattern &member) {
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
  bool parseField(const FieldInfo &field, ScalarOperand &member) {
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
  template <typename E> std::enable_if_t<std::is_enum_v<E>, bool> parseField(const FieldInfo &field, E &member) {
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

  // ---- Instructions

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
    if (isWait ? instruction.wait.has_value() : instruction.update.has_value())
      return failAt(place, isWait ? "an instruction has one wait; put further ones into event_semaphore before it"
                                  : "an instruction has one update");
    if (isWait)
      instruction.wait = Wait{semaphore, what == "==" ? WaitCondition::equal : WaitCondition::greaterOrEqual, value};
    else
      instruction.update = Update{
          semaphore, what == "+=" ? UpdateAction::add : what == "-=" ? UpdateAction::subtract : UpdateAction::set, value};
    return true;
  }

  template <typename P> bool parseFields(Instruction &instruction, P payload) {
    const InstructionInfo &info = infoOf(P::opcode);
    Token place = token;
    llvm::SmallVector<bool, 16> given(info.numFields, false);
    bool first = true;
    while (token.kind != Token::endOfLine && token.kind != Token::endOfText) {
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
      return failAt(mnemonic, "no instruction '" + mnemonic.text + "'; the nearest is '" + nearest(mnemonic.text) + "'");
    if (!ok)
      return false;
    program.cores[core].stream(*engine).push_back(std::move(instruction));
    places[{core, *engine}].push_back({mnemonic.line, mnemonic.column});
    return true;
  }
  static std::string nearest(llvm::StringRef text) {
    llvm::StringRef best;
    unsigned least = ~0u;
    for (const InstructionInfo &info : instructionInfos)
      if (unsigned distance = info.mnemonic.edit_distance(text); distance < least) {
        least = distance;
        best = info.mnemonic;
      }
    return best.str();
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
            const Token &use = uses[branch->target].token;
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
    for (auto &[section, sectionPlaces] : places)
      for (auto [instruction, place] : llvm::zip_equal(program.cores[section.first].stream(section.second), sectionPlaces))
        if (llvm::Error error = check(instruction, section.second, *chip, Needs::queues)) {
          Token token;
          std::tie(token.line, token.column) = place;
          failAt(token, instruction.info().mnemonic + ": " + llvm::toString(std::move(error)));
          return;
        }
  }

  // ---- Directives

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

  bool parseDirective(const Token &first) {
    llvm::StringRef directive = first.text.drop_front();
    if (std::optional<Engine> section = parseEngine(directive)) {
      engine = section;
      origin = 0;
      return true;
    }
    if (directive == "program")
      return parseString(program.name);
    if (directive == "target")
      return parseTarget();
    if (directive == "hbm")
      return parseInteger(program.hbmSize, 0, maxTensorBytes);
    if (directive == "origin")
      return parseOrigin();
    if (directive == "loc")
      return parseLocation();
    if (directive == "core")
      return parseCore();
    std::optional<TensorKind> kind = llvm::StringSwitch<std::optional<TensorKind>>(directive)
                                         .Case("input", TensorKind::input)
                                         .Case("output", TensorKind::output)
                                         .Case("const", TensorKind::constant)
                                         .Case("tensor", TensorKind::scratch)
                                         .Default(std::nullopt);
    if (kind)
      return parseTensor(*kind);
    return failAt(first, "no directive '" + first.text + "'; allowed are .program .target .hbm .origin .loc .core "
                         ".input .output .const .tensor .pe .act .dve .pool .sp");
  }

  bool parseTarget() {
    Token place = token;
    if (token.kind == Token::string)
      return parseString(program.chip);
    if (token.kind != Token::name)
      return expected("the name of a chip, or its file as a string");
    llvm::Expected<Chip> chip = Chip::load(token.text);
    if (!chip)
      return failAt(place, llvm::toString(chip.takeError()));
    program.chip = chip->toYaml();
    take();
    return true;
  }

  bool parseCore() {
    if (!parseInteger(core, 0, maxCores - 1))
      return false;
    if (core >= program.cores.size())
      program.cores.resize(core + 1);
    engine.reset();
    return true;
  }

  bool parseOrigin() {
    Token place = token;
    uint64_t number = 0;
    Origin entry;
    if (!parseInteger(number, 0, UINT32_MAX) || !parseOriginNames(entry))
      return false;
    if (number != program.origins.size())
      return failAt(place, llvm::formatv("found origin {0}, allowed is {1}, the next one", number,
                                         program.origins.size()).str());
    program.origins.push_back(std::move(entry));
    return true;
  }
  bool parseOriginNames(Origin &entry) {
    return parseString(entry.node) && (token.kind != Token::string || parseString(entry.op)) &&
           (token.kind != Token::string || parseString(entry.kernel));
  }
  bool parseLocation() {
    if (token.kind != Token::string)
      return program.origins.empty() ? expected("a node's name, as there is no .origin")
                                     : parseInteger(origin, 0, program.origins.size() - 1);
    Origin entry;
    if (!parseOriginNames(entry))
      return false;
    origin = llvm::find(program.origins, entry) - program.origins.begin();
    if (origin == program.origins.size())
      program.origins.push_back(std::move(entry));
    return true;
  }

  bool parseTensor(TensorKind kind) {
    Token place = token;
    ProgramTensor tensor;
    tensor.kind = kind;
    if (!parseString(tensor.name) || !parseDType(tensor.dtype))
      return false;
    if (program.find(tensor.name))
      return failAt(place, "tensor '" + tensor.name + "' appears twice");
    uint64_t size = sizeInBytes(tensor.dtype);
    while (accept("[")) {
      int64_t dim = 0;
      if (!parseInteger(dim, 0, maxTensorBytes) || !require("]"))
        return false;
      if ((dim && size > maxTensorBytes / dim) || tensor.shape.size() == 64)
        return failAt(place, "tensor '" + tensor.name + "' is larger than any HBM");
      size *= dim;
      tensor.shape.push_back(dim);
    }
    if (!require("@") || !parseInteger(tensor.address, 0, maxTensorBytes))
      return false;
    tensor.hostType = tensor.dtype;
    if (isName("host")) {
      take();
      if (!parseDType(tensor.hostType, /*host=*/true))
        return false;
    }
    if (kind == TensorKind::constant && !parseContents(tensor, size))
      return false;
    program.hbmSize = std::max(program.hbmSize, tensor.address + size);
    program.tensors.push_back(std::move(tensor));
    return true;
  }

  bool parseContents(ProgramTensor &tensor, uint64_t size) {
    Token place = token;
    if (isName("base64")) {
      take();
      std::string text;
      auto bytes = std::make_shared<std::vector<char>>();
      if (!parseString(text))
        return false;
      if (llvm::Error error = llvm::decodeBase64(text, *bytes))
        return failAt(place, llvm::toString(std::move(error)));
      if (bytes->size() != size)
        return failAt(place, llvm::formatv("found {0} bytes, allowed is {1}", bytes->size(), size).str());
      tensor.contents = HostTensor(tensor.dtype, tensor.shape, *bytes, bytes);
      return true;
    }
    if (isName("incbin")) {
      take();
      return parseIncludedContents(tensor, size, place);
    }
    if (!token.is("{"))
      return expected("{values}, base64 \"…\" or incbin \"file\"");
    take();
    std::vector<float> values;
    while (!token.is("}")) {
      if ((!values.empty() && !require(",")) || !parseFloat(values.emplace_back()))
        return false;
    }
    take();
    if (values.size() * sizeInBytes(tensor.dtype) != size)
      return failAt(place, llvm::formatv("found {0} values, allowed is {1}", values.size(),
                                         size / sizeInBytes(tensor.dtype)).str());
    tensor.contents = HostTensor::of<float>(tensor.dtype, tensor.shape, values);
    return true;
  }

  bool parseIncludedContents(ProgramTensor &tensor, uint64_t size, const Token &place) {
    std::string path;
    uint64_t offset = 0;
    if (!parseString(path) || (token.kind == Token::number && !parseInteger(offset, 0, UINT64_MAX)))
      return false;
    llvm::SmallString<128> full(folder);
    llvm::sys::path::append(full, path);
    if (llvm::sys::path::is_absolute(path))
      full = path;
    auto file = llvm::MemoryBuffer::getFile(full, /*IsText=*/false, /*RequiresNullTerminator=*/false);
    if (!file)
      return failAt(place, full + ": " + file.getError().message());
    std::shared_ptr<llvm::MemoryBuffer> buffer = std::move(*file);
    if (offset > buffer->getBufferSize() || size > buffer->getBufferSize() - offset)
      return failAt(place, llvm::formatv("{0} has {1} bytes; {2} at {3} are needed", full, buffer->getBufferSize(), size,
                                         offset).str());
    tensor.contents = HostTensor(tensor.dtype, tensor.shape, {buffer->getBufferStart() + offset, size}, buffer);
    return true;
  }

  /// Where a label is used.
  struct Use {
    Token token;
    unsigned core;
    std::optional<Engine> engine;
  };

  AssemblyLexer lexer;
  llvm::StringRef fileName, folder;
  bool unchecked;
  Token token;
  std::string problem;
  Program program;
  unsigned core = 0;
  std::optional<Engine> engine;
  uint32_t origin = 0;
  std::vector<Use> uses;
  std::map<std::pair<unsigned, Engine>, llvm::StringMap<uint32_t>> labels;
  std::map<std::pair<unsigned, Engine>, std::vector<std::pair<unsigned, unsigned>>> places; // line, column
};
} // namespace

llvm::Expected<Program> parseAssembly(llvm::StringRef text, llvm::StringRef fileName, llvm::StringRef folder,
                                      bool unchecked) {
  return AssemblyParser(text, fileName, folder, unchecked).parse();
}

llvm::Expected<Program> readProgram(llvm::StringRef path) {
  auto file = llvm::MemoryBuffer::getFileOrSTDIN(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!file)
    return makeError("{0}: {1}", path, file.getError().message());
  std::shared_ptr<llvm::MemoryBuffer> buffer = std::move(*file);
  llvm::StringRef bytes = buffer->getBuffer();
  if (bytes.trim().empty())
    return makeError("{0}: is empty; a program is an ELF file of tarn-compile or assembly", path);
  if (!isObject(bytes)) {
    if (bytes.contains('\0'))
      return makeError("{0}: neither an ELF file nor assembly", path);
    return parseAssembly(bytes, path, path == "-" ? "." : llvm::sys::path::parent_path(path));
  }
  llvm::Expected<Program> program = readObject(bytes, path, buffer);
  if (!program)
    return program;
  llvm::Expected<Chip> chip = Chip::parse(program->chip, "chip");
  if (!chip)
    return makeError("{0}: {1}", path, llvm::toString(chip.takeError()));
  if (llvm::Error error = check(*program, *chip))
    return makeError("{0}: {1}", path, llvm::toString(std::move(error)));
  return program;
}

} // namespace tarn::isa
