// See Canonical.h.
#include "Canonical.h"

using namespace mlir;
namespace tarn::tile {

std::optional<Canonical> canonicalize(const Access &access, ArrayRef<int64_t> space) {
  std::optional<unsigned> partition;
  for (auto [i, coord] : llvm::enumerate(access.coords)) {
    if (space[0] == 1 || coord.factors[0] == 0)
      continue;
    if (partition || coord.factors[0] != 1 || coord.onlyDim() != 0u)
      return std::nullopt;
    partition = i;
  }
  Shape offsets, sizes;
  access.getRegion(space, offsets, sizes);
  unsigned numDims = 1; // dimensions of the region of more than one element, and the partition
  for (unsigned i = 0; i < access.rank(); ++i)
    numDims += partition != i && sizes[i] != 1;
  Canonical result;
  result.space.push_back(space[0]);
  result.access.numDims = numDims;
  result.fromRequest.numDims = space.size();
  Linear first{0, SmallVector<int64_t>(space.size(), 0)};
  first.factors[0] = 1;
  result.fromRequest.coords.push_back(first);
  for (auto [i, coord] : llvm::enumerate(access.coords)) {
    Linear own{offsets[i], SmallVector<int64_t>(result.access.numDims, 0)};
    if (partition == i) {
      own.factors[0] = 1;
    } else if (sizes[i] != 1) {
      own.factors[result.space.size()] = 1;
      result.space.push_back(sizes[i]);
      Linear from = coord;
      from.offset -= offsets[i];
      if (space[0] == 1)
        from.factors[0] = 0;
      result.fromRequest.coords.push_back(from);
    }
    result.access.coords.push_back(own);
  }
  return result;
}
} // namespace tarn::tile
