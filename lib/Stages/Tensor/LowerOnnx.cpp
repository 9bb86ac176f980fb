// tensor-lower-onnx: each op of `main` becomes linalg.generic, pads, slices and reshapes. Walks main once
// from top to bottom, so that an op's operands are lowered before it.
#include "Lowering.h"
#include "tarn/Dialect/NISA/ChipAttribute.h"
#include "tarn/Stages/Tensor/Passes.h"

namespace tarn {
#define GEN_PASS_DEF_LOWERONNX
#include "tarn/Stages/Tensor/Passes.h.inc"
} // namespace tarn

using namespace mlir;
namespace tarn::tensor {

bool Lowering::resultIsUnsigned(unsigned i) const {
  return cast<RankedTensorType>(op->getResult(i).getType()).getElementType().isUnsignedInteger();
}

int64_t Lowering::integer(StringRef attribute, int64_t whenAbsent) const {
  auto attr = op->getAttrOfType<IntegerAttr>(attribute);
  return attr ? attr.getValue().getSExtValue() : whenAbsent;
}

double Lowering::number(StringRef attribute, double whenAbsent) const {
  auto attr = op->getAttrOfType<FloatAttr>(attribute);
  return attr ? attr.getValueAsDouble() : whenAbsent;
}

std::string Lowering::text(StringRef attribute, StringRef whenAbsent) const {
  auto attr = op->getAttrOfType<StringAttr>(attribute);
  return (attr ? attr.getValue() : whenAbsent).str();
}

Integers Lowering::integers(StringRef attribute) const {
  if (auto attr = op->getAttrOfType<DenseI64ArrayAttr>(attribute))
    return Integers(attr.asArrayRef());
  return {};
}

FailureOr<Integers> Lowering::constantInput(unsigned i, StringRef inputName, Integers whenAbsent) {
  if (!hasInput(i))
    return whenAbsent;
  if (auto values = constantIntegers(input(i)))
    return Integers(*values);
  error() << "needs a constant input '" << inputName
          << "', but it is computed from the model's inputs; shapes must be known when compiling";
  return failure();
}

namespace {
class LowerOnnxPass : public impl::LowerOnnxBase<LowerOnnxPass> {
  void runOnOperation() override {
    auto main = getOperation().lookupSymbol<func::FuncOp>("main");
    if (!main || main.getBody().empty())
      return;
    FailureOr<Chip> chip = getChip(getOperation());
    if (failed(chip))
      return signalPassFailure();
    rates.emplace(*chip);
    if (failed(lower(main)))
      signalPassFailure();
  }

  LogicalResult lower(func::FuncOp main) {
    OpBuilder builder(&getContext());
    Block &body = main.getBody().front();
    for (auto [i, argument] : llvm::enumerate(body.getArguments()))
      if (failed(dropSign(main, argument, main, i)))
        return failure();
    SmallVector<Operation *> ops;
    for (Operation &op : body)
      ops.push_back(&op);
    bool allLowered = true;
    for (Operation *op : ops)
      allLowered &= succeeded(lower(op, builder));
    if (!allLowered)
      return failure();
    for (Operation *op : llvm::reverse(ops))
      if (op->getName().getDialectNamespace() == "onnx" && op->use_empty())
        op->erase();
    Operation *end = body.getTerminator();
    for (auto [i, type] : llvm::enumerate(main.getResultTypes()))
      if (cast<RankedTensorType>(type) != end->getOperand(i).getType())
        main.setResultAttr(i, "onnx.element_type", TypeAttr::get(cast<RankedTensorType>(type).getElementType()));
    main.setType(FunctionType::get(&getContext(), body.getArgumentTypes(), end->getOperandTypes()));
    return success();
  }

  /// Takes the sign from a value's type; bool becomes i8. A function argument remembers its ONNX type.
  LogicalResult dropSign(Operation *op, Value value, func::FuncOp main = nullptr, unsigned argument = 0) {
    auto type = dyn_cast<RankedTensorType>(value.getType());
    if (!type || !type.hasStaticShape() || !type.getElementType().isIntOrFloat())
      return op->emitOpError("needs tensors of static shape and numbers, found ") << value.getType();
    if (type.getElementType().isUnsignedInteger())
      unsignedValues.insert(value);
    if (signlessType(type) == type)
      return success();
    if (main)
      main.setArgAttr(argument, "onnx.element_type", TypeAttr::get(type.getElementType()));
    value.setType(signlessType(type));
    return success();
  }

  LogicalResult lower(Operation *op, OpBuilder &builder) {
    if (op->hasTrait<OpTrait::IsTerminator>() || op->getName().getStringRef() == "onnx.NoValue")
      return success();
    if (op->getName().getStringRef() == "onnx.Constant") {
      auto elements = op->getAttrOfType<ElementsAttr>("value");
      auto type = elements ? dyn_cast<RankedTensorType>(elements.getType()) : RankedTensorType();
      if (!type || failed(dropSign(op, op->getResult(0))))
        return failure();
      op->setAttr("value", retyped(elements, signlessType(type)));
      return success();
    }
    for (Type type : op->getResultTypes()) {
      auto ranked = dyn_cast<RankedTensorType>(type);
      if (!ranked || !ranked.hasStaticShape() || !ranked.getElementType().isIntOrFloat())
        return op->emitOpError("has no static type for a result: ") << type;
      if (llvm::is_contained(ranked.getShape(), 0))
        return op->emitOpError("has a result without elements, which is not supported on the device: ") << type;
    }
    auto function = table.find(op->getName().stripDialect());
    if (op->getName().getDialectNamespace() != "onnx" || function == table.end())
      return op->emitOpError("cannot be compiled: this operator has no lowering");
    for (Value operand : op->getOperands())
      if (auto type = dyn_cast<RankedTensorType>(operand.getType()))
        if (type.getElementType().isF64() || op->getResultTypes().empty())
          return op->emitOpError("computes in fp64, which the device does not have; use float");
    builder.setInsertionPoint(op);
    Lowering lowering(builder, op, unsignedValues, *rates);
    if (failed(function->second(lowering)) || lowering.t.failed)
      return failure();
    for (auto [i, value] : llvm::enumerate(lowering.results)) {
      Value result = op->getResult(i);
      if (!value) {
        if (result.use_empty())
          continue;
        return op->emitOpError("has no lowering for its result ") << i;
      }
      if (value.getType() != signlessType(cast<RankedTensorType>(result.getType())))
        return op->emitOpError("has result ")
               << i << " of type " << result.getType() << ", but its operands give " << value.getType();
      if (lowering.resultIsUnsigned(i))
        unsignedValues.insert(value);
      result.replaceAllUsesWith(value);
    }
    return success();
  }

  LogicalResult initialize(MLIRContext *) override {
    addElementwise(table);
    addMatmul(table);
    addConvolution(table);
    addPooling(table);
    addReduction(table);
    addNormalization(table);
    addMovement(table);
    addPadding(table);
    addQuantization(table);
    return success();
  }

  LoweringTable table;
  std::optional<Rates> rates;
  DenseSet<Value> unsignedValues;
};
} // namespace
} // namespace tarn::tensor
