// See Spill.h.
#include "Spill.h"
#include "mlir/IR/Remarks.h"
#include "tarn/Dialect/NISA/Resolve.h"

using namespace mlir;
using namespace tarn::nisa;

namespace tarn::place {

Copy Spill::copyLoadedBy(Operation *op, Value tile) {
  auto dma = dyn_cast<DmaCopyOp>(op);
  if (!dma || !writesAll(op, tile))
    return {};
  auto source = getBase(dma.getSrc()).getDefiningOp<TensorOp>();
  bool isFixed = source && (source.getKind() == TensorKind::input || source.getKind() == TensorKind::constant);
  return isFixed ? Copy{Value(), op} : Copy();
}

bool Spill::writesAll(Operation *op, Value tile) {
  auto instruction = dyn_cast<InstructionInterface>(op);
  if (!instruction)
    return false;
  SmallVector<TileAccess> accesses;
  instruction.getAccesses(accesses);
  bool isWhole = false;
  for (const TileAccess &access : accesses) {
    if (getBase(access.operand->get()) != tile)
      continue;
    if (access.isRead) // the contents matter already
      return false;
    // A destination names each of its elements once.
    isWhole |= access.isWritten && cast<TileType>(access.operand->get().getType()).getNumElements() ==
                                       cast<TileType>(tile.getType()).getNumElements();
  }
  return isWhole;
}

Copy Spill::store(Value tile, Operation *unit) {
  auto type = cast<TileType>(tile.getType());
  OpBuilder builder = OpBuilder::atBlockBegin(unit->getBlock());
  auto hbm = TileType::get(type.getContext(), Memory::hbm, type.getShape(), type.getElementType());
  Value tensor = TensorOp::create(
      builder, tile.getLoc(), hbm, builder.getStringAttr("spill" + std::to_string(numSpilled++)),
      TensorKindAttr::get(builder.getContext(), TensorKind::scratch), ElementsAttr(), TypeAttr(), IntegerAttr());
  remark::missed(tile.getLoc(), remark::RemarkOpts::name("spill").category("memory"))
      << remark::add("{0} bytes go to HBM and come back", hbm.getSizeInBytes())
      << remark::reason("SBUF is full, and this tile is needed again later than the others");
  builder.setInsertionPoint(unit);
  // Stores go to the software queue of POOL, loads to the hardware queue of SP, as schedule-assign-engines has it.
  DmaCopyOp::create(builder, tile.getLoc(), tensor, tile, DgeMode::swdge,
                    EngineAttr::get(builder.getContext(), nisa::Engine::pool), WaitAttr(), UpdateAttr());
  return {tensor, nullptr};
}

void Spill::fill(Value tile, Operation *firstUse) {
  OpBuilder builder(firstUse);
  MemsetOp::create(builder, tile.getLoc(), tile, builder.getF32FloatAttr(0.0f),
                   EngineAttr::get(builder.getContext(), nisa::Engine::pool), WaitAttr(), UpdateAttr());
}

Value Spill::makeSuccessor(Value tile, Operation *unit) {
  OpBuilder builder(unit);
  return AllocOp::create(builder, tile.getLoc(), tile.getType(), IntegerAttr(), IntegerAttr());
}

// The operand itself, or the same view of another tile.
static Value onTile(OpBuilder &builder, Value operand, Value tile) {
  auto view = operand.getDefiningOp<ViewOp>();
  if (!view)
    return tile;
  return ViewOp::create(builder, view.getLoc(), view.getType(), tile, view.getSymbols(), view.getMapAttr());
}

void Spill::replaceIn(Operation *unit, Value tile, Value successor) {
  unit->walk([&](InstructionInterface instruction) {
    OpBuilder builder(instruction);
    for (OpOperand &operand : instruction->getOpOperands())
      if (llvm::isa<TileType>(operand.get().getType()) && getBase(operand.get()) == tile)
        operand.set(onTile(builder, operand.get(), successor));
  });
}

void Spill::load(const Copy &copy, Value successor, Operation *unit) {
  OpBuilder builder(unit);
  if (copy.spilled) {
    DmaCopyOp::create(builder, successor.getLoc(), successor, copy.spilled, loadMode,
                      EngineAttr::get(builder.getContext(), nisa::Engine::sp), WaitAttr(), UpdateAttr());
    return;
  }
  auto dma = cast<DmaCopyOp>(copy.load);
  Value dst = onTile(builder, dma.getDst(), successor);
  auto again = cast<DmaCopyOp>(builder.clone(*dma));
  again.getDstMutable().assign(dst);
}
} // namespace tarn::place
