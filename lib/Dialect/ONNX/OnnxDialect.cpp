// Registers the dialect with its types and operators; folding and verification of the two operations of its
// own.
#include "tarn/Dialect/ONNX/OnnxDialect.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

#include "tarn/Dialect/ONNX/OnnxDialect.cpp.inc"

#define GET_TYPEDEF_CLASSES
#include "tarn/Dialect/ONNX/OnnxTypes.cpp.inc"

#define GET_OP_CLASSES
#include "tarn/Dialect/ONNX/OnnxOps.cpp.inc"

#define TARN_ONNX_OP(NAME, ...) MLIR_DEFINE_EXPLICIT_TYPE_ID(::tarn::onnx::NAME##Op)
#include "tarn/Dialect/ONNX/OnnxSchemas.inc"
MLIR_DEFINE_EXPLICIT_TYPE_ID(::tarn::onnx::CustomOp)

using namespace mlir;

namespace tarn::onnx {

void OnnxDialect::initialize() {
  addTypes<
#define GET_TYPEDEF_LIST
#include "tarn/Dialect/ONNX/OnnxTypes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "tarn/Dialect/ONNX/OnnxOps.cpp.inc"
      >();
#define TARN_ONNX_OP(NAME, ...) addOperations<NAME##Op>();
#include "tarn/Dialect/ONNX/OnnxSchemas.inc"
  addOperations<CustomOp>();
}

Operation *OnnxDialect::materializeConstant(OpBuilder &builder, Attribute value, Type type, Location location) {
  if (isa<NoneType>(type))
    return NoValueOp::create(builder, location);
  auto elements = dyn_cast<ElementsAttr>(value);
  if (!elements || elements.getType() != type)
    return nullptr;
  return ConstantOp::create(builder, location, elements);
}

OpFoldResult ConstantOp::fold(FoldAdaptor) { return getValue(); }

OpFoldResult NoValueOp::fold(FoldAdaptor) { return UnitAttr::get(getContext()); }

LogicalResult ConstantOp::verify() {
  if (getValue().getType() != getOutput().getType())
    return emitOpError("has a value of type ")
           << getValue().getType() << ", but its result is of type " << getOutput().getType();
  return success();
}

ElementsAttr constantValue(Value value) {
  auto constant = value.getDefiningOp<ConstantOp>();
  return constant ? constant.getValue() : ElementsAttr();
}

bool isAbsent(Operation *op, unsigned operand) {
  return operand >= op->getNumOperands() || isa<NoneType>(op->getOperand(operand).getType());
}

std::string nodeName(Operation *op) {
  if (auto name = op->getLoc()->findInstanceOf<NameLoc>())
    return name.getName().str();
  return op->getName().stripDialect().str();
}

} // namespace tarn::onnx
