// tarn-tblgen: what is generated from the instruction records. Usage: tarn-tblgen --gen-X -I DIR FILE.td -o FILE.
#include "Records.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/TableGen/Main.h"

using namespace tarn::tblgen;

namespace {
enum class Backend { enums, structs, ods, lowering, cost };
llvm::cl::opt<Backend> backend(
    llvm::cl::desc("What to print:"),
    llvm::cl::values(clEnumValN(Backend::enums, "gen-enums", "C++ enumerations of instruction fields"),
                     clEnumValN(Backend::structs, "gen-structs", "C++ structs, variant and field tables"),
                     clEnumValN(Backend::ods, "gen-ods", "ODS text of the operations of the nisa dialect"),
                     clEnumValN(Backend::lowering, "gen-lowering", "C++ that copies operations into structs"),
                     clEnumValN(Backend::cost, "gen-cost", "C++ cost functions")),
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
  }
  return true;
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
                            {}};
    for (const llvm::Record *engine : record->getValueAsListOfDefs("engines"))
      instruction.engines.push_back(engine->getValueAsString("mnemonic").str());
    for (const llvm::Record *field : record->getValueAsListOfDefs("fields")) {
      std::string enumeration;
      if (field->getValueAsString("kind") == "Enum")
        enumeration = field->getValueAsDef("enumeration")->getValueAsString("name").str();
      instruction.fields.push_back({field, field->getValueAsString("name").str(),
                                    field->getValueAsString("kind").str(), field->getValueAsString("default").str(),
                                    field->getValueAsString("summary").str(), enumeration});
    }
    result.push_back(std::move(instruction));
  }
  llvm::sort(result, [](const Instruction &a, const Instruction &b) { return a.opcode < b.opcode; });
  for (size_t i = 1; i < result.size(); ++i)
    if (result[i].opcode == result[i - 1].opcode)
      llvm::PrintFatalError(result[i].record, "opcode is taken by " + result[i - 1].mnemonic);
  return result;
}

int main(int argc, char **argv) {
  llvm::cl::ParseCommandLineOptions(argc, argv);
  return llvm::TableGenMain(argv[0], run);
}
