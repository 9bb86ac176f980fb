// Padded values and values that slices are inserted into: a tile that is filled, then written part by part.
#include "Canonical.h"
#include "KernelLowering.h"

using namespace mlir;
using namespace tarn::nisa;
namespace tarn::tile {

// The part of a padded or assembled value that lies in its source, as a part of the space.
static bool intersect(const Access &access, ArrayRef<int64_t> space, ArrayRef<int64_t> low, ArrayRef<int64_t> strides,
                      ArrayRef<int64_t> sizes, Shape &offsets, Shape &extents, Shape &sourceOffsets) {
  offsets.assign(space.size(), 0);
  extents.assign(space.begin(), space.end());
  sourceOffsets.clear();
  for (auto [i, coord] : llvm::enumerate(access.coords)) {
    std::optional<unsigned> dim = coord.onlyDim();
    int64_t begin = coord.offset, end = coord.offset + (dim ? space[*dim] : 1);
    int64_t first = std::max<int64_t>(ceilDiv(std::max<int64_t>(begin - low[i], 0), strides[i]), 0);
    int64_t last = end - 1 - low[i] < 0 ? -1 : std::min(sizes[i] - 1, (end - 1 - low[i]) / strides[i]);
    if (first > last)
      return false;
    sourceOffsets.push_back(first);
    if (dim) {
      offsets[*dim] = low[i] + first * strides[i] - begin;
      extents[*dim] = last - first + 1;
    }
  }
  return true;
}

FailureOr<Ref> KernelLowering::getPad(tensor::PadOp pad, const Access &access, ShapeRef space) {
  Value number = pad.getConstantPaddingValue();
  std::optional<double> filling = number ? getNumber(number) : std::nullopt;
  if (!filling)
    return pad.emitOpError("pads with something that is not a constant");
  std::optional<Canonical> canonical = canonicalize(access, space);
  if (!canonical || canonical->space != Shape(space)) {
    FailureOr<Value> tile = materialize(pad.getResult());
    if (failed(tile))
      return failure();
    return load(*tile, pad.getType(), access, space);
  }
  Shape ones(access.rank(), 1), offsets, extents, sourceOffsets;
  bool any = intersect(access, space, pad.getStaticLow(), ones, pad.getSourceType().getShape(), offsets, extents,
                       sourceOffsets);
  Access from; // index of the part → source coordinates
  from.numDims = access.numDims;
  if (any)
    for (auto [i, coord] : llvm::enumerate(access.coords)) {
      Linear linear{sourceOffsets[i], coord.factors};
      from.coords.push_back(linear);
    }
  if (any && extents == Shape(space))
    return get(pad.getSource(), from, space);
  Ref ref = emit.allocOver(Memory::sbuf, space, SmallVector<bool>(space.size(), true),
                           storageType(pad.getType().getElementType()));
  emit.memset(space, ref, *filling);
  if (any && failed(getInto(pad.getSource(), from, extents, {ref.tile, ref.access.shifted(offsets)})))
    return failure();
  return ref;
}

FailureOr<Ref> KernelLowering::getInserted(tensor::InsertSliceOp insert, const Access &access, ShapeRef space) {
  // Several slices are usually inserted one after the other: the first one last in this list.
  SmallVector<tensor::InsertSliceOp> chain;
  Value base = insert.getResult();
  for (auto next = insert; next && !getHbm(base); next = base.getDefiningOp<tensor::InsertSliceOp>()) {
    chain.push_back(next);
    base = next.getDest();
  }
  std::optional<Canonical> canonical = canonicalize(access, space);
  bool isPossible = canonical && canonical->space == Shape(space);
  for (tensor::InsertSliceOp op : chain) {
    isPossible &= op.getSourceType().getRank() == op.getType().getRank();
    for (auto [coord, stride] : llvm::zip(access.coords, op.getStaticStrides()))
      isPossible &= space[0] == 1 || coord.factors[0] == 0 || stride == 1; // partitions have no stride
  }
  if (!isPossible) {
    // Put together in memory; `store` could come back here.
    RankedTensorType type = insert.getType();
    Value tile = emit.alloc(Memory::hbm, type.getShape(), storageType(type.getElementType()));
    if (failed(storeInserted(insert, {tile, Access::identity(Shape(type.getRank(), 0))})))
      return failure();
    hbm[insert.getResult()] = tile;
    return load(tile, type, access, space);
  }
  std::optional<Ref> ref;
  auto makeTile = [&] {
    ref = emit.allocOver(Memory::sbuf, space, SmallVector<bool>(space.size(), true),
                         storageType(insert.getType().getElementType()));
  };
  if (std::optional<double> number = getNumber(base)) {
    makeTile();
    emit.memset(space, *ref, *number);
  } else if (!base.getDefiningOp<tensor::EmptyOp>()) {
    makeTile();
    if (failed(getInto(base, access, space, *ref)))
      return failure();
  }
  for (tensor::InsertSliceOp op : llvm::reverse(chain)) {
    Shape offsets, extents, sourceOffsets;
    if (!intersect(access, space, op.getStaticOffsets(), op.getStaticStrides(), op.getSourceType().getShape(), offsets,
                   extents, sourceOffsets))
      continue;
    Access from; // index of the part → source coordinates
    from.numDims = access.numDims;
    SmallVector<int64_t> dimStride(space.size(), 1);
    bool strided = false;
    for (auto [i, coord] : llvm::enumerate(access.coords)) {
      from.coords.push_back({sourceOffsets[i], coord.factors});
      if (std::optional<unsigned> dim = coord.onlyDim()) {
        dimStride[*dim] = op.getStaticStrides()[i];
        strided |= dimStride[*dim] != 1;
      }
    }
    if (extents == Shape(space) && !strided && op == insert && !ref)
      return get(op.getSource(), from, space);
    if (!ref)
      makeTile();
    Ref part{ref->tile, ref->access.shifted(offsets)};
    for (Linear &coord : part.access.coords)
      for (unsigned d = 0; d < space.size(); ++d)
        coord.factors[d] *= dimStride[d];
    emit.loc = op.getLoc();
    if (!strided) {
      if (failed(getInto(op.getSource(), from, extents, part)))
        return failure();
      continue;
    }
    // A strided write by DMA would move single elements: load as it lies, then spread on an engine.
    FailureOr<Ref> source = get(op.getSource(), from, extents);
    if (failed(source))
      return failure();
    emit.move(extents, part, *source);
  }
  if (!ref) { // nothing of it was ever written
    makeTile();
    emit.memset(space, *ref, 0.0);
  }
  return *ref;
}
} // namespace tarn::tile
