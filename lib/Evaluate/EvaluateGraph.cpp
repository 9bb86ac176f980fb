// A whole function, op by op in its order. A value is dropped when its last reader has run, so that the peak
// of memory is that of the graph's liveness, not of the sum of all activations.
#include "tarn/Evaluate/Evaluate.h"
#include "tarn/Support/AtomicFile.h"

using namespace mlir;

namespace tarn {
namespace {

llvm::Error checkInput(func::FuncOp function, unsigned index, const HostTensor &tensor) {
  auto nameAttr = function.getArgAttrOfType<StringAttr>(index, "onnx.name");
  std::string name = nameAttr ? nameAttr.str() : std::to_string(index);
  auto type = dyn_cast<RankedTensorType>(function.getArgument(index).getType());
  if (!type)
    return llvm::Error::success();
  std::optional<DType> dtype = toDType(type.getElementType());
  if (dtype != tensor.type())
    return makeError("input '{0}' has elements of type {1}, the model wants {2}", name, tarn::name(tensor.type()),
                     dtype ? tarn::name(*dtype) : "an unsupported type");
  bool fits = type.getRank() == tensor.rank();
  for (int64_t i = 0; fits && i < tensor.rank(); ++i)
    fits = type.isDynamicDim(i) || type.getDimSize(i) == tensor.shape()[i];
  if (!fits)
    return makeError("input '{0}' has shape {1}, the model wants {2}", name, toString(tensor.shape()),
                     toString(type.getShape()));
  return llvm::Error::success();
}

/// Whether the host has memory for what an op gives, as far as its types say.
llvm::Error checkMemory(Operation *op) {
  for (Value result : op->getResults()) {
    auto type = dyn_cast<RankedTensorType>(result.getType());
    std::optional<DType> dtype = type ? toDType(type.getElementType()) : std::nullopt;
    if (dtype && type.hasStaticShape())
      if (llvm::Error error = HostTensor::checkMemory(describeNode(op) + ": its result", *dtype, type.getShape()))
        return error;
  }
  return llvm::Error::success();
}

} // namespace

llvm::Expected<std::vector<HostTensor>> evaluateGraph(func::FuncOp function, llvm::ArrayRef<HostTensor> inputs) {
  if (function.isExternal() || !function.getBody().hasOneBlock())
    return makeError("function '{0}' has no body of one block", function.getSymName());
  Block &body = function.getBody().front();
  if (inputs.size() != body.getNumArguments())
    return makeError("{0} inputs are given, the model has {1}", inputs.size(), body.getNumArguments());

  struct Entry {
    HostTensor tensor;
    unsigned usesLeft;
  };
  llvm::DenseMap<Value, Entry> values;
  auto usesOf = [](Value value) -> unsigned { return std::distance(value.use_begin(), value.use_end()); };
  for (auto [index, tensor] : llvm::enumerate(inputs)) {
    if (llvm::Error error = checkInput(function, index, tensor))
      return std::move(error);
    Value argument = body.getArgument(index);
    if (unsigned uses = usesOf(argument))
      values.try_emplace(argument, Entry{tensor.aligned(), uses});
  }

  for (Operation &op : body.without_terminator()) {
    llvm::SmallVector<const HostTensor *> operands;
    for (Value operand : op.getOperands()) {
      auto found = values.find(operand);
      if (found == values.end() && !isa<NoneType>(operand.getType()))
        return makeError("{0}: an operand has no value", describeNode(&op));
      operands.push_back(found == values.end() ? nullptr : &found->second.tensor);
    }
    if (op.getNumResults() && llvm::all_of(op.getResultTypes(), llvm::IsaPred<NoneType>))
      continue;
    if (llvm::Error error = checkMemory(&op))
      return std::move(error);
    llvm::Expected<std::vector<HostTensor>> results = evaluateOp(&op, operands);
    if (!results)
      return results.takeError();
    for (Value operand : op.getOperands())
      if (auto found = values.find(operand); found != values.end() && --found->second.usesLeft == 0)
        values.erase(found);
    for (auto [value, tensor] : llvm::zip(op.getResults(), *results))
      if (unsigned uses = usesOf(value))
        values.try_emplace(value, Entry{std::move(tensor), uses});
  }

  std::vector<HostTensor> outputs;
  for (Value value : body.getTerminator()->getOperands()) {
    auto found = values.find(value);
    if (found == values.end())
      return makeError("an output of function '{0}' has no value", function.getSymName());
    outputs.push_back(found->second.tensor);
  }
  return outputs;
}

} // namespace tarn
