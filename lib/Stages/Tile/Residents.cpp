// Kernels whose arguments or results stay in SBUF (Resident.h). An argument is read through a view where the partition
// dimension that is asked for is its own; otherwise it is copied on chip, turned by the Tensor engine, or at last goes
// through memory. A result is written into its place by the instructions that compute it.
#include "KernelLowering.h"

using namespace mlir;
using namespace tarn::nisa;
namespace tarn::tile {

std::optional<Resident> KernelLowering::getResident(Value value) {
  if (auto it = residents.find(value); it != residents.end())
    return it->second;
  if (!value.getDefiningOp<tensor::ExpandShapeOp>() && !value.getDefiningOp<tensor::CollapseShapeOp>())
    return std::nullopt;
  std::optional<Resident> source = getResident(value.getDefiningOp()->getOperand(0));
  return source ? source->reshaped(cast<RankedTensorType>(value.getType()).getShape()) : std::nullopt;
}

std::optional<Ref> KernelLowering::readResident(const Resident &from, const Access &access, ShapeRef space) {
  if (std::optional<Ref> view = from.view(access, space))
    return view;
  if (!from.isAligned(access, space))
    return turnResident(from, access, space);
  Ref ref =
      emit.allocOver(Memory::sbuf, space, SmallVector<bool>(space.size(), true), tileType(from.tile).getElementType());
  from.forEachChunk(access, space, [&](int64_t begin, ShapeRef piece, const Ref &part) {
    Ref dst = ref;
    dst.access.coords[0].offset += begin;
    emit.move(piece, dst, part);
  });
  return ref;
}

// The partition dimension is asked for along a free one, and a free one on the partitions: blocks of both, turned.
std::optional<Ref> KernelLowering::turnResident(const Resident &from, const Access &access, ShapeRef space) {
  constexpr int64_t maxBlocks = 64;
  Type element = tileType(from.tile).getElementType();
  unsigned rank = space.size(), numOnPartitions = 0, turned = 0;
  const Linear &own = access.coords[from.partition];
  for (unsigned d = 0; d < rank; ++d) {
    if (own.factors[d] == 0 || space[d] == 1)
      continue;
    if (d == 0 || turned != 0 || own.factors[d] != 1)
      return std::nullopt;
    turned = d;
  }
  for (auto [i, coord] : llvm::enumerate(access.coords)) {
    numOnPartitions += space[0] != 1 && coord.factors[0] != 0;
    if (i != from.partition && turned != 0 && coord.factors[turned] != 0)
      return std::nullopt;
  }
  if (turned == 0 || !llvm::isa<FloatType>(element) || (space[0] != 1 && numOnPartitions != 1) ||
      own.offset % from.chunk != 0)
    return std::nullopt;
  int64_t others = product(space) / space[0] / space[turned];
  if (others * ceilDiv(space[turned], from.chunk) > maxBlocks)
    return std::nullopt;

  SmallVector<unsigned> order{turned, 0};
  Ref ref = emit.allocOver(Memory::sbuf, space, SmallVector<bool>(rank, true), element);
  Shape block(rank, 1);
  block[0] = space[0];
  block[turned] = from.chunk;
  (void)forEachPiece(space, block, {}, [&](ArrayRef<int64_t> offsets, ArrayRef<int64_t> sizes) {
    Shape rowSpace = at(sizes, order), turnedSpace{rowSpace[1], rowSpace[0]};
    Ref rows = *from.view(access.shifted(offsets).projected(order), rowSpace);
    Ref bank{emit.alloc(Memory::psum, turnedSpace, element), Access::identity({0, 0})};
    emit.transpose(bank, turnedSpace, rows, rowSpace);
    emit.copy(turnedSpace, {ref.tile, ref.access.shifted(offsets).projected({0, turned})}, bank);
    return success();
  });
  return ref;
}

Value KernelLowering::spill(Value value, const Resident &from) {
  if (Value tile = hbm.lookup(value))
    return tile;
  Value tile = emit.alloc(Memory::hbm, from.shape, tileType(from.tile).getElementType());
  Shape space;
  Access whole = from.getWhole(space);
  from.forEachChunk(whole, space, [&](int64_t begin, ShapeRef piece, const Ref &part) {
    emit.dma(piece, {tile, whole.shifted({begin})}, part);
  });
  return hbm[value] = tile;
}

LogicalResult KernelLowering::storeResident(Value value, const Resident &dst, const Plan &plan) {
  Type element = tileType(dst.tile).getElementType();
  if (plan.partition != static_cast<int64_t>(dst.partition)) {
    Value tile = emit.alloc(Memory::hbm, dst.shape, element);
    if (failed(store(value, {tile, Access::identity(Shape(dst.shape.size(), 0))}, &plan)))
      return failure();
    Shape space;
    Access whole = dst.getWhole(space);
    dst.forEachChunk(whole, space, [&](int64_t begin, ShapeRef piece, const Ref &part) {
      emit.dma(piece, part, {tile, whole.shifted({begin})});
    });
    return success();
  }
  return forEachBox(dst.shape, plan, [&](const Access &access, ShapeRef space) -> LogicalResult {
    Block *block = emit.builder.getInsertionBlock();
    Operation *mark = block->empty() ? nullptr : &block->back();
    FailureOr<Ref> made = get(value, access, space);
    if (failed(made))
      return failure();
    if (std::optional<Ref> place = dst.view(access, space)) {
      if (!retarget(*made, *place, space, mark))
        emit.copy(space, *place, *made);
    } else {
      Ref tile = *made;
      if (tileType(tile.tile).getElementType() != element) {
        tile = emit.allocOver(Memory::sbuf, space, SmallVector<bool>(space.size(), true), element);
        emit.copy(space, tile, *made);
      }
      dst.forEachChunk(access, space, [&](int64_t begin, ShapeRef piece, const Ref &part) {
        emit.move(piece, part, {tile.tile, tile.access.shifted({begin})});
      });
    }
    forgetPsum();
    return success();
  });
}

bool KernelLowering::retarget(const Ref &made, const Ref &dst, ShapeRef space, Operation *mark) {
  auto alloc = made.tile.getDefiningOp<AllocOp>();
  if (!alloc)
    return false;
  TileType type = tileType(made.tile);
  if (type.getMemory() != Memory::sbuf || type.getElementType() != tileType(dst.tile).getElementType() ||
      (mark && (mark->getBlock() != alloc->getBlock() || alloc->isBeforeInBlock(mark) || alloc.getOperation() == mark)))
    return false;
  // From the tile's coordinates to the space: each must be one whole dimension.
  Access toSpace;
  unsigned rank = type.getShape().size();
  toSpace.numDims = rank;
  toSpace.coords.assign(space.size(), Linear{0, SmallVector<int64_t>(rank, 0)});
  SmallVector<bool> isSet(space.size(), false);
  Access access = made.access;
  access.dropUnitDims(space);
  for (auto [i, coord] : llvm::enumerate(access.coords)) {
    std::optional<unsigned> dim = coord.onlyDim();
    if (coord.offset != 0 || (!dim && (!coord.isConstant() || type.getShape()[i] != 1)))
      return false;
    if (!dim)
      continue;
    if (coord.factors[*dim] != 1 || type.getShape()[i] != space[*dim] || isSet[*dim])
      return false;
    isSet[*dim] = true;
    toSpace.coords[*dim].factors[i] = 1;
  }
  for (unsigned d = 0; d < space.size(); ++d)
    if (space[d] != 1 && !isSet[d])
      return false; // the same for all of a dimension

  // Single elements are slow to load: what comes from memory in another order is put in place by an engine.
  Access toPlace = dst.access.after(toSpace);
  unsigned last = rank - 1;
  while (last > 0 && type.getShape()[last] == 1)
    --last;
  auto isLoaded = [](Value tile) {
    return llvm::any_of(tile.getUsers(), [](Operation *user) { return llvm::isa<DmaCopyOp>(user); });
  };
  if (last > 0 && toPlace.coords[1].factors[last] != 1 &&
      (isLoaded(made.tile) || llvm::any_of(made.tile.getUsers(), [&](Operation *user) {
         return llvm::isa<ViewOp>(user) && isLoaded(user->getResult(0));
       })))
    return false;
  MLIRContext *context = alloc.getContext();
  AffineMap map = toPlace.toMap(rank, context);
  OpBuilder builder(alloc);
  for (OpOperand &use : llvm::make_early_inc_range(alloc.getResult().getUses())) {
    auto view = dyn_cast<ViewOp>(use.getOwner());
    if (!view) {
      Value whole =
          toPlace.isIdentity(type.getShape(), tileType(dst.tile).getShape())
              ? dst.tile
              : ViewOp::create(builder, alloc.getLoc(), type, dst.tile, ValueRange(), AffineMapAttr::get(map));
      use.set(whole);
      continue;
    }
    builder.setInsertionPoint(view);
    Value moved = ViewOp::create(builder, view.getLoc(), view.getType(), dst.tile, view.getSymbols(),
                                 AffineMapAttr::get(map.compose(view.getMap())));
    view.getResult().replaceAllUsesWith(moved);
    view.erase();
    builder.setInsertionPoint(alloc);
  }
  for (auto &[key, entry] : cache)
    if (entry.tile == made.tile) {
      Access coords;
      coords.coords = entry.coords;
      coords.numDims = entry.coords.front().factors.size();
      entry.tile = dst.tile;
      entry.coords = toPlace.after(coords).coords;
      cachedBytes -= entry.bytes;
      entry.bytes = 0;
    }
  alloc.erase();
  return true;
}
} // namespace tarn::tile
