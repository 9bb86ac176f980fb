#include "FromProto.h"
#include "onnx/onnx_pb.h"
#include "tarn/Support/AtomicFile.h"
#include "llvm/ADT/StringSet.h"
#include <set>

namespace tarn::onnxfile {

static Type tensorType(int32_t elementType, bool hasShape, const ::onnx::TensorShapeProto &shape) {
  Type result;
  result.kind = Type::tensor;
  result.elementType = elementType;
  if (!hasShape)
    return result;
  result.shape.emplace();
  for (const auto &dim : shape.dim()) {
    Dim &added = result.shape->emplace_back();
    // Exporters write 0 and -1 where they mean "any".
    if (dim.has_dim_value() && dim.dim_value() >= 0)
      added.size = dim.dim_value();
    if (dim.has_dim_param())
      added.parameter = dim.dim_param();
  }
  return result;
}

Type fromProto(const ::onnx::TypeProto &type) {
  Type result;
  switch (type.value_case()) {
  case ::onnx::TypeProto::kTensorType:
    return tensorType(type.tensor_type().elem_type(), type.tensor_type().has_shape(), type.tensor_type().shape());
  case ::onnx::TypeProto::kSequenceType:
    result.kind = Type::sequence;
    result.element = std::make_shared<Type>(fromProto(type.sequence_type().elem_type()));
    return result;
  case ::onnx::TypeProto::kOptionalType:
    result.kind = Type::optional;
    result.element = std::make_shared<Type>(fromProto(type.optional_type().elem_type()));
    return result;
  case ::onnx::TypeProto::VALUE_NOT_SET:
    return result;
  default:
    result.kind = Type::other;
    return result;
  }
}

/// Adds to `captured` every name that `graph` reads and does not define itself, in order of appearance.
static void addCaptured(const ::onnx::GraphProto &graph, std::vector<std::string> &captured) {
  std::set<std::string> defined;
  for (const auto &input : graph.input())
    defined.insert(input.name());
  for (const auto &initializer : graph.initializer())
    defined.insert(initializer.name());
  for (const auto &node : graph.node())
    defined.insert(node.output().begin(), node.output().end());
  std::vector<std::string> read;
  for (const auto &node : graph.node()) {
    read.insert(read.end(), node.input().begin(), node.input().end());
    for (const auto &attribute : node.attribute()) {
      if (attribute.has_g())
        addCaptured(attribute.g(), read);
      for (const auto &inner : attribute.graphs())
        addCaptured(inner, read);
    }
  }
  for (const auto &output : graph.output())
    read.push_back(output.name());
  for (const std::string &name : read)
    if (!name.empty() && !defined.count(name) && llvm::find(captured, name) == captured.end())
      captured.push_back(name);
}

llvm::Expected<Attribute> fromProto(const ::onnx::AttributeProto &attribute, TensorBytes &bytes) {
  Attribute result;
  result.name = attribute.name();
  result.reference = attribute.ref_attr_name();
  // Models before IR 2 say no type.
  auto type = attribute.type();
  if (type == ::onnx::AttributeProto::UNDEFINED) {
    if (attribute.has_i())
      type = ::onnx::AttributeProto::INT;
    else if (attribute.has_f())
      type = ::onnx::AttributeProto::FLOAT;
    else if (attribute.has_s())
      type = ::onnx::AttributeProto::STRING;
    else if (attribute.has_t())
      type = ::onnx::AttributeProto::TENSOR;
    else if (attribute.has_g())
      type = ::onnx::AttributeProto::GRAPH;
    else if (attribute.ints_size())
      type = ::onnx::AttributeProto::INTS;
    else if (attribute.floats_size())
      type = ::onnx::AttributeProto::FLOATS;
    else if (attribute.strings_size())
      type = ::onnx::AttributeProto::STRINGS;
  }
  switch (type) {
  case ::onnx::AttributeProto::INT:
    result.kind = Attribute::integer;
    result.i = attribute.i();
    break;
  case ::onnx::AttributeProto::FLOAT:
    result.kind = Attribute::real;
    result.f = attribute.f();
    break;
  case ::onnx::AttributeProto::STRING:
    result.kind = Attribute::text;
    result.s = attribute.s();
    break;
  case ::onnx::AttributeProto::TENSOR: {
    result.kind = Attribute::tensor;
    if (!result.reference.empty())
      break;
    llvm::Expected<Tensor> tensor = bytes.read(attribute.t());
    if (!tensor)
      return makeError("attribute '{0}': {1}", result.name, llvm::toString(tensor.takeError()));
    result.t = std::move(*tensor);
    break;
  }
  case ::onnx::AttributeProto::INTS:
    result.kind = Attribute::integers;
    result.ints.assign(attribute.ints().begin(), attribute.ints().end());
    break;
  case ::onnx::AttributeProto::FLOATS:
    result.kind = Attribute::reals;
    result.floats.assign(attribute.floats().begin(), attribute.floats().end());
    break;
  case ::onnx::AttributeProto::STRINGS:
    result.kind = Attribute::texts;
    result.strings.assign(attribute.strings().begin(), attribute.strings().end());
    break;
  case ::onnx::AttributeProto::GRAPH:
  case ::onnx::AttributeProto::GRAPHS:
    result.kind = Attribute::graph;
    break;
  default:
    result.kind = Attribute::other;
    break;
  }
  return result;
}

/// ONNX allows its own domain two names.
static std::string domainName(const std::string &domain) { return domain == "ai.onnx" ? "" : domain; }

llvm::Expected<Node> fromProto(const ::onnx::NodeProto &node, TensorBytes &bytes) {
  Node result;
  result.name = node.name();
  result.type = node.op_type();
  result.domain = domainName(node.domain());
  result.overload = node.overload();
  result.inputs.assign(node.input().begin(), node.input().end());
  result.outputs.assign(node.output().begin(), node.output().end());
  for (const auto &attribute : node.attribute()) {
    llvm::Expected<Attribute> converted = fromProto(attribute, bytes);
    if (!converted)
      return makeError("{0}: {1}", result.describe(), llvm::toString(converted.takeError()));
    result.attributes.push_back(std::move(*converted));
    if (attribute.has_g())
      addCaptured(attribute.g(), result.captured);
    for (const auto &graph : attribute.graphs())
      addCaptured(graph, result.captured);
  }
  return result;
}

static std::vector<Value> fromProto(const google::protobuf::RepeatedPtrField<::onnx::ValueInfoProto> &values) {
  std::vector<Value> result;
  for (const auto &value : values)
    result.push_back({value.name(), fromProto(value.type())});
  return result;
}

static OpsetVersions fromProto(const google::protobuf::RepeatedPtrField<::onnx::OperatorSetIdProto> &imports) {
  OpsetVersions result;
  for (const auto &import : imports)
    result[domainName(import.domain())] = import.version();
  return result;
}

llvm::Expected<Function> fromProto(const ::onnx::FunctionProto &function, TensorBytes &bytes) {
  Function result;
  result.name = function.name();
  result.domain = domainName(function.domain());
  result.overload = function.overload();
  result.inputs.assign(function.input().begin(), function.input().end());
  result.outputs.assign(function.output().begin(), function.output().end());
  result.opsets = fromProto(function.opset_import());
  for (const auto &attribute : function.attribute_proto()) {
    llvm::Expected<Attribute> converted = fromProto(attribute, bytes);
    if (!converted)
      return converted.takeError();
    result.defaults.push_back(std::move(*converted));
  }
  for (const auto &node : function.node()) {
    llvm::Expected<Node> converted = fromProto(node, bytes);
    if (!converted)
      return converted.takeError();
    result.nodes.push_back(std::move(*converted));
  }
  return result;
}

llvm::Expected<Model> fromProto(const ::onnx::ModelProto &model, TensorBytes &bytes) {
  Model result;
  result.irVersion = model.ir_version();
  result.opsets = fromProto(model.opset_import());
  const ::onnx::GraphProto &graph = model.graph();
  result.graph.name = graph.name();
  result.graph.inputs = fromProto(graph.input());
  result.graph.outputs = fromProto(graph.output());
  result.graph.values = fromProto(graph.value_info());
  for (const auto &initializer : graph.initializer()) {
    llvm::Expected<Tensor> tensor = bytes.read(initializer);
    if (!tensor)
      return tensor.takeError();
    result.graph.initializers.push_back(std::move(*tensor));
  }
  if (graph.sparse_initializer_size())
    return makeError("sparse initializer '{0}': sparse tensors are not supported; store it dense",
                     graph.sparse_initializer(0).values().name());
  for (const auto &node : graph.node()) {
    llvm::Expected<Node> converted = fromProto(node, bytes);
    if (!converted)
      return converted.takeError();
    result.graph.nodes.push_back(std::move(*converted));
  }
  for (const auto &function : model.functions()) {
    llvm::Expected<Function> converted = fromProto(function, bytes);
    if (!converted)
      return makeError("function '{0}': {1}", function.name(), llvm::toString(converted.takeError()));
    result.functions.push_back(std::move(*converted));
  }
  return result;
}

} // namespace tarn::onnxfile
