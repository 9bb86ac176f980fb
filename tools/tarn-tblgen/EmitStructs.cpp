// --gen-structs: opcodes, one struct per instruction with a visitor over its fields, the variant of all.
#include "Records.h"

using namespace tarn::tblgen;

static std::string defaultOf(const Field &field) {
  if (field.kind == "Enum")
    return field.isOptional() ? field.enumeration + "::" + field.defaultValue : field.enumeration + "{}";
  if (field.kind == "Mask" || field.isTile() || field.kind == "Index" || field.kind == "Extents" ||
      field.kind == "DmaInList" || field.kind == "RegImm")
    return "{}";
  if (field.isOptional())
    return field.defaultValue;
  return "0";
}

static void emitStruct(const Instruction &instruction, llvm::raw_ostream &os) {
  os << "/// " << instruction.summary << "\n";
  os << "struct " << instruction.cppName << " {\n";
  os << "  static constexpr Opcode opcode = Opcode::" << instruction.cppName << ";\n";
  for (const Field &field : instruction.fields) {
    if (!field.summary.empty())
      os << "  /// " << field.summary << "\n";
    os << "  " << field.cppType() << " " << field.name << " = " << defaultOf(field) << ";\n";
  }
  os << "  /// Calls f(const FieldInfo &, member) for each field in order.\n";
  os << "  template <typename Self, typename F> static void visit([[maybe_unused]] Self &self, [[maybe_unused]] F &&f) "
        "{\n";
  for (size_t i = 0; i < instruction.fields.size(); ++i)
    os << "    f(fieldsOf(opcode)[" << i << "], self." << instruction.fields[i].name << ");\n";
  os << "  }\n};\n\n";
}

void tarn::tblgen::emitStructs(const llvm::RecordKeeper &records, llvm::raw_ostream &os) {
  std::vector<Instruction> instructions = readInstructions(records);
  os << "enum class Opcode : uint8_t {\n";
  for (const Instruction &instruction : instructions)
    os << "  " << instruction.cppName << " = " << instruction.opcode << ",\n";
  os << "};\n\n";

  // The table of instructions.
  for (const Instruction &instruction : instructions) {
    if (instruction.fields.empty())
      continue;
    os << "inline constexpr FieldInfo fieldsOf" << instruction.cppName << "[] = {\n";
    for (const Field &field : instruction.fields)
      os << "  {\"" << field.name << "\", FieldKind::" << field.kind << ", " << (field.isOptional() ? "true" : "false")
         << ", " << field.record->getValueAsInt("bytes") << "},\n";
    os << "};\n";
  }
  os << "struct InstructionInfo {\n  Opcode opcode;\n  llvm::StringLiteral mnemonic;\n  llvm::StringLiteral summary;\n"
        "  uint8_t engines; // bit e: Engine e has it\n  bool isDma;\n  bool isControl;\n  uint8_t firstCore;\n"
        "  const FieldInfo *fields;\n  unsigned numFields;\n};\n";
  os << "inline constexpr InstructionInfo instructionInfos[] = {\n";
  for (const Instruction &instruction : instructions) {
    os << "  {Opcode::" << instruction.cppName << ", \"" << instruction.mnemonic << "\", \"";
    os.write_escaped(instruction.summary);
    os << "\", 0";
    for (const std::string &engine : instruction.engines)
      os << " | 1 << static_cast<unsigned>(Engine::" << engine << ")";
    os << ", " << (instruction.isDma ? "true" : "false") << ", " << (instruction.isControl ? "true" : "false") << ", "
       << instruction.record->getValueAsInt("firstCore") << ", ";
    if (instruction.fields.empty())
      os << "nullptr, 0},\n";
    else
      os << "fieldsOf" << instruction.cppName << ", " << instruction.fields.size() << "},\n";
  }
  os << "};\n";
  os << "constexpr unsigned numOpcodes = " << instructions.size() << ";\n";
  os << "inline constexpr const InstructionInfo &infoOf(Opcode opcode) {\n  for (const InstructionInfo &info : "
        "instructionInfos)\n    if (info.opcode == opcode)\n      return info;\n  return instructionInfos[0];\n}\n";
  os << "inline constexpr const FieldInfo *fieldsOf(Opcode opcode) { return infoOf(opcode).fields; }\n\n";

  for (const Instruction &instruction : instructions)
    emitStruct(instruction, os);
  os << "// Operands of the macro operations of the nisa dialect, as their rules look at them.\n";
  for (const Macro &macro : readMacros(records)) {
    os << "struct " << macro.cppName << " {\n";
    for (const Field &field : macro.fields)
      os << "  " << field.cppType() << " " << field.name << ";\n";
    os << "};\n";
  }
  os << "using Payload = std::variant<";
  llvm::interleave(instructions, os, [&](const Instruction &instruction) { os << instruction.cppName; }, ", ");
  os << ">;\n";
  os << "#define TARN_FOR_EACH_INSTRUCTION(X)";
  for (const Instruction &instruction : instructions)
    os << " X(" << instruction.cppName << ", " << instruction.mnemonic << ")";
  os << "\n";
}
