// Operators that move elements: reshapes are free, slices and concatenations are slices of tensors,
// transpositions and repetitions are parallel ops with another map.
#include "Lowering.h"

using namespace mlir;
namespace tarn::tensor {
namespace {

LogicalResult reshape(Lowering &l) { return l.done(l.t.reshape(l.input(0), l.resultShape())); }

LogicalResult transpose(Lowering &l) {
  Integers permutation = l.integers("perm");
  if (permutation.empty())
    for (int64_t i = shapeOf(l.input(0)).size() - 1; i >= 0; --i)
      permutation.push_back(i);
  Integers sorted = permutation;
  llvm::sort(sorted);
  if (sorted != range(0, shapeOf(l.input(0)).size()))
    return l.error() << "has a 'perm' that is no order of the " << shapeOf(l.input(0)).size() << " dimensions";
  return l.done(l.t.transpose(l.input(0), permutation));
}

LogicalResult concat(Lowering &l) {
  SmallVector<Value> parts;
  int64_t axis = l.axis(l.integer("axis", 0), l.resultShape().size());
  for (Value input : l.inputs())
    if (shapeOf(input)[axis] > 0)
      parts.push_back(input);
  return l.done(l.t.concat(parts, axis));
}

LogicalResult split(Lowering &l) {
  Value x = l.input(0);
  Integers offsets(shapeOf(x).size(), 0), ones(shapeOf(x).size(), 1);
  int64_t axis = l.axis(l.integer("axis", 0), shapeOf(x).size());
  for (unsigned i = 0; i < l.results.size(); ++i) {
    Integers sizes = l.resultShape(i);
    if (!l.op->getResult(i).use_empty())
      l.results[i] = l.t.slice(x, offsets, sizes, ones);
    offsets[axis] += sizes[axis];
  }
  return success();
}

LogicalResult slice(Lowering &l) {
  Value x = l.input(0);
  int64_t rank = shapeOf(x).size();
  FailureOr<Integers> starts = l.constantInput(1, "starts"), ends = l.constantInput(2, "ends"),
                      axes = l.constantInput(3, "axes"), steps = l.constantInput(4, "steps");
  if (failed(starts) || failed(ends) || failed(axes) || failed(steps))
    return failure();
  Integers offsets(rank, 0), strides(rank, 1), sizes = l.resultShape();
  for (size_t i = 0; i < starts->size(); ++i) {
    if ((!axes->empty() && i >= axes->size()) || (!steps->empty() && (i >= steps->size() || (*steps)[i] == 0)))
      return l.error() << "needs one axis and one step other than 0 for each of its " << starts->size() << " starts";
    int64_t axis = axes->empty() ? i : l.axis((*axes)[i], rank), size = shapeOf(x)[axis];
    int64_t step = steps->empty() ? 1 : (*steps)[i], start = l.fromEnd((*starts)[i], size);
    strides[axis] = step;
    offsets[axis] = std::clamp<int64_t>(start, 0, step < 0 ? size - 1 : size);
  }
  if (llvm::all_of(strides, [](int64_t step) { return step > 0; }))
    return l.done(l.t.slice(x, offsets, sizes, strides));
  // Backwards along some axes: a map with negative factors.
  SmallVector<AffineExpr> results;
  for (int64_t d = 0; d < rank; ++d)
    results.push_back(l.t.dim(d) * strides[d] + offsets[d]);
  return l.done(
      l.t.parallel({x}, {l.t.map(rank, results)}, sizes, elementOf(x), [](ArrayRef<Scalar> s) { return s[0]; }));
}

LogicalResult expand(Lowering &l) {
  Value x = l.input(0);
  if (llvm::equal(shapeOf(x), l.resultShape()))
    return l.done(x);
  return l.done(l.elementwise({x}, [](ArrayRef<Scalar> s) { return s[0]; }));
}

/// [d…] repeated r times along each dimension: a broadcast to [r, d]… with both merged.
Value repeat(TensorBuilder &t, Value x, ArrayRef<int64_t> repeats) {
  Integers shape, merged;
  SmallVector<AffineExpr> results;
  for (auto [i, size] : llvm::enumerate(shapeOf(x))) {
    if (repeats[i] > 1)
      shape.push_back(repeats[i]);
    results.push_back(t.dim(shape.size()));
    shape.push_back(size);
    merged.push_back(repeats[i] * size);
  }
  if (merged == Integers(shapeOf(x)))
    return x;
  Value spread =
      t.parallel({x}, {t.map(shape.size(), results)}, shape, elementOf(x), [](ArrayRef<Scalar> s) { return s[0]; });
  return t.reshape(spread, merged);
}

LogicalResult tile(Lowering &l) {
  FailureOr<Integers> repeats = l.constantInput(1, "repeats");
  if (failed(repeats))
    return failure();
  return l.done(repeat(l.t, l.input(0), *repeats));
}

/// The elements of an axis at constant places: runs of neighbours become one slice each.
LogicalResult gather(Lowering &l) {
  Value x = l.input(0);
  FailureOr<Integers> indices = l.constantInput(1, "indices");
  if (failed(indices))
    return failure();
  Integers shape(shapeOf(x));
  int64_t axis = l.axis(l.integer("axis", 0), shape.size());
  SmallVector<Value> parts;
  for (size_t i = 0; i < indices->size();) {
    int64_t first = l.fromEnd((*indices)[i], shape[axis]);
    size_t end = i + 1;
    while (end < indices->size() && l.fromEnd((*indices)[end], shape[axis]) == first + static_cast<int64_t>(end - i))
      ++end;
    if (first < 0 || first + static_cast<int64_t>(end - i) > shape[axis])
      return l.error() << "has index " << (*indices)[i] << " for an axis of size " << shape[axis];
    Integers offsets(shape.size(), 0), sizes = shape, ones(shape.size(), 1);
    offsets[axis] = first;
    sizes[axis] = end - i;
    parts.push_back(l.t.slice(x, offsets, sizes, ones));
    i = end;
  }
  return l.done(l.t.reshape(l.t.concat(parts, axis), l.resultShape()));
}

LogicalResult depthToSpace(Lowering &l) {
  Value x = l.input(0);
  ArrayRef<int64_t> s = shapeOf(x);
  int64_t block = l.integer("blocksize", 1), channels = s[1] / (block * block);
  if (l.text("mode", "DCR") == "CRD") {
    Value split = l.t.reshape(x, {s[0], channels, block, block, s[2], s[3]});
    return l.done(l.t.reshape(l.t.transpose(split, {0, 1, 4, 2, 5, 3}), l.resultShape()));
  }
  Value split = l.t.reshape(x, {s[0], block, block, channels, s[2], s[3]});
  return l.done(l.t.reshape(l.t.transpose(split, {0, 3, 4, 1, 5, 2}), l.resultShape()));
}

LogicalResult spaceToDepth(Lowering &l) {
  Value x = l.input(0);
  ArrayRef<int64_t> s = shapeOf(x);
  int64_t block = l.integer("blocksize", 1);
  Value split = l.t.reshape(x, {s[0], s[1], s[2] / block, block, s[3] / block, block});
  return l.done(l.t.reshape(l.t.transpose(split, {0, 3, 5, 1, 2, 4}), l.resultShape()));
}
} // namespace

void addMovement(LoweringTable &table) {
  table["Reshape"] = table["Flatten"] = table["Squeeze"] = table["Unsqueeze"] = reshape;
  table["Transpose"] = transpose;
  table["Concat"] = concat;
  table["Split"] = split;
  table["Slice"] = slice;
  table["Expand"] = expand;
  table["Tile"] = tile;
  table["Gather"] = gather;
  table["DepthToSpace"] = depthToSpace;
  table["SpaceToDepth"] = spaceToDepth;
}
} // namespace tarn::tensor
