// The dialect `nisa`: registration, tile type, verifiers of the structural operations.
#include "tarn/Dialect/NISA/NISA.h"
#include "mlir/IR/DialectImplementation.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace tarn::nisa;

#include "tarn/Dialect/NISA/NISADialect.cpp.inc"
#include "tarn/Dialect/NISA/NISAEnums.cpp.inc"
#include "tarn/Dialect/NISA/NISAInterfaces.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "tarn/Dialect/NISA/NISAAttributes.cpp.inc"

#define GET_TYPEDEF_CLASSES
#include "tarn/Dialect/NISA/NISATypes.cpp.inc"

static ParseResult parseSpeltMap(OpAsmParser &parser, AffineMapAttr &map) { return parser.parseAttribute(map); }

static void printSpeltMap(OpAsmPrinter &printer, Operation *, AffineMapAttr map) {
  printer << "affine_map<" << map.getValue() << ">";
}

#define GET_OP_CLASSES
#include "tarn/Dialect/NISA/NISAOps.cpp.inc"

void NISADialect::initialize() {
  chips = makeChips();
  addAttributes<
#define GET_ATTRDEF_LIST
#include "tarn/Dialect/NISA/NISAAttributes.cpp.inc"
      >();
  addTypes<
#define GET_TYPEDEF_LIST
#include "tarn/Dialect/NISA/NISATypes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "tarn/Dialect/NISA/NISAOps.cpp.inc"
      >();
}

std::optional<tarn::DType> tarn::nisa::toDType(Type type) {
  if (type.isF32())
    return DType::fp32;
  if (type.isBF16())
    return DType::bf16;
  if (type.isF16())
    return DType::fp16;
  if (llvm::isa<FloatTF32Type>(type))
    return DType::tf32;
  if (llvm::isa<Float8E3M4Type>(type))
    return DType::fp8_e3m4;
  if (llvm::isa<Float8E4M3Type>(type))
    return DType::fp8_e4m3;
  if (llvm::isa<Float8E5M2Type>(type))
    return DType::fp8_e5m2;
  if (llvm::isa<Float8E4M3FNType>(type))
    return DType::fp8_e4m3fn;
  if (llvm::isa<Float8E8M0FNUType>(type))
    return DType::fp8_e8m0fnu;
  if (auto packed = dyn_cast<VectorType>(type); packed && packed.getShape() == llvm::ArrayRef<int64_t>{4}) {
    Type element = packed.getElementType();
    if (llvm::isa<Float8E4M3FNType>(element))
      return DType::fp8x4_e4m3fn;
    if (llvm::isa<Float8E5M2Type>(element))
      return DType::fp8x4_e5m2;
    if (llvm::isa<Float4E2M1FNType>(element))
      return DType::fp4x4_e2m1fn;
    return std::nullopt;
  }
  auto integer = dyn_cast<IntegerType>(type);
  if (!integer)
    return std::nullopt;
  bool isUnsigned = integer.isUnsigned();
  switch (integer.getWidth()) {
  case 1:
    return DType::uint8;
  case 8:
    return isUnsigned ? DType::uint8 : DType::int8;
  case 16:
    return isUnsigned ? DType::uint16 : DType::int16;
  case 32:
    return isUnsigned ? DType::uint32 : DType::int32;
  default:
    return std::nullopt;
  }
}

Type tarn::nisa::toMlirType(DType type, MLIRContext *context) {
  Builder builder(context);
  switch (type) {
  case DType::fp32:
    return builder.getF32Type();
  case DType::bf16:
    return builder.getBF16Type();
  case DType::fp16:
    return builder.getF16Type();
  case DType::fp64:
    return builder.getF64Type();
  case DType::boolean:
    return builder.getI1Type();
  case DType::tf32:
    return FloatTF32Type::get(context);
  case DType::fp32r: // MLIR has no type of its own for it
    return builder.getF32Type();
  case DType::fp8_e3m4:
    return Float8E3M4Type::get(context);
  case DType::fp8_e4m3:
    return Float8E4M3Type::get(context);
  case DType::fp8_e5m2:
    return Float8E5M2Type::get(context);
  case DType::fp8_e4m3fn:
    return Float8E4M3FNType::get(context);
  case DType::fp8_e8m0fnu:
    return Float8E8M0FNUType::get(context);
  case DType::fp8x4_e4m3fn:
    return VectorType::get({4}, Float8E4M3FNType::get(context));
  case DType::fp8x4_e5m2:
    return VectorType::get({4}, Float8E5M2Type::get(context));
  case DType::fp4x4_e2m1fn:
    return VectorType::get({4}, Float4E2M1FNType::get(context));
  default: {
    unsigned width = 8 * tarn::sizeInBytes(type);
    return IntegerType::get(context, width, isSignedInteger(type) ? IntegerType::Signless : IntegerType::Unsigned);
  }
  }
}

//===-- Tile type ---------------------------------------------------------===//

int64_t TileType::getNumElements() const {
  int64_t product = 1;
  for (int64_t dim : getShape())
    product *= dim;
  return product;
}

int64_t TileType::getElementSize() const { return tarn::sizeInBytes(*toDType(getElementType())); }

int64_t TileType::getBytesPerPartition() const { return getNumElements() / getNumPartitions() * getElementSize(); }

// What an access pattern encodes (tarn/ISA/Operands.h); a chip may have fewer partitions, which Place asks it about.
static constexpr int64_t maxPartitions = 128;

LogicalResult TileType::verify(llvm::function_ref<InFlightDiagnostic()> emitError, Memory memory,
                               llvm::ArrayRef<int64_t> shape, Type elementType) {
  if (!toDType(elementType))
    return emitError() << "element type " << elementType << " is not one of the machine's";
  for (int64_t dim : shape)
    if (dim <= 0)
      return emitError() << "dimensions are positive, found " << dim;
  if (memory != Memory::hbm) {
    if (shape.empty())
      return emitError() << "a tile on chip has a partition dimension";
    if (shape.front() > maxPartitions)
      return emitError() << "dimension 0 lies on the partitions: found " << shape.front() << ", at most "
                         << maxPartitions;
  }
  return success();
}

Type TileType::parse(AsmParser &parser) {
  llvm::StringRef keyword;
  SmallVector<int64_t> shape;
  Type elementType;
  SMLoc at = parser.getCurrentLocation();
  if (parser.parseLess() || parser.parseKeyword(&keyword))
    return {};
  auto memory = symbolizeMemory(keyword);
  if (!memory) {
    parser.emitError(at, "expected sbuf, psum or hbm, found '") << keyword << "'";
    return {};
  }
  if (parser.parseComma() || parser.parseDimensionList(shape, /*allowDynamic=*/false) ||
      parser.parseType(elementType) || parser.parseGreater())
    return {};
  return parser.getChecked<TileType>(at, parser.getContext(), *memory, shape, elementType);
}

void TileType::print(AsmPrinter &printer) const {
  printer << "<" << stringifyMemory(getMemory()) << ", ";
  for (int64_t dim : getShape())
    printer << dim << "x";
  printer << getElementType() << ">";
}

//===-- Structural operations ---------------------------------------------===//

LogicalResult ViewOp::verify() {
  TileType source = getSource().getType(), result = getResult().getType();
  AffineMap map = getMap();
  if (getSource().getDefiningOp<ViewOp>())
    return emitOpError("is made of a view: compose the maps and take the tile itself");
  if (source.getMemory() != result.getMemory() || source.getElementType() != result.getElementType())
    return emitOpError("keeps memory and element type of ") << source << ", found " << result;
  if (map.getNumDims() != result.getShape().size() || map.getNumResults() != source.getShape().size() ||
      map.getNumSymbols() != getSymbols().size())
    return emitOpError("needs a map of ")
           << result.getShape().size() << " dimensions and " << getSymbols().size() << " symbols to "
           << source.getShape().size() << " coordinates, found " << AffineMapAttr::get(map);
  return success();
}

LogicalResult ReshapeOp::verify() {
  TileType source = getSource().getType(), result = getResult().getType();
  if (source.getMemory() != Memory::hbm || result.getMemory() != Memory::hbm)
    return emitOpError("is for tensors in hbm");
  if (source.getElementType() != result.getElementType() || source.getNumElements() != result.getNumElements())
    return emitOpError("keeps element type and number of elements of ") << source << ", found " << result;
  return success();
}

void LoopOp::build(OpBuilder &builder, OperationState &state, int64_t count) {
  state.addAttribute(getCountAttrName(state.name), builder.getI64IntegerAttr(count));
  state.addRegion()->emplaceBlock().addArgument(builder.getIndexType(), state.location);
}

ParseResult LoopOp::parse(OpAsmParser &parser, OperationState &result) {
  OpAsmParser::Argument variable;
  IntegerAttr first, count;
  Type i64 = parser.getBuilder().getI64Type();
  SMLoc at;
  if (parser.parseArgument(variable) || parser.parseEqual() || parser.getCurrentLocation(&at) ||
      parser.parseAttribute(first, i64) || parser.parseKeyword("to") || parser.parseAttribute(count, i64))
    return failure();
  if (first.getInt() != 0)
    return parser.emitError(at, "a loop counts from 0, found ") << first.getInt();
  result.addAttribute(getCountAttrName(result.name), count);
  variable.type = parser.getBuilder().getIndexType();
  Region *body = result.addRegion();
  if (parser.parseRegion(*body, variable) || parser.parseOptionalAttrDict(result.attributes))
    return failure();
  if (body->empty())
    body->emplaceBlock().addArgument(variable.type, result.location);
  return success();
}

void LoopOp::print(OpAsmPrinter &printer) {
  printer << " " << getVariable() << " = 0 to " << getCount() << " ";
  printer.printRegion(getBody(), /*printEntryBlockArgs=*/false);
  printer.printOptionalAttrDict((*this)->getAttrs(), {getCountAttrName().getValue()});
}

LogicalResult LoopOp::verify() {
  if (getBody().getNumArguments() != 1 || !getVariable().getType().isIndex())
    return emitOpError("has one variable of type index");
  if ((*this)->getParentOfType<LoopOp>())
    return emitOpError("lies in another loop: unroll one of them");
  for (Operation *user : getVariable().getUsers())
    if (!llvm::isa<ViewOp>(user))
      return user->emitOpError("uses the variable of a nisa.loop, which only a view may");
  return success();
}

void tarn::nisa::unroll(LoopOp loop) {
  OpBuilder builder(loop);
  for (uint64_t turn = 0; turn < loop.getCount(); ++turn) {
    IRMapping mapping;
    for (Operation &op : loop.getBody().front()) {
      auto view = dyn_cast<ViewOp>(op);
      if (!view || view.getSymbols().empty()) {
        builder.clone(op, mapping);
        continue;
      }
      AffineMap map = view.getMap();
      SmallVector<AffineExpr> symbols(map.getNumSymbols(), builder.getAffineConstantExpr(turn));
      map = map.replaceDimsAndSymbols({}, symbols, map.getNumDims(), 0);
      mapping.map(view.getResult(),
                  ViewOp::create(builder, view.getLoc(), view.getType(), mapping.lookupOrDefault(view.getSource()),
                                 ValueRange(), AffineMapAttr::get(map))
                      .getResult());
    }
  }
  loop.erase();
}
