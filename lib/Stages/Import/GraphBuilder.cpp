// Node by node: normalise, make the operation, infer its types. Weights become onnx.Constant where they are
// first read, so that a weight nobody reads costs nothing.
#include "GraphBuilder.h"
#include "tarn/Dialect/ONNX/Convert.h"
#include "tarn/Dialect/ONNX/InferTypes.h"
#include "tarn/Dialect/ONNX/OnnxDialect.h"
#include "tarn/Support/AtomicFile.h"
#include "llvm/Support/ConvertUTF.h"

using namespace mlir;

namespace tarn {

using onnxfile::Attribute;
using onnxfile::Node;

GraphBuilder::GraphBuilder(const onnxfile::Model &model, ModuleOp module)
    : model(model), module(module), builder(module.getContext()) {
  for (const onnxfile::Tensor &initializer : model.graph.initializers)
    initializers[initializer.name] = &initializer;
  for (const onnxfile::Value &value : model.graph.values)
    declared[value.name] = value.type;
  for (const onnxfile::Value &output : model.graph.outputs) {
    declared[output.name] = output.type;
    read.insert(output.name);
  }
  for (const Node &node : model.graph.nodes) {
    for (const std::string &input : node.inputs)
      read.insert(input);
    for (const std::string &captured : node.captured)
      read.insert(captured);
  }
}

onnxfile::Type GraphBuilder::typeOf(StringRef name) const {
  auto found = values.find(name);
  if (found != values.end())
    return onnx::fromType(found->second.getType());
  onnxfile::Type type;
  if (auto initializer = initializers.find(name); initializer != initializers.end()) {
    type.kind = onnxfile::Type::tensor;
    type.elementType = initializer->second->elementType;
    type.shape.emplace();
    for (int64_t dim : initializer->second->dims)
      type.shape->emplace_back().size = dim;
  }
  return type;
}

std::optional<onnxfile::Tensor> GraphBuilder::constantOf(StringRef name) const {
  if (auto initializer = initializers.find(name); initializer != initializers.end() && !values.count(name))
    return *initializer->second;
  auto found = values.find(name);
  ElementsAttr value = found == values.end() ? ElementsAttr() : onnx::constantValue(found->second);
  return value ? onnx::fromElements(value) : std::nullopt;
}

Location GraphBuilder::locationOf(const Node &node) {
  std::string name = node.name;
  if (name.empty()) {
    name = node.type;
    for (const std::string &output : node.outputs)
      if (!output.empty()) {
        name += ":" + output;
        break;
      }
  }
  return NameLoc::get(builder.getStringAttr(name));
}

Type GraphBuilder::declaredType(StringRef name) {
  auto found = declared.find(name);
  Type type = onnx::toType(found == declared.end() ? onnxfile::Type() : found->second, builder.getContext());
  return type ? type : onnx::toType(onnxfile::Type(), builder.getContext());
}

llvm::Error GraphBuilder::addFunction(const InputShapes &inputs) {
  // 1. Inputs; an initialiser among them is a default value, which counts as constant.
  SmallVector<Type> types;
  SmallVector<DictionaryAttr> attributes;
  SmallVector<const onnxfile::Value *> arguments;
  llvm::StringSet<> seen;
  for (const onnxfile::Value &input : model.graph.inputs) {
    if (initializers.count(input.name))
      continue;
    if (!seen.insert(input.name).second)
      return makeError("the graph has two inputs '{0}'", input.name);
    if (input.type.kind == onnxfile::Type::unknown)
      return makeError("input '{0}' has no type; an input needs an element type and a shape", input.name);
    if (input.type.kind != onnxfile::Type::tensor)
      return makeError("input '{0}' is no tensor; sequences, maps and optionals are not supported as inputs",
                       input.name);
    Type type = onnx::toType(input.type, builder.getContext());
    if (!type || input.type.elementType == onnxfile::undefinedType)
      return makeError("input '{0}' has the element type {1}, which is none", input.name,
                       onnxfile::spelling(input.type.elementType));
    NamedAttrList list;
    list.append("onnx.name", builder.getStringAttr(input.name));
    if (input.type.shape && llvm::any_of(*input.type.shape, [](const onnxfile::Dim &dim) {
          return dim.size < 0 && !dim.parameter.empty();
        })) {
      SmallVector<StringRef> names;
      for (const onnxfile::Dim &dim : *input.type.shape)
        names.push_back(dim.size < 0 ? StringRef(dim.parameter) : "");
      list.append("onnx.dims", builder.getStrArrayAttr(names));
    }
    types.push_back(type);
    attributes.push_back(list.getDictionary(builder.getContext()));
    arguments.push_back(&input);
  }

  // 2. The function, without results yet.
  builder.setInsertionPointToEnd(module.getBody());
  function = func::FuncOp::create(builder, module.getLoc(), "main", builder.getFunctionType(types, {}));
  function.setAllArgAttrs(attributes);
  Block *block = function.addEntryBlock();
  builder.setInsertionPointToStart(block);
  for (auto [argument, input] : llvm::zip_equal(block->getArguments(), arguments)) {
    argument.setLoc(NameLoc::get(builder.getStringAttr(input->name)));
    values[input->name] = argument;
  }
  return fixInputShapes(module, inputs);
}

llvm::Expected<Value> GraphBuilder::valueOf(StringRef name) {
  if (name.empty()) {
    if (!noValue) {
      OpBuilder::InsertionGuard guard(builder);
      builder.setInsertionPointToStart(&function.getBody().front());
      noValue = onnx::NoValueOp::create(builder, function.getLoc());
    }
    return noValue;
  }
  auto found = values.find(name);
  if (found != values.end())
    return found->second;
  auto initializer = initializers.find(name);
  if (initializer == initializers.end())
    return makeError("value '{0}' is made by no node, and is no input or initialiser of the model", name);
  ElementsAttr elements = onnx::toElements(*initializer->second, builder.getContext());
  if (!elements)
    return makeError("initialiser '{0}' has an element type that is not supported: {1}", name,
                     onnxfile::spelling(initializer->second->elementType));
  Value constant = onnx::ConstantOp::create(builder, NameLoc::get(builder.getStringAttr(name)), elements);
  values[name] = constant;
  return constant;
}

/// The 2- or 4-bit integers of `tensor` as 8-bit ones of the same values.
static onnxfile::Tensor widened(const onnxfile::Tensor &tensor) {
  bool isSigned = tensor.elementType == onnxfile::int4 || tensor.elementType == onnxfile::int2;
  unsigned bits = onnxfile::bitWidth(tensor.elementType);
  auto bytes = onnxfile::unpack(tensor.bytes, tensor.size(), bits, isSigned);
  onnxfile::Tensor result = tensor;
  result.elementType = isSigned ? onnxfile::int8 : onnxfile::uint8;
  result.bytes = ArrayRef<char>(bytes->data(), bytes->size());
  result.owner = bytes;
  return result;
}

void GraphBuilder::widenQuantizedWeights(Node &node) {
  if (node.type != "DequantizeLinear")
    return;
  for (size_t i : {0, 2}) {
    if (i >= node.inputs.size() || node.inputs[i].empty())
      continue;
    auto found = initializers.find(node.inputs[i]);
    if (found == initializers.end() || !onnxfile::isSubByteInteger(found->second->elementType))
      return;
  }
  for (size_t i : {0, 2}) {
    if (i >= node.inputs.size() || node.inputs[i].empty())
      continue;
    std::string name = node.inputs[i] + " as 8 bits";
    if (!initializers.count(name)) {
      wideTensors.push_back(widened(*initializers[node.inputs[i]]));
      wideTensors.back().name = name;
      initializers[name] = &wideTensors.back();
    }
    node.inputs[i] = name;
  }
}

llvm::Expected<SmallVector<Value>> GraphBuilder::operandsOf(const Node &node) {
  size_t count = node.inputs.size();
  while (count && node.inputs[count - 1].empty())
    --count;
  SmallVector<Value> operands;
  for (size_t i = 0; i < count; ++i) {
    llvm::Expected<Value> value = valueOf(node.inputs[i]);
    if (!value)
      return makeError("{0}: {1}", node.describe(), llvm::toString(value.takeError()));
    operands.push_back(*value);
  }
  return operands;
}

llvm::Expected<NamedAttrList> GraphBuilder::attributesOf(const Node &node) {
  NamedAttrList list;
  for (const Attribute &attribute : node.attributes) {
    if (attribute.kind == Attribute::graph || attribute.kind == Attribute::other)
      continue;
    mlir::Attribute value = onnx::toAttribute(attribute, builder.getContext());
    if (!value)
      return makeError("{0}: attribute '{1}' has an element type that is not supported: {2}", node.describe(),
                       attribute.name, onnxfile::spelling(attribute.t.elementType));
    if (attribute.name.empty() || list.get(attribute.name))
      return makeError("{0}: has two attributes '{1}'", node.describe(), attribute.name);
    list.append(attribute.name, value);
  }
  return list;
}

void GraphBuilder::define(const Node &node, Operation *op) {
  for (auto [result, name] : llvm::zip(op->getResults(), node.outputs))
    if (!name.empty())
      values[name] = result;
}

llvm::Error GraphBuilder::addConstant(const Node &node, Location location) {
  if (node.attributes.size() != 1 || node.outputs.size() != 1)
    return makeError("{0}: has {1} attributes and {2} outputs, allowed is one of each", node.describe(),
                     node.attributes.size(), node.outputs.size());
  const Attribute &attribute = node.attributes.front();
  // The tensor's own name is often empty; the output's says more in a resource's key.
  StringRef name = node.outputs.front();
  ElementsAttr elements = onnx::toConstant(attribute, name.starts_with("\1") ? "constant" : name, builder.getContext());
  if (!elements)
    return addCustom(node, location, "its value '" + attribute.name + "' has a type that is not supported");
  values[node.outputs.front()] = onnx::ConstantOp::create(builder, location, elements);
  return llvm::Error::success();
}

llvm::Error GraphBuilder::addCustom(const Node &node, Location location, StringRef reason) {
  auto operands = operandsOf(node);
  if (!operands)
    return operands.takeError();
  auto attributes = attributesOf(node);
  if (!attributes)
    return attributes.takeError();
  attributes->set("domain", builder.getStringAttr(node.domain));
  attributes->set("op_type", builder.getStringAttr(node.type));
  if (node.opset)
    attributes->set("opset", builder.getI64IntegerAttr(node.opset));
  if (!reason.empty())
    attributes->set("reason", builder.getStringAttr(reason));
  SmallVector<Type> types;
  for (const std::string &output : node.outputs)
    types.push_back(declaredType(output));
  define(node, onnx::CustomOp::create(builder, location, types, *operands, attributes->getAttrs()));
  return llvm::Error::success();
}

llvm::Error GraphBuilder::addOperator(const Node &node, Location location) {
  if (node.type == "Constant")
    return addConstant(node, location);
  const onnx::OperatorSchema *schema = onnx::findSchema(node.type);
  if (!schema)
    return addCustom(node, location, "");
  for (const Attribute &attribute : node.attributes)
    if (attribute.kind == Attribute::other || attribute.kind == Attribute::graph)
      return addCustom(node, location, "its attribute '" + attribute.name + "' has a kind that is not supported");
  auto operands = operandsOf(node);
  if (!operands)
    return operands.takeError();
  auto attributes = attributesOf(node);
  if (!attributes)
    return attributes.takeError();
  size_t results = node.outputs.size();
  while (results > size_t(schema->fewestOutputs) && node.outputs[results - 1].empty())
    --results;
  SmallVector<Type> types;
  for (size_t i = 0; i < results; ++i)
    types.push_back(declaredType(node.outputs[i]));

  // The verifier speaks before inference, whose functions expect as many inputs as the schema has.
  OperationState state(location, ("onnx." + node.type));
  state.addOperands(*operands);
  state.addTypes(types);
  state.addAttributes(attributes->getAttrs());
  Operation *op = builder.create(state);
  std::string problem;
  {
    ScopedDiagnosticHandler handler(builder.getContext(), [&](Diagnostic &diagnostic) {
      if (problem.empty())
        problem = diagnostic.str();
      return success();
    });
    if (failed(onnx::verifyNode(op)))
      return makeError("{0}: {1}", node.describe(), problem);
  }
  auto inferred = onnx::inferTypes(op, [](Value value) { return onnx::constantValue(value); });
  if (!inferred)
    return inferred.takeError();
  for (auto [result, type] : llvm::zip_equal(op->getResults(), *inferred))
    result.setType(type);
  define(node, op);
  return llvm::Error::success();
}

llvm::Error GraphBuilder::addNode(const Node &node) {
  Location location = locationOf(node);
  if (!node.domain.empty())
    return addCustom(node, location, "");
  if (node.opset == 0)
    return makeError("{0}: the model imports no version of the operator set ai.onnx", node.describe());
  if (node.opset > onnx::dialectOpset)
    return makeError("{0}: is at opset {1} of ai.onnx, supported are 1 to {2}", node.describe(), node.opset,
                     onnx::dialectOpset);
  Normalized normalized = normalize(node, *this, freshNames);
  if (!normalized.refusal.empty())
    return addCustom(node, location, normalized.refusal);
  for (Node &part : normalized.nodes) {
    widenQuantizedWeights(part);
    if (llvm::Error error = addOperator(part, location))
      return error;
  }
  return llvm::Error::success();
}

/// What the model says of an output beside what its node makes. A wrong shape is common in exported models and harms
/// nobody; with another type the caller would read other numbers.
static llvm::Error checkOutput(StringRef name, Type declaredType, Value value, Location location) {
  auto declared = dyn_cast<TensorType>(declaredType), made = dyn_cast<TensorType>(value.getType());
  if (!declared || !made || isa<onnx::UnknownType>(made.getElementType()) ||
      isa<onnx::UnknownType>(declared.getElementType()))
    return llvm::Error::success();
  if (declared.getElementType() != made.getElementType()) {
    std::string text;
    llvm::raw_string_ostream(text) << "output '" << name << "' is declared with elements of type "
                                   << declared.getElementType() << ", what is computed has " << made.getElementType();
    return makeError("{0}", text);
  }
  if (!declared.hasRank() || !made.hasRank())
    return llvm::Error::success();
  bool fits = declared.getRank() == made.getRank();
  if (fits)
    for (auto [expected, found] : llvm::zip(declared.getShape(), made.getShape()))
      fits &= ShapedType::isDynamic(expected) || ShapedType::isDynamic(found) || expected == found;
  if (!fits)
    emitWarning(location) << "output '" << name << "' is declared with shape " << toString(declared.getShape())
                          << ", what is computed has " << toString(made.getShape());
  return llvm::Error::success();
}

llvm::Error GraphBuilder::addResults() {
  SmallVector<Value> results;
  SmallVector<DictionaryAttr> attributes;
  for (const onnxfile::Value &output : model.graph.outputs) {
    llvm::Expected<Value> value = valueOf(output.name);
    if (!value)
      return makeError("output: {0}", llvm::toString(value.takeError()));
    if (llvm::Error error = checkOutput(output.name, declaredType(output.name), *value, function.getLoc()))
      return error;
    results.push_back(*value);
    attributes.push_back(
        builder.getDictionaryAttr(builder.getNamedAttr("onnx.name", builder.getStringAttr(output.name))));
  }
  func::ReturnOp::create(builder, function.getLoc(), results);
  function.setType(builder.getFunctionType(function.getBody().getArgumentTypes(), TypeRange(ValueRange(results))));
  function.setAllResultAttrs(attributes);
  return llvm::Error::success();
}

llvm::Error GraphBuilder::build(const InputShapes &inputs) {
  if (llvm::Error error = addFunction(inputs))
    return error;
  for (const Node &node : model.graph.nodes)
    if (llvm::Error error = addNode(node))
      return error;
  return addResults();
}

} // namespace tarn
