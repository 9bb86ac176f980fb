// Attributes and nodes between a model and the IR.
#include "mlir/IR/Builders.h"
#include "tarn/Dialect/ONNX/Convert.h"
#include "tarn/Dialect/ONNX/OnnxDialect.h"

using namespace mlir;

namespace tarn::onnx {

Attribute toAttribute(const onnxfile::Attribute &attribute, MLIRContext *context) {
  Builder builder(context);
  switch (attribute.kind) {
  case onnxfile::Attribute::integer:
    return builder.getI64IntegerAttr(attribute.i);
  case onnxfile::Attribute::real:
    return builder.getF32FloatAttr(attribute.f);
  case onnxfile::Attribute::text:
    return builder.getStringAttr(attribute.s);
  case onnxfile::Attribute::tensor:
    return toElements(attribute.t, context);
  case onnxfile::Attribute::integers:
    return builder.getDenseI64ArrayAttr(attribute.ints);
  case onnxfile::Attribute::reals:
    return builder.getDenseF32ArrayAttr(attribute.floats);
  case onnxfile::Attribute::texts: {
    SmallVector<StringRef> texts(attribute.strings.begin(), attribute.strings.end());
    return builder.getStrArrayAttr(texts);
  }
  case onnxfile::Attribute::graph:
  case onnxfile::Attribute::other:
    return Attribute();
  }
  llvm_unreachable("all kinds are handled");
}

ElementsAttr toConstant(const onnxfile::Attribute &attribute, StringRef name, MLIRContext *context) {
  Builder builder(context);
  Type string = StringType::get(context);
  auto scalar = [&](Type type) { return RankedTensorType::get({}, type); };
  auto list = [&](Type type, size_t size) { return RankedTensorType::get(int64_t(size), type); };
  switch (attribute.kind) {
  case onnxfile::Attribute::tensor: {
    onnxfile::Tensor named = attribute.t;
    named.name = name.str();
    return toElements(named, context);
  }
  case onnxfile::Attribute::integer:
    return DenseElementsAttr::get(scalar(builder.getI64Type()), attribute.i);
  case onnxfile::Attribute::real:
    return DenseElementsAttr::get(scalar(builder.getF32Type()), attribute.f);
  case onnxfile::Attribute::integers:
    return DenseElementsAttr::get(list(builder.getI64Type(), attribute.ints.size()), ArrayRef<int64_t>(attribute.ints));
  case onnxfile::Attribute::reals:
    return DenseElementsAttr::get(list(builder.getF32Type(), attribute.floats.size()),
                                  ArrayRef<float>(attribute.floats));
  case onnxfile::Attribute::text:
    return DenseStringElementsAttr::get(scalar(string), StringRef(attribute.s));
  case onnxfile::Attribute::texts: {
    SmallVector<StringRef> texts(attribute.strings.begin(), attribute.strings.end());
    return DenseStringElementsAttr::get(list(string, texts.size()), texts);
  }
  case onnxfile::Attribute::graph:
  case onnxfile::Attribute::other:
    return ElementsAttr();
  }
  llvm_unreachable("all kinds are handled");
}

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

onnxfile::Node toNode(Operation *op) {
  onnxfile::Node node;
  node.name = nodeName(op);
  node.type = op->getName().stripDialect().str();
  node.opset = dialectOpset;
  node.attributes = attributesOf(op);
  for (auto [i, operand] : llvm::enumerate(op->getOperands()))
    node.inputs.push_back(isa<NoneType>(operand.getType()) ? "" : "operand" + std::to_string(i));
  for (unsigned i = 0; i < op->getNumResults(); ++i)
    node.outputs.push_back("result" + std::to_string(i));
  return node;
}

} // namespace tarn::onnx
