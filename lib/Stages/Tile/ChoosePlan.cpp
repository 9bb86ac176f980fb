// tile-choose-plan: see Plan.h for what a plan is and Plan.cpp for how it is chosen.
#include "Plan.h"
#include "mlir/IR/Remarks.h"
#include "tarn/Dialect/NISA/ChipAttribute.h"
#include "tarn/Stages/Tile/Passes.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;

namespace tarn {
#define GEN_PASS_DEF_CHOOSEPLAN
#include "tarn/Stages/Tile/Passes.h.inc"

namespace {
// A tensor that HBM cannot hold has no plan.
LogicalResult checkSize(Operation *op, Type type, const Chip &chip) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor || !tensor.hasStaticShape() || !tensor.getElementType().isIntOrFloat())
    return success();
  uint64_t bytes = llvm::divideCeil(tensor.getElementTypeBitWidth(), 8);
  for (int64_t size : tensor.getShape())
    bytes = llvm::SaturatingMultiply<uint64_t>(bytes, size);
  if (bytes <= static_cast<uint64_t>(chip.hbm.bytes))
    return success();
  return op->emitError("a tensor of type ")
         << tensor << " needs " << bytes << " bytes, the HBM of " << chip.name << " has " << chip.hbm.bytes
         << "; choose smaller dimensions or another chip";
}

LogicalResult checkSizes(func::FuncOp kernel, const Chip &chip) {
  for (BlockArgument argument : kernel.getArguments())
    if (failed(checkSize(kernel, argument.getType(), chip)))
      return failure();
  return failure(kernel
                     .walk([&](Operation *op) {
                       for (Type type : op->getResultTypes())
                         if (failed(checkSize(op, type, chip)))
                           return WalkResult::interrupt();
                       return WalkResult::advance();
                     })
                     .wasInterrupted());
}

struct ChoosePlan : impl::ChoosePlanBase<ChoosePlan> {
  using ChoosePlanBase::ChoosePlanBase;

  void runOnOperation() override {
    FailureOr<Chip> chip = getChip(getOperation());
    if (failed(chip))
      return signalPassFailure();
    for (auto kernel : getOperation().getOps<func::FuncOp>())
      if (kernel->hasAttr("tarn.kernel") && !kernel.isDeclaration() && failed(checkSizes(kernel, *chip)))
        return signalPassFailure();
    tile::Limits limits(*chip);
    for (auto kernel : getOperation().getOps<func::FuncOp>()) {
      if (!kernel->hasAttr("tarn.kernel") || kernel.isDeclaration())
        continue;
      if (!shareTaps && !kernel->hasAttr(tile::peTapsAttributeName))
        kernel->setAttr(tile::peTapsAttributeName, IntegerAttr::get(IntegerType::get(&getContext(), 64), 0));
      if (kernel->hasAttr(tile::planAttributeName))
        continue;
      std::optional<int64_t> pinned;
      if (auto attribute = kernel->getAttrOfType<IntegerAttr>(tile::partitionAttributeName))
        pinned = attribute.getInt();
      SmallVector<Attribute> plans;
      for (Value value : kernel.getBody().front().getTerminator()->getOperands()) {
        auto type = dyn_cast<RankedTensorType>(value.getType());
        if (!type || !type.hasStaticShape()) {
          kernel.emitOpError("returns ") << value.getType() << ", the stage Tile needs tensors of static shape";
          return signalPassFailure();
        }
        plans.push_back(tile::choosePlan(value, limits, pinned).toAttribute(&getContext()));
      }
      kernel->setAttr(tile::planAttributeName, ArrayAttr::get(&getContext(), plans));
      remark::analysis(kernel.getLoc(),
                       remark::RemarkOpts::name("plan").category("tiles").function(kernel.getSymName()))
          << remark::add("the plan of {0}", kernel.getSymName())
          << remark::metric("Plan", Attribute(ArrayAttr::get(&getContext(), plans)));
    }
  }
};
} // namespace

void buildTilePipeline(OpPassManager &passes, bool shareTaps) {
  ChoosePlanOptions options;
  options.shareTaps = shareTaps;
  passes.addPass(createChoosePlan(options));
  passes.addPass(createLowerToTiles());
}
} // namespace tarn
