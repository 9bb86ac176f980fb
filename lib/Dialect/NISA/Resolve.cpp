// Tiles and views to access patterns.
#include "tarn/Dialect/NISA/Resolve.h"
#include "mlir/Dialect/Affine/Analysis/AffineStructures.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace tarn;
using namespace tarn::nisa;

Value tarn::nisa::getBase(Value tile) {
  while (Operation *op = tile.getDefiningOp()) {
    if (auto view = dyn_cast<ViewOp>(op))
      tile = view.getSource();
    else if (auto reshape = dyn_cast<ReshapeOp>(op))
      tile = reshape.getSource();
    else
      break;
  }
  return tile;
}

static SmallVector<int64_t> rowMajorSteps(TileType type) {
  ArrayRef<int64_t> shape = type.getShape();
  SmallVector<int64_t> steps(shape.size(), 1);
  for (int64_t i = static_cast<int64_t>(shape.size()) - 2; i >= 0; --i)
    steps[i] = steps[i + 1] * shape[i + 1];
  if (type.isOnChip() && !steps.empty())
    steps[0] = 0; // the partition
  return steps;
}

FailureOr<Footing> tarn::nisa::getFooting(Value tile, bool mayVary) {
  Footing footing;
  footing.base = getBase(tile);
  TileType type = cast<TileType>(tile.getType());
  auto view = tile.getDefiningOp<ViewOp>();
  if (!view) {
    footing.steps = rowMajorSteps(type);
    return footing;
  }

  TileType sourceType = view.getSource().getType();
  AffineMap map = view.getMap();
  if (!view.getSymbols().empty()) {
    SmallVector<AffineExpr> values;
    for (Value symbol : view.getSymbols()) {
      APInt value(64, 0);
      auto argument = dyn_cast<BlockArgument>(symbol);
      bool isTurn = argument && llvm::isa_and_present<LoopOp>(argument.getOwner()->getParentOp());
      if (!isTurn && !matchPattern(symbol, m_ConstantInt(&value)) && !mayVary)
        return view.emitOpError("has a symbol that is neither constant nor the variable of a nisa.loop");
      values.push_back(isTurn ? getAffineSymbolExpr(0, tile.getContext())
                              : getAffineConstantExpr(value.getSExtValue(), tile.getContext()));
    }
    map = map.replaceDimsAndSymbols({}, values, map.getNumDims(), 1);
  }
  unsigned rank = map.getNumDims(), numSymbols = map.getNumSymbols();
  footing.steps.assign(rank, 0);
  SmallVector<int64_t> sourceSteps = rowMajorSteps(sourceType);
  for (auto [r, result] : llvm::enumerate(map.getResults())) {
    SmallVector<int64_t> flat;
    if (failed(getFlattenedAffineExpr(result, rank, numSymbols, &flat)) || flat.size() != rank + numSymbols + 1)
      return view.emitOpError("has a map that is not linear in its dimensions: ") << AffineMapAttr::get(map);
    int64_t perTurn = numSymbols ? flat[rank] : 0;
    bool isPartition = sourceType.isOnChip() && r == 0;
    for (unsigned d = 0; d < rank; ++d) {
      if (isPartition) {
        int64_t expected = d == 0 && type.getNumPartitions() > 1 ? 1 : 0;
        bool alone = type.getShape()[d] == 1;
        if (flat[d] != expected && !alone)
          return view.emitOpError("moves data across partitions: coordinate 0 is d0 plus a constant, found ")
                 << AffineMapAttr::get(map);
      } else if (sourceType.isOnChip() && d == 0 && flat[0] != 0 && type.getNumPartitions() > 1) {
        return view.emitOpError("lets a free coordinate depend on the partition: ") << AffineMapAttr::get(map);
      } else {
        footing.steps[d] += flat[d] * sourceSteps[r];
      }
    }
    if (isPartition) {
      footing.partition += flat.back();
      footing.partitionPerTurn += perTurn;
    } else {
      footing.offset += flat.back() * sourceSteps[r];
      footing.offsetPerTurn += perTurn * sourceSteps[r];
    }
  }
  return footing;
}

SmallVector<WalkDim> tarn::nisa::simplifyWalk(ArrayRef<WalkDim> dims) {
  SmallVector<WalkDim> result;
  for (WalkDim dim : dims) {
    if (dim.num == 1)
      continue;
    if (!result.empty() && result.back().step == dim.step * dim.num) {
      result.back().num *= dim.num;
      result.back().step = dim.step;
    } else {
      result.push_back(dim);
    }
  }
  return result;
}

// Writes a walk into an operand, innermost dimension first, as the hardware has it.
template <typename Pattern> static void setWalk(Pattern &pattern, ArrayRef<WalkDim> dims) {
  using Step = decltype(pattern.dims[0].step);
  pattern.rank = dims.size();
  for (auto [i, dim] : llvm::enumerate(llvm::reverse(dims)))
    pattern.dims[i] = {static_cast<std::remove_reference_t<Step>>(dim.step), static_cast<uint32_t>(dim.num)};
}

// Base address and first partition of a placed tile.
static FailureOr<std::pair<int64_t, int64_t>> getPlace(Value base, bool isPlaced) {
  if (!isPlaced)
    return std::make_pair(int64_t(0), int64_t(0));
  Operation *op = base.getDefiningOp();
  if (auto alloc = dyn_cast_if_present<AllocOp>(op)) {
    if (alloc.getAddress())
      return std::make_pair(static_cast<int64_t>(*alloc.getAddress()),
                            static_cast<int64_t>(alloc.getPartition().value_or(0)));
  } else if (auto tensor = dyn_cast_if_present<TensorOp>(op)) {
    if (tensor.getAddress())
      return std::make_pair(static_cast<int64_t>(*tensor.getAddress()), int64_t(0));
  }
  if (op)
    return op->emitOpError("has no address");
  emitError(base.getLoc(), "an argument of a function has no address; a placed @main takes none");
  return failure();
}

// What each turn of the loop adds to an address: at once for a known turn, else by the loop's register.
static LogicalResult addTurns(Value tile, int64_t bytesPerTurn, const Resolver &resolver, int64_t &address,
                              std::optional<isa::RegisterOffset> &offset) {
  address += bytesPerTurn * resolver.turn;
  if (!resolver.turnRegister || bytesPerTurn == 0)
    return success();
  if (bytesPerTurn != static_cast<int32_t>(bytesPerTurn))
    return emitError(tile.getLoc(), "operand ") << tile.getType() << " moves by " << bytesPerTurn
                                                << " bytes a turn of its loop; an instruction can say 32 bits";
  offset = isa::RegisterOffset{*resolver.turnRegister, static_cast<int32_t>(bytesPerTurn)};
  return success();
}

LogicalResult Resolver::resolve(Value tile, isa::AccessPattern &pattern) {
  auto type = cast<TileType>(tile.getType());
  FailureOr<Footing> footing = getFooting(tile, !isPlaced);
  if (failed(footing))
    return failure();
  auto place = getPlace(footing->base, isPlaced);
  if (failed(place))
    return failure();
  if (!type.isOnChip())
    return emitError(tile.getLoc(), "an engine's operand lies in sbuf or psum, found ") << type;
  int64_t size = type.getElementSize();
  pattern.memory = type.getMemory() == Memory::psum ? isa::Memory::psum : isa::Memory::sbuf;
  pattern.dtype = *toDType(type.getElementType());
  if (footing->partitionPerTurn && turnRegister)
    return emitError(tile.getLoc(), "operand ")
           << type << " moves to other partitions from turn to turn of its loop; an "
           << "instruction's first partition is fixed";
  int64_t partition = isPlaced ? place->second + footing->partition + footing->partitionPerTurn * turn : 0;
  int64_t address = isPlaced ? place->first + footing->offset * size : 0;
  if (failed(addTurns(tile, footing->offsetPerTurn * size, *this, address, pattern.offset)))
    return failure();
  if (partition < 0 || partition > std::numeric_limits<uint8_t>::max() || address < 0 ||
      address > std::numeric_limits<uint32_t>::max())
    return emitError(tile.getLoc(), "operand ") << type << " begins at partition " << partition << ", byte " << address
                                                << "; an instruction names partitions 0 to 255 and bytes of 32 bits";
  pattern.startPartition = partition;
  pattern.numPartitions = type.getNumPartitions();
  pattern.address = address;
  SmallVector<WalkDim> dims;
  for (size_t d = 1; d < type.getShape().size(); ++d)
    dims.push_back({footing->steps[d], type.getShape()[d]});
  dims = simplifyWalk(dims);
  if (dims.size() > pattern.dims.size())
    return emitError(tile.getLoc(), "operand ")
           << type << " needs " << dims.size() << " free dimensions, the hardware walks at most "
           << pattern.dims.size();
  setWalk(pattern, dims);
  return success();
}

LogicalResult Resolver::resolve(Value tile, isa::DmaPattern &pattern) {
  auto type = cast<TileType>(tile.getType());
  FailureOr<Footing> footing = getFooting(tile, !isPlaced);
  if (failed(footing))
    return failure();
  auto place = getPlace(footing->base, isPlaced);
  if (failed(place))
    return failure();
  if (type.getMemory() == Memory::psum)
    return emitError(tile.getLoc(), "a DMA reads and writes hbm or sbuf, found ") << type;
  int64_t size = type.getElementSize();
  pattern.memory = type.isOnChip() ? isa::Memory::sbuf : isa::Memory::hbm;
  pattern.dtype = *toDType(type.getElementType());
  int64_t address = place->first + footing->offset * size, bytesPerTurn = footing->offsetPerTurn * size;
  if (type.isOnChip()) {
    address += (place->second + footing->partition) * isa::sbufPartitionPitch;
    bytesPerTurn += footing->partitionPerTurn * isa::sbufPartitionPitch;
  }
  if (!isPlaced)
    address = 0;
  if (failed(addTurns(tile, bytesPerTurn, *this, address, pattern.offset)))
    return failure();
  pattern.address = address;
  SmallVector<WalkDim> dims;
  for (auto [d, num] : llvm::enumerate(type.getShape())) {
    bool isPartition = type.isOnChip() && d == 0;
    dims.push_back({isPartition ? static_cast<int64_t>(isa::sbufPartitionPitch) : footing->steps[d] * size, num});
  }
  dims = simplifyWalk(dims);
  if (dims.size() > pattern.dims.size())
    return emitError(tile.getLoc(), "DMA side ")
           << type << " needs " << dims.size() << " dimensions, a descriptor walks at most " << pattern.dims.size();
  setWalk(pattern, dims);
  return success();
}

LogicalResult Resolver::resolveIndex(Operation *op, ArrayRef<int64_t> steps, isa::IndexPattern &pattern) {
  auto type = cast<TileType>(op->getOperand(0).getType());
  if (steps.size() + 1 != type.getShape().size())
    return op->emitOpError("needs one step per free dimension of ") << type << ", found " << steps.size();
  SmallVector<WalkDim> dims;
  for (auto [step, num] : llvm::zip_equal(steps, type.getShape().drop_front()))
    dims.push_back({step, num});
  dims = simplifyWalk(dims);
  if (dims.size() > pattern.dims.size())
    return op->emitOpError("has an index pattern of ") << dims.size() << " dimensions, at most " << pattern.dims.size();
  setWalk(pattern, dims);
  return success();
}

LogicalResult Resolver::resolveExtents(Operation *op, ArrayRef<int64_t> sizes, isa::Extents &extents) {
  if (sizes.size() > extents.sizes.size())
    return op->emitOpError("has ") << sizes.size() << " sizes, at most " << extents.sizes.size();
  extents.rank = sizes.size();
  for (auto [i, size] : llvm::enumerate(sizes)) {
    if (size < 0 || size > std::numeric_limits<uint32_t>::max())
      return op->emitOpError("has a size of ") << size << ", allowed are 32 bits";
    extents.sizes[i] = static_cast<uint32_t>(size);
  }
  return success();
}
