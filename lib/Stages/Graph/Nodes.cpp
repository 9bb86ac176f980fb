// See Nodes.h: reading nodes, and the driver of rewrites. The makers lie in NodeBuilder.cpp.
#include "Nodes.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

using namespace mlir;

namespace tarn::graph {
namespace {

struct NodePattern : RewritePattern {
  NodePattern(StringRef name, Rewrite rewrite, unsigned benefit, MLIRContext *context)
      : RewritePattern(name, benefit, context), rewrite(rewrite) {}
  LogicalResult matchAndRewrite(Operation *op, PatternRewriter &rewriter) const override {
    // Rewrites read shapes without asking.
    auto isKnown = [](Value value) { return staticType(value) || isa<NoneType>(value.getType()); };
    if (!llvm::all_of(op->getOperands(), isKnown) || !llvm::all_of(op->getResults(), isKnown))
      return failure();
    NodeBuilder builder(rewriter, op);
    return rewrite(op, builder);
  }
  Rewrite rewrite;
};

} // namespace

StringRef opType(Operation *op) {
  return op->getName().getDialectNamespace() == "onnx" ? op->getName().stripDialect() : StringRef();
}

Operation *definingNode(Value value, StringRef type) {
  Operation *op = value ? value.getDefiningOp() : nullptr;
  return op && opType(op) == type ? op : nullptr;
}

bool isNode(Value value, StringRef type) { return definingNode(value, type); }

Value input(Operation *op, unsigned index) {
  if (index >= op->getNumOperands() || isa<NoneType>(op->getOperand(index).getType()))
    return nullptr;
  return op->getOperand(index);
}

int64_t intAttr(Operation *op, StringRef name, int64_t absent) {
  auto attribute = op->getAttrOfType<IntegerAttr>(name);
  return attribute ? attribute.getInt() : absent;
}

double floatAttr(Operation *op, StringRef name, double absent) {
  auto attribute = op->getAttrOfType<FloatAttr>(name);
  return attribute ? attribute.getValueAsDouble() : absent;
}

std::string stringAttr(Operation *op, StringRef name, StringRef absent) {
  auto attribute = op->getAttrOfType<StringAttr>(name);
  return (attribute ? attribute.getValue() : absent).str();
}

SmallVector<int64_t> intsAttr(Operation *op, StringRef name) {
  auto attribute = op->getAttrOfType<DenseI64ArrayAttr>(name);
  return attribute ? SmallVector<int64_t>(attribute.asArrayRef()) : SmallVector<int64_t>();
}

bool isConstant(Value value) { return isNode(value, "Constant"); }

std::optional<HostTensor> constantOf(Value value) {
  Operation *op = definingNode(value, "Constant");
  auto attribute = op ? op->getAttrOfType<ElementsAttr>("value") : ElementsAttr();
  if (!attribute)
    return std::nullopt;
  llvm::Expected<HostTensor> tensor = toHostTensor(attribute);
  if (!tensor) {
    llvm::consumeError(tensor.takeError());
    return std::nullopt;
  }
  return tensor->aligned();
}

std::optional<SmallVector<int64_t>> constantInts(Value value) {
  std::optional<HostTensor> tensor = constantOf(value);
  if (!tensor || isFloat(tensor->type()))
    return std::nullopt;
  SmallVector<int64_t> result;
  for (int64_t i = 0, e = tensor->size(); i < e; ++i)
    result.push_back(tensor->getInt(i));
  return result;
}

std::optional<double> constantScalar(Value value) {
  std::optional<HostTensor> tensor = constantOf(value);
  if (!tensor || tensor->size() == 0)
    return std::nullopt;
  double first = tensor->getDouble(0);
  for (int64_t i = 1, e = tensor->size(); i < e; ++i)
    if (tensor->getDouble(i) != first)
      return std::nullopt;
  return first;
}

RankedTensorType staticType(Value value) {
  auto type = value ? dyn_cast<RankedTensorType>(value.getType()) : RankedTensorType();
  return type && type.hasStaticShape() ? type : RankedTensorType();
}

ArrayRef<int64_t> shapeOf(Value value) { return cast<RankedTensorType>(value.getType()).getShape(); }

Type elementType(Value value) { return cast<TensorType>(value.getType()).getElementType(); }

std::optional<Shape> broadcastShapes(ArrayRef<int64_t> left, ArrayRef<int64_t> right) {
  Shape result(std::max(left.size(), right.size()), 1);
  for (size_t i = 0; i < result.size(); ++i) {
    int64_t a = i < left.size() ? left[left.size() - 1 - i] : 1;
    int64_t b = i < right.size() ? right[right.size() - 1 - i] : 1;
    if (a != b && a != 1 && b != 1)
      return std::nullopt;
    result[result.size() - 1 - i] = a == 1 ? b : a;
  }
  return result;
}

int64_t normalizedAxis(int64_t axis, int64_t rank) { return axis < 0 ? axis + rank : axis; }

void eraseDeadNodes(func::FuncOp function) {
  for (Block &block : function.getBody())
    for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block)))
      if (!opType(&op).empty() && op.use_empty())
        op.erase();
}

void addRewrite(RewritePatternSet &patterns, StringRef type, Rewrite rewrite, unsigned benefit) {
  patterns.add(std::make_unique<NodePattern>(("onnx." + type).str(), rewrite, benefit, patterns.getContext()));
}

LogicalResult applyRewrites(func::FuncOp function, RewritePatternSet &&patterns) {
  GreedyRewriteConfig config;
  config.enableFolding(false).enableConstantCSE(false).setUseTopDownTraversal(true);
  if (failed(applyPatternsGreedily(function, std::move(patterns), config)))
    return function.emitError("the rewrites of the graph do not come to an end");
  eraseDeadNodes(function);
  return success();
}

} // namespace tarn::graph
