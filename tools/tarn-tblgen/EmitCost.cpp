// --gen-cost: a function `costOf(self, engine, chip)` per instruction from the expressions of its record. `#line` points
// the compiler's messages at the record.
#include "Records.h"
#include "llvm/Support/SourceMgr.h"

using namespace tarn::tblgen;

std::string tarn::tblgen::lineOf(llvm::SMLoc location) {
  unsigned buffer = llvm::SrcMgr.FindBufferContainingLoc(location);
  if (!buffer)
    return "";
  llvm::StringRef file = llvm::SrcMgr.getMemoryBuffer(buffer)->getBufferIdentifier();
  return "#line " + std::to_string(llvm::SrcMgr.FindLineNumber(location, buffer)) + " \"" + file.str() + "\"\n";
}

static void emitExpression(const llvm::Record *record, llvm::StringRef name, llvm::raw_ostream &os) {
  llvm::StringRef expression = record->getValueAsString(name);
  if (expression.empty())
    llvm::PrintFatalError(record, "has no " + name + " cost");
  os << lineOf(record->getValue(name)->getLoc()) << "  double " << name << " = " << expression << ";\n";
}

void tarn::tblgen::emitCost(const llvm::RecordKeeper &records, llvm::raw_ostream &os) {
  for (const Instruction &instruction : readInstructions(records)) {
    os << "static Cost costOf([[maybe_unused]] const " << instruction.cppName
       << " &self, [[maybe_unused]] Engine engine, [[maybe_unused]] const Chip &chip) {\n";
    emitExpression(instruction.record, "completion", os);
    emitExpression(instruction.record, "issue", os);
    os << "  return {issue, completion};\n}\n\n";
  }
}
