// Gives every value its static type, in one walk over the graph in order.
//
//   1. types of the results from ONNX's inference function of the operator, which sees the values of constant
//   operands;
//   2. an operator outside the core that ONNX defines by a function becomes the function's nodes, which are
//   next;
//   3. where all operands are constants (Shape of a static type is one), the node becomes its value.
//
// So a chain Shape -> Gather -> Concat -> Reshape is resolved when the walk arrives at the Reshape, and one
// walk suffices: the only thing that can stay open is what the inputs leave open, or what depends on their
// values.
#include "ExpandFunctions.h"
#include "Folding.h"
#include "InferTypes.h"
#include "tarn/Stages/Graph/Passes.h"

namespace tarn {
#define GEN_PASS_DEF_INFERSHAPES
#include "tarn/Stages/Graph/Passes.h.inc"
} // namespace tarn

using namespace mlir;

namespace tarn::graph {
namespace {

std::string argumentName(func::FuncOp function, unsigned index) {
  auto name = function.getArgAttrOfType<StringAttr>(index, "onnx.name");
  return name ? name.str() : std::to_string(index);
}

LogicalResult checkArguments(func::FuncOp function) {
  for (auto [index, argument] : llvm::enumerate(function.getArguments())) {
    std::string name = argumentName(function, index);
    if (auto tensor = dyn_cast<TensorType>(argument.getType()); tensor && !tensor.getElementType().isIntOrFloat())
      return function.emitError() << "input '" << name << "' has elements of type " << tensor.getElementType()
                                  << ", allowed are numbers and booleans";
    if (staticType(argument))
      continue;
    auto type = dyn_cast<RankedTensorType>(argument.getType());
    if (!type)
      return function.emitError() << "input '" << name << "' has type " << argument.getType()
                                  << ", whose rank is not known; give its shape with --shape " << name << "=...";
    return function.emitError() << "input '" << name << "' has shape " << toString(type.getShape())
                                << "; fix its dynamic dimensions with --shape " << name << "=... or --dim NAME=VALUE";
  }
  return success();
}

LogicalResult inferNode(Operation *op, int64_t foldLimit) {
  llvm::Error inference = inferTypes(op);
  // Unknown to the inference functions, perhaps, but a value tells its own type.
  llvm::Expected<bool> folded = foldNode(op, foldLimit);
  if (!folded) {
    llvm::consumeError(std::move(inference));
    return op->emitError(llvm::toString(folded.takeError()));
  }
  if (*folded) {
    llvm::consumeError(std::move(inference));
    return success();
  }
  if (inference)
    return op->emitError(llvm::toString(std::move(inference)));
  for (Value result : op->getResults())
    if (!staticType(result) && !isa<NoneType>(result.getType()) && !result.use_empty())
      return op->emitError() << describeNode(op) << " has a result of type " << result.getType()
                             << ", whose shape depends on values that are known at run time only; where that is an "
                                "input's shape, give it with --shape NAME=... or --dim NAME=VALUE";
  return success();
}

/// With constants only the node becomes its value, whatever its operator.
bool willFold(Operation *op) { return llvm::all_of(op->getOperands(), isConstant); }

struct InferShapes : public tarn::impl::InferShapesBase<InferShapes> {
  using InferShapesBase::InferShapesBase;
  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (function.isExternal() || failed(checkArguments(function)))
      return function.isExternal() ? void() : signalPassFailure();
    Operation *next = nullptr;
    for (Operation *op = &function.getBody().front().front(); op; op = next) {
      next = op->getNextNode();
      StringRef type = opType(op);
      if (type.empty() || type == "Constant" || type == "NoValue")
        continue;
      llvm::Expected<Operation *> expanded = willFold(op) ? nullptr : expandFunction(op);
      if (!expanded) {
        op->emitError(llvm::toString(expanded.takeError()));
        return signalPassFailure();
      }
      if (*expanded)
        next = *expanded;
      else if (failed(inferNode(op, foldLimit)))
        return signalPassFailure();
    }
    eraseDeadNodes(function);
    Operation *terminator = function.getBody().front().getTerminator();
    function.setType(FunctionType::get(&getContext(), function.getArgumentTypes(), terminator->getOperandTypes()));
  }
};

} // namespace
} // namespace tarn::graph
