// place-assign-addresses: see Placer.h for the policies and Spill.h for what spilling writes.
#include "Placer.h"
#include "mlir/IR/Remarks.h"
#include "tarn/Dialect/NISA/ChipAttribute.h"
#include "tarn/Stages/Place/Passes.h"

using namespace mlir;
using namespace tarn::nisa;

namespace tarn::place {
#define GEN_PASS_DEF_ASSIGNADDRESSES
#include "tarn/Stages/Place/Passes.h.inc"

namespace {

struct AssignAddresses : impl::AssignAddressesBase<AssignAddresses> {
  void runOnOperation() override {
    FailureOr<Chip> chip = getChip(getOperation());
    if (failed(chip))
      return signalPassFailure();
    for (auto main : getOperation().getOps<func::FuncOp>())
      if (!main.isDeclaration() && (failed(checkPartitions(main, *chip)) || failed(place(main, *chip))))
        return signalPassFailure();
  }

  static LogicalResult checkPartitions(func::FuncOp main, const Chip &chip) {
    WalkResult walk = main.walk([&](AllocOp alloc) {
      TileType type = alloc.getResult().getType();
      if (!type.isOnChip() || type.getNumPartitions() <= chip.partitions)
        return WalkResult::advance();
      alloc.emitOpError("lies on ") << type.getNumPartitions() << " partitions, chip '" << chip.name << "' has "
                                    << chip.partitions;
      return WalkResult::interrupt();
    });
    return failure(walk.wasInterrupted());
  }

  static LogicalResult place(func::FuncOp main, const Chip &chip) {
    remark::RemarkOpts opts = remark::RemarkOpts::name("reuse").category("memory");
    if (succeeded(Placer(main, chip, Policy::lateReuse).run()))
      return success();
    remark::missed(main.getLoc(), opts) << remark::add("tiles take addresses as soon as they are free")
                                        << remark::reason("with as long a time as can be between two tiles of one "
                                                          "address they need more than SBUF has");
    if (succeeded(Placer(main, chip, Policy::earlyReuse).run()))
      return success();
    for (auto loop : llvm::make_early_inc_range(main.getBody().front().getOps<LoopOp>()))
      unroll(loop);
    Placer placer(main, chip, Policy::spilling);
    return succeeded(placer.run()) ? success() : placer.reportFull();
  }
};

} // namespace
} // namespace tarn::place
