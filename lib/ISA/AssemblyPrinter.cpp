// Prints programs, generic over the fields of instructions.
#include "tarn/Chip/Chip.h"
#include "tarn/ISA/Assembly.h"
#include "llvm/Support/Base64.h"
#include "llvm/Support/Format.h"

namespace tarn::isa {

namespace {
/// A string literal; bytes that are not printable as \xNN.
std::string quoted(llvm::StringRef text) {
  std::string result = "\"";
  for (char c : text) {
    if (c == '"' || c == '\\')
      (result += '\\') += c;
    else if (c == '\n')
      result += "\\n";
    else if (static_cast<unsigned char>(c) < 32 || c == 127)
      result += "\\x" + llvm::toHex(llvm::StringRef(&c, 1), /*LowerCase=*/true);
    else
      result += c;
  }
  return result + "\"";
}

class FieldPrinter {
public:
  explicit FieldPrinter(llvm::raw_ostream &os) : os(os) {}

  template <typename Member> void print(const Member &member) {
    if constexpr (std::is_enum_v<Member>)
      os << name(member);
    else
      write(member);
  }

private:
  template <typename Dims, typename Of> void list(const Dims &dims, Of of) {
    os << "[";
    llvm::interleave(dims, os, [&](const auto &dim) { os << of(dim); }, ",");
    os << "]";
  }
  template <typename Dims> void pattern(const Dims &dims) {
    list(dims, [](const auto &dim) { return dim.step; });
    list(dims, [](const auto &dim) { return dim.num; });
  }
  void offset(const std::optional<RegisterOffset> &offset) {
    if (offset)
      os << "+R" << unsigned(offset->reg) << "*" << offset->scale;
  }
  // Nine digits tell all floats apart; NaNs keep their bits.
  void write(float member) {
    uint32_t bits;
    std::memcpy(&bits, &member, 4);
    if (std::isnan(member))
      os << llvm::format("f0x%08x", bits);
    else
      os << llvm::format("%.9g", static_cast<double>(member));
  }
  void write(bool member) { os << (member ? "true" : "false"); }
  void write(uint8_t member) { os << unsigned(member); }
  void write(int32_t member) { os << member; }
  void write(uint32_t member) { os << "L" << member; }
  void write(const RegisterOrImmediate &member) { os << (member.isRegister ? "R" : "") << member.value; }
  void write(const ShuffleMask &member) {
    list(member, [](uint8_t entry) { return unsigned(entry); });
  }
  void write(const Extents &member) {
    list(member.used(), [](uint32_t size) { return size; });
  }
  template <typename T> void write(const std::vector<T> &member) {
    os << "{";
    llvm::interleave(member, os, [&](const T &entry) { write(entry); }, ", ");
    os << "}";
  }
  void write(const IndexPattern &member) { pattern(member.pattern()); }
  void write(const AccessPattern &member) {
    uint64_t address = member.address + (member.memory == Memory::psum ? uint64_t(psumBase) : 0);
    os << name(member.dtype) << "@0x" << llvm::utohexstr(address, /*LowerCase=*/true);
    offset(member.offset);
    if (member.rank)
      pattern(member.pattern());
    os << " p" << unsigned(member.startPartition) << "+" << unsigned(member.numPartitions);
  }
  void write(const DmaPattern &member) {
    os << name(member.dtype) << "@" << name(member.memory) << ":0x" << llvm::utohexstr(member.address, true);
    offset(member.offset);
    if (member.rank)
      pattern(member.pattern());
  }
  void write(const ScalarOperand &member) {
    std::visit([&](const auto &alternative) { write(alternative); }, member);
  }

  llvm::raw_ostream &os;
};

/// Texts of all fields of a payload; registers are told from numbers by their kind.
template <typename P> llvm::SmallVector<std::string, 8> fieldTexts(const P &payload) {
  llvm::SmallVector<std::string, 8> texts;
  P::visit(payload, [&](const FieldInfo &field, const auto &member) {
    std::string text;
    llvm::raw_string_ostream stream(text);
    if (field.kind == FieldKind::Register)
      stream << "R";
    FieldPrinter(stream).print(member);
    texts.push_back(std::move(text));
  });
  return texts;
}

std::string toText(const RegisterOrImmediate &value) {
  if (value.isScaled())
    return std::to_string(value.base) + "+R" + std::to_string(value.value) + "*" + std::to_string(value.scale);
  return (value.isRegister ? "R" : "") + std::to_string(value.value);
}

class ProgramPrinter {
public:
  ProgramPrinter(const Program &program, llvm::raw_ostream &os) : program(program), os(os) {}

  llvm::Error print() {
    os << ".program " << quoted(program.name) << "\n";
    printTarget();
    os << ".hbm 0x" << llvm::utohexstr(program.hbmSize, true) << "\n";
    for (auto [i, origin] : llvm::enumerate(program.origins))
      os << ".origin " << i << " " << quoted(origin.node) << " " << quoted(origin.op) << " " << quoted(origin.kernel)
         << "\n";
    for (const ProgramTensor &tensor : program.tensors)
      printTensor(tensor);
    for (auto [c, core] : llvm::enumerate(program.cores)) {
      if (c > 0 || program.cores.size() > 1)
        os << "\n.core " << c << "\n";
      for (unsigned e = 0; e < numEngines; ++e)
        if (!core.streams[e].empty())
          printStream(static_cast<Engine>(e), core.streams[e]);
    }
    return llvm::Error::success();
  }

private:
  /// The name when it stands for the very same file, else the text.
  void printTarget() {
    if (program.chip.empty())
      return;
    llvm::Expected<Chip> own = Chip::parse(program.chip, "chip");
    if (!own) {
      llvm::consumeError(own.takeError());
    } else if (llvm::Expected<Chip> known = Chip::load(own->name)) {
      if (known->toYaml() == program.chip) {
        os << ".target " << (own->name) << "\n";
        return;
      }
    } else {
      llvm::consumeError(known.takeError());
    }
    os << ".target " << quoted(program.chip) << "\n";
  }

  void printTensor(const ProgramTensor &tensor) {
    static constexpr llvm::StringLiteral directives[] = {".input", ".output", ".const", ".tensor"};
    os << directives[static_cast<unsigned>(tensor.kind)] << " " << quoted(tensor.name) << " " << name(tensor.dtype);
    for (int64_t dim : tensor.shape)
      os << "[" << dim << "]";
    os << " @0x" << llvm::utohexstr(tensor.address, true);
    if (tensor.hostType != tensor.dtype)
      os << " host " << name(tensor.hostType);
    if (tensor.kind == TensorKind::constant)
      os << " base64 \"" << llvm::encodeBase64(tensor.contents.bytes()) << "\"";
    os << "\n";
  }

  void printStream(Engine engine, const std::vector<Instruction> &stream) {
    std::vector<bool> isTarget(stream.size() + 1, false);
    for (const Instruction &instruction : stream)
      if (auto *branch = std::get_if<CompareBranch>(&instruction.payload); branch && branch->target <= stream.size())
        isTarget[branch->target] = true;
    os << "\n." << name(engine) << "\n";
    uint32_t origin = 0;
    for (auto [i, instruction] : llvm::enumerate(stream)) {
      if (isTarget[i])
        os << "L" << i << ":\n";
      if (instruction.origin != origin) {
        origin = instruction.origin;
        os << ".loc " << origin;
        if (origin < program.origins.size())
          os << " // " << oneLine(program.origins[origin].node);
        os << "\n";
      }
      os << "  ";
      printInstruction(instruction, os);
      os << "\n";
    }
    if (isTarget[stream.size()])
      os << "L" << stream.size() << ":\n";
  }
  static std::string oneLine(llvm::StringRef text) {
    std::string result = text.str();
    std::replace_if(result.begin(), result.end(), [](unsigned char c) { return c < 32; }, ' ');
    return result;
  }

  const Program &program;
  llvm::raw_ostream &os;
};
} // namespace

void printInstruction(const Instruction &instruction, llvm::raw_ostream &os) {
  const InstructionInfo &info = instruction.info();
  llvm::SmallVector<std::string, 8> items;
  if (instruction.wait)
    items.push_back("S[" + std::to_string(instruction.wait->semaphore) + "]" +
                    (instruction.wait->condition == WaitCondition::equal ? "==" : ">=") +
                    toText(instruction.wait->value));
  std::visit(
      [&](const auto &payload) {
        auto texts = fieldTexts(payload), defaults = fieldTexts(std::decay_t<decltype(payload)>());
        for (unsigned i = 0; i < info.numFields; ++i)
          if (!info.fields[i].hasDefault || texts[i] != defaults[i])
            items.push_back((info.fields[i].name + "=" + texts[i]).str());
      },
      instruction.payload);
  if (instruction.update) {
    static constexpr llvm::StringLiteral actions[] = {"+=", "-=", "="};
    items.push_back("S[" + std::to_string(instruction.update->semaphore) + "]" +
                    actions[static_cast<unsigned>(instruction.update->action)].str() +
                    toText(instruction.update->value) + (instruction.update->isAtRead ? "@read" : ""));
  }
  os << info.mnemonic << (items.empty() ? "" : " ") << llvm::join(items, ", ");
}

std::string toString(const Instruction &instruction) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  printInstruction(instruction, stream);
  return text;
}

template <typename Operand> static std::string operandText(const Operand &operand) {
  std::string text;
  llvm::raw_string_ostream stream(text);
  FieldPrinter(stream).print(operand);
  return text;
}
std::string toString(const AccessPattern &operand) { return operandText(operand); }
std::string toString(const DmaPattern &operand) { return operandText(operand); }

llvm::Error printAssembly(const Program &program, llvm::raw_ostream &os) { return ProgramPrinter(program, os).print(); }

} // namespace tarn::isa
