// Puts the nodes of a graph in an order in which each comes after those it reads; names the nodes of a cycle.
#include "SortNodes.h"
#include "tarn/Support/AtomicFile.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"

namespace tarn {

using namespace onnxfile;

/// Takes away the outputs that a later node makes again, and nodes left without any output.
static void keepLastDefinitions(Graph &graph, std::vector<std::string> &warnings) {
  llvm::StringMap<size_t> last;
  for (size_t i = 0; i < graph.nodes.size(); ++i)
    for (const std::string &output : graph.nodes[i].outputs)
      if (!output.empty())
        last[output] = i;
  std::vector<Node> kept;
  for (size_t i = 0; i < graph.nodes.size(); ++i) {
    Node &node = graph.nodes[i];
    std::string description = node.describe();
    bool lostOne = false;
    for (size_t k = 0; k < node.outputs.size(); ++k) {
      std::string &output = node.outputs[k];
      if (output.empty())
        continue;
      bool again = std::find(node.outputs.begin() + k + 1, node.outputs.end(), output) != node.outputs.end();
      if (last[output] == i && !again)
        continue;
      warnings.push_back(llvm::formatv("value '{0}' is made by {1} and again by {2}; the last one counts", output,
                                       description, graph.nodes[last[output]].describe())
                             .str());
      output.clear();
      lostOne = true;
    }
    bool hasOutput = llvm::any_of(node.outputs, [](const std::string &output) { return !output.empty(); });
    if (hasOutput || !lostOne)
      kept.push_back(std::move(node));
  }
  graph.nodes = std::move(kept);
}

llvm::Error sortNodes(Graph &graph, std::vector<std::string> &warnings) {
  keepLastDefinitions(graph, warnings);
  // 1. Who makes what.
  llvm::StringMap<size_t> producer;
  llvm::StringSet<> given;
  for (size_t i = 0; i < graph.nodes.size(); ++i)
    for (const std::string &output : graph.nodes[i].outputs)
      if (!output.empty())
        producer[output] = i;
  for (const Value &input : graph.inputs)
    given.insert(input.name);
  for (const Tensor &initializer : graph.initializers)
    given.insert(initializer.name);

  // 2. Depth first from each node in file order, with a stack of our own: graphs can be deep.
  enum State : uint8_t { untouched, open, done };
  std::vector<State> states(graph.nodes.size(), untouched);
  std::vector<size_t> order;
  struct Visit {
    size_t node, nextInput;
  };
  std::vector<Visit> stack;
  for (size_t root = 0; root < graph.nodes.size(); ++root) {
    if (states[root] != untouched)
      continue;
    stack.push_back({root, 0});
    states[root] = open;
    while (!stack.empty()) {
      Visit &visit = stack.back();
      const Node &node = graph.nodes[visit.node];
      size_t reads = node.inputs.size() + node.captured.size();
      if (visit.nextInput == reads) {
        states[visit.node] = done;
        order.push_back(visit.node);
        stack.pop_back();
        continue;
      }
      size_t k = visit.nextInput++;
      const std::string &name = k < node.inputs.size() ? node.inputs[k] : node.captured[k - node.inputs.size()];
      if (name.empty())
        continue;
      auto found = producer.find(name);
      if (found == producer.end()) {
        if (given.contains(name))
          continue;
        return makeError("{0}: its input '{1}' is made by no node, and is no input or initialiser of the model",
                         node.describe(), name);
      }
      size_t next = found->second;
      if (states[next] == done)
        continue;
      if (states[next] == open) {
        std::string cycle;
        auto first = llvm::find_if(stack, [&](const Visit &other) { return other.node == next; });
        for (; first != stack.end(); ++first)
          cycle += graph.nodes[first->node].describe() + " needs ";
        return makeError("the graph has a cycle: {0}{1}", cycle, graph.nodes[next].describe());
      }
      states[next] = open;
      stack.push_back({next, 0});
    }
  }

  // 3. The new order.
  std::vector<Node> sorted;
  for (size_t index : order)
    sorted.push_back(std::move(graph.nodes[index]));
  graph.nodes = std::move(sorted);
  return llvm::Error::success();
}

} // namespace tarn
