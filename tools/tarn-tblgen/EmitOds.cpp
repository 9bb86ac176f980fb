// --gen-ods: the operations of the nisa dialect, one per instruction that has no register or label fields. Tile
// operands come first, then attributes; a scalar field is an optional tile operand beside an immediate `NAME_value`.
#include "Records.h"

using namespace tarn::tblgen;

bool tarn::tblgen::hasOperation(const Instruction &instruction) {
  return llvm::none_of(instruction.fields, [](const Field &field) {
    return field.kind == "Register" || field.kind == "RegImm" || field.kind == "Label";
  });
}

static void emitEnum(const llvm::Record *record, llvm::raw_ostream &os) {
  llvm::StringRef name = record->getValueAsString("name");
  os << "def NISA_" << name << " : I32EnumAttr<\"" << name << "\", \"" << record->getValueAsString("summary")
     << "\", [";
  unsigned index = 0;
  for (llvm::StringRef theCase : record->getValueAsListOfStrings("cases")) {
    os << (index ? ", " : "") << "I32EnumAttrCase<\"" << theCase << "\", " << index << ">";
    ++index;
  }
  os << "]> { let cppNamespace = \"::tarn::nisa\"; }\n";
}

static std::string attributeType(const Field &field) {
  if (field.kind == "Enum") {
    if (field.isOptional())
      return "DefaultValuedAttr<NISA_" + field.enumeration + ", \"::tarn::nisa::" + field.enumeration +
             "::" + field.defaultValue + "\">";
    return "NISA_" + field.enumeration;
  }
  if (field.kind == "Flag")
    return "UnitAttr";
  if (field.kind == "Index" || field.kind == "Extents")
    return "DenseI64ArrayAttr";
  if (field.kind == "F32List")
    return "DefaultValuedAttr<DenseF32ArrayAttr, \"{}\">";
  if (field.kind == "Mask")
    return "DenseI32ArrayAttr";
  std::string type = field.kind == "F32" || field.kind == "Scalar" ? "F32Attr" : "I32Attr";
  return field.isOptional() ? "DefaultValuedAttr<" + type + ", \"" + field.defaultValue + "\">" : type;
}

static void emitOperation(const Instruction &instruction, llvm::raw_ostream &os) {
  std::vector<std::string> operands, attributes;
  std::string format, accesses;
  unsigned numScalars = 0;
  auto addAccess = [&](const Field &field) {
    accesses += "  for (::mlir::OpOperand &operand : get" + llvm::convertToCamelFromSnakeCase(field.name, true) +
                "Mutable()) accesses.push_back({&operand, " + (field.isRead() ? "true" : "false") + ", " +
                (field.isWritten() ? "true" : "false") + "});\n";
  };
  for (const Field &field : instruction.fields) {
    if (field.isTile()) {
      operands.push_back("NISA_Tile:$" + field.name);
      format += " `" + field.name + "` `(` $" + field.name + " `:` type($" + field.name + ") `)`";
      accesses += "  accesses.push_back({&get" + llvm::convertToCamelFromSnakeCase(field.name, true) + "Mutable(), " +
                  (field.isRead() ? "true" : "false") + ", " + (field.isWritten() ? "true" : "false") + "});\n";
    } else if (field.kind == "DmaInList") {
      operands.push_back("Variadic<NISA_Tile>:$" + field.name);
      format += " `" + field.name + "` `(` $" + field.name + " `:` type($" + field.name + ") `)`";
      addAccess(field);
    } else if (field.kind == "Scalar") {
      ++numScalars;
      operands.push_back("Optional<NISA_Tile>:$" + field.name);
      attributes.push_back(attributeType(field) + ":$" + field.name + "_value");
      format += " (`" + field.name + "` `(` $" + field.name + "^ `:` type($" + field.name + ") `)`)?";
      addAccess(field);
    } else {
      attributes.push_back(attributeType(field) + ":$" + field.name);
      if (field.kind == "Enum" && !field.isOptional())
        format += " $" + field.name;
      else if (field.kind == "Enum")
        format += " (`" + field.name + "` `=` $" + field.name + "^)?";
    }
  }
  os << "def NISA_" << instruction.cppName << "Op : NISA_InstructionOp<\"" << instruction.mnemonic << "\", \""
     << instruction.cppName << "\"" << (numScalars > 1 ? ", [AttrSizedOperandSegments]" : "") << "> {\n";
  os << "  let summary = \"";
  os.write_escaped(instruction.summary);
  os << "\";\n  let arguments = (ins ";
  operands.insert(operands.end(), attributes.begin(), attributes.end());
  operands.push_back("OptionalAttr<NISA_Engine>:$engine");
  operands.push_back("OptionalAttr<NISA_WaitAttr>:$wait");
  operands.push_back("OptionalAttr<NISA_UpdateAttr>:$update");
  os << llvm::join(operands, ", ") << ");\n";
  os << "  let hasVerifier = 1;\n  let assemblyFormat = [{" << format << " (`on` $engine^)? attr-dict }];\n";
  os << "  let extraClassDefinition = [{\n"
        "void $cppClass::getAccesses(::llvm::SmallVectorImpl<::tarn::nisa::TileAccess> &accesses) {\n"
     << (accesses.empty() ? "  (void)accesses;\n" : accesses)
     << "}\n"
        "::mlir::LogicalResult $cppClass::verify() { return ::tarn::nisa::verifyInstruction(*this); }\n}];\n}\n\n";
}

void tarn::tblgen::emitOds(const llvm::RecordKeeper &records, llvm::raw_ostream &os) {
  for (const llvm::Record *record : records.getAllDerivedDefinitions("Enum"))
    emitEnum(record, os);
  for (const Instruction &instruction : readInstructions(records))
    if (hasOperation(instruction))
      emitOperation(instruction, os);
}
