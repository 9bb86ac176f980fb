// --gen-enums: `enum class`, the names of its cases and the way back from a name.
#include "Records.h"

void tarn::tblgen::emitEnums(const llvm::RecordKeeper &records, llvm::raw_ostream &os) {
  for (const llvm::Record *record : records.getAllDerivedDefinitions("Enum")) {
    llvm::StringRef name = record->getValueAsString("name");
    auto cases = record->getValueAsListOfStrings("cases");
    os << "/// " << record->getValueAsString("summary") << "\n";
    os << "enum class " << name << " : uint8_t {";
    for (llvm::StringRef theCase : cases)
      os << " " << theCase << ",";
    os << " };\n";
    os << "constexpr unsigned num" << name << "s = " << cases.size() << ";\n";
    os << "constexpr unsigned numCasesOf(" << name << ") { return " << cases.size() << "; }\n";
    os << "inline llvm::StringRef name(" << name << " value) {\n  static constexpr llvm::StringLiteral names[] = {";
    for (llvm::StringRef theCase : cases)
      os << "\"" << theCase << "\", ";
    os << "};\n  return names[static_cast<unsigned>(value)];\n}\n";
    os << "inline std::optional<" << name << "> parse" << name
       << "(llvm::StringRef text) {\n  for (unsigned i = 0; i < " << cases.size() << "; ++i)\n    if (name(static_cast<"
       << name << ">(i)) == text)\n      return static_cast<" << name << ">(i);\n  return std::nullopt;\n}\n\n";
  }
}
