// --gen-rules: `checkAny(instruction, …)` with the rules of every instruction, `checkPayload(self, …)` per instruction, and
// the list of all rules.
#include "Records.h"

using namespace tarn::tblgen;

static void emitRule(const Rule &rule, llvm::StringRef indent, llvm::raw_ostream &os) {
  os << indent << "if (asked.have(Needs::" << rule.needs << ") && !(\n"
     << lineOf(rule.record->getValue("condition")->getLoc()) << rule.condition << "))\n"
     << indent << "  return makeError(\"" << rule.number << ": found {0}, allowed: {1}\", text(" << rule.found << "), "
     << (rule.allowed.empty() ? "\"" + rule.summary + "\"" : rule.allowed) << ");\n";
}

void tarn::tblgen::emitRules(const llvm::RecordKeeper &records, llvm::raw_ostream &os) {
  std::vector<Instruction> instructions = readInstructions(records);
  std::vector<FieldRules> fieldRules = readFieldRules(records);
  std::map<std::string, const llvm::Record *> numbers;
  os << "static constexpr RuleInfo ruleInfos[] = {\n";
  auto list = [&](const Rule &rule) {
    if (!numbers.try_emplace(rule.number, rule.record).second)
      llvm::PrintFatalError(rule.record, "rule " + rule.number + " appears twice");
    os << "  {\"" << rule.number << "\", \"" << rule.summary << "\", Needs::" << rule.needs << "},\n";
  };
  std::vector<Rule> anyRules = readInstructionRules(records);
  llvm::for_each(anyRules, list);
  for (const FieldRules &group : fieldRules)
    llvm::for_each(group.rules, list);
  for (const Instruction &instruction : instructions)
    llvm::for_each(instruction.rules, list);
  std::vector<Macro> macros = readMacros(records);
  for (const Macro &macro : macros)
    llvm::for_each(macro.rules, list);
  os << "};\n\n";

  for (const Macro &macro : macros) {
    os << "llvm::Error check(const " << macro.cppName << " &self, [[maybe_unused]] const Chip &chip) {\n"
       << "  constexpr Asked asked{Needs::shapes, Needs::shapes};\n";
    for (const Rule &rule : macro.rules)
      emitRule(rule, "  ", os);
    os << "  return llvm::Error::success();\n}\n\n";
  }

  os << "static llvm::Error checkAny(const Instruction &instruction, const InstructionInfo &info, Engine engine, "
        "[[maybe_unused]] const Chip &chip, Asked asked) {\n";
  for (const Rule &rule : anyRules)
    emitRule(rule, "  ", os);
  os << "  return llvm::Error::success();\n}\n\n";

  for (const Instruction &instruction : instructions) {
    os << "static llvm::Error checkPayload([[maybe_unused]] const " << instruction.cppName
       << " &self, [[maybe_unused]] Engine engine, [[maybe_unused]] const Chip &chip, [[maybe_unused]] Asked asked, "
          "[[maybe_unused]] size_t streamSize) {\n";
    for (const Field &field : instruction.fields) {
      for (const FieldRules &group : fieldRules) {
        if (!llvm::is_contained(group.kinds, field.kind))
          continue;
        if (field.kind == "Scalar")
          os << "  if (auto *pattern = std::get_if<AccessPattern>(&self." << field.name
             << ")) {\n    const AccessPattern &operand = *pattern;\n";
        else if (field.kind == "DmaInList")
          os << "  for (const DmaPattern &operand : self." << field.name << ") {\n";
        else
          os << "  {\n    const " << field.cppType() << " &operand = self." << field.name << ";\n";
        for (const Rule &rule : group.rules)
          emitRule(rule, "    ", os);
        os << "  }\n";
      }
    }
    for (const Rule &rule : instruction.rules)
      emitRule(rule, "  ", os);
    os << "  return llvm::Error::success();\n}\n\n";
  }
}
