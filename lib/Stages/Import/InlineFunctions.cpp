// Values inside a function are renamed to "<call>/<value>", so that two calls do not meet; attributes that
// refer to the function's are bound to those of the call, else to the function's defaults, else dropped.
#include "InlineFunctions.h"
#include "tarn/Support/AtomicFile.h"

namespace tarn {
namespace {

using namespace onnxfile;

class Inliner {
public:
  explicit Inliner(const Model &model) : model(model) {}

  llvm::Error inlineInto(std::vector<Node> &result, const std::vector<Node> &nodes);

private:
  const Model &model;
  std::vector<const Function *> open; // from the outermost call inwards
  unsigned calls = 0;

  const Function *find(const Node &node) const {
    for (const Function &function : model.functions)
      if (function.name == node.type && function.domain == node.domain && function.overload == node.overload)
        return &function;
    return nullptr;
  }
  llvm::Expected<std::vector<Node>> bodyFor(const Node &call, const Function &function);
};

llvm::Expected<std::vector<Node>> Inliner::bodyFor(const Node &call, const Function &function) {
  if (call.inputs.size() > function.inputs.size() || call.outputs.size() > function.outputs.size())
    return makeError("{0}: has {1} inputs and {2} outputs, its function has {3} and {4}", call.describe(),
                     call.inputs.size(), call.outputs.size(), function.inputs.size(),
                     function.outputs.size());
  // 1. New names: formal names become the call's, all others get a prefix of their own.
  std::string prefix = (call.name.empty() ? function.name + "_" + std::to_string(calls) : call.name) + "/";
  ++calls;
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
    copy.opset = model.opsets.count("") ? model.opsets.at("") : 1;
    copy.inputs = {from};
    copy.outputs = {to};
  }
  return body;
}

llvm::Error Inliner::inlineInto(std::vector<Node> &result, const std::vector<Node> &nodes) {
  for (const Node &node : nodes) {
    const Function *function = find(node);
    if (!function) {
      result.push_back(node);
      continue;
    }
    if (llvm::is_contained(open, function))
      return makeError("{0}: function '{1}' calls itself", node.describe(), function->name);
    llvm::Expected<std::vector<Node>> body = bodyFor(node, *function);
    if (!body)
      return body.takeError();
    open.push_back(function);
    if (llvm::Error error = inlineInto(result, *body))
      return error;
    open.pop_back();
    // Functions that double their calls level by level would fill the memory.
    if (result.size() > 1000000)
      return makeError("{0}: more than a million nodes after its function is inlined", node.describe());
  }
  return llvm::Error::success();
}

} // namespace

llvm::Error inlineFunctions(Model &model) {
  if (model.functions.empty())
    return llvm::Error::success();
  std::vector<Node> result;
  if (llvm::Error error = Inliner(model).inlineInto(result, model.graph.nodes))
    return error;
  model.graph.nodes = std::move(result);
  return llvm::Error::success();
}

} // namespace tarn
