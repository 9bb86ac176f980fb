// tile-lower: kernels by KernelLowering; here main. Its arguments, results and constants become named tensors in HBM, what
// passes between kernels scratch tensors, and each kernel is called with tensors for its results.
#include "KernelLowering.h"
#include "mlir/IR/DialectResourceBlobManager.h"
#include "mlir/IR/SymbolTable.h"
#include "tarn/Dialect/NISA/ChipAttribute.h"
#include "tarn/Dialect/NISA/Origin.h"
#include "tarn/Stages/Tile/Passes.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace tarn::nisa;

namespace tarn {
#define GEN_PASS_DEF_LOWERTOTILES
#include "tarn/Stages/Tile/Passes.h.inc"

namespace {
using tile::storageType;

FailureOr<TileType> hbmType(Operation *op, Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor || !tensor.hasStaticShape() || llvm::is_contained(tensor.getShape(), 0) ||
      !toDType(storageType(tensor.getElementType())))
    return op->emitOpError("needs tensors of static shape, with elements, of a type of the machine's; found ") << type;
  return TileType::get(type.getContext(), Memory::hbm, tensor.getShape(), storageType(tensor.getElementType()));
}

/// `where`: attributes of a kernel's argument or result.
FailureOr<TileType> kernelType(func::FuncOp kernel, Type type, DictionaryAttr where, int64_t partitions) {
  FailureOr<TileType> inHbm = hbmType(kernel, type);
  FailureOr<std::optional<unsigned>> partition = tile::readMemory(kernel, type, where);
  if (failed(inHbm) || failed(partition) || !*partition)
    return failed(partition) ? FailureOr<TileType>(failure()) : inHbm;
  return tile::Resident::typeOf(inHbm->getShape(), inHbm->getElementType(), **partition, partitions);
}

/// Constants of 64 bits become ones of 32; others stay as they are.
FailureOr<ElementsAttr> toStorage(Operation *op, ElementsAttr value, TileType type) {
  Type element = value.getElementType();
  bool isWide = element.isF64() || (element.isInteger() && element.getIntOrFloatBitWidth() == 64);
  if (!isWide)
    return value;
  auto converted = [&](auto &&from) -> FailureOr<ElementsAttr> {
    auto shaped = RankedTensorType::get(type.getShape(), type.getElementType());
    if (element.isF64()) {
      SmallVector<float> numbers;
      for (int64_t i = 0; i < type.getNumElements(); ++i)
        numbers.push_back(static_cast<float>(from(i, double())));
      return ElementsAttr(DenseElementsAttr::get(shaped, ArrayRef<float>(numbers)));
    }
    SmallVector<APInt> numbers;
    for (int64_t i = 0; i < type.getNumElements(); ++i) {
      int64_t number = from(i, int64_t());
      if (number != static_cast<int32_t>(number))
        return op->emitOpError("holds ") << number << ", which does not fit the device's 32-bit integers";
      numbers.push_back(APInt(32, static_cast<uint64_t>(number), /*isSigned=*/true, /*implicitTrunc=*/true));
    }
    return ElementsAttr(DenseElementsAttr::get(shaped, numbers));
  };
  if (auto resource = dyn_cast<DenseResourceElementsAttr>(value)) {
    AsmResourceBlob *blob = resource.getRawHandle().getBlob();
    if (!blob || static_cast<int64_t>(blob->getData().size()) != type.getNumElements() * 8)
      return op->emitOpError("has contents of another size than its type");
    return converted([&](int64_t i, auto zero) {
      decltype(zero) number;
      std::memcpy(&number, blob->getData().data() + 8 * i, 8);
      return number;
    });
  }
  auto dense = dyn_cast<DenseElementsAttr>(value);
  if (!dense)
    return op->emitOpError("has contents of an attribute kind that is not supported");
  return converted([&](int64_t i, auto zero) {
    decltype(zero) number;
    ArrayRef<char> raw = dense.getRawData();
    std::memcpy(&number, raw.data() + (dense.isSplat() ? 0 : 8 * i), 8);
    return number;
  });
}

class MainLowering {
public:
  MainLowering(func::FuncOp main, SymbolTable &symbols, int64_t partitions)
      : main(main), symbols(symbols), builder(main.getContext()), partitions(partitions) {}

  LogicalResult run() {
    lowered = func::FuncOp::create(main.getLoc(), "main", builder.getFunctionType({}, {}));
    main->getParentOfType<ModuleOp>().insert(main, lowered);
    builder.setInsertionPointToStart(lowered.addEntryBlock());
    LogicalResult result = lowerBody();
    if (failed(result)) {
      lowered.erase();
      return failure();
    }
    main.erase();
    lowered.setName("main");
    return success();
  }

private:
  LogicalResult lowerBody() {
    Block &body = main.getBody().front();
    for (BlockArgument argument : body.getArguments()) {
      unsigned i = argument.getArgNumber();
      FailureOr<TileType> type = hbmType(main, argument.getType());
      if (failed(type))
        return failure();
      auto name = main.getArgAttrOfType<StringAttr>(i, "onnx.name");
      auto element = main.getArgAttrOfType<TypeAttr>(i, "onnx.element_type");
      tiles[argument] = makeTensor(main.getLoc(), name ? name.str() : "input" + std::to_string(i), TensorKind::input,
                                   *type, cast<RankedTensorType>(argument.getType()).getElementType(), element, {});
    }
    if (failed(makeOutputs(body.getTerminator())))
      return failure();
    for (Operation &op : body)
      if (failed(lower(op)))
        return failure();
    return success();
  }

  // As the model calls it; a number tells apart those that come from one.
  std::string nameOfConstant(Location loc) {
    std::string stem = nodesOf(loc, "+");
    if (stem.empty())
      stem = "constant";
    std::string name = stem;
    unsigned &number = constantsOf[stem];
    while (!constantNames.insert(name).second)
      name = stem + "." + std::to_string(++number);
    return name;
  }

  Value makeTensor(Location loc, const std::string &name, TensorKind kind, TileType type, Type host,
                   TypeAttr pinnedHost, ElementsAttr value) {
    TypeAttr hostType = pinnedHost;
    if (!hostType && host && host != type.getElementType())
      hostType = TypeAttr::get(host);
    return TensorOp::create(builder, loc, type, builder.getStringAttr(name),
                            TensorKindAttr::get(builder.getContext(), kind), value, hostType, IntegerAttr());
  }

  // A result that a kernel makes is written in place, also through reshapes; others are copied at the end.
  LogicalResult makeOutputs(Operation *end) {
    llvm::StringSet<> seen;
    for (auto [i, value] : llvm::enumerate(end->getOperands())) {
      // A model may name one value several times among its outputs; it is one output.
      if (auto known = main.getResultAttrOfType<StringAttr>(i, "onnx.name"); known && !seen.insert(known).second)
        continue;
      FailureOr<TileType> type = hbmType(main, value.getType());
      if (failed(type))
        return failure();
      auto name = main.getResultAttrOfType<StringAttr>(i, "onnx.name");
      auto element = main.getResultAttrOfType<TypeAttr>(i, "onnx.element_type");
      Value tensor = makeTensor(main.getLoc(), name ? name.str() : "output" + std::to_string(i), TensorKind::output,
                                *type, cast<RankedTensorType>(value.getType()).getElementType(), element, {});
      Value source = value;
      while (Operation *op = source.getDefiningOp()) {
        if (!llvm::isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp>(op))
          break;
        source = op->getOperand(0);
      }
      if (source.getDefiningOp<func::CallOp>() && !places.contains(source))
        places[source] = tensor;
      else
        copies.push_back({value, tensor});
    }
    return success();
  }

  LogicalResult lower(Operation &op) {
    Location loc = op.getLoc();
    if (op.getName().getStringRef() == "onnx.Constant") {
      auto value = op.getAttrOfType<ElementsAttr>("value");
      FailureOr<TileType> type = hbmType(&op, op.getResult(0).getType());
      if (failed(type))
        return failure();
      if (!value)
        return op.emitOpError("has no attribute 'value'");
      FailureOr<ElementsAttr> stored = toStorage(&op, value, *type);
      if (failed(stored))
        return failure();
      tiles[op.getResult(0)] =
          makeTensor(loc, nameOfConstant(loc), TensorKind::constant, *type, Type(), TypeAttr(), *stored);
      return success();
    }
    if (llvm::isa<tensor::ExpandShapeOp, tensor::CollapseShapeOp>(op)) {
      FailureOr<TileType> type = hbmType(&op, op.getResult(0).getType());
      if (failed(type))
        return failure();
      Value source = op.getOperand(0), tile = tiles.lookup(source);
      // In SBUF it stays the same tile: what a reader makes of it is seen at its call.
      if (auto place = residents.find(source); place != residents.end()) {
        InSbuf where = place->second;
        residents[op.getResult(0)] = where;
        tiles[op.getResult(0)] = tile;
        return success();
      }
      tiles[op.getResult(0)] = reshape(loc, tile, *type);
      return success();
    }
    if (auto call = dyn_cast<func::CallOp>(op))
      return lower(call);
    if (llvm::isa<func::ReturnOp>(op)) {
      for (auto [value, tensor] : copies) {
        if (residents.contains(value))
          return op.emitOpError("returns a tensor that lies in SBUF; outputs of a model lie in HBM");
        copy(loc, tiles.lookup(value), tensor);
      }
      func::ReturnOp::create(builder, loc);
      return success();
    }
    if (op.use_empty())
      return success();
    return op.emitOpError("is no call, constant or reshape: main of the form linalg has nothing else");
  }

  Value reshape(Location loc, Value tile, TileType type) {
    if (tile.getType() == type)
      return tile;
    if (auto earlier = tile.getDefiningOp<ReshapeOp>())
      tile = earlier.getSource();
    if (tile.getType() == type)
      return tile;
    return ReshapeOp::create(builder, loc, type, tile);
  }

  LogicalResult lower(func::CallOp call) {
    auto kernel = symbols.lookup<func::FuncOp>(call.getCallee());
    SmallVector<Value> operands;
    for (auto [i, operand] : llvm::enumerate(call.getOperands())) {
      FailureOr<std::optional<unsigned>> wanted =
          whereOf(kernel, operand.getType(), [&, i = i] { return kernel.getArgAttrDict(i); });
      if (failed(wanted))
        return failure();
      std::optional<unsigned> has;
      if (auto found = residents.find(operand); found != residents.end()) {
        has = tile::Resident::reshape(found->second.shape, found->second.partition,
                                      cast<RankedTensorType>(operand.getType()).getShape());
        if (!has)
          return call.emitOpError("passes as operand ")
                 << i << " a reshaped tensor that lies in SBUF and whose partition dimension was split or merged";
      }
      if (has != *wanted) {
        auto name = [](std::optional<unsigned> dim) {
          return dim ? "in SBUF with dimension " + std::to_string(*dim) + " on the partitions" : "in HBM";
        };
        return call.emitOpError("passes as operand ") << i << " a tensor that lies " << name(has) << ", '"
                                                      << call.getCallee() << "' takes it " << name(*wanted);
      }
      operands.push_back(tiles.lookup(operand));
    }
    for (auto [i, result] : llvm::enumerate(call.getResults())) {
      FailureOr<TileType> type = hbmType(call, result.getType());
      FailureOr<std::optional<unsigned>> partition =
          whereOf(kernel, result.getType(), [&, i = i] { return kernel.getResultAttrDict(i); });
      if (failed(type) || failed(partition))
        return failure();
      Value place = places.lookup(result);
      if (*partition) {
        if (place)
          return call.emitOpError("makes an output of the model in SBUF; outputs lie in HBM");
        residents[result] = {tile::Shape(type->getShape()), **partition};
        place = nisa::AllocOp::create(
            builder, call.getLoc(),
            tile::Resident::typeOf(type->getShape(), type->getElementType(), **partition, partitions), IntegerAttr(),
            IntegerAttr());
      } else if (place) {
        place = reshape(call.getLoc(), place, *type);
      } else {
        place = makeTensor(call.getLoc(), "scratch" + std::to_string(numScratch++), TensorKind::scratch, *type, Type(),
                           TypeAttr(), {});
      }
      tiles[result] = place;
      operands.push_back(place);
    }
    func::CallOp::create(builder, call.getLoc(), call.getCallee(), TypeRange(), operands);
    return success();
  }

  /// The partition dimension that a kernel wants for a tensor in SBUF; nothing for HBM.
  FailureOr<std::optional<unsigned>> whereOf(func::FuncOp kernel, Type type,
                                             llvm::function_ref<DictionaryAttr()> attributes) {
    return kernel ? tile::readMemory(kernel, type, attributes()) : std::optional<unsigned>();
  }

  // A kernel of one DMA.
  void copy(Location loc, Value from, Value to) {
    OpBuilder outside(lowered);
    outside.setInsertionPointAfter(lowered);
    auto kernel =
        func::FuncOp::create(outside, loc, "copy", builder.getFunctionType({from.getType(), to.getType()}, {}));
    kernel.setPrivate();
    kernel->setAttr("tarn.kernel", builder.getUnitAttr());
    symbols.insert(kernel);
    Block *body = kernel.addEntryBlock();
    OpBuilder inside = OpBuilder::atBlockEnd(body);
    tile::Instructions emit(inside, loc);
    Value source = body->getArgument(0), target = body->getArgument(1);
    tile::Shape shape(tile::tileType(source).getShape());
    tile::Access access = tile::Access::identity(tile::Shape(shape.size(), 0));
    if (shape.empty()) {
      shape = {1};
      access = access.spread({}, 1);
    }
    emit.dma(shape, {target, access}, {source, access});
    func::ReturnOp::create(inside, loc);
    func::CallOp::create(builder, loc, kernel, ValueRange{from, to});
  }

  func::FuncOp main, lowered;
  SymbolTable &symbols;
  OpBuilder builder;
  int64_t partitions; // of SBUF
  DenseMap<Value, Value> tiles;
  struct InSbuf {
    tile::Shape shape; // as its maker sees it
    unsigned partition;
  };
  DenseMap<Value, InSbuf> residents;
  DenseMap<Value, Value> places; // results of calls that are outputs
  SmallVector<std::pair<Value, Value>> copies;
  llvm::StringSet<> constantNames;
  llvm::StringMap<unsigned> constantsOf; // the last number given to a name
  unsigned numScratch = 0;
};

LogicalResult lowerKernel(func::FuncOp kernel, const tile::Limits &limits) {
  SmallVector<Type> types;
  auto add = [&](Type type, DictionaryAttr where) {
    FailureOr<TileType> tile = kernelType(kernel, type, where, limits.partitions);
    if (succeeded(tile))
      types.push_back(*tile);
    return LogicalResult(tile);
  };
  for (unsigned i = 0; i < kernel.getNumArguments(); ++i)
    if (failed(add(kernel.getArgument(i).getType(), kernel.getArgAttrDict(i))))
      return failure();
  for (unsigned i = 0; i < kernel.getNumResults(); ++i)
    if (failed(add(kernel.getResultTypes()[i], kernel.getResultAttrDict(i))))
      return failure();
  OpBuilder builder(kernel);
  auto lowered = func::FuncOp::create(builder, kernel.getLoc(), kernel.getName(), builder.getFunctionType(types, {}));
  lowered.setPrivate();
  lowered->setAttr("tarn.kernel", builder.getUnitAttr());
  builder.setInsertionPointToStart(lowered.addEntryBlock());
  if (failed(tile::KernelLowering(kernel, lowered, builder, limits).run())) {
    lowered.erase();
    return failure();
  }
  func::ReturnOp::create(builder, kernel.getLoc());
  kernel.erase();
  return success();
}

struct LowerToTiles : impl::LowerToTilesBase<LowerToTiles> {
  void runOnOperation() override {
    ModuleOp module = getOperation();
    FailureOr<Chip> chip = getChip(module);
    if (failed(chip))
      return signalPassFailure();
    tile::Limits limits(*chip);
    auto main = module.lookupSymbol<func::FuncOp>("main");
    bool ok = true;
    // main first: the types of calls are those of kernels on tensors.
    if (main && main->hasAttr("tarn.kernel")) {
      main.emitOpError("is a kernel; main calls kernels");
      return signalPassFailure();
    }
    SymbolTable symbols(module);
    if (main && !main.isDeclaration() && (main.getNumArguments() || main.getNumResults()))
      ok &= succeeded(MainLowering(main, symbols, limits.partitions).run());
    for (auto kernel : llvm::make_early_inc_range(module.getOps<func::FuncOp>())) {
      bool onTensors = llvm::any_of(kernel.getResultTypes(), llvm::IsaPred<RankedTensorType>);
      if (ok && kernel->hasAttr("tarn.kernel") && !kernel.isDeclaration() && onTensors)
        ok &= succeeded(lowerKernel(kernel, limits));
    }
    if (!ok)
      return signalPassFailure();
    module->setAttr("tarn.form", StringAttr::get(&getContext(), "virtual"));
  }
};
} // namespace
} // namespace tarn
