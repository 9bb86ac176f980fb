// tarn-tblgen: what is generated from the instruction records. Usage: tarn-tblgen --gen-X -I DIR FILE.td -o FILE.
#include "llvm/TableGen/Main.h"
#include "Records.h"
#include "llvm/Support/CommandLine.h"

using namespace tarn::tblgen;

namespace {
enum class Backend { enums, structs, ods, lowering, cost, rules, manualTable };
llvm::cl::opt<Backend>
    backend(llvm::cl::desc("What to print:"),
            llvm::cl::values(clEnumValN(Backend::enums, "gen-enums", "C++ enumerations of instruction fields"),
                             clEnumValN(Backend::structs, "gen-structs", "C++ structs, variant and field tables"),
                             clEnumValN(Backend::ods, "gen-ods", "ODS text of the operations of the nisa dialect"),
                             clEnumValN(Backend::lowering, "gen-lowering", "C++ that copies operations into structs"),
                             clEnumValN(Backend::cost, "gen-cost", "C++ cost functions"),
                             clEnumValN(Backend::rules, "gen-rules", "C++ check functions"),
                             clEnumValN(Backend::manualTable, "gen-manual", "C++ table of the manual's pages")),
            llvm::cl::Required);

bool run(llvm::raw_ostream &os, const llvm::RecordKeeper &records) {
  switch (backend) {
  case Backend::enums:
    emitEnums(records, os);
    return false;
  case Backend::structs:
    emitStructs(records, os);
    return false;
  case Backend::ods:
    emitOds(records, os);
    return false;
  case Backend::lowering:
    emitLowering(records, os);
    return false;
  case Backend::cost:
    emitCost(records, os);
    return false;
  case Backend::rules:
    emitRules(records, os);
    return false;
  case Backend::manualTable:
    emitManualTable(records, os);
    return false;
  }
  return true;
}

std::vector<Field> readFields(const llvm::Record *record) {
  std::vector<Field> fields;
  for (const llvm::Record *field : record->getValueAsListOfDefs("fields")) {
    std::string enumeration;
    if (field->getValueAsString("kind") == "Enum")
      enumeration = field->getValueAsDef("enumeration")->getValueAsString("name").str();
    fields.push_back({field, field->getValueAsString("name").str(), field->getValueAsString("kind").str(),
                      field->getValueAsString("default").str(), field->getValueAsString("summary").str(), enumeration});
  }
  return fields;
}

std::vector<Rule> readRules(const llvm::Record *record) {
  std::vector<Rule> rules;
  for (const llvm::Record *rule : record->getValueAsListOfDefs("rules")) {
    std::string needs = rule->getValueAsString("needs").str();
    if (needs != "shapes" && needs != "addresses" && needs != "queues" && needs != "stream")
      llvm::PrintFatalError(rule, "needs '" + needs + "': allowed are shapes, addresses, queues, stream");
    rules.push_back({rule, rule->getValueAsString("number").str(), rule->getValueAsString("summary").str(),
                     rule->getValueAsString("condition").str(), rule->getValueAsString("found").str(), needs,
                     rule->getValueAsString("allowed").str()});
  }
  return rules;
}
} // namespace

std::string Field::cppType() const {
  if (isDma())
    return "DmaPattern";
  if (isTile())
    return "AccessPattern";
  return llvm::StringSwitch<std::string>(kind)
      .Case("Scalar", "ScalarOperand")
      .Case("Index", "IndexPattern")
      .Case("DmaInList", "std::vector<DmaPattern>")
      .Case("Extents", "Extents")
      .Case("F32List", "std::vector<float>")
      .Case("Mask", "ShuffleMask")
      .Case("Enum", enumeration)
      .Case("F32", "float")
      .Case("I32", "int32_t")
      .Case("U8", "uint8_t")
      .Case("Flag", "bool")
      .Case("Register", "uint8_t")
      .Case("RegImm", "RegisterOrImmediate")
      .Case("Label", "uint32_t");
}

std::vector<Instruction> tarn::tblgen::readInstructions(const llvm::RecordKeeper &records) {
  std::vector<Instruction> result;
  for (const llvm::Record *record : records.getAllDerivedDefinitions("Instruction")) {
    Instruction instruction{record,
                            record->getName().str(),
                            record->getValueAsString("mnemonic").str(),
                            record->getValueAsString("summary").str(),
                            record->getValueAsString("description").str(),
                            static_cast<int>(record->getValueAsInt("opcode")),
                            record->getValueAsBit("isDma"),
                            record->getValueAsBit("isControl"),
                            {},
                            {},
                            readRules(record)};
    for (const llvm::Record *engine : record->getValueAsListOfDefs("engines"))
      instruction.engines.push_back(engine->getValueAsString("mnemonic").str());
    instruction.fields = readFields(record);
    result.push_back(std::move(instruction));
  }
  llvm::sort(result, [](const Instruction &a, const Instruction &b) { return a.opcode < b.opcode; });
  for (size_t i = 1; i < result.size(); ++i)
    if (result[i].opcode == result[i - 1].opcode)
      llvm::PrintFatalError(result[i].record, "opcode is taken by " + result[i - 1].mnemonic);
  return result;
}

std::vector<Macro> tarn::tblgen::readMacros(const llvm::RecordKeeper &records) {
  std::vector<Macro> result;
  for (const llvm::Record *record : records.getAllDerivedDefinitions("Macro"))
    result.push_back({record->getName().str(), record->getValueAsString("mnemonic").str(),
                      record->getValueAsString("summary").str(), readFields(record), readRules(record)});
  return result;
}

std::vector<FieldRules> tarn::tblgen::readFieldRules(const llvm::RecordKeeper &records) {
  std::vector<FieldRules> result;
  for (const llvm::Record *record : records.getAllDerivedDefinitions("FieldRules")) {
    FieldRules group;
    for (llvm::StringRef kind : record->getValueAsListOfStrings("kinds"))
      group.kinds.push_back(kind.str());
    group.rules = readRules(record);
    result.push_back(std::move(group));
  }
  return result;
}

std::vector<Rule> tarn::tblgen::readInstructionRules(const llvm::RecordKeeper &records) {
  std::vector<Rule> result;
  for (const llvm::Record *record : records.getAllDerivedDefinitions("InstructionRules"))
    llvm::append_range(result, readRules(record));
  return result;
}

int main(int argc, char **argv) {
  llvm::cl::ParseCommandLineOptions(argc, argv);
  return llvm::TableGenMain(argv[0], run);
}
