// Tiles of tensors in memory: by DMA, or by DMA and transposition on the Tensor engine.
#include "KernelLowering.h"

using namespace mlir;
using namespace tarn::nisa;
namespace tarn::tile {

FailureOr<Ref> KernelLowering::load(Value source, Type type, const Access &access, ShapeRef space) {
  Ref ref = emit.allocOver(Memory::sbuf, space, SmallVector<bool>(space.size(), true),
                           storageType(cast<RankedTensorType>(type).getElementType()));
  if (!loadTransposed(ref, {source, access}, space))
    emit.dma(space, ref, {source, access});
  return ref;
}

// Where neighbours in memory go to different partitions a DMA moves single elements. Then rows are loaded as they lie and
// turned by the Tensor engine, a square of partitions at a time.
bool KernelLowering::loadTransposed(const Ref &dst, const Ref &src, ShapeRef space) {
  constexpr int64_t minPartitions = 16, minElements = 8, maxBlocks = 64;
  Type element = tileType(dst.tile).getElementType();
  if (!llvm::isa<FloatType>(element) || element != tileType(src.tile).getElementType() || space[0] < minPartitions)
    return false;
  Shape steps(space.size(), 0);
  int64_t step = 1;
  ArrayRef<int64_t> shape = tileType(src.tile).getShape();
  for (size_t i = shape.size(); i-- > 0; step *= shape[i])
    for (unsigned d = 0; d < space.size(); ++d)
      steps[d] += src.access.coords[i].factors[d] * step;
  unsigned rows = 0; // the free dimension that becomes the partitions of the rows
  for (unsigned d = 1; d < space.size(); ++d) {
    if (space[d] != 1 && steps[d] >= 0 && steps[d] < space[0])
      return false; // contiguous or overlapping along a free dimension
    if (rows == 0 || space[d] > space[rows])
      rows = d;
  }
  if (steps[0] != 1 || rows == 0 || space[rows] < minElements)
    return false;
  int64_t others = product(space) / space[0] / space[rows];
  int64_t chunk = evenPiece(space[rows], std::min(limits.partitions, limits.psumElements));
  if (others * ceilDiv(space[rows], chunk) > maxBlocks || others * space[0] > 2 * limits.residentElements)
    return false;

  // The space of the rows: [rows, other free dimensions…, what will be the partition].
  SmallVector<unsigned> order{rows};
  for (unsigned d = 1; d < space.size(); ++d)
    if (d != rows)
      order.push_back(d);
  order.push_back(0);
  for (int64_t begin = 0; begin < space[rows]; begin += chunk) {
    Shape origin(space.size(), 0), piece(space);
    origin[rows] = begin;
    piece[rows] = std::min(chunk, space[rows] - begin);
    Shape rowSpace = at(piece, order);
    Ref natural = emit.allocOver(Memory::sbuf, rowSpace, SmallVector<bool>(order.size(), true), element);
    emit.dma(rowSpace, natural, {src.tile, src.access.shifted(origin).projected(order)});
    Shape block(piece.size(), 1);
    block[0] = piece[0];
    block[rows] = piece[rows];
    (void)forEachPiece(piece, block, {}, [&](ArrayRef<int64_t> offsets, ArrayRef<int64_t>) {
      Shape inRows = at(offsets, order), target(offsets);
      target[rows] += begin;
      Value turned = emit.alloc(Memory::psum, {block[0], block[rows]}, element);
      Ref bank{turned, Access::identity({0, 0})};
      unsigned last = order.size() - 1;
      emit.transpose(bank, {block[0], block[rows]}, {natural.tile, natural.access.shifted(inRows).projected({0, last})},
                     {block[rows], block[0]});
      emit.copy({block[0], block[rows]}, {dst.tile, dst.access.shifted(target).projected({0, rows})}, bank);
      return success();
    });
  }
  return true;
}

LogicalResult KernelLowering::getInto(Value value, const Access &access, ShapeRef space, const Ref &dst) {
  Value source = value;
  Access from = access;
  while (!isPlaced(source) && lookThrough(source, from)) {
  }
  if (Value tile = getHbm(source); tile && !getResident(source)) {
    emit.dma(space, dst, {tile, from});
    return success();
  }
  FailureOr<Ref> ref = get(value, access, space);
  if (failed(ref))
    return failure();
  emit.move(space, dst, *ref);
  return success();
}
} // namespace tarn::tile
