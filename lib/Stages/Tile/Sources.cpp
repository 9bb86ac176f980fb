// Where values come from: constants, tensors in memory, what slices, reshapes and copies look through, and the loops of an
// op behind a request for its result.
#include "KernelLowering.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace tarn::nisa;
namespace tarn::tile {

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
  return hbm[value] = ReshapeOp::create(
             emit.builder, emit.loc,
             TileType::get(type.getContext(), Memory::hbm, type.getShape(), storageType(type.getElementType())), base);
}

FailureOr<Value> KernelLowering::materialize(Value value) {
  if (Value tile = getHbm(value))
    return tile;
  if (std::optional<Resident> resident = getResident(value))
    return spill(value, *resident);
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
} // namespace tarn::tile
