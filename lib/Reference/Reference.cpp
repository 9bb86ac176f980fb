// The registry: operator name to function, from the tables of all categories, and the checks that hold for
// every node.
#include "Operators.h"

namespace tarn::reference {
namespace {

const llvm::StringMap<Operator> &registry() {
  static const llvm::StringMap<Operator> operators = [] {
    llvm::StringMap<Operator> map;
    for (auto table : {activationOperators(), attentionOperators(),    binaryOperators(),    convolutionOperators(),
                       einsumOperators(),     generatorOperators(),    indexingOperators(),  logicOperators(),
                       lossOperators(),       matrixOperators(),       movementOperators(),  normalizationOperators(),
                       poolingOperators(),    quantizationOperators(), recurrentOperators(), reductionOperators(),
                       resizeOperators(),     samplingOperators(),     shapeOperators(),     unaryOperators()})
      for (const Operator &op : table)
        map.try_emplace(op.name, op);
    return map;
  }();
  return operators;
}

llvm::Error checkInputs(const Operator &op, const Node &node) {
  if (node.inputs.size() < op.minInputs || (op.maxInputs != variadic && node.inputs.size() > op.maxInputs))
    return makeError("{0} inputs, needs {1} to {2}", node.inputs.size(), op.minInputs,
                     op.maxInputs == variadic ? std::string("any number") : std::to_string(op.maxInputs));
  unsigned required = op.maxInputs == variadic ? node.inputs.size() : op.minInputs;
  for (unsigned i = 0; i < required; ++i)
    if (!node.inputs[i])
      return makeError("input {0} is required", i);
  return llvm::Error::success();
}

} // namespace

bool isImplemented(llvm::StringRef op) { return registry().count(op); }

Result evaluate(const Node &node) {
  auto it = registry().find(node.op);
  if (it == registry().end())
    return makeError("op {0} is not implemented", node.op);
  if (llvm::Error error = checkInputs(it->second, node))
    return makeError("{0}: {1}", node.op, llvm::toString(std::move(error)));
  auto outputs = it->second.function(node);
  if (!outputs)
    return makeError("{0}: {1}", node.op, llvm::toString(outputs.takeError()));
  if (outputs->size() < node.numOutputs)
    return makeError("{0}: output {1} is not implemented", node.op, outputs->size());
  outputs->resize(std::max<size_t>(node.numOutputs, 1));
  return outputs;
}

} // namespace tarn::reference
