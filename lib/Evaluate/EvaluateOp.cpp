// One op of the `onnx` dialect through Reference: its attributes turned into Reference's, its name without
// the dialect.
#include "tarn/Evaluate/Evaluate.h"
#include "tarn/Reference/Resize.h"
#include "tarn/Support/AtomicFile.h"

using namespace mlir;

namespace tarn {
namespace {

// Nothing for attributes that Reference has no use for (types, references to symbols).
llvm::Expected<std::optional<reference::Attribute>> convert(Attribute attribute) {
  if (auto value = dyn_cast<IntegerAttr>(attribute))
    return reference::Attribute(value.getInt());
  if (auto value = dyn_cast<FloatAttr>(attribute))
    return reference::Attribute(value.getValueAsDouble());
  if (auto value = dyn_cast<StringAttr>(attribute))
    return reference::Attribute(value.str());
  if (auto values = dyn_cast<DenseI64ArrayAttr>(attribute))
    return reference::Attribute(std::vector<int64_t>(values.asArrayRef().begin(), values.asArrayRef().end()));
  if (auto values = dyn_cast<DenseF32ArrayAttr>(attribute))
    return reference::Attribute(std::vector<double>(values.asArrayRef().begin(), values.asArrayRef().end()));
  if (auto value = dyn_cast<ElementsAttr>(attribute)) {
    llvm::Expected<HostTensor> tensor = toHostTensor(value);
    if (!tensor)
      return tensor.takeError();
    return reference::Attribute(tensor->aligned());
  }
  if (auto values = dyn_cast<ArrayAttr>(attribute)) {
    std::vector<std::string> strings;
    for (Attribute value : values) {
      auto string = dyn_cast<StringAttr>(value);
      if (!string)
        return std::nullopt;
      strings.push_back(string.str());
    }
    return reference::Attribute(std::move(strings));
  }
  return std::nullopt;
}

std::string nameOf(Location location) {
  if (auto name = dyn_cast<NameLoc>(location))
    return name.getName().str();
  if (auto fused = dyn_cast<FusedLoc>(location))
    for (Location part : fused.getLocations())
      if (std::string name = nameOf(part); !name.empty())
        return name;
  if (auto call = dyn_cast<CallSiteLoc>(location))
    return nameOf(call.getCallee());
  return "";
}

} // namespace

/// The op as Reference takes it.
static llvm::Expected<reference::Node> toNode(Operation *op, llvm::ArrayRef<const HostTensor *> inputs) {
  reference::Node node;
  node.op = op->getName().stripDialect().str();
  node.numOutputs = op->getNumResults();
  node.inputs.assign(inputs.begin(), inputs.end());
  for (NamedAttribute attribute : op->getAttrs()) {
    auto value = convert(attribute.getValue());
    if (!value)
      return makeError("{0}, attribute '{1}': {2}", describeNode(op), attribute.getName().getValue(),
                       llvm::toString(value.takeError()));
    if (*value)
      node.attributes.emplace(attribute.getName().str(), std::move(**value));
  }
  return node;
}

std::string nodeName(Operation *op) { return nameOf(op->getLoc()); }

std::string describeNode(Operation *op) {
  llvm::StringRef type = op->getName().stripDialect();
  if (auto custom = op->getAttrOfType<StringAttr>("op_type"))
    type = custom;
  return llvm::formatv("node '{0}' ({1})", nodeName(op), type).str();
}

bool isEvaluable(llvm::StringRef opType) { return reference::isImplemented(opType); }

llvm::Expected<HostTensor> evaluateBinary(llvm::StringRef opType, const HostTensor &left, const HostTensor &right) {
  llvm::Expected<std::vector<HostTensor>> result = reference::evaluate({opType.str(), {}, {&left, &right}, 1});
  if (!result)
    return result.takeError();
  return std::move(result->front());
}

llvm::Expected<std::vector<HostTensor>> evaluateOp(Operation *op, llvm::ArrayRef<const HostTensor *> inputs) {
  llvm::StringRef type = op->getName().stripDialect();
  if (type == "Constant") {
    auto value = op->getAttrOfType<ElementsAttr>("value");
    if (!value)
      return makeError("{0} has no value", describeNode(op));
    llvm::Expected<HostTensor> tensor = toHostTensor(value);
    if (!tensor)
      return makeError("{0}: {1}", describeNode(op), llvm::toString(tensor.takeError()));
    return std::vector<HostTensor>{tensor->aligned()};
  }
  if (op->getNumRegions())
    return makeError("{0} has a subgraph, which cannot be evaluated on the host", describeNode(op));

  llvm::Expected<reference::Node> node = toNode(op, inputs);
  if (!node)
    return node.takeError();
  llvm::Expected<std::vector<HostTensor>> results = reference::evaluate(*node);
  if (!results)
    return makeError("{0}: {1}", describeNode(op), llvm::toString(results.takeError()));
  if (results->size() < op->getNumResults())
    return makeError("{0}: {1} outputs are asked for, {2} were computed", describeNode(op), op->getNumResults(),
                     results->size());
  return results;
}

llvm::Expected<std::vector<HostTensor>> evaluateResizeMatrices(Operation *op, llvm::ArrayRef<int64_t> shape,
                                                               llvm::ArrayRef<const HostTensor *> inputs) {
  llvm::Expected<reference::Node> node = toNode(op, inputs);
  if (!node)
    return node.takeError();
  return reference::resizeMatrices(*node, shape);
}

} // namespace tarn
