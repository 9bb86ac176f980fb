// --gen-lowering: the copy of an operation's operands and attributes into the instruction's struct. The including file
// supplies `resolver.resolve(Value, AccessPattern &)`, the same for DmaPattern, and `resolveIndex(Operation *, steps,
// IndexPattern &)` and `resolveExtents(Operation *, sizes, Extents &)`; each answers a LogicalResult.
#include "Records.h"

using namespace tarn::tblgen;

static void emitField(const Field &field, llvm::raw_ostream &os) {
  std::string get = "op.get" + llvm::convertToCamelFromSnakeCase(field.name, true);
  std::string member = "payload." + field.name;
  if (field.isTile()) {
    os << "  if (failed(resolver.resolve(" << get << "(), " << member << "))) return ::mlir::failure();\n";
  } else if (field.kind == "Scalar") {
    os << "  if (" << get << "()) { ::tarn::isa::AccessPattern pattern; if (failed(resolver.resolve(" << get
       << "(), pattern))) return ::mlir::failure(); " << member << " = pattern; }\n  else " << member << " = " << get
       << "Value().convertToFloat();\n";
  } else if (field.kind == "DmaInList") {
    os << "  for (::mlir::Value tile : " << get << "()) if (failed(resolver.resolve(tile, " << member
       << ".emplace_back()))) return ::mlir::failure();\n";
  } else if (field.kind == "F32List") {
    os << "  " << member << ".assign(" << get << "().begin(), " << get << "().end());\n";
  } else if (field.kind == "Extents") {
    os << "  if (failed(resolver.resolveExtents(op, " << get << "(), " << member << "))) return ::mlir::failure();\n";
  } else if (field.kind == "Enum") {
    os << "  " << member << " = static_cast<::tarn::isa::" << field.enumeration << ">(" << get << "());\n";
  } else if (field.kind == "F32") {
    os << "  " << member << " = " << get << "().convertToFloat();\n";
  } else if (field.kind == "Index") {
    os << "  if (failed(resolver.resolveIndex(op, " << get << "(), " << member << "))) return ::mlir::failure();\n";
  } else if (field.kind == "Mask") {
    os << "  for (auto [i, entry] : llvm::enumerate(" << get << "())) if (i < " << member << ".size()) " << member
       << "[i] = static_cast<uint8_t>(entry);\n";
  } else {
    os << "  " << member << " = " << get << "();\n";
  }
}

void tarn::tblgen::emitLowering(const llvm::RecordKeeper &records, llvm::raw_ostream &os) {
  std::vector<Instruction> instructions = readInstructions(records);
  for (const Instruction &instruction : instructions) {
    if (!hasOperation(instruction))
      continue;
    os << "template <typename Resolver>\nstatic ::mlir::FailureOr<::tarn::isa::Payload> toPayload(::tarn::nisa::"
       << instruction.cppName << "Op op, Resolver &resolver) {\n  ::tarn::isa::" << instruction.cppName
       << " payload;\n";
    for (const Field &field : instruction.fields)
      emitField(field, os);
    os << "  (void)op; (void)resolver;\n  return ::tarn::isa::Payload(payload);\n}\n\n";
  }
  os << "/// The instruction of an operation of the nisa dialect, its tiles resolved to addresses.\n"
        "template <typename Resolver>\n::mlir::FailureOr<::tarn::isa::Payload> toPayload(::mlir::Operation *op, "
        "Resolver &resolver) {\n"
        "  return llvm::TypeSwitch<::mlir::Operation *, ::mlir::FailureOr<::tarn::isa::Payload>>(op)\n";
  for (const Instruction &instruction : instructions)
    if (hasOperation(instruction))
      os << "      .template Case<::tarn::nisa::" << instruction.cppName
         << "Op>([&](auto op) { return toPayload(op, resolver); })\n";
  os << "      .Default([](::mlir::Operation *op) { return op->emitOpError(\"is not an instruction\"); });\n}\n";
}
