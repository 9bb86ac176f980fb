// See Resident.h.
#include "Resident.h"
#include "Plan.h"

using namespace mlir;
using namespace tarn::nisa;
namespace tarn::tile {

Resident::Resident(Value tile, ArrayRef<int64_t> shape, unsigned partition, int64_t partitions)
    : tile(tile), shape(shape), partition(partition), chunk(evenPiece(shape[partition], partitions)) {}

TileType Resident::typeOf(ArrayRef<int64_t> shape, Type element, unsigned partition, int64_t partitions) {
  int64_t chunk = evenPiece(shape[partition], partitions), numChunks = ceilDiv(shape[partition], chunk);
  return TileType::get(element.getContext(), Memory::sbuf, {chunk, numChunks * (product(shape) / shape[partition])},
                       element);
}

std::optional<unsigned> Resident::reshape(ArrayRef<int64_t> from, unsigned partition, ArrayRef<int64_t> to) {
  int64_t before = product(from.take_front(partition)), passed = 1;
  for (auto [d, size] : llvm::enumerate(to)) {
    if (passed == before && size == from[partition])
      return d;
    passed *= size;
  }
  return std::nullopt;
}

std::optional<Resident> Resident::reshaped(ArrayRef<int64_t> to) const {
  std::optional<unsigned> dim = reshape(shape, partition, to);
  if (!dim)
    return std::nullopt;
  Resident result = *this;
  result.shape.assign(to.begin(), to.end());
  result.partition = *dim;
  return result;
}

bool Resident::isAligned(const Access &access, ArrayRef<int64_t> space) const {
  for (auto [i, coord] : llvm::enumerate(access.coords))
    for (unsigned d = 0; d < space.size(); ++d) {
      if (space[d] == 1)
        continue;
      bool isOwn = i == partition && d == 0;
      if (isOwn ? coord.factors[d] != 1 : (i == partition || d == 0) && coord.factors[d] != 0)
        return false;
    }
  return true;
}

// `place`: of the partition dimension, where the ref begins.
Ref Resident::refOf(const Access &access, ArrayRef<int64_t> space, int64_t place) const {
  Ref ref;
  ref.tile = tile;
  ref.access.numDims = space.size();
  Linear onPartitions{place % chunk, SmallVector<int64_t>(space.size(), 0)},
      free{0, SmallVector<int64_t>(space.size(), 0)};
  onPartitions.factors[0] = 1;
  int64_t step = 1;
  for (size_t i = shape.size(); i-- > 0;) {
    if (i == partition)
      continue;
    free.offset += access.coords[i].offset * step;
    for (unsigned d = 1; d < space.size(); ++d)
      free.factors[d] += access.coords[i].factors[d] * step;
    step *= shape[i];
  }
  free.offset += place / chunk * step;
  ref.access.coords = {onPartitions, free};
  return ref;
}

std::optional<Ref> Resident::view(const Access &access, ArrayRef<int64_t> space) const {
  int64_t place = access.coords[partition].offset;
  if (!isAligned(access, space) || place % chunk != 0 || space[0] > chunk)
    return std::nullopt;
  return refOf(access, space, place);
}

Access Resident::getWhole(Shape &space) const {
  SmallVector<unsigned> order{partition};
  for (unsigned d = 0; d < shape.size(); ++d)
    if (d != partition)
      order.push_back(d);
  space = at(shape, order);
  return Access::identity(Shape(shape.size(), 0)).projected(order);
}

void Resident::forEachChunk(const Access &access, ArrayRef<int64_t> space,
                            llvm::function_ref<void(int64_t, ArrayRef<int64_t>, const Ref &)> callback) const {
  Shape piece(space);
  for (int64_t begin = 0; begin < space[0]; begin += piece[0]) {
    int64_t place = access.coords[partition].offset + begin;
    piece[0] = std::min(space[0] - begin, chunk - place % chunk);
    callback(begin, piece, refOf(access, piece, place));
  }
}

FailureOr<std::optional<unsigned>> readMemory(func::FuncOp kernel, Type type, DictionaryAttr where) {
  auto memory = where ? where.getAs<StringAttr>(memoryAttributeName) : StringAttr();
  if (!memory || memory.getValue() == "hbm")
    return std::optional<unsigned>();
  if (memory.getValue() != "sbuf")
    return kernel.emitOpError("has a tensor in the memory '")
           << memory.getValue() << "'; allowed are \"hbm\" and \"sbuf\"";
  auto partition = where.getAs<IntegerAttr>(partitionAttributeName);
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!partition)
    return kernel.emitOpError("has a tensor in SBUF that does not say with ")
           << partitionAttributeName << " which of its dimensions lies on the partitions";
  if (!tensor || partition.getInt() < 0 || partition.getInt() >= tensor.getRank())
    return kernel.emitOpError("has a tensor in SBUF of type ")
           << type << " with dimension " << partition.getInt() << " on the partitions";
  return std::optional<unsigned>(partition.getInt());
}
} // namespace tarn::tile
