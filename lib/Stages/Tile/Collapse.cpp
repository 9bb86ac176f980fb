// Values whose dimensions are merged: a part of a merged dimension is a number of boxes of the source.
#include "Canonical.h"
#include "KernelLowering.h"

using namespace mlir;
using namespace tarn::nisa;
namespace tarn::tile {

namespace {
/// A run of a merged dimension as a box of the dimensions that were merged.
struct Run {
  int64_t start; // within the range asked for
  Shape offsets, sizes;
};
} // namespace

/// Cuts `count` indices from `begin` on into boxes whose row-major order is that of the indices; with `oneDim` each has
/// at most one dimension of more than one element.
static SmallVector<Run> cutIntoBoxes(int64_t begin, int64_t count, ArrayRef<int64_t> shape, bool oneDim) {
  SmallVector<Run> runs;
  for (int64_t done = 0; done < count;) {
    Run run{done, Shape(shape.size(), 0), Shape(shape.size(), 1)};
    int64_t rest = begin + done;
    for (size_t d = shape.size(); d-- > 0;) {
      run.offsets[d] = rest % shape[d];
      rest /= shape[d];
    }
    int64_t inner = 1; // elements of the full inner dimensions
    for (size_t d = shape.size(); d-- > 0;) {
      int64_t size = std::min(shape[d] - run.offsets[d], (count - done) / inner);
      if (size < 1)
        break;
      run.sizes[d] = size;
      bool isFull = run.offsets[d] == 0 && size == shape[d];
      inner *= size;
      if (!isFull || (oneDim && size > 1))
        break;
    }
    done += product(run.sizes);
    runs.push_back(run);
  }
  return runs;
}

// Where a merged dimension is asked for in parts, each part is a box of the source: the taps of a window that lie on the
// partitions with the channels are one DMA each.
FailureOr<Ref> KernelLowering::getCollapsed(tensor::CollapseShapeOp collapse, const Access &access, ShapeRef space) {
  constexpr size_t maxPieces = 256;
  std::optional<Canonical> canonical = canonicalize(access, space);
  SmallVector<ReassociationIndices> groups = collapse.getReassociationIndices();
  ArrayRef<int64_t> sourceShape = collapse.getSrcType().getShape();
  SmallVector<SmallVector<Run>> runs; // of each merged dimension
  size_t numPieces = 1;
  for (auto [i, group] : llvm::enumerate(groups)) {
    Shape shape;
    for (int64_t d : group)
      shape.push_back(sourceShape[d]);
    std::optional<unsigned> dim = access.coords[i].onlyDim();
    runs.push_back(cutIntoBoxes(access.coords[i].offset, dim ? space[*dim] : 1, shape, dim == 0u));
    numPieces *= runs.back().size();
  }
  if (!canonical || canonical->space != Shape(space) || numPieces > maxPieces) {
    FailureOr<Value> tile = materialize(collapse.getResult());
    if (failed(tile))
      return failure();
    return load(*tile, collapse.getType(), access, space);
  }
  Ref ref = emit.allocOver(Memory::sbuf, space, SmallVector<bool>(space.size(), true),
                           storageType(collapse.getType().getElementType()));
  Shape counts, ones(groups.size(), 1);
  for (const auto &ofGroup : runs)
    counts.push_back(ofGroup.size());
  auto walked = forEachPiece(counts, ones, {}, [&](ArrayRef<int64_t> which, ArrayRef<int64_t>) {
    // The piece's space: the partition, then every other dimension of the source in order.
    Shape piece{1};
    unsigned numDims = 1;
    for (auto [i, group] : llvm::enumerate(groups))
      if (access.coords[i].onlyDim() != 0u)
        numDims += group.size();
    Access from, within; // to the source; to the tile's space
    from.numDims = within.numDims = numDims;
    from.coords.assign(sourceShape.size(), Linear{0, SmallVector<int64_t>(numDims, 0)});
    within.coords.assign(space.size(), Linear{0, SmallVector<int64_t>(numDims, 0)});
    for (auto [i, group] : llvm::enumerate(groups)) {
      const Run &run = runs[i][which[i]];
      std::optional<unsigned> dim = access.coords[i].onlyDim();
      if (dim)
        within.coords[*dim].offset = run.start;
      int64_t step = 1;
      SmallVector<unsigned> dims(group.size(), 0);
      if (dim != 0u)
        for (unsigned &d : dims) {
          d = piece.size();
          piece.push_back(1);
        }
      for (size_t g = group.size(); g-- > 0;) {
        from.coords[group[g]].offset = run.offsets[g];
        if (run.sizes[g] == 1)
          continue;
        piece[dims[g]] = run.sizes[g];
        from.coords[group[g]].factors[dims[g]] = 1;
        if (dim)
          within.coords[*dim].factors[dims[g]] = step;
        step *= run.sizes[g];
      }
    }
    if (space[0] == 1)
      within.coords[0].factors[0] = 1;
    return getInto(collapse.getSrc(), from, piece, {ref.tile, ref.access.after(within)});
  });
  return failed(walked) ? FailureOr<Ref>(failure()) : ref;
}
} // namespace tarn::tile
