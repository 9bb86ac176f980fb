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
    return b.hasRank() ? Type(RankedTensorType::get(b.getShape(), element))
                       : UnrankedTensorType::get(element);
  SmallVector<int64_t> dims(a.getShape());
  if (b.hasRank() && b.getRank() == a.getRank())
    for (auto [dim, other] : llvm::zip_equal(dims, b.getShape()))
      if (ShapedType::isDynamic(dim))
        dim = other;
  return RankedTensorType::get(dims, element);
}

/// Attributes under ONNX's names; those of other dialects are not ONNX's.
static std::vector<onnxfile::Attribute> attributesOf(Operation *op) {
  std::vector<onnxfile::Attribute> result;
  for (NamedAttribute named : op->getAttrs()) {
    if (named.getName().getValue().contains('.'))
      continue;
    onnxfile::Attribute &added = result.emplace_back();
    added.name = named.getName().str();
    Attribute value = named.getValue();
    if (auto integer = dyn_cast<IntegerAttr>(value)) {
      added.kind = onnxfile::Attribute::integer;
      added.i = integer.getInt();
    } else if (auto real = dyn_cast<FloatAttr>(value)) {
      added.kind = onnxfile::Attribute::real;
      added.f = static_cast<float>(real.getValueAsDouble());
    } else if (auto text = dyn_cast<StringAttr>(value)) {
      added.kind = onnxfile::Attribute::text;
      added.s = text.str();
    } else if (auto integers = dyn_cast<DenseI64ArrayAttr>(value)) {
      added.kind = onnxfile::Attribute::integers;
      added.ints.assign(integers.asArrayRef().begin(), integers.asArrayRef().end());
    } else if (auto reals = dyn_cast<DenseF32ArrayAttr>(value)) {
      added.kind = onnxfile::Attribute::reals;
      added.floats.assign(reals.asArrayRef().begin(), reals.asArrayRef().end());
    } else if (auto elements = dyn_cast<ElementsAttr>(value)) {
      std::optional<onnxfile::Tensor> tensor = fromElements(elements);
      if (!tensor) {
        result.pop_back();
        continue;
      }
      added.kind = onnxfile::Attribute::tensor;
      added.t = std::move(*tensor);
    } else if (auto array = dyn_cast<ArrayAttr>(value)) {
      added.kind = onnxfile::Attribute::texts;
      for (Attribute element : array)
        if (auto text = dyn_cast<StringAttr>(element))
          added.strings.push_back(text.str());
    }
  }
  return result;
}

llvm::Expected<SmallVector<Type>> inferTypes(Operation *op, ConstantLookup constants) {
  SmallVector<Type> types(op->getResultTypes());
  StringRef name = op->getName().stripDialect();
  if (!isa_and_nonnull<OnnxDialect>(op->getDialect()) || !findSchema(name))
    return types;

  // 1. The node as ONNX's library is to see it.
  onnxfile::Node node;
  node.name = nodeName(op);
  node.type = name.str();
  node.attributes = attributesOf(op);
  for (unsigned i = 0; i < op->getNumResults(); ++i)
    node.outputs.push_back("result" + std::to_string(i));
  std::vector<onnxfile::InferenceInput> inputs;
  std::vector<std::unique_ptr<onnxfile::Tensor>> tensors;
  for (Value operand : op->getOperands()) {
    node.inputs.push_back("operand");
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
