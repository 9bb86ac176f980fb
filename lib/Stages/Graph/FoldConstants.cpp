// Evaluates nodes of constants through Reference, so that folding and the oracle cannot disagree.
#include "Folding.h"
#include "tarn/Dialect/ONNX/OnnxDialect.h"
#include "tarn/Stages/Graph/Passes.h"

namespace tarn {
#define GEN_PASS_DEF_FOLDCONSTANTS
#include "tarn/Stages/Graph/Passes.h.inc"
} // namespace tarn

using namespace mlir;

namespace tarn::graph {
namespace {

// Shape (with its bounds `start` and `end`) and Size need only the type of the operand.
std::optional<HostTensor> valueFromType(Operation *op) {
  StringRef type = opType(op);
  if (type != "Shape" && type != "Size")
    return std::nullopt;
  RankedTensorType operand = staticType(input(op, 0));
  if (!operand)
    return std::nullopt;
  if (type == "Size")
    return HostTensor::of<int64_t>(DType::int64, {}, {operand.getNumElements()});
  int64_t rank = operand.getRank();
  auto bound = [&](StringRef name, int64_t absent) {
    return std::clamp<int64_t>(normalizedAxis(intAttr(op, name, absent), rank), 0, rank);
  };
  int64_t start = bound("start", 0), end = std::max(start, bound("end", rank));
  ArrayRef<int64_t> dims = operand.getShape().slice(start, end - start);
  return HostTensor::of<int64_t>(DType::int64, {end - start}, dims);
}

// What a random generator gives is not a constant.
bool isDeterministic(StringRef type) {
  return !type.starts_with("Random") && type != "Bernoulli" && type != "Multinomial";
}

bool resultsAreWithin(Operation *op, int64_t limit) {
  for (Type type : op->getResultTypes()) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    if (!tensor || !tensor.hasStaticShape())
      continue; // not known beforehand: checked after the evaluation
    std::optional<DType> dtype = toDType(tensor.getElementType());
    if (!dtype || tensor.getNumElements() * static_cast<int64_t>(sizeInBytes(*dtype)) > limit)
      return false;
  }
  return true;
}

void replaceByConstants(Operation *op, ArrayRef<HostTensor> values) {
  IRRewriter rewriter(op->getContext());
  NodeBuilder builder(rewriter, op);
  SmallVector<Value> constants;
  for (const HostTensor &value : values.take_front(op->getNumResults()))
    constants.push_back(builder.constant(value));
  builder.replace(op, constants);
}

} // namespace

llvm::Expected<bool> foldNode(Operation *op, int64_t limit) {
  if (std::optional<HostTensor> value = valueFromType(op)) {
    replaceByConstants(op, *value);
    return true;
  }
  StringRef type = opType(op);
  if (type.empty() || type == "Constant" || op->getNumOperands() == 0 || op->getNumResults() == 0 ||
      op->getNumRegions() || !isDeterministic(type) || !isEvaluable(type) || !resultsAreWithin(op, limit))
    return false;

  SmallVector<std::optional<HostTensor>> operands;
  for (Value operand : op->getOperands()) {
    operands.push_back(constantOf(operand));
    if (!operands.back() && !isa<NoneType>(operand.getType()))
      return false;
  }
  SmallVector<const HostTensor *> inputs;
  for (std::optional<HostTensor> &operand : operands)
    inputs.push_back(operand ? &*operand : nullptr);
  llvm::Expected<std::vector<HostTensor>> results = evaluateOp(op, inputs);
  if (!results)
    return results.takeError();
  for (auto [result, value] : llvm::zip(*results, op->getResults())) {
    auto type = dyn_cast<TensorType>(value.getType());
    bool sameElements = type && (isa<onnx::UnknownType>(type.getElementType()) ||
                                 type.getElementType() == toElementType(op->getContext(), result.type()));
    if (result.sizeInBytes() > limit || !sameElements) // 4-bit integers are wider on the host
      return false;
  }
  replaceByConstants(op, *results);
  return true;
}

namespace {

struct FoldConstants : public tarn::impl::FoldConstantsBase<FoldConstants> {
  using FoldConstantsBase::FoldConstantsBase;
  void runOnOperation() override {
    for (Block &block : getOperation().getBody())
      for (Operation &op : llvm::make_early_inc_range(block)) {
        llvm::Expected<bool> folded = foldNode(&op, foldLimit);
        if (!folded) {
          op.emitError(llvm::toString(folded.takeError()));
          return signalPassFailure();
        }
      }
    eraseDeadNodes(getOperation());
  }
};

} // namespace
} // namespace tarn::graph
