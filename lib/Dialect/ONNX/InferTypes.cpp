#include "tarn/Dialect/ONNX/InferTypes.h"
#include "tarn/Dialect/ONNX/Convert.h"
#include "tarn/Dialect/ONNX/OnnxDialect.h"
#include "tarn/OnnxFile/Inference.h"

using namespace mlir;

namespace tarn::onnx {

Type refineType(Type inferred, Type known) {
  auto a = dyn_cast<TensorType>(inferred), b = dyn_cast<TensorType>(known);
  if (!a || !b)
    return a || isa<SequenceType, OptionalType>(inferred) ? inferred : known;
  Type element = isa<UnknownType>(a.getElementType()) ? b.getElementType() : a.getElementType();
  if (!a.hasRank())
    return b.hasRank() ? Type(RankedTensorType::get(b.getShape(), element)) : UnrankedTensorType::get(element);
  SmallVector<int64_t> dims(a.getShape());
  if (b.hasRank() && b.getRank() == a.getRank())
    for (auto [dim, other] : llvm::zip_equal(dims, b.getShape()))
      if (ShapedType::isDynamic(dim))
        dim = other;
  return RankedTensorType::get(dims, element);
}

llvm::Expected<SmallVector<Type>> inferTypes(Operation *op, ConstantLookup constants) {
  SmallVector<Type> types(op->getResultTypes());
  StringRef name = op->getName().stripDialect();
  if (!isa_and_nonnull<OnnxDialect>(op->getDialect()) || !findSchema(name))
    return types;

  // 1. The node as ONNX's library is to see it.
  onnxfile::Node node = toNode(op);
  std::vector<onnxfile::InferenceInput> inputs;
  std::vector<std::unique_ptr<onnxfile::Tensor>> tensors;
  for (Value operand : op->getOperands()) {
    onnxfile::InferenceInput &input = inputs.emplace_back();
    input.isPresent = !isa<NoneType>(operand.getType());
    input.type = fromType(operand.getType());
    if (!input.isPresent)
      continue;
    if (ElementsAttr value = constants(operand))
      if (std::optional<onnxfile::Tensor> tensor = fromElements(value)) {
        tensors.push_back(std::make_unique<onnxfile::Tensor>(std::move(*tensor)));
        input.constant = tensors.back().get();
      }
  }

  // 2. Ask, and keep what was known already.
  llvm::Expected<std::vector<onnxfile::Type>> inferred = onnxfile::inferTypes(node, dialectOpset, inputs);
  if (!inferred)
    return inferred.takeError();
  for (auto [type, found] : llvm::zip_equal(types, *inferred))
    if (Type converted = toType(found, op->getContext()))
      type = refineType(converted, type);
  return types;
}

} // namespace tarn::onnx
