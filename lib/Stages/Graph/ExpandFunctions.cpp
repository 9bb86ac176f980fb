// An operator that nothing later knows becomes the nodes of the function by which ONNX defines it.
#include "ExpandFunctions.h"
#include "SupportTable.h"
#include "tarn/Dialect/ONNX/Convert.h"
#include "tarn/Dialect/ONNX/OnnxDialect.h"
#include "tarn/OnnxFile/Functions.h"
#include "tarn/Support/AtomicFile.h"
#include "llvm/ADT/StringMap.h"

using namespace mlir;

namespace tarn::graph {

bool isExpandable(StringRef op) {
  // The function of Range is a loop.
  return !findSupport(op) && !isRewritten(op) && op != "Range" && onnxfile::hasFunctionBody(op, onnx::dialectOpset);
}

static bool isKnown(const onnxfile::Node &node) {
  if (!node.domain.empty())
    return false;
  return node.type == "Constant" ? node.attributes.size() == 1 && node.outputs.size() == 1
                                 : onnx::findSchema(node.type) != nullptr;
}

llvm::Expected<Operation *> expandFunction(Operation *op) {
  if (!isExpandable(opType(op)))
    return nullptr;
  // 1. The function's nodes.
  onnxfile::Node call = onnx::toNode(op);
  SmallVector<onnxfile::Type> types;
  for (Value operand : op->getOperands())
    types.push_back(onnx::fromType(operand.getType()));
  auto nodes = onnxfile::functionBody(call, onnx::dialectOpset, types, "inner ");
  if (!nodes)
    return nodes.takeError();
  if (nodes->empty() || !llvm::all_of(*nodes, isKnown))
    return nullptr;

  // 2. As operations, all with the node's location: reports speak of the user's nodes.
  llvm::StringMap<Value> values;
  for (auto [name, operand] : llvm::zip_equal(call.inputs, op->getOperands()))
    if (!name.empty())
      values[name] = operand;
  OpBuilder builder(op);
  Type unknown = onnx::toType(onnxfile::Type(), op->getContext());
  SmallVector<Operation *> made;
  auto undo = [&] {
    for (Operation *other : llvm::reverse(made))
      other->erase();
  };
  Value absent;
  for (const onnxfile::Node &node : *nodes) {
    if (node.type == "Constant") {
      ElementsAttr elements = onnx::toConstant(node.attributes.front(), "constant", op->getContext());
      if (!elements) {
        undo();
        return nullptr;
      }
      made.push_back(onnx::ConstantOp::create(builder, op->getLoc(), elements));
      values[node.outputs.front()] = made.back()->getResult(0);
      continue;
    }
    OperationState state(op->getLoc(), "onnx." + node.type);
    size_t count = node.inputs.size();
    while (count && node.inputs[count - 1].empty())
      --count;
    for (size_t i = 0; i < count; ++i) {
      Value operand = values.lookup(node.inputs[i]);
      if (!operand && !node.inputs[i].empty()) {
        undo();
        return makeError("{0}: the function of {1} reads '{2}' before it is made", describeNode(op), call.type,
                         node.inputs[i]);
      }
      if (!operand && !absent) {
        made.push_back(onnx::NoValueOp::create(builder, op->getLoc()));
        absent = made.back()->getResult(0);
      }
      state.addOperands(operand ? operand : absent);
    }
    for (const onnxfile::Attribute &attribute : node.attributes)
      if (mlir::Attribute value = onnx::toAttribute(attribute, op->getContext()))
        state.addAttribute(attribute.name, value);
    state.addTypes(SmallVector<Type>(node.outputs.size(), unknown));
    made.push_back(builder.create(state));
    for (auto [name, result] : llvm::zip_equal(node.outputs, made.back()->getResults()))
      if (!name.empty())
        values[name] = result;
  }

  // 3. In place of the node.
  SmallVector<Value> results;
  for (auto [name, result] : llvm::zip_equal(call.outputs, op->getResults())) {
    Value value = values.lookup(name);
    if (!value && !result.use_empty()) {
      undo();
      return nullptr;
    }
    results.push_back(value ? value : result);
  }
  for (auto [result, value] : llvm::zip_equal(op->getResults(), results))
    if (result != value)
      result.replaceAllUsesWith(value);
  op->erase();
  return made.front();
}

} // namespace tarn::graph
