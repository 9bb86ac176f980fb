// Results: what moves data without computing is stored by DMA from where it lies; the rest box by box as the plan says.
#include "KernelLowering.h"

using namespace mlir;
using namespace tarn::nisa;
namespace tarn::tile {

// `dst.access` goes from the value's coordinates to those of the tensor in memory.
LogicalResult KernelLowering::store(Value value, const Ref &dst, const Plan *plan) {
  auto type = cast<RankedTensorType>(value.getType());
  ArrayRef<int64_t> shape = type.getShape();

  Value source = value;
  Access access = Access::identity(Shape(type.getRank(), 0));
  bool sameType = true;
  while (!isPlaced(source)) {
    Value before = source;
    if (!lookThrough(source, access))
      break;
    sameType &= cast<RankedTensorType>(before.getType()).getElementType() ==
                cast<RankedTensorType>(source.getType()).getElementType();
  }
  if (Value tile = getHbm(source); tile && sameType) {
    if (auto op = value.getDefiningOp())
      emit.loc = op->getLoc();
    Shape space = shape.empty() ? Shape{1} : Shape(shape);
    Ref to{dst.tile, shape.empty() ? dst.access.spread({}, 1) : dst.access};
    Ref from{tile, shape.empty() ? access.spread({}, 1) : access};
    // Many short runs are put into another order on chip: there only one side has them.
    int64_t run = Instructions::countRun(space, to, from);
    bool isScattered =
        product(space) / run > limits.scatteredRuns && run * tileType(tile).getElementSize() < limits.shortRunBytes;
    if (!isScattered || !plan || plan->partition < 0) {
      emit.dma(space, to, from);
      return success();
    }
    return storeBoxes(value, dst, *plan);
  }
  if (value.getDefiningOp<tensor::EmptyOp>())
    return success();
  if (value.getDefiningOp<tensor::CollapseShapeOp>() && dst.access.isIdentity(shape, tileType(dst.tile).getShape())) {
    // The source is written under its own shape.
    Value from = value;
    while (auto collapse = from.getDefiningOp<tensor::CollapseShapeOp>())
      from = collapse.getSrc();
    auto fromType = cast<RankedTensorType>(from.getType());
    Value base = dst.tile;
    if (auto reshape = base.getDefiningOp<ReshapeOp>())
      base = reshape.getSource();
    Value tile = ReshapeOp::create(
        emit.builder, emit.loc,
        TileType::get(value.getContext(), Memory::hbm, fromType.getShape(), tileType(dst.tile).getElementType()), base);
    return store(from, {tile, Access::identity(Shape(fromType.getRank(), 0))}, nullptr);
  }
  if (std::optional<double> number = getNumber(value))
    return storeNumber(*number, storageType(type.getElementType()), shape, dst);
  if (auto pad = value.getDefiningOp<tensor::PadOp>())
    return storePad(pad, dst);
  Plan chosen;
  if (!plan) {
    chosen = choosePlan(value, limits);
    plan = &chosen;
  }
  // Interleaved slices are put together on chip, where partitions have no stride: single elements are slow to write to
  // memory.
  if (auto insert = value.getDefiningOp<tensor::InsertSliceOp>()) {
    ArrayRef<int64_t> strides = insert.getStaticStrides();
    bool isInterleaved = insert.getSourceType().getRank() == type.getRank() && type.getRank() > 0 &&
                         strides.back() != 1 && (plan->partition < 0 || strides[plan->partition] == 1);
    if (!isInterleaved)
      return storeInserted(insert, dst);
  }
  return storeBoxes(value, dst, *plan);
}

LogicalResult KernelLowering::storeInserted(tensor::InsertSliceOp insert, const Ref &dst) {
  if (failed(store(insert.getDest(), dst, nullptr)))
    return failure();
  emit.loc = insert.getLoc();
  llvm::SmallBitVector dropped = insert.getDroppedDims();
  Access part; // from the source's coordinates to the value's
  part.numDims = insert.getSourceType().getRank();
  unsigned sourceDim = 0;
  for (int64_t d = 0; d < insert.getType().getRank(); ++d) {
    Linear coord{insert.getStaticOffsets()[d], SmallVector<int64_t>(part.numDims, 0)};
    if (!dropped[d])
      coord.factors[sourceDim++] = insert.getStaticStrides()[d];
    part.coords.push_back(coord);
  }
  return store(insert.getSource(), {dst.tile, dst.access.after(part)}, nullptr);
}

LogicalResult KernelLowering::forEachBox(ShapeRef shape, const Plan &plan,
                                         llvm::function_ref<LogicalResult(const Access &, ShapeRef)> callback) {
  unsigned rank = shape.size();
  return forEachPiece(shape, plan.tile, plan.order, [&](ArrayRef<int64_t> offsets, ArrayRef<int64_t> sizes) {
    // The space of the box: partition dimension first.
    Shape space{plan.partition >= 0 ? sizes[plan.partition] : 1};
    Access access = Access::identity(offsets);
    for (Linear &coord : access.coords)
      coord.factors.assign(plan.partition >= 0 ? rank : rank + 1, 0);
    access.numDims = plan.partition >= 0 ? rank : rank + 1;
    for (unsigned d = 0; d < rank; ++d) {
      if (static_cast<int64_t>(d) == plan.partition) {
        access.coords[d].factors[0] = 1;
      } else {
        access.coords[d].factors[space.size()] = 1;
        space.push_back(sizes[d]);
      }
    }
    return callback(access, space);
  });
}

LogicalResult KernelLowering::storeBoxes(Value value, const Ref &dst, const Plan &plan) {
  ArrayRef<int64_t> shape = cast<RankedTensorType>(value.getType()).getShape();
  return forEachBox(shape, plan, [&](const Access &access, ShapeRef space) {
    FailureOr<Ref> ref = get(value, access, space);
    if (failed(ref))
      return failure();
    Ref tile = *ref, place{dst.tile, dst.access.after(access)};
    // What is neighbours in memory is brought together on an engine.
    auto bytesOfRun = [&](const Ref &from) {
      return Instructions::countRun(space, place, from) * tileType(dst.tile).getElementSize();
    };
    bool isScattered = product(space) > limits.scatteredRuns && bytesOfRun(tile) < limits.shortRunBytes &&
                       bytesOfRun(place) >= limits.efficientRunBytes;
    if (tileType(tile.tile).getMemory() == Memory::psum || isScattered ||
        tileType(tile.tile).getElementType() != tileType(dst.tile).getElementType()) {
      tile = emit.allocOver(Memory::sbuf, space, SmallVector<bool>(space.size(), true),
                            tileType(dst.tile).getElementType());
      emit.copy(space, tile, *ref);
    }
    emit.dma(space, place, tile);
    forgetPsum();
    return success();
  });
}

LogicalResult KernelLowering::storeNumber(double number, Type elementType, ShapeRef shape, const Ref &dst) {
  // One tile, stored as often as needed.
  unsigned rank = shape.size();
  Shape walked(shape);
  Access access = dst.access;
  if (rank == 0) {
    walked = {1};
    access = access.spread({}, 1);
    rank = 1;
  }
  // The largest dimension lies on the partitions, the innermost of the others is free.
  unsigned partition = std::max_element(walked.begin(), walked.end()) - walked.begin();
  if (rank > 1 && partition == rank - 1 && walked[rank - 2] >= 16)
    partition = rank - 2;
  Shape piece(rank, 1);
  piece[partition] = std::min<int64_t>(walked[partition], limits.partitions);
  int64_t elements = 1;
  for (unsigned d = rank; d-- > 0;) {
    if (d == partition)
      continue;
    piece[d] = std::min(walked[d], std::max<int64_t>(2048 / elements, 1));
    elements *= piece[d];
  }
  Value tile = emit.alloc(Memory::sbuf, {piece[partition], elements}, elementType);
  emit.memset({piece[partition], elements}, {tile, Access::identity({0, 0})}, number);
  return forEachPiece(walked, piece, {}, [&](ArrayRef<int64_t> offsets, ArrayRef<int64_t> sizes) {
    Access from;
    from.numDims = rank;
    Linear row{0, SmallVector<int64_t>(rank, 0)}, column{0, SmallVector<int64_t>(rank, 0)};
    row.factors[partition] = 1;
    int64_t step = 1;
    for (unsigned d = rank; d-- > 0;) {
      if (d == partition)
        continue;
      column.factors[d] = step;
      step *= sizes[d];
    }
    from.coords = {row, column};
    // The side on chip is walked partition first.
    SmallVector<unsigned> dims{partition};
    for (unsigned d = 0; d < rank; ++d)
      if (d != partition)
        dims.push_back(d);
    emit.dma(at(sizes, dims), {dst.tile, access.shifted(offsets).projected(dims)}, {tile, from.projected(dims)});
    return success();
  });
}

LogicalResult KernelLowering::storePad(tensor::PadOp pad, const Ref &dst) {
  Value value = pad.getConstantPaddingValue();
  std::optional<double> number = value ? getNumber(value) : std::nullopt;
  if (!number)
    return pad.emitOpError("pads with something that is not a constant");
  ArrayRef<int64_t> shape = pad.getType().getShape(), low = pad.getStaticLow();
  ArrayRef<int64_t> source = pad.getSourceType().getShape();
  // Slabs before and behind the source, dimension by dimension; later ones are as narrow as the source in earlier ones.
  Shape offsets(shape.size(), 0), sizes(shape);
  for (unsigned d = 0; d < shape.size(); ++d) {
    auto slab = [&](int64_t begin, int64_t size) -> LogicalResult {
      if (size <= 0)
        return success();
      Shape slabOffsets(offsets), slabSizes(sizes);
      slabOffsets[d] = begin;
      slabSizes[d] = size;
      return storeNumber(*number, storageType(pad.getType().getElementType()), slabSizes,
                         {dst.tile, dst.access.shifted(slabOffsets)});
    };
    if (failed(slab(0, low[d])) || failed(slab(low[d] + source[d], shape[d] - low[d] - source[d])))
      return failure();
    offsets[d] = low[d];
    sizes[d] = source[d];
  }
  emit.loc = pad.getLoc();
  return store(pad.getSource(), {dst.tile, dst.access.shifted(low)}, nullptr);
}
} // namespace tarn::tile
