// Tiles of values: requests are brought into the order of the value's own dimensions where that is possible, so that
// the same region asked for by different ops is one tile.
#include "KernelLowering.h"
#include "Canonical.h"

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

FailureOr<Ref> KernelLowering::get(Value value, Access access, ShapeRef space) {
  access.dropUnitDims(space, 1);
  if (!isPlaced(value))
    while (lookThrough(value, access))
      if (isPlaced(value))
        break;
  access.dropUnitDims(space, 1);
  std::optional<Resident> resident = getResident(value);
  if (std::optional<Ref> view = resident ? resident->view(access, space) : std::nullopt)
    return *view;

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
  if (std::optional<Resident> resident = getResident(value)) {
    if (std::optional<Ref> ref = readResident(*resident, access, space))
      return *ref;
    return load(spill(value, *resident), value.getType(), access, space);
  }
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

LogicalResult KernelLowering::run() {
  Block &body = kernel.getBody().front();
  auto returned = cast<func::ReturnOp>(body.getTerminator());
  unsigned numArguments = kernel.getNumArguments();
  auto residentAt = [&](unsigned i, Type type, DictionaryAttr where) -> FailureOr<std::optional<Resident>> {
    FailureOr<std::optional<unsigned>> partition = readMemory(kernel, type, where);
    if (failed(partition))
      return failure();
    if (!*partition)
      return std::optional<Resident>();
    return std::optional(
        Resident(lowered.getArgument(i), cast<RankedTensorType>(type).getShape(), **partition, limits.partitions));
  };
  for (BlockArgument argument : kernel.getArguments()) {
    unsigned i = argument.getArgNumber();
    auto resident = residentAt(i, argument.getType(), kernel.getArgAttrDict(i));
    if (failed(resident))
      return failure();
    if (*resident)
      residents.try_emplace(argument, **resident);
    else
      hbm[argument] = lowered.getArgument(i);
  }
  FailureOr<SmallVector<Plan>> plans = readPlans(kernel, limits);
  if (failed(plans))
    return failure();
  for (auto [i, value] : llvm::enumerate(returned.getOperands())) {
    auto type = cast<RankedTensorType>(value.getType());
    auto resident = residentAt(numArguments + i, type, kernel.getResultAttrDict(i));
    if (failed(resident))
      return failure();
    if (*resident) {
      if (failed(storeResident(value, **resident, (*plans)[i])))
        return failure();
      continue;
    }
    Ref dst{lowered.getArgument(numArguments + i), Access::identity(Shape(type.getRank(), 0))};
    if (failed(store(value, dst, &(*plans)[i])))
      return failure();
  }
  return success();
}
} // namespace tarn::tile
