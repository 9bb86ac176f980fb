// Textual form and verifier of all operators that come from ONNX's schemas.
#include "tarn/Dialect/ONNX/NodeOp.h"
#include "tarn/Dialect/ONNX/OnnxDialect.h"
#include <climits>

using namespace mlir;

namespace tarn::onnx {

static constexpr AttributeSchema attributeTable[] = {
#define TARN_ONNX_ATTRIBUTE(NAME, KIND, REQUIRED) {NAME, KIND, REQUIRED},
#include "tarn/Dialect/ONNX/OnnxSchemas.inc"
};

static const OperatorSchema operatorTable[] = {
#define TARN_ONNX_OP(NAME, SINCE, FEWEST_IN, MOST_IN, INPUTS, FEWEST_OUT, MOST_OUT, DETERMINISTIC, FIRST, COUNT, DOC)  \
  {#NAME,    SINCE,         FEWEST_IN,                                                                                 \
   MOST_IN,  INPUTS,        FEWEST_OUT,                                                                                \
   MOST_OUT, DETERMINISTIC, ArrayRef<AttributeSchema>(attributeTable + FIRST, size_t(COUNT)),                          \
   DOC},
#include "tarn/Dialect/ONNX/OnnxSchemas.inc"
};

ArrayRef<OperatorSchema> allSchemas() { return operatorTable; }

const OperatorSchema *findSchema(StringRef operatorName) {
  const OperatorSchema *found = llvm::lower_bound(
      operatorTable, operatorName, [](const OperatorSchema &schema, StringRef name) { return schema.name < name; });
  return found != std::end(operatorTable) && found->name == operatorName ? found : nullptr;
}

ParseResult parseNode(OpAsmParser &parser, OperationState &state) {
  SmallVector<OpAsmParser::UnresolvedOperand> operands;
  FunctionType type;
  SMLoc location = parser.getCurrentLocation();
  if (parser.parseOperandList(operands, OpAsmParser::Delimiter::Paren) ||
      parser.parseOptionalAttrDict(state.attributes) || parser.parseColonType(type) ||
      parser.resolveOperands(operands, type.getInputs(), location, state.operands))
    return failure();
  state.addTypes(type.getResults());
  return success();
}

void printNode(Operation *op, OpAsmPrinter &printer) {
  printer << '(' << op->getOperands() << ')';
  printer.printOptionalAttrDict(op->getAttrs());
  printer << " : ";
  printer.printFunctionalType(op);
}

static bool hasKind(Attribute attribute, char kind) {
  switch (kind) {
  case 'i': {
    auto integer = dyn_cast<IntegerAttr>(attribute);
    return integer && integer.getType().isSignlessInteger(64);
  }
  case 'f': {
    auto number = dyn_cast<FloatAttr>(attribute);
    return number && number.getType().isF32();
  }
  case 's':
    return isa<StringAttr>(attribute);
  case 't':
    return isa<ElementsAttr>(attribute);
  case 'I':
    return isa<DenseI64ArrayAttr>(attribute);
  case 'F':
    return isa<DenseF32ArrayAttr>(attribute);
  case 'S': {
    auto array = dyn_cast<ArrayAttr>(attribute);
    return array && llvm::all_of(array, [](Attribute element) { return isa<StringAttr>(element); });
  }
  }
  return false;
}

static StringRef spelling(char kind) {
  switch (kind) {
  case 'i':
    return "an i64 integer";
  case 'f':
    return "an f32 number";
  case 's':
    return "a string";
  case 't':
    return "a tensor (dense or dense_resource)";
  case 'I':
    return "an array<i64>";
  case 'F':
    return "an array<f32>";
  default:
    return "a list of strings";
  }
}

static LogicalResult verifyCount(Operation *op, StringRef what, int found, int fewest, int most) {
  if (found >= fewest && found <= most)
    return success();
  auto error = op->emitOpError("has ") << found << " " << what << ", allowed are ";
  if (most == INT_MAX)
    return error << fewest << " or more";
  if (fewest == most)
    return error << "exactly " << fewest;
  return error << fewest << " to " << most;
}

static LogicalResult verifyCustom(Operation *op) {
  for (StringRef name : {"domain", "op_type"})
    if (!op->getAttrOfType<StringAttr>(name))
      return op->emitOpError("needs the attribute '") << name << "', a string";
  return success();
}

LogicalResult verifyNode(Operation *op) {
  if (isa<CustomOp>(op))
    return verifyCustom(op);
  const OperatorSchema *schema = findSchema(op->getName().stripDialect());
  assert(schema && "registered from the same table");

  // 1. Operands and results.
  if (failed(verifyCount(op, "operands", op->getNumOperands(), schema->fewestInputs, schema->mostInputs)) ||
      failed(verifyCount(op, "results", op->getNumResults(), schema->fewestOutputs, schema->mostOutputs)))
    return failure();
  for (auto [i, operand] : llvm::enumerate(op->getOperands())) {
    size_t formal = std::min(i, schema->inputs.size() - 1);
    if (isa<NoneType>(operand.getType()) && schema->inputs[formal] != 'o')
      return op->emitOpError("operand ") << i << " is absent, but it is not optional";
  }

  // 2. Attributes that are present; those with a dialect's prefix belong to that dialect.
  for (NamedAttribute attribute : op->getAttrs()) {
    StringRef name = attribute.getName().getValue();
    if (name.contains('.'))
      continue;
    const AttributeSchema *found =
        llvm::find_if(schema->attributes, [&](const AttributeSchema &known) { return known.name == name; });
    if (found == schema->attributes.end()) {
      auto error = op->emitOpError("has an unknown attribute '") << name << "', allowed are: ";
      if (schema->attributes.empty())
        return error << "none";
      llvm::interleaveComma(schema->attributes, error, [&](const AttributeSchema &known) { error << known.name; });
      return error;
    }
    if (!hasKind(attribute.getValue(), found->kind))
      return op->emitOpError("attribute '")
             << name << "' must be " << spelling(found->kind) << ", but is " << attribute.getValue();
  }

  // 3. Attributes that are missing.
  for (const AttributeSchema &attribute : schema->attributes)
    if (attribute.required && !op->hasAttr(attribute.name))
      return op->emitOpError("needs the attribute '") << attribute.name << "', " << spelling(attribute.kind);
  return success();
}

} // namespace tarn::onnx
