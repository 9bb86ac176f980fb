// Operators that move nothing or move everything: all spellings of a reshape become Reshape with a constant
// shape, repetition becomes Expand between two reshapes, DepthToSpace becomes a Transpose between two.
#include "Canonicalize.h"

using namespace mlir;

namespace tarn::graph {
namespace {

LogicalResult forwardOperand(Operation *op, NodeBuilder &builder) {
  builder.replace(op, op->getOperand(0));
  return success();
}

LogicalResult rewriteDropout(Operation *op, NodeBuilder &builder) {
  if (Value training = input(op, 2); training && constantScalar(training) != 0.0)
    return failure();
  SmallVector<Value> results = {op->getOperand(0)};
  if (op->getNumResults() > 1) { // the mask: all elements are kept
    HostTensor mask(DType::boolean, {});
    mask.setInt(0, 1);
    results.push_back(builder.expand(builder.constant(mask), shapeOf(op->getOperand(0))));
  }
  builder.replace(op, results);
  return success();
}

LogicalResult becomeReshape(Operation *op, NodeBuilder &builder) {
  builder.replace(op, builder.reshape(op->getOperand(0), shapeOf(op->getResult(0))));
  return success();
}

LogicalResult rewriteReshape(Operation *op, NodeBuilder &builder) {
  Value operand = op->getOperand(0);
  ArrayRef<int64_t> shape = shapeOf(op->getResult(0));
  Operation *before = definingNode(operand, "Reshape");
  std::optional<SmallVector<int64_t>> given = constantInts(op->getOperand(1));
  if (!before && given && ArrayRef<int64_t>(*given) == shape && shapeOf(operand) != shape)
    return failure();
  builder.replace(op, builder.reshape(before ? before->getOperand(0) : operand, shape));
  return success();
}

LogicalResult rewriteTranspose(Operation *op, NodeBuilder &builder) {
  Value operand = op->getOperand(0);
  ArrayRef<int64_t> shape = shapeOf(operand);
  SmallVector<int64_t> permutation = intsAttr(op, "perm");
  bool explicitPermutation = permutation.size() == shape.size();
  if (!explicitPermutation)
    permutation = llvm::to_vector(llvm::reverse(llvm::seq<int64_t>(0, shape.size())));
  // Two in a row are one.
  if (Operation *before = definingNode(operand, "Transpose")) {
    SmallVector<int64_t> first = intsAttr(before, "perm");
    if (first.size() == shape.size()) {
      for (int64_t &dim : permutation)
        dim = first[dim];
      builder.replace(op, builder.transpose(before->getOperand(0), permutation));
      return success();
    }
  }
  // Where only dimensions of size 1 move, the elements stay where they are.
  SmallVector<int64_t> moved;
  for (int64_t dim : permutation)
    if (shape[dim] != 1)
      moved.push_back(dim);
  if (llvm::is_sorted(moved)) {
    builder.replace(op, builder.reshape(operand, shapeOf(op->getResult(0))));
    return success();
  }
  if (explicitPermutation)
    return failure();
  builder.replace(op, builder.transpose(operand, permutation));
  return success();
}

LogicalResult rewriteExpand(Operation *op, NodeBuilder &builder) {
  Value operand = op->getOperand(0);
  ArrayRef<int64_t> shape = shapeOf(op->getResult(0));
  std::optional<SmallVector<int64_t>> given = constantInts(op->getOperand(1));
  if (given && ArrayRef<int64_t>(*given) == shape && shapeOf(operand) != shape)
    return failure();
  builder.replace(op, builder.expand(operand, shape));
  return success();
}

// [.., d, ..] repeated r times along a dimension: [.., 1, d, ..] expanded to [.., r, d, ..] and reshaped.
LogicalResult rewriteTile(Operation *op, NodeBuilder &builder) {
  Value operand = op->getOperand(0);
  ArrayRef<int64_t> shape = shapeOf(operand), result = shapeOf(op->getResult(0));
  if (llvm::is_contained(shape, 0))
    return failure();
  SmallVector<int64_t> split, repeated;
  for (auto [from, to] : llvm::zip(shape, result)) {
    if (from != to && from != 1) {
      split.push_back(1);
      repeated.push_back(to / from);
    }
    split.push_back(from);
    repeated.push_back(from == 1 ? to : from);
  }
  Value value = builder.expand(builder.reshape(operand, split), repeated);
  builder.replace(op, builder.reshape(value, result));
  return success();
}

// mode DCR: the block's row and column are the outer part of the channel, mode CRD: the inner part.
LogicalResult rewriteDepthToSpace(Operation *op, NodeBuilder &builder) {
  Value operand = op->getOperand(0);
  ArrayRef<int64_t> shape = shapeOf(operand);
  int64_t block = intAttr(op, "blocksize", 0);
  if (shape.size() != 4 || block < 1 || shape[1] % (block * block))
    return failure();
  int64_t channels = shape[1] / (block * block);
  Value value;
  if (stringAttr(op, "mode", "DCR") == "DCR") {
    value = builder.reshape(operand, {shape[0], block, block, channels, shape[2], shape[3]});
    value = builder.transpose(value, {0, 3, 4, 1, 5, 2});
  } else {
    value = builder.reshape(operand, {shape[0], channels, block, block, shape[2], shape[3]});
    value = builder.transpose(value, {0, 1, 4, 2, 5, 3});
  }
  builder.replace(op, builder.reshape(value, shapeOf(op->getResult(0))));
  return success();
}

LogicalResult rewriteSpaceToDepth(Operation *op, NodeBuilder &builder) {
  Value operand = op->getOperand(0);
  ArrayRef<int64_t> shape = shapeOf(operand);
  int64_t block = intAttr(op, "blocksize", 0);
  if (shape.size() != 4 || block < 1 || shape[2] % block || shape[3] % block)
    return failure();
  Value value = builder.reshape(operand, {shape[0], shape[1], shape[2] / block, block, shape[3] / block, block});
  bool blockOuter = stringAttr(op, "mode", "DCR") == "DCR";
  SmallVector<int64_t> permutation =
      blockOuter ? SmallVector<int64_t>{0, 3, 5, 1, 2, 4} : SmallVector<int64_t>{0, 1, 3, 5, 2, 4};
  builder.replace(op, builder.reshape(builder.transpose(value, permutation), shapeOf(op->getResult(0))));
  return success();
}

LogicalResult rewriteCast(Operation *op, NodeBuilder &builder) {
  if (op->getOperand(0).getType() != op->getResult(0).getType())
    return failure();
  return forwardOperand(op, builder);
}

LogicalResult rewriteCastLike(Operation *op, NodeBuilder &builder) {
  Type element = elementType(op->getResult(0));
  if (!toDType(element))
    return failure();
  builder.replace(op, builder.cast(op->getOperand(0), element));
  return success();
}

// Operands without elements add nothing.
LogicalResult rewriteConcat(Operation *op, NodeBuilder &builder) {
  int64_t rank = shapeOf(op->getResult(0)).size(), axis = intAttr(op, "axis", 0);
  SmallVector<Value> filled;
  for (Value operand : op->getOperands())
    if (staticType(operand).getNumElements() != 0)
      filled.push_back(operand);
  if (filled.empty())
    return failure();
  if (filled.size() == 1) {
    builder.replace(op, filled.front());
    return success();
  }
  if (filled.size() == op->getNumOperands() && axis >= 0)
    return failure();
  builder.replace(op, builder.concat(filled, normalizedAxis(axis, rank)));
  return success();
}

} // namespace

void populateReshapeRewrites(RewritePatternSet &patterns) {
  addRewrite(patterns, "Identity", forwardOperand);
  addRewrite(patterns, "Dropout", rewriteDropout);
  for (StringRef type : {"Flatten", "Squeeze", "Unsqueeze"})
    addRewrite(patterns, type, becomeReshape);
  addRewrite(patterns, "Reshape", rewriteReshape);
  addRewrite(patterns, "Transpose", rewriteTranspose);
  addRewrite(patterns, "Expand", rewriteExpand);
  addRewrite(patterns, "Tile", rewriteTile);
  addRewrite(patterns, "DepthToSpace", rewriteDepthToSpace);
  addRewrite(patterns, "SpaceToDepth", rewriteSpaceToDepth);
  addRewrite(patterns, "Cast", rewriteCast);
  addRewrite(patterns, "CastLike", rewriteCastLike);
  addRewrite(patterns, "Concat", rewriteConcat);
}

} // namespace tarn::graph
