// Asks the inference function that ONNX's library registers for an operator, through an InferenceContext of
// ours that knows one node. Facts about the library that decide the code:
//  * hasInput and hasOutput must be answered here: the default takes an input without a type for an absent
//  one;
//  * functions throw InferenceError, but std::exception too;
//  * Reshape does not compare numbers of elements;
//  * GroupNormalization and MeanVarianceNormalization have a body and no inference function: as their input.
#include "tarn/OnnxFile/Inference.h"
#include "FromProto.h"
#include "ToProto.h"
#include "onnx/defs/schema.h"
#include "onnx/defs/shape_inference.h"
#include "tarn/Support/AtomicFile.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include <deque>

namespace tarn::onnxfile {
namespace {

/// Constants above this are weights, which no inference function reads.
constexpr size_t constantLimit = 64 * 1024;

class NodeContext final : public ::onnx::InferenceContext {
public:
  NodeContext(const Node &node, llvm::ArrayRef<InferenceInput> inputs) : node(node), outputs(node.outputs.size()) {
    for (const Attribute &attribute : node.attributes)
      attributes[attribute.name] = toProto(attribute);
    for (const InferenceInput &input : inputs) {
      auto &added = this->inputs.emplace_back();
      added.isPresent = input.isPresent;
      if (input.isPresent && input.type.kind != Type::unknown)
        added.type = toProto(input.type);
      if (input.constant && input.constant->bytes.size() <= constantLimit)
        added.constant = toProto(*input.constant);
    }
  }

  const ::onnx::AttributeProto *getAttribute(const std::string &name) const override {
    auto found = attributes.find(name);
    return found == attributes.end() ? nullptr : &found->second;
  }
  size_t getNumInputs() const override { return inputs.size(); }
  const ::onnx::TypeProto *getInputType(size_t index) const override {
    return index < inputs.size() && inputs[index].type ? &*inputs[index].type : nullptr;
  }
  bool hasInput(size_t index) const override { return index < inputs.size() && inputs[index].isPresent; }
  const ::onnx::TensorProto *getInputData(size_t index) const override {
    return index < inputs.size() && inputs[index].constant ? &*inputs[index].constant : nullptr;
  }
  size_t getNumOutputs() const override { return outputs.size(); }
  ::onnx::TypeProto *getOutputType(size_t index) override {
    if (index >= outputs.size())
      throw ::onnx::InferenceError("output " + std::to_string(index) + " does not exist");
    return &outputs[index];
  }
  bool hasOutput(size_t index) override { return index < outputs.size() && !node.outputs[index].empty(); }
  ::onnx::GraphInferencer *getGraphAttributeInferencer(const std::string &) override {
    throw ::onnx::InferenceError("subgraphs are not supported");
  }
  const ::onnx::SparseTensorProto *getInputSparseData(size_t) const override { return nullptr; }
  const ::onnx::TensorShapeProto *getSymbolicInput(size_t) const override { return nullptr; }

  std::vector<Type> results() const {
    std::vector<Type> types;
    for (const ::onnx::TypeProto &output : outputs)
      types.push_back(fromProto(output));
    return types;
  }

private:
  struct Input {
    bool isPresent = true;
    std::optional<::onnx::TypeProto> type;
    std::optional<::onnx::TensorProto> constant;
  };
  const Node &node;
  std::map<std::string, ::onnx::AttributeProto> attributes;
  std::deque<Input> inputs;
  std::vector<::onnx::TypeProto> outputs;
};

/// The library's text without its own labels, on one line.
std::string messageOf(const std::exception &exception) {
  llvm::StringRef text = exception.what();
  for (llvm::StringRef label : {"[ShapeInferenceError] ", "[TypeInferenceError] "})
    text.consume_front(label);
  return text.split('\n').first.trim().str();
}

/// "; its inputs are 2x3 FLOAT and ?x5 FLOAT"
std::string listInputs(llvm::ArrayRef<InferenceInput> inputs) {
  std::vector<std::string> types;
  for (const InferenceInput &input : inputs) {
    if (!input.isPresent || input.type.kind != Type::tensor)
      continue;
    std::string shape = input.type.shape ? "" : "of any rank";
    if (input.type.shape)
      for (const Dim &dim : *input.type.shape)
        shape += (shape.empty() ? "" : "x") + (dim.size >= 0 ? std::to_string(dim.size) : "?");
    types.push_back((shape.empty() ? "scalar" : shape) + " " +
                    ::onnx::TensorProto_DataType_Name(::onnx::TensorProto_DataType(input.type.elementType)));
  }
  return types.empty() ? "" : "; its inputs are " + llvm::join(types, " and ");
}

bool hasBodyOnly(llvm::StringRef type) { return type == "GroupNormalization" || type == "MeanVarianceNormalization"; }

} // namespace

llvm::Expected<std::vector<Type>> inferTypes(const Node &node, int64_t opset, llvm::ArrayRef<InferenceInput> inputs) {
  try {
    const ::onnx::OpSchema *schema = ::onnx::OpSchemaRegistry::Schema(node.type, opset, node.domain);
    if (!schema)
      return makeError("{0}: ONNX has no such operator at opset {1}", node.describe(), opset);
    if (hasBodyOnly(node.type)) {
      std::vector<Type> results(node.outputs.size());
      if (!results.empty() && !inputs.empty())
        results[0] = inputs[0].type;
      return results;
    }
    NodeContext context(node, inputs);
    if (const auto &function = schema->GetTypeAndShapeInferenceFunction())
      function(context);
    return context.results();
  } catch (const std::exception &exception) {
    // The functions throw at an input without a type, which is no contradiction.
    if (llvm::any_of(inputs,
                     [](const InferenceInput &input) { return input.isPresent && input.type.kind == Type::unknown; }))
      return std::vector<Type>(node.outputs.size());
    return makeError("{0}: {1}{2}", node.describe(), messageOf(exception), listInputs(inputs));
  }
}

} // namespace tarn::onnxfile
