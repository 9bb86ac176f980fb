// Sums of products on the Tensor engine. The dimension on the result's partitions belongs to one operand, the stationary
// one; the dimensions of the other, the moving one, are walked up to one bank of PSUM. One reduction dimension lies on the
// partitions of both operands; the others (taps of a convolution) and its tiles accumulate in the bank:
//
//   psum[m, n…] = sum over tiles of k, taps t:  stationary[k, t, m]^T · moving[k, window of n… and t]
//
// A tap is a shifted, strided view of the moving tile. Dimensions of both operands (batches, groups) and further ones of the
// stationary operand are loops.
#include "KernelLowering.h"
#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace tarn::nisa;
namespace tarn::tile {

static constexpr int64_t maxTogether = 32; // tiles of k that are loaded by one DMA

/// The element type that the Tensor engine reads an operand in; eight-bit integers are exact in bf16.
static Type matmulType(Value scalar) {
  Type type = scalar.getType();
  while (Operation *cast = scalar.getDefiningOp()) {
    if (llvm::isa<arith::TruncFOp>(cast))
      break;
    scalar = cast->getOperand(0);
    type = scalar.getType();
  }
  if (type.isF32() || type.isF16() || type.isBF16())
    return type;
  if (type.isInteger(8) || type.isInteger(1))
    return BFloat16Type::get(type.getContext());
  return Float32Type::get(type.getContext());
}

// A contraction's operand that is itself a sum or a reduction is written to memory first: each of its tiles is read many
// times.
bool KernelLowering::isHbmOnly(Value value) {
  if (getHbm(value))
    return false;
  if (auto slice = value.getDefiningOp<tensor::ExtractSliceOp>())
    return isHbmOnly(slice.getSource());
  if (auto pad = value.getDefiningOp<tensor::PadOp>())
    return isHbmOnly(pad.getSource());
  if (auto insert = value.getDefiningOp<tensor::InsertSliceOp>())
    return isHbmOnly(insert.getSource()) || isHbmOnly(insert.getDest());
  auto generic = value.getDefiningOp<linalg::GenericOp>();
  return generic && (!isElementwise(generic) ||
                     llvm::any_of(generic.getDpsInputs(), [&](Value operand) { return isHbmOnly(operand); }));
}

// What is loaded from memory, with elementwise work on it: any walk over it is one DMA.
bool KernelLowering::isLoaded(Value value) {
  Access access = Access::identity(Shape(cast<RankedTensorType>(value.getType()).getRank(), 0));
  while (!isPlaced(value) && lookThrough(value, access)) {
  }
  if (isPlaced(value))
    return !getResident(value);
  auto generic = value.getDefiningOp<linalg::GenericOp>();
  return generic && isElementwise(generic) &&
         llvm::all_of(generic.getDpsInputs(), [&](Value operand) { return getNumber(operand) || isLoaded(operand); });
}

FailureOr<Ref> KernelLowering::getOperandTile(GenericOp op, Value scalar, const Access &loops, ShapeRef space,
                                              Type type) {
  Value argument = scalar;
  while (Operation *cast = argument.getDefiningOp())
    argument = cast->getOperand(0);
  unsigned input = cast<BlockArgument>(argument).getArgNumber();
  Value value = op.getDpsInputs()[input];
  std::optional<Access> map = Access::of(op.getIndexingMapsArray()[input]);
  if (!map)
    return op.emitOpError("has an indexing map that is not linear");
  FailureOr<Ref> ref = get(value, map->after(loops), space);
  if (failed(ref))
    return failure();
  emit.loc = op.getLoc();
  if (tileType(ref->tile).getElementType() == type && tileType(ref->tile).getMemory() == Memory::sbuf)
    return ref;
  // The whole tile is converted, once for all that read it.
  Key key{ref->tile.getAsOpaquePointer(), Shape()};
  key.numbers.push_back(static_cast<int64_t>(reinterpret_cast<intptr_t>(type.getAsOpaquePointer())));
  SmallVector<unsigned> dims = range(0, tileType(ref->tile).getShape().size());
  std::optional<Ref> converted = recall(key, dims, dims.size());
  if (!converted) {
    ShapeRef shape = tileType(ref->tile).getShape();
    BodyContext context{op, Access(), Shape(shape), llvm::DenseMap<Value, Expression>()};
    context.known[argument] =
        Expression::ofTile(argument.getType(), {ref->tile, Access::identity(Shape(shape.size(), 0))});
    FailureOr<Expression> e = evaluate(context, scalar);
    if (failed(e))
      return failure();
    converted = force(shape, *e, nullptr, type);
    if (tileType(converted->tile).getMemory() != Memory::sbuf) {
      Ref copied = emit.allocOver(Memory::sbuf, shape, SmallVector<bool>(shape.size(), true), type);
      emit.copy(shape, copied, *converted);
      converted = copied;
    }
    remember(key, dims, *converted);
  }
  return Ref{converted->tile, converted->access.after(ref->access)};
}

FailureOr<Ref> KernelLowering::getContraction(GenericOp op, const Access &access, ShapeRef space, bool &applies) {
  applies = false;
  std::optional<Product> match = matchProduct(op);
  if (!match)
    return failure();
  FailureOr<Access> loops = getLoops(op, 0, access, true);
  std::optional<Access> mapA = Access::of(op.getIndexingMapsArray()[match->inputA]);
  std::optional<Access> mapB = Access::of(op.getIndexingMapsArray()[match->inputB]);
  if (failed(loops) || !mapA || !mapB)
    return failure();
  unsigned rank = space.size(), numLoops = rank + op.getNumReductionLoops();
  Shape whole(space);
  for (auto [range, iterator] : llvm::zip(op.getStaticLoopRanges(), op.getIteratorTypesArray()))
    if (iterator == utils::IteratorType::reduction)
      whole.push_back(range);

  // 1. Which operand is stationary?
  Access ofA = mapA->after(*loops), ofB = mapB->after(*loops);
  bool firstInA = space[0] != 1 && ofA.dependsOn(0), firstInB = space[0] != 1 && ofB.dependsOn(0);
  if (firstInA && firstInB)
    return failure(); // a batch of products: no work for the Tensor engine
  auto size = [&](const Access &a) {
    int64_t elements = 1;
    for (unsigned d = 1; d < rank; ++d)
      elements *= a.dependsOn(d) ? space[d] : 1;
    return elements;
  };
  bool aIsStationary = firstInA || (!firstInB && size(ofA) <= size(ofB));
  const Access &ofStationary = aIsStationary ? ofA : ofB, &ofMoving = aIsStationary ? ofB : ofA;
  Value stationaryScalar = aIsStationary ? match->a : match->b, movingScalar = aIsStationary ? match->b : match->a;
  applies = true;
  for (unsigned input : {match->inputA, match->inputB}) {
    Value operand = op.getDpsInputs()[input];
    if (isHbmOnly(operand) && failed(materialize(operand)))
      return failure();
  }
  emit.loc = op.getLoc();
  Type typeS = matmulType(stationaryScalar), typeV = matmulType(movingScalar);
  if (typeS.isF32() || typeV.isF32())
    typeS = typeV = Float32Type::get(op.getContext());

  // 2. Which reduction lies on the partitions: the one that fills most of them.
  auto isSimple = [&](unsigned d) {
    for (const Access *a : {&ofStationary, &ofMoving})
      for (const Linear &coord : a->coords)
        if (coord.factors[d] != 0 && (coord.factors[d] != 1 || !coord.onlyDim()))
          return false;
    return true;
  };
  unsigned k = rank;
  double bestScore = -1;
  for (unsigned d = rank; d < numLoops; ++d) {
    double score = std::min(whole[d], limits.partitions) * (isSimple(d) ? 1.0 : 0.25);
    if (score > bestScore) {
      k = d;
      bestScore = score;
    }
  }
  int64_t kTile = evenPiece(whole[k], limits.partitions), numTiles = ceilDiv(whole[k], kTile);
  // Tiles of k are loaded together, k = p + kTile * t, where no windows overlap: a DMA costs as much to issue as to move
  // some 200 KB.
  auto mayLoadTogether = [&](Value scalar, const Access &operand) {
    while (Operation *cast = scalar.getDefiningOp())
      scalar = cast->getOperand(0);
    return isSimple(k) && llvm::all_of(operand.coords, [](const Linear &c) { return c.isConstant() || c.onlyDim(); }) &&
           isLoaded(op.getDpsInputs()[cast<BlockArgument>(scalar).getArgNumber()]);
  };
  bool stationaryTogether = mayLoadTogether(stationaryScalar, ofStationary);
  bool movingTogether = mayLoadTogether(movingScalar, ofMoving);
  SmallVector<unsigned> taps;
  for (unsigned d = rank; d < numLoops; ++d)
    if (d != k)
      taps.push_back(d);

  // 3. Boxes: one bank, at most four dimensions to walk; the stationary operand's own dimensions one by one.
  Shape box(rank, 1);
  box[0] = space[0];
  int64_t elements = 1;
  unsigned walked = 0;
  for (unsigned d = rank; d-- > 1;) {
    if (!ofMoving.dependsOn(d) || ofStationary.dependsOn(d) || walked == 4)
      continue;
    int64_t fits = std::min(space[d], limits.psumElements / elements);
    box[d] = fits == space[d] ? fits : evenPiece(space[d], std::max<int64_t>(fits, 1));
    elements *= box[d];
    walked += box[d] != 1;
  }
  bool isSingle = product(box) == product(space);

  // 4. Operand tiles hold all taps, and the moving one all that this request needs, where that fits.
  int64_t numTaps = product(at(whole, taps));
  bool wholeStationary = numTaps * box[0] <= limits.residentElements / 2;
  auto movingRegion = [&](const Shape &sizes) {
    Shape offsets, extents;
    ofMoving.getRegion(sizes, offsets, extents);
    int64_t region = 1, asked = 1;
    for (auto [coord, extent] : llvm::zip(ofMoving.coords, extents))
      region *= coord.factors[k] != 0 ? 1 : extent;
    for (unsigned d = 1; d < numLoops; ++d)
      asked *= d != k && ofMoving.dependsOn(d) ? sizes[d] : 1;
    return std::min(region, asked);
  };
  Shape requested(whole);
  for (unsigned d = 0; d < rank; ++d)
    if (!ofMoving.dependsOn(d) || ofStationary.dependsOn(d))
      requested[d] = 1;
  auto fitsMoving = [&] {
    return movingRegion(requested) * std::min<int64_t>(numTiles, 4) <= 2 * limits.residentElements;
  };
  if (!fitsMoving())
    std::copy(box.begin() + 1, box.end(), requested.begin() + 1);
  bool wholeMoving = fitsMoving();

  SmallVector<unsigned> order{0};
  std::optional<Ref> result;
  SmallVector<bool> allDims(rank, true);
  if (!isSingle)
    result = emit.allocOver(Memory::sbuf, space, allDims, Float32Type::get(op.getContext()));
  auto walk = forEachPiece(space, box, {}, [&](ArrayRef<int64_t> offsets, ArrayRef<int64_t> sizes) -> LogicalResult {
    SmallVector<bool> dims(rank, true);
    Ref bank = emit.allocOver(Memory::psum, sizes, dims, Float32Type::get(op.getContext()));
    bool isFirst = true;
    for (int64_t kOffset = 0; kOffset < whole[k]; kOffset += kTile) {
      int64_t kSize = std::min(kTile, whole[k] - kOffset);
      Shape tapSizes = at(whole, taps), one(taps.size(), 1);
      // Tiles of one operand: for all taps or for one; `dims` are its dimensions beside k and the taps.
      auto getTile = [&](Value scalar, Type type, ArrayRef<unsigned> own, ArrayRef<int64_t> from,
                         ArrayRef<int64_t> ownSizes, ArrayRef<int64_t> tap, bool allTaps,
                         bool together) -> FailureOr<Ref> {
        Shape origin(numLoops, 0);
        std::copy(from.begin(), from.end(), origin.begin());
        SmallVector<unsigned> order{k};
        Shape tileSpace{kSize};
        for (auto [i, t] : llvm::enumerate(taps)) {
          if (allTaps) {
            order.push_back(t);
            tileSpace.push_back(whole[t]);
          } else {
            origin[t] = tap[i];
          }
        }
        for (unsigned d : own) {
          order.push_back(d);
          tileSpace.push_back(ownSizes[d]);
        }
        // The space of what is loaded together: [k, tile of k, taps…, own…].
        int64_t numFull = whole[k] / kTile, tile = kOffset / kTile, numTogether = 1;
        if (together && tile < numFull)
          numTogether = std::clamp<int64_t>(limits.residentElements / product(ShapeRef(tileSpace).drop_front()), 1,
                                            std::min(maxTogether, numFull));
        int64_t first = tile / numTogether * numTogether;
        origin[k] = first * kTile;
        tileSpace.insert(tileSpace.begin() + 1, std::min(numTogether, std::max<int64_t>(numFull - first, 1)));
        Access asked = loops->shifted(origin).projected(order);
        for (Linear &coord : asked.coords)
          coord.factors.insert(coord.factors.begin() + 1, tileSpace[1] == 1 ? 0 : coord.factors[0] * kTile);
        ++asked.numDims;
        FailureOr<Ref> ref = getOperandTile(op, scalar, asked, tileSpace, type);
        if (failed(ref))
          return failure();
        // As seen by one tap: [k, own…].
        SmallVector<unsigned> seen{0};
        Shape shift(asked.numDims, 0);
        shift[1] = tile - first;
        if (allTaps)
          for (unsigned i = 0; i < taps.size(); ++i)
            shift[2 + i] = tap[i];
        for (unsigned i = 0; i < own.size(); ++i)
          seen.push_back(2 + (allTaps ? taps.size() : 0) + i);
        return Ref{ref->tile, ref->access.shifted(shift).projected(seen)};
      };
      SmallVector<unsigned> movingDims;
      for (unsigned d = 1; d < rank; ++d)
        movingDims.push_back(d);
      LogicalResult tapped =
          forEachPiece(taps.empty() ? Shape{1} : tapSizes, taps.empty() ? Shape{1} : one, {},
                       [&](ArrayRef<int64_t> tap, ArrayRef<int64_t>) -> LogicalResult {
                         FailureOr<Ref> stationary = getTile(stationaryScalar, typeS, {0}, offsets, sizes, tap,
                                                             wholeStationary, stationaryTogether);
                         if (failed(stationary))
                           return failure();
                         // The moving tile covers the request where it fits: its origin is then that of the request.
                         Shape from(offsets), extent(sizes), shift(rank, 0);
                         if (wholeMoving)
                           for (unsigned d = 1; d < rank; ++d)
                             if (requested[d] == space[d]) {
                               shift[d] = offsets[d];
                               from[d] = 0;
                               extent[d] = space[d];
                             }
                         FailureOr<Ref> moving =
                             getTile(movingScalar, typeV, movingDims, from, extent, tap, wholeMoving, movingTogether);
                         if (failed(moving))
                           return failure();
                         moving->access = moving->access.shifted(shift); // dimension 0 is k here, with shift 0
                         emit.loc = op.getLoc();
                         // The space of the instruction: [k, m, n…].
                         Shape instruction{kSize};
                         instruction.append(sizes.begin(), sizes.end());
                         SmallVector<unsigned> bankDims = range(1, rank + 1), stationaryDims{0, 1}, dimsOfMoving{0};
                         for (unsigned d = 1; d < rank; ++d)
                           dimsOfMoving.push_back(d + 1);
                         emit.matmul(instruction, {bank.tile, bank.access.spread(bankDims, rank + 1)},
                                     {stationary->tile, stationary->access.spread(stationaryDims, rank + 1)},
                                     {moving->tile, moving->access.spread(dimsOfMoving, rank + 1)}, !isFirst);
                         isFirst = false;
                         return success();
                       });
      if (failed(tapped))
        return failure();
    }
    if (isSingle)
      result = bank;
    else
      emit.copy(sizes, {result->tile, result->access.shifted(offsets)}, bank);
    return success();
  });
  if (failed(walk))
    return failure();

  // 5. What the sum starts from.
  FailureOr<Access> outer = getLoops(op, 0, access, false);
  std::optional<Access> outMap = Access::of(op.getIndexingMapsArray()[op.getNumDpsInputs()]);
  Type type = yielded(op, 0).getType();
  FailureOr<Expression> start = evaluateOperand(op.getDpsInits()[0], outMap->after(*outer), space, type);
  if (failed(start))
    return failure();
  if (start->isNumber() && *start->number == 0)
    return *result;
  Expression sum = binary(space, AluOp::add, Expression::ofTile(type, *result), *start, type, nullptr, false);
  return sum.ref;
}
} // namespace tarn::tile
