// Reading and making nodes of the `onnx` dialect by ONNX's names, for the passes of this stage.
//
// Nodes are looked at generically: operand i is ONNX's input i, attributes carry ONNX's names, an attribute
// at its default may be absent. What is made here has static types, so the makers compute result types
// themselves.
#pragma once
#include "mlir/IR/PatternMatch.h"
#include "tarn/Evaluate/Evaluate.h"
#include <optional>

namespace tarn::graph {

/// "Conv" for `onnx.Conv`, empty for an op of another dialect.
llvm::StringRef opType(mlir::Operation *op);
bool isNode(mlir::Value value, llvm::StringRef type);
/// The node of that type that makes `value`, or null.
mlir::Operation *definingNode(mlir::Value value, llvm::StringRef type);

/// Input i, null where it is left out.
mlir::Value input(mlir::Operation *op, unsigned index);

int64_t intAttr(mlir::Operation *op, llvm::StringRef name, int64_t absent);
double floatAttr(mlir::Operation *op, llvm::StringRef name, double absent);
std::string stringAttr(mlir::Operation *op, llvm::StringRef name, llvm::StringRef absent);
/// Empty where the attribute is absent.
llvm::SmallVector<int64_t> intsAttr(mlir::Operation *op, llvm::StringRef name);

bool isConstant(mlir::Value value);
/// The value of a constant; nothing for other values and for element types that the host does not hold.
std::optional<HostTensor> constantOf(mlir::Value value);
std::optional<llvm::SmallVector<int64_t>> constantInts(mlir::Value value);
/// The one number of a constant all of whose elements are equal.
std::optional<double> constantScalar(mlir::Value value);

/// The static shape's dimensions, empty type for values without one.
mlir::RankedTensorType staticType(mlir::Value value);
llvm::ArrayRef<int64_t> shapeOf(mlir::Value value);
mlir::Type elementType(mlir::Value value);
/// numpy's broadcast; nothing where the shapes do not fit.
std::optional<Shape> broadcastShapes(llvm::ArrayRef<int64_t> left, llvm::ArrayRef<int64_t> right);
int64_t normalizedAxis(int64_t axis, int64_t rank);

/// Removes nodes that nobody reads, last first.
void eraseDeadNodes(mlir::func::FuncOp function);

/// Makes nodes at one place, all with the location of the node they stand for.
class NodeBuilder {
public:
  NodeBuilder(mlir::RewriterBase &rewriter, mlir::Operation *before) : rewriter(rewriter), location(before->getLoc()) {
    rewriter.setInsertionPoint(before);
  }
  mlir::MLIRContext *context() const { return rewriter.getContext(); }
  mlir::NamedAttribute attr(llvm::StringRef name, int64_t value);
  mlir::NamedAttribute attr(llvm::StringRef name, double value);
  mlir::NamedAttribute attr(llvm::StringRef name, llvm::ArrayRef<int64_t> values);
  mlir::NamedAttribute attr(llvm::StringRef name, llvm::StringRef value);

  mlir::Operation *node(llvm::StringRef type, mlir::TypeRange results, mlir::ValueRange operands,
                        llvm::ArrayRef<mlir::NamedAttribute> attributes = {});
  mlir::Value constant(const HostTensor &tensor);
  mlir::Value ints(llvm::ArrayRef<int64_t> values);
  /// A scalar of `like`'s element type.
  mlir::Value scalarLike(mlir::Value like, double value);
  mlir::Value absent();

  /// Same type as the operand.
  mlir::Value unary(llvm::StringRef type, mlir::Value operand, llvm::ArrayRef<mlir::NamedAttribute> attributes = {});
  /// Broadcast type with the left operand's elements.
  mlir::Value binary(llvm::StringRef type, mlir::Value left, mlir::Value right);
  /// Broadcast type of booleans.
  mlir::Value compare(llvm::StringRef type, mlir::Value left, mlir::Value right);
  mlir::Value reshape(mlir::Value value, llvm::ArrayRef<int64_t> shape);
  mlir::Value transpose(mlir::Value value, llvm::ArrayRef<int64_t> permutation);
  mlir::Value expand(mlir::Value value, llvm::ArrayRef<int64_t> shape);
  mlir::Value slice(mlir::Value value, llvm::ArrayRef<int64_t> starts, llvm::ArrayRef<int64_t> ends,
                    llvm::ArrayRef<int64_t> axes, llvm::ArrayRef<int64_t> steps);
  mlir::Value concat(mlir::ValueRange values, int64_t axis);
  mlir::Value reduce(llvm::StringRef type, mlir::Value value, llvm::ArrayRef<int64_t> axes, bool keepdims);
  mlir::Value matmul(mlir::Value left, mlir::Value right);
  mlir::Value cast(mlir::Value value, mlir::Type element);

  void replace(mlir::Operation *op, mlir::ValueRange values) { rewriter.replaceOp(op, values); }
  /// Changes attributes or operands in place.
  template <typename F> void modify(mlir::Operation *op, F change) { rewriter.modifyOpInPlace(op, change); }
  mlir::RewriterBase &rewriter;

private:
  mlir::Location location;
};

/// A rewrite of one operator: `failure()` where it does not apply.
using Rewrite = llvm::LogicalResult (*)(mlir::Operation *op, NodeBuilder &builder);
void addRewrite(mlir::RewritePatternSet &patterns, llvm::StringRef type, Rewrite rewrite, unsigned benefit = 1);
/// Applies the patterns to the function until nothing changes, then removes unused nodes.
llvm::LogicalResult applyRewrites(mlir::func::FuncOp function, mlir::RewritePatternSet &&patterns);

} // namespace tarn::graph
