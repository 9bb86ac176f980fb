// Values inside a function are renamed to "<call>/<value>", so that two calls do not meet; attributes that
// refer to the function's are bound to those of the call, else to the function's defaults, else dropped.
#include "InlineFunctions.h"
#include "tarn/OnnxFile/Functions.h"
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
};

llvm::Error Inliner::inlineInto(std::vector<Node> &result, const std::vector<Node> &nodes) {
  for (const Node &node : nodes) {
    const Function *function = find(node);
    if (!function) {
      result.push_back(node);
      continue;
    }
    if (llvm::is_contained(open, function))
      return makeError("{0}: function '{1}' calls itself", node.describe(), function->name);
    std::string prefix = node.name.empty() ? function->name + "_" + std::to_string(calls) : node.name;
    ++calls;
    llvm::Expected<std::vector<Node>> body = instantiate(*function, node, prefix + "/");
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
