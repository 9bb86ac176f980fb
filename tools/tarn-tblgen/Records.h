// The instruction records as the backends read them.
#pragma once
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/TableGen/Error.h"
#include "llvm/TableGen/Record.h"
#include <map>
#include <string>
#include <vector>

namespace tarn::tblgen {

struct Field {
  const llvm::Record *record;
  std::string name, kind, defaultValue, summary;
  std::string enumeration; // C++ name, of kind Enum

  bool isTile() const { return kind == "In" || kind == "Out" || kind == "InOut" || isDma(); }
  bool isDma() const { return kind == "DmaIn" || kind == "DmaOut" || kind == "DmaInOut"; }
  bool isRead() const {
    return kind == "In" || kind == "InOut" || kind == "DmaIn" || kind == "DmaInOut" || kind == "DmaInList" ||
           kind == "Scalar";
  }
  bool isWritten() const { return kind == "Out" || kind == "InOut" || kind == "DmaOut" || kind == "DmaInOut"; }
  bool isOptional() const { return !defaultValue.empty(); }
  /// Type of the member of the C++ struct.
  std::string cppType() const;
};

struct Rule {
  const llvm::Record *record;
  std::string number, summary, condition, found, needs, allowed;
};

/// Rules of all fields of some kinds.
struct FieldRules {
  std::vector<std::string> kinds;
  std::vector<Rule> rules;
};

struct Instruction {
  const llvm::Record *record;
  std::string cppName, mnemonic, summary, description;
  int opcode;
  bool isDma, isControl;
  std::vector<std::string> engines;
  std::vector<Field> fields;
  std::vector<Rule> rules;
};

/// What stands for several instructions.
struct Macro {
  std::string cppName, mnemonic, summary;
  std::vector<Field> fields;
  std::vector<Rule> rules;
};

std::vector<Macro> readMacros(const llvm::RecordKeeper &records);
std::vector<Instruction> readInstructions(const llvm::RecordKeeper &records);
std::vector<FieldRules> readFieldRules(const llvm::RecordKeeper &records);
/// Rules of every instruction.
std::vector<Rule> readInstructionRules(const llvm::RecordKeeper &records);

/// Whether the nisa dialect has an operation for it: not for those with registers or labels.
bool hasOperation(const Instruction &instruction);

/// `#line` of a place in a record, so that a mistake in an expression is reported there.
std::string lineOf(llvm::SMLoc location);

void emitEnums(const llvm::RecordKeeper &records, llvm::raw_ostream &os);
void emitStructs(const llvm::RecordKeeper &records, llvm::raw_ostream &os);
void emitOds(const llvm::RecordKeeper &records, llvm::raw_ostream &os);
void emitLowering(const llvm::RecordKeeper &records, llvm::raw_ostream &os);
void emitCost(const llvm::RecordKeeper &records, llvm::raw_ostream &os);
void emitRules(const llvm::RecordKeeper &records, llvm::raw_ostream &os);
void emitManualTable(const llvm::RecordKeeper &records, llvm::raw_ostream &os);

} // namespace tarn::tblgen
