// See Access.h.
#include "Access.h"
#include "mlir/Dialect/Affine/Analysis/AffineStructures.h"
#include "mlir/IR/AffineExpr.h"

using namespace mlir;
namespace tarn::tile {

bool Linear::isConstant() const {
  return llvm::all_of(factors, [](int64_t factor) { return factor == 0; });
}

std::optional<unsigned> Linear::onlyDim() const {
  std::optional<unsigned> dim;
  for (auto [d, factor] : llvm::enumerate(factors)) {
    if (factor == 0)
      continue;
    if (dim)
      return std::nullopt;
    dim = d;
  }
  return dim;
}

bool Access::dependsOn(unsigned dim) const {
  return llvm::any_of(coords, [&](const Linear &coord) { return coord.factors[dim] != 0; });
}

Access Access::identity(ArrayRef<int64_t> offsets) {
  Access access;
  access.numDims = offsets.size();
  for (auto [i, offset] : llvm::enumerate(offsets)) {
    Linear coord{offset, SmallVector<int64_t>(offsets.size(), 0)};
    coord.factors[i] = 1;
    access.coords.push_back(coord);
  }
  return access;
}

std::optional<Access> Access::of(AffineMap map) {
  Access access;
  access.numDims = map.getNumDims();
  for (AffineExpr result : map.getResults()) {
    SmallVector<int64_t> flat;
    if (failed(getFlattenedAffineExpr(result, map.getNumDims(), map.getNumSymbols(), &flat)) ||
        flat.size() != map.getNumDims() + 1)
      return std::nullopt;
    Linear coord{flat.back(), SmallVector<int64_t>(flat.begin(), flat.end() - 1)};
    access.coords.push_back(coord);
  }
  return access;
}

Access Access::after(const Access &inner) const {
  unsigned rank = inner.numDims;
  Access result;
  result.numDims = rank;
  for (const Linear &coord : coords) {
    Linear sum{coord.offset, SmallVector<int64_t>(rank, 0)};
    for (auto [d, factor] : llvm::enumerate(coord.factors)) {
      sum.offset += factor * inner.coords[d].offset;
      for (unsigned e = 0; e < rank; ++e)
        sum.factors[e] += factor * inner.coords[d].factors[e];
    }
    result.coords.push_back(sum);
  }
  return result;
}

Access Access::shifted(ArrayRef<int64_t> offsets) const {
  Access result = *this;
  for (Linear &coord : result.coords)
    for (auto [d, offset] : llvm::enumerate(offsets))
      coord.offset += coord.factors[d] * offset;
  return result;
}

Access Access::projected(ArrayRef<unsigned> dims) const {
  Access result;
  result.numDims = dims.size();
  for (const Linear &coord : coords) {
    Linear part{coord.offset, {}};
    for (unsigned dim : dims)
      part.factors.push_back(coord.factors[dim]);
    result.coords.push_back(part);
  }
  return result;
}

Access Access::spread(ArrayRef<unsigned> dims, unsigned rank) const {
  Access result;
  result.numDims = rank;
  for (const Linear &coord : coords) {
    Linear wide{coord.offset, SmallVector<int64_t>(rank, 0)};
    for (auto [i, dim] : llvm::enumerate(dims))
      wide.factors[dim] = coord.factors[i];
    result.coords.push_back(wide);
  }
  return result;
}

void Access::dropUnitDims(ArrayRef<int64_t> space, unsigned first) {
  for (Linear &coord : coords)
    for (unsigned d = first; d < space.size(); ++d)
      if (space[d] == 1)
        coord.factors[d] = 0;
}

void Access::getRegion(ArrayRef<int64_t> space, Shape &offsets, Shape &sizes) const {
  offsets.clear();
  sizes.clear();
  for (const Linear &coord : coords) {
    int64_t low = coord.offset, size = 1;
    for (auto [d, factor] : llvm::enumerate(coord.factors)) {
      int64_t reach = factor * (space[d] - 1);
      low += std::min<int64_t>(reach, 0);
      size += std::abs(reach);
    }
    offsets.push_back(low);
    sizes.push_back(size);
  }
}

bool Access::isIdentity(ArrayRef<int64_t> space, ArrayRef<int64_t> shape) const {
  if (space != shape)
    return false;
  for (auto [i, coord] : llvm::enumerate(coords)) {
    if (coord.offset != 0)
      return false;
    for (auto [d, factor] : llvm::enumerate(coord.factors))
      if (space[d] != 1 && factor != (d == i ? 1 : 0))
        return false;
  }
  return true;
}

AffineMap Access::toMap(unsigned numDims, MLIRContext *context) const {
  SmallVector<AffineExpr> results;
  for (const Linear &coord : coords) {
    AffineExpr sum = getAffineConstantExpr(coord.offset, context);
    for (auto [d, factor] : llvm::enumerate(coord.factors))
      if (factor)
        sum = sum + getAffineDimExpr(d, context) * factor;
    results.push_back(sum);
  }
  return AffineMap::get(numDims, 0, results, context);
}

SmallVector<unsigned> range(unsigned begin, unsigned end) {
  SmallVector<unsigned> result;
  for (unsigned i = begin; i < end; ++i)
    result.push_back(i);
  return result;
}

int64_t product(ArrayRef<int64_t> sizes) {
  int64_t result = 1;
  for (int64_t size : sizes)
    result *= size;
  return result;
}

Shape at(ArrayRef<int64_t> space, ArrayRef<unsigned> dims) {
  Shape result;
  for (unsigned dim : dims)
    result.push_back(space[dim]);
  return result;
}

LogicalResult forEachPiece(ArrayRef<int64_t> space, ArrayRef<int64_t> sizes, ArrayRef<unsigned> order,
                           llvm::function_ref<LogicalResult(ArrayRef<int64_t>, ArrayRef<int64_t>)> callback) {
  SmallVector<unsigned> dims(order);
  if (dims.empty())
    for (unsigned d = 0; d < space.size(); ++d)
      dims.push_back(d);
  Shape offsets(space.size(), 0), piece(space.size());
  while (true) {
    for (unsigned d = 0; d < space.size(); ++d)
      piece[d] = std::min(sizes[d], space[d] - offsets[d]);
    if (failed(callback(offsets, piece)))
      return failure();
    auto dim = llvm::find_if(llvm::reverse(dims), [&](unsigned d) {
      offsets[d] += sizes[d];
      if (offsets[d] < space[d])
        return true;
      offsets[d] = 0;
      return false;
    });
    if (dim == dims.rend())
      return success();
  }
}

int64_t evenPiece(int64_t size, int64_t limit) {
  int64_t pieces = ceilDiv(size, limit);
  return ceilDiv(size, pieces);
}
} // namespace tarn::tile
