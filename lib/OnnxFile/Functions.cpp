// The library's own inliner is not used: it knows no types of initialisers and does not bind the defaults of attributes.
#include "tarn/OnnxFile/Functions.h"
#include "FromProto.h"
#include "ToProto.h"
#include "onnx/defs/schema.h"
#include "tarn/Support/AtomicFile.h"

namespace tarn::onnxfile {

llvm::Expected<std::vector<Node>> instantiate(const Function &function, const Node &call, const std::string &prefix) {
  if (call.inputs.size() > function.inputs.size() || call.outputs.size() > function.outputs.size())
    return makeError("{0}: has {1} inputs and {2} outputs, its function has {3} and {4}", call.describe(),
                     call.inputs.size(), call.outputs.size(), function.inputs.size(), function.outputs.size());
  // 1. New names: formal names become the call's, all others get a prefix of their own.
  std::map<std::string, std::string> names;
  for (size_t i = 0; i < function.inputs.size(); ++i)
    names[function.inputs[i]] = i < call.inputs.size() ? call.inputs[i] : "";
  std::vector<std::pair<std::string, std::string>> copies; // an output that is an input, or given twice
  for (size_t i = 0; i < call.outputs.size(); ++i) {
    if (call.outputs[i].empty())
      continue;
    if (!names.try_emplace(function.outputs[i], call.outputs[i]).second)
      copies.emplace_back(names[function.outputs[i]], call.outputs[i]);
  }
  auto renamed = [&](const std::string &name) {
    if (name.empty())
      return name;
    auto found = names.find(name);
    return found == names.end() ? prefix + name : found->second;
  };

  // 2. Attributes.
  auto bind = [&](const std::vector<Attribute> &attributes) {
    std::vector<Attribute> bound;
    for (const Attribute &attribute : attributes) {
      if (attribute.reference.empty()) {
        bound.push_back(attribute);
        continue;
      }
      const Attribute *value = call.find(attribute.reference);
      for (const Attribute &standard : function.defaults)
        if (!value && standard.name == attribute.reference)
          value = &standard;
      if (!value)
        continue;
      bound.push_back(*value);
      bound.back().name = attribute.name;
    }
    return bound;
  };

  // 3. The nodes.
  std::vector<Node> body;
  for (const Node &node : function.nodes) {
    Node &added = body.emplace_back(node);
    if (!added.name.empty())
      added.name = prefix + added.name;
    for (std::string &input : added.inputs)
      input = renamed(input);
    for (std::string &output : added.outputs)
      output = renamed(output);
    for (std::string &captured : added.captured)
      captured = renamed(captured);
    added.attributes = bind(node.attributes);
  }
  for (const auto &[from, to] : copies) {
    Node &copy = body.emplace_back();
    copy.type = "Identity";
    copy.name = prefix + "Identity";
    copy.opset = function.opsets.count("") ? function.opsets.at("") : 1;
    copy.inputs = {from};
    copy.outputs = {to};
  }
  return body;
}

bool hasFunctionBody(llvm::StringRef operatorName, int64_t opset) {
  const ::onnx::OpSchema *schema = ::onnx::OpSchemaRegistry::Schema(operatorName.str(), opset, "");
  return schema && (schema->HasFunction() || schema->HasContextDependentFunction());
}

llvm::Expected<std::vector<Node>> functionBody(const Node &call, int64_t opset, llvm::ArrayRef<Type> inputs,
                                               const std::string &prefix) {
  try {
    const ::onnx::OpSchema *schema = ::onnx::OpSchemaRegistry::Schema(call.type, opset, call.domain);
    if (!schema)
      return std::vector<Node>();
    // 1. The call with every attribute, since bodies refer to those that are absent too.
    ::onnx::NodeProto node = toProto(call);
    Node complete = call;
    TensorBytes bytes("", nullptr);
    std::map<std::string, ::onnx::OpSchema::Attribute> sorted(schema->attributes().begin(), schema->attributes().end());
    for (const auto &[name, attribute] : sorted) {
      if (call.find(name) || attribute.default_value.type() == ::onnx::AttributeProto::UNDEFINED)
        continue;
      llvm::Expected<Attribute> converted = fromProto(attribute.default_value, bytes);
      if (!converted)
        return converted.takeError();
      converted->name = name;
      complete.attributes.push_back(std::move(*converted));
      *node.add_attribute() = attribute.default_value;
      node.mutable_attribute(node.attribute_size() - 1)->set_name(name);
    }

    // 2. The function, a fixed one or one for these types.
    ::onnx::FunctionProto proto;
    if (schema->HasFunction()) {
      const ::onnx::FunctionProto *fixed = schema->GetFunction(static_cast<int>(opset));
      if (!fixed)
        return std::vector<Node>();
      proto = *fixed;
    } else if (schema->HasContextDependentFunction()) {
      std::vector<::onnx::TypeProto> types;
      for (const Type &type : inputs)
        types.push_back(toProto(type));
      ::onnx::FunctionBodyBuildContextImpl context(node, types);
      if (!schema->BuildContextDependentFunction(context, proto, static_cast<int>(opset)))
        return std::vector<Node>();
    } else {
      return std::vector<Node>();
    }
    llvm::Expected<Function> function = fromProto(proto, bytes);
    if (!function)
      return makeError("{0}: {1}", call.describe(), llvm::toString(function.takeError()));
    llvm::Expected<std::vector<Node>> nodes = instantiate(*function, complete, prefix);
    if (nodes)
      for (Node &inner : *nodes)
        inner.opset = opset;
    return nodes;
  } catch (const std::exception &exception) {
    return makeError("{0}: {1}", call.describe(), exception.what());
  }
}

} // namespace tarn::onnxfile
