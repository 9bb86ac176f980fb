// Tiles of values: requests are brought into the order of the value's own dimensions where that is possible, so that
// the same region asked for by different ops is one tile.
#include "KernelLowering.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace tarn::nisa;
namespace tarn::tile {

Value yielded(linalg::GenericOp op, unsigned result) { return op.getBody()->getTerminator()->getOperand(result); }

Type storageType(Type type) {
  if (type.isInteger(1))
    return IntegerType::get(type.getContext(), 8, IntegerType::Unsigned);
  if (auto integer = dyn_cast<IntegerType>(type); integer && integer.getWidth() > 32)
    return IntegerType::get(type.getContext(), 32, integer.getSignedness());
  if (type.isIndex())
    return IntegerType::get(type.getContext(), 32);
  if (type.isF64())
    return Float32Type::get(type.getContext());
  return type;
}

Type computeType(Type type) {
  if (llvm::isa<FloatType>(type))
    return Float32Type::get(type.getContext());
  if (type.isInteger(1))
    return storageType(type);
  return IntegerType::get(type.getContext(), 32);
}

//===-- Memory of tiles ---------------------------------------------------===//

KernelLowering::Key KernelLowering::makeKey(Value value, const Access &access, ShapeRef space,
                                            SmallVector<unsigned> &dims) {
  Key key{value.getAsOpaquePointer(), {}};
  for (unsigned d = 0; d < space.size(); ++d)
    if (d == 0 || (space[d] != 1 && access.dependsOn(d)))
      dims.push_back(d);
  for (unsigned d : dims)
    key.numbers.push_back(space[d]);
  for (const Linear &coord : access.coords) {
    key.numbers.push_back(coord.offset);
    for (unsigned d : dims)
      key.numbers.push_back(d == 0 && space[0] == 1 ? 0 : coord.factors[d]);
  }
  return key;
}

std::optional<Ref> KernelLowering::recall(const Key &key, ArrayRef<unsigned> dims, unsigned rank) {
  auto it = cache.find(key);
  if (it == cache.end())
    return std::nullopt;
  recent.splice(recent.begin(), recent, it->second.position);
  Access access;
  access.coords = it->second.coords;
  access.numDims = dims.size();
  return Ref{it->second.tile, access.spread(dims, rank)};
}

void KernelLowering::remember(const Key &key, ArrayRef<unsigned> dims, const Ref &ref) {
  int64_t bytes = tileType(ref.tile).getBytesPerPartition();
  recent.push_front(key);
  cache[key] = {ref.tile, ref.access.projected(dims).coords, bytes, recent.begin()};
  cachedBytes += bytes;
  while (cachedBytes > limits.cacheBytes && recent.size() > 1) {
    auto last = cache.find(recent.back());
    cachedBytes -= last->second.bytes;
    cache.erase(last);
    recent.pop_back();
  }
}

// Banks of PSUM are few: what lies there is not kept from one box to the next.
void KernelLowering::forgetPsum() {
  for (auto it = cache.begin(); it != cache.end();) {
    if (tileType(it->second.tile).getMemory() == Memory::psum) {
      cachedBytes -= it->second.bytes;
      recent.erase(it->second.position);
      it = cache.erase(it);
    } else {
      ++it;
    }
  }
}

//===-- Where values come from ---------------------------------------------===//

std::optional<double> KernelLowering::getNumber(Value value) {
  auto fromAttribute = [](Attribute attribute) -> std::optional<double> {
    if (auto number = dyn_cast_if_present<FloatAttr>(attribute))
      return number.getValueAsDouble();
    if (auto number = dyn_cast_if_present<IntegerAttr>(attribute))
      return number.getType().isInteger(1) ? (number.getValue().isZero() ? 0.0 : 1.0)
                                           : static_cast<double>(number.getValue().getSExtValue());
    return std::nullopt;
  };
  Attribute constant;
  if (auto fill = value.getDefiningOp<linalg::FillOp>()) {
    if (matchPattern(fill.getInputs().front(), m_Constant(&constant)))
      return fromAttribute(constant);
    return std::nullopt;
  }
  if (matchPattern(value, m_Constant(&constant))) {
    if (auto elements = dyn_cast<SplatElementsAttr>(constant))
      return fromAttribute(elements.getSplatValue<Attribute>());
    return fromAttribute(constant);
  }
  return std::nullopt;
}

bool KernelLowering::lookThrough(Value &value, Access &access) {
  if (auto slice = value.getDefiningOp<tensor::ExtractSliceOp>()) {
    // Dimensions of size 1 may vanish from the slice.
    llvm::SmallBitVector dropped = slice.getDroppedDims();
    Access outer;
    outer.numDims = access.rank();
    unsigned resultDim = 0;
    for (unsigned d = 0; d < slice.getSourceType().getRank(); ++d) {
      Linear coord{slice.getStaticOffsets()[d], SmallVector<int64_t>(access.rank(), 0)};
      if (!dropped[d])
        coord.factors[resultDim++] = slice.getStaticStrides()[d];
      outer.coords.push_back(coord);
    }
    value = slice.getSource();
    access = outer.after(access);
    return true;
  }
  if (auto expand = value.getDefiningOp<tensor::ExpandShapeOp>()) {
    // A dimension of the source is the row-major index of its parts.
    Access outer;
    outer.numDims = access.rank();
    for (const ReassociationIndices &group : expand.getReassociationIndices()) {
      Linear coord{0, SmallVector<int64_t>(access.rank(), 0)};
      int64_t step = 1;
      for (int64_t d : llvm::reverse(group)) {
        coord.factors[d] = step;
        step *= expand.getType().getShape()[d];
      }
      outer.coords.push_back(coord);
    }
    value = expand.getSrc();
    access = outer.after(access);
    return true;
  }
  if (auto collapse = value.getDefiningOp<tensor::CollapseShapeOp>()) {
    // Linear only where all parts but one are of size 1.
    ArrayRef<int64_t> shape = collapse.getSrcType().getShape();
    Access outer;
    outer.numDims = access.rank();
    outer.coords.assign(shape.size(), Linear{0, SmallVector<int64_t>(access.rank(), 0)});
    for (auto [i, group] : llvm::enumerate(collapse.getReassociationIndices())) {
      unsigned numWide = 0;
      for (int64_t d : group)
        if (shape[d] != 1) {
          outer.coords[d].factors[i] = 1;
          ++numWide;
        }
      if (numWide > 1)
        return false;
    }
    value = collapse.getSrc();
    access = outer.after(access);
    return true;
  }
  auto generic = value.getDefiningOp<linalg::GenericOp>();
  if (generic && isElementwise(generic)) {
    unsigned result = cast<OpResult>(value).getResultNumber();
    auto argument = dyn_cast<BlockArgument>(yielded(generic, result));
    if (!argument || argument.getArgNumber() >= generic.getNumDpsInputs())
      return false;
    FailureOr<Access> loops = getLoops(generic, result, access, false);
    std::optional<Access> map = Access::of(generic.getIndexingMapsArray()[argument.getArgNumber()]);
    if (failed(loops) || !map)
      return false;
    value = generic.getDpsInputOperand(argument.getArgNumber())->get();
    access = map->after(*loops);
    return true;
  }
  return false;
}

/// A tensor in memory, if the value lies there; reshapes of such tensors do too.
Value KernelLowering::getHbm(Value value) {
  if (Value tile = hbm.lookup(value))
    return tile;
  Value source;
  if (auto expand = value.getDefiningOp<tensor::ExpandShapeOp>())
    source = expand.getSrc();
  else if (auto collapse = value.getDefiningOp<tensor::CollapseShapeOp>())
    source = collapse.getSrc();
  else
    return {};
  Value tile = getHbm(source);
  if (!tile)
    return {};
  auto type = cast<RankedTensorType>(value.getType());
  Value base = tile;
  if (auto reshape = tile.getDefiningOp<ReshapeOp>())
    base = reshape.getSource();
  return hbm[value] =
             ReshapeOp::create(emit.builder, emit.loc,
                               TileType::get(type.getContext(), Memory::hbm, type.getShape(),
                                             storageType(type.getElementType())),
                               base);
}

FailureOr<Value> KernelLowering::materialize(Value value) {
  if (Value tile = getHbm(value))
    return tile;
  auto type = cast<RankedTensorType>(value.getType());
  // A reshape of what is in memory costs nothing.
  if (auto collapse = value.getDefiningOp<tensor::CollapseShapeOp>()) {
    if (failed(materialize(collapse.getSrc())))
      return failure();
    return getHbm(value);
  }
  Value tile = emit.alloc(Memory::hbm, type.getShape(), storageType(type.getElementType()));
  if (failed(store(value, {tile, Access::identity(Shape(type.getRank(), 0))}, nullptr)))
    return failure();
  return hbm[value] = tile;
}

//===-- Requests ------------------------------------------------------------===//

namespace {
/// A request in the order of the value's own dimensions: [partition | other dimensions in order].
struct Canonical {
  Access access, fromRequest; // region index → value coordinates; request index → region index
  Shape space;
};
} // namespace

// Possible when the partition dimension of the space is one dimension of the value, with factor 1, or none.
static std::optional<Canonical> canonicalize(const Access &access, ArrayRef<int64_t> space) {
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

FailureOr<Ref> KernelLowering::get(Value value, Access access, ShapeRef space) {
  access.dropUnitDims(space, 1);
  if (!getHbm(value))
    while (lookThrough(value, access))
      if (getHbm(value))
        break;
  access.dropUnitDims(space, 1);

  SmallVector<unsigned> dims;
  Key key = makeKey(value, access, space, dims);
  if (std::optional<Ref> known = recall(key, dims, space.size()))
    return *known;

  std::optional<Canonical> canonical = canonicalize(access, space);
  if (canonical) {
    bool isCanonical = canonical->space == at(space, dims) && [&] {
      Access request = canonical->fromRequest.projected(dims);
      return request.isIdentity(at(space, dims), canonical->space);
    }();
    int64_t asked = product(ShapeRef(at(space, dims)).drop_front());
    int64_t region = product(ShapeRef(canonical->space).drop_front());
    if (!isCanonical && region <= 4 * asked + 64 && region <= 2 * limits.residentElements) {
      FailureOr<Ref> tile = get(value, canonical->access, canonical->space);
      if (failed(tile))
        return failure();
      return Ref{tile->tile, tile->access.after(canonical->fromRequest)};
    }
  }

  // Only the dimensions that matter.
  FailureOr<Ref> made = compute(value, access.projected(dims), at(space, dims));
  if (failed(made))
    return failure();
  Ref ref{made->tile, made->access.spread(dims, space.size())};
  remember(key, dims, ref);
  return ref;
}

FailureOr<Ref> KernelLowering::compute(Value value, const Access &access, ShapeRef space) {
  if (Value tile = getHbm(value))
    return load(tile, value.getType(), access, space);
  Type element = storageType(cast<RankedTensorType>(value.getType()).getElementType());
  if (std::optional<double> number = getNumber(value)) {
    Ref ref = emit.allocOver(Memory::sbuf, space, SmallVector<bool>(space.size(), false), element);
    emit.memset(space, ref, *number);
    return ref;
  }
  if (auto empty = value.getDefiningOp<tensor::EmptyOp>()) {
    Ref ref = emit.allocOver(Memory::sbuf, space, SmallVector<bool>(space.size(), false), element);
    emit.memset(space, ref, 0.0);
    return ref;
  }
  if (auto collapse = value.getDefiningOp<tensor::CollapseShapeOp>())
    return getCollapsed(collapse, access, space);
  if (auto pad = value.getDefiningOp<tensor::PadOp>())
    return getPad(pad, access, space);
  if (auto insert = value.getDefiningOp<tensor::InsertSliceOp>())
    return getInserted(insert, access, space);
  if (auto generic = value.getDefiningOp<linalg::GenericOp>()) {
    emit.loc = generic.getLoc();
    unsigned result = cast<OpResult>(value).getResultNumber();
    if (isElementwise(generic))
      return getElementwise(generic, result, access, space);
    bool applies = false;
    FailureOr<Ref> contraction = getContraction(generic, access, space, applies);
    if (applies)
      return contraction;
    return getReduction(generic, result, access, space);
  }
  Operation *op = value.getDefiningOp();
  if (!op)
    return kernel.emitOpError("has an argument that is not a tensor");
  return op->emitOpError("is not something the stage Tile lowers in a kernel");
}

FailureOr<Ref> KernelLowering::load(Value source, Type type, const Access &access, ShapeRef space) {
  Ref ref = emit.allocOver(Memory::sbuf, space, SmallVector<bool>(space.size(), true),
                           storageType(cast<RankedTensorType>(type).getElementType()));
  if (!loadTransposed(ref, {source, access}, space))
    emit.dma(space, ref, {source, access});
  return ref;
}

// Where neighbours in memory go to different partitions a DMA moves single elements. Then rows are loaded as they lie and
// turned by the Tensor engine, 128 x 128 at a time.
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
  int64_t chunk = evenPiece(space[rows], limits.partitions);
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
      emit.transpose(bank, {block[0], block[rows]},
                     {natural.tile, natural.access.shifted(inRows).projected({0, last})}, {block[rows], block[0]});
      emit.copy({block[0], block[rows]}, {dst.tile, dst.access.shifted(target).projected({0, rows})}, bank);
      return success();
    });
  }
  return true;
}

LogicalResult KernelLowering::getInto(Value value, const Access &access, ShapeRef space, const Ref &dst) {
  Value source = value;
  Access from = access;
  while (!getHbm(source) && lookThrough(source, from)) {
  }
  if (Value tile = getHbm(source)) {
    emit.dma(space, dst, {tile, from});
    return success();
  }
  FailureOr<Ref> ref = get(value, access, space);
  if (failed(ref))
    return failure();
  emit.move(space, dst, *ref);
  return success();
}

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

FailureOr<Access> KernelLowering::getLoops(linalg::GenericOp op, unsigned result, const Access &access,
                                           bool withReductions) {
  AffineMap map = op.getIndexingMapsArray()[op.getNumDpsInputs() + result];
  SmallVector<utils::IteratorType> iterators = op.getIteratorTypesArray();
  SmallVector<int64_t> ranges = op.getStaticLoopRanges();
  unsigned numReductions = withReductions ? op.getNumReductionLoops() : 0, rank = access.numDims + numReductions;
  Access loops;
  loops.numDims = rank;
  loops.coords.assign(op.getNumLoops(), Linear{0, SmallVector<int64_t>(rank, 0)});
  SmallVector<bool> isSet(op.getNumLoops(), false);
  for (auto [i, expr] : llvm::enumerate(map.getResults())) {
    auto dim = dyn_cast<AffineDimExpr>(expr);
    if (!dim) {
      if (llvm::isa<AffineConstantExpr>(expr))
        continue;
      return op.emitOpError("writes its result through a map that is no permutation: ") << AffineMapAttr::get(map);
    }
    Linear &loop = loops.coords[dim.getPosition()];
    loop.offset = access.coords[i].offset;
    std::copy(access.coords[i].factors.begin(), access.coords[i].factors.end(), loop.factors.begin());
    isSet[dim.getPosition()] = true;
  }
  unsigned reduction = access.numDims;
  for (unsigned l = 0; l < op.getNumLoops(); ++l) {
    if (isSet[l])
      continue;
    if (iterators[l] == utils::IteratorType::reduction) {
      if (withReductions)
        loops.coords[l].factors[reduction++] = 1;
    } else if (ranges[l] != 1) {
      return op.emitOpError("has a parallel loop that its result does not depend on");
    }
  }
  return loops;
}

LogicalResult KernelLowering::run() {
  Block &body = kernel.getBody().front();
  auto returned = cast<func::ReturnOp>(body.getTerminator());
  unsigned numArguments = kernel.getNumArguments();
  for (auto [from, to] : llvm::zip(kernel.getArguments(), lowered.getArguments().take_front(numArguments)))
    hbm[from] = to;
  FailureOr<SmallVector<Plan>> plans = readPlans(kernel);
  if (failed(plans))
    return failure();
  for (auto [i, value] : llvm::enumerate(returned.getOperands())) {
    auto type = cast<RankedTensorType>(value.getType());
    Ref dst{lowered.getArgument(numArguments + i), Access::identity(Shape(type.getRank(), 0))};
    if (failed(store(value, dst, &(*plans)[i])))
      return failure();
  }
  return success();
}
} // namespace tarn::tile
