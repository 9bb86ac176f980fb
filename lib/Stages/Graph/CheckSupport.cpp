// Which nodes cannot be compiled, all at once. A node counts only where it depends on the values of inputs:
// what depends on shapes and constants alone is computed at compile time.
#include "ExpandFunctions.h"
#include "SupportTable.h"
#include "mlir/IR/Diagnostics.h"
#include "tarn/Stages/Graph/Passes.h"

namespace tarn {
#define GEN_PASS_DEF_CHECKSUPPORT
#include "tarn/Stages/Graph/Passes.h.inc"
} // namespace tarn

using namespace mlir;

namespace tarn {
namespace graph {
namespace {

std::string print(Type type) {
  std::string text;
  llvm::raw_string_ostream(text) << type;
  return text;
}

// A node that no rewrite has taken.
Finding whyNotRewritten(Operation *op) {
  StringRef type = opType(op);
  if (type == "Gather")
    return {"indices", isConstant(op->getOperand(1)) ? "do not lie in even steps" : "must be known at compile time"};
  if (type == "BatchNormalization" && intAttr(op, "training_mode", 0))
    return {"training_mode", "1 is not supported, only inference"};
  if (type == "Resize")
    for (auto [index, name] : {std::pair(1, "roi"), std::pair(2, "scales"), std::pair(3, "sizes")})
      if (input(op, index) && !isConstant(input(op, index)))
        return {name, "must be known at compile time"};
  if (type == "Resize" && !isa<FloatType>(elementType(op->getOperand(0))))
    return {"", "elements of type " + print(elementType(op->getOperand(0))) + " are not supported"};
  if (isRewritten(type))
    return {"", "with these operands or attributes is not supported"};
  return {"", "the operator is not supported"};
}

std::optional<Finding> findFault(Operation *op, bool isGraphForm) {
  StringRef type = opType(op);
  if (type == "Custom")
    return Finding{"", stringAttr(op, "reason", "the operator is not known")};
  if (op->getNumRegions())
    return Finding{"", "operators with subgraphs are not supported"};
  const Support *support = findSupport(type);
  if (!support && (isRewritten(type) || isExpandable(type)) && !isGraphForm)
    return std::nullopt;
  if (!support)
    return whyNotRewritten(op);
  bool hasStaticTypes = llvm::all_of(
      op->getOperands(), [](Value operand) { return isa<NoneType>(operand.getType()) || staticType(operand); });
  if (!hasStaticTypes || !isGraphForm)
    return std::nullopt;
  if (Value first = input(op, 0); first && !allows(support->operandTypes, elementType(first)))
    return Finding{"", "elements of type " + print(elementType(first)) + " are not supported"};
  for (Value result : op->getResults())
    if (auto tensor = dyn_cast<RankedTensorType>(result.getType()); tensor && !allows(anyType, tensor.getElementType()))
      return Finding{"", "elements of type " + print(tensor.getElementType()) + " are not supported"};
  for (Value result : op->getResults())
    if (RankedTensorType type = staticType(result); type && llvm::is_contained(type.getShape(), 0))
      return Finding{"", "a result without elements (" + toString(type.getShape()) + ") is not supported"};
  return support->restriction.check ? support->restriction.check(op) : std::nullopt;
}

bool hasElements(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return !tensor || !tensor.hasStaticShape() || !llvm::is_contained(tensor.getShape(), 0);
}

// Inputs and outputs that have no byte to lie at. An output that depends on an input names its node already.
void collectEmpty(func::FuncOp function, const llvm::DenseSet<Value> &depends,
                  std::vector<UnsupportedNode> &unsupported) {
  auto refuse = [&](StringAttr name, StringRef side, Type type) {
    UnsupportedNode node;
    node.node = name ? name.str() : "";
    node.op = side.str();
    node.reason = "a tensor without elements (" + toString(cast<RankedTensorType>(type).getShape()) +
                  ") is not supported: take it out of the model";
    unsupported.push_back(std::move(node));
  };
  for (BlockArgument argument : function.getArguments())
    if (!hasElements(argument.getType()))
      refuse(function.getArgAttrOfType<StringAttr>(argument.getArgNumber(), "onnx.name"), "input", argument.getType());
  for (auto [i, value] : llvm::enumerate(function.getBody().front().getTerminator()->getOperands()))
    if (!hasElements(value.getType()) && !depends.contains(value))
      refuse(function.getResultAttrOfType<StringAttr>(i, "onnx.name"), "output", value.getType());
}

void collect(func::FuncOp function, bool isGraphForm, std::vector<UnsupportedNode> &unsupported) {
  llvm::DenseSet<Value> depends(function.args_begin(), function.args_end());
  for (Operation &op : function.getBody().front()) {
    StringRef type = opType(&op);
    bool dependsOnInputs = op.getNumOperands() == 0
                               ? type != "Constant" && type != "NoValue"
                               : llvm::any_of(op.getOperands(), [&](Value value) { return depends.contains(value); });
    if (type.empty() || type == "Shape" || type == "Size" || op.use_empty() || (!dependsOnInputs && type != "Custom"))
      continue;
    depends.insert(op.result_begin(), op.result_end());
    std::optional<Finding> finding = findFault(&op, isGraphForm);
    if (!finding)
      continue;
    UnsupportedNode node;
    node.node = nodeName(&op);
    node.op = type.str();
    if (type == "Custom") {
      node.op = stringAttr(&op, "op_type", "Custom");
      node.domain = stringAttr(&op, "domain", "");
      node.opset = intAttr(&op, "opset", 0);
    }
    node.attribute = finding->attribute;
    node.reason = finding->reason;
    unsupported.push_back(std::move(node));
  }
  if (isGraphForm)
    collectEmpty(function, depends, unsupported);
}

} // namespace
} // namespace graph

std::vector<UnsupportedNode> collectUnsupported(ModuleOp module) {
  auto form = module->getAttrOfType<StringAttr>("tarn.form");
  std::vector<UnsupportedNode> unsupported;
  for (func::FuncOp function : module.getOps<func::FuncOp>())
    if (!function.isExternal())
      graph::collect(function, form && form.getValue() == "graph", unsupported);
  if (!unsupported.empty() || !form || form.getValue() != "onnx")
    return unsupported;

  // Restrictions of types and attributes show when shapes are known and nodes rewritten: on a copy.
  OwningOpRef<ModuleOp> copy(module.clone());
  std::string message, place;
  ScopedDiagnosticHandler handler(module.getContext(), [&](Diagnostic &diagnostic) {
    if (diagnostic.getSeverity() == DiagnosticSeverity::Error && message.empty()) {
      message = diagnostic.str();
      if (auto name = dyn_cast<NameLoc>(diagnostic.getLocation()))
        place = name.getName().str();
    }
    return success();
  });
  PassManager manager(module.getContext(), ModuleOp::getOperationName());
  OpPassManager &function = manager.nest<func::FuncOp>();
  function.addPass(createInferShapes());
  function.addPass(createCanonicalizeOps());
  function.addPass(createFoldConstants());
  function.addPass(createFoldBatchNormalization());
  if (failed(manager.run(*copy))) {
    UnsupportedNode node;
    node.node = place;
    node.reason = message.empty() ? "the shapes of the graph cannot be inferred" : message;
    return {node};
  }
  for (func::FuncOp part : copy->getOps<func::FuncOp>())
    if (!part.isExternal())
      graph::collect(part, /*isGraphForm=*/true, unsupported);
  return unsupported;
}

namespace graph {
namespace {

struct CheckSupport : public tarn::impl::CheckSupportBase<CheckSupport> {
  using CheckSupportBase::CheckSupportBase;
  void runOnOperation() override {
    std::vector<UnsupportedNode> unsupported;
    for (func::FuncOp function : getOperation().getOps<func::FuncOp>())
      if (!function.isExternal())
        collect(function, /*isGraphForm=*/!beforeRewrites, unsupported);
    for (const UnsupportedNode &node : unsupported) {
      auto error = emitError(NameLoc::get(StringAttr::get(&getContext(), node.node)));
      error << "node '" << node.node << "' (" << (node.domain.empty() ? "" : node.domain + "::") << node.op << ")";
      if (!node.attribute.empty())
        error << ", '" << node.attribute << "'";
      error << ": " << node.reason;
    }
    if (!unsupported.empty())
      signalPassFailure();
  }
};

} // namespace
} // namespace graph
} // namespace tarn
