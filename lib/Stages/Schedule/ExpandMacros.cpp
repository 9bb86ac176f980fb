// schedule-expand-macros: nc_matmul, nc_transpose and activation_reduce become instructions.
//
//   nc_matmul (16 bit)            nc_matmul (fp32)                      nc_transpose
//     load_stationary w             load_stationary w low                 load_stationary data  (transpose)
//     matmul first|middle           matmul first|middle                   matmul dst, identity  (transpose)
//                                   load_stationary w high
//                                   matmul middle
//
// The last matmul of each accumulation group ends it: the next one that overwrites the tile begins another group.
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "tarn/Dialect/NISA/ChipAttribute.h"
#include "tarn/Dialect/NISA/Resolve.h"
#include "tarn/Stages/Schedule/Passes.h"
#include <map>

using namespace mlir;
using namespace tarn::nisa;

namespace tarn::schedule {
#define GEN_PASS_DEF_EXPANDMACROS
#include "tarn/Stages/Schedule/Passes.h.inc"

namespace {

class Expander {
public:
  Expander(Block &block, const Chip &chip)
      : block(block), builder(OpBuilder::atBlockBegin(&block)), chip(chip), partitions(chip.partitions) {}

  void run() {
    for (Operation &op : llvm::make_early_inc_range(block)) {
      builder.setInsertionPoint(&op);
      if (auto matmul = dyn_cast<NcMatmulOp>(op))
        expand(matmul);
      else if (auto transpose = dyn_cast<NcTransposeOp>(op))
        expand(transpose);
      else if (auto activation = dyn_cast<ActivationReduceOp>(op))
        expand(activation);
    }
    for (auto &entry : openGroups)
      endGroup(entry.second);
    if (!chip.act.immediateBias)
      block.walk([&](ActivationOp activation) { takeBiasFromMemory(activation); });
  }

private:
  void expand(NcMatmulOp op) {
    bool isFp32 = op.getStationary().getType().getElementType().isF32();
    Value base = getBase(op.getDst());
    MatmulOp &open = openGroups[base];
    if (!op.getAccumulate())
      endGroup(open);
    MatmulGroup group = op.getAccumulate() ? MatmulGroup::middle : MatmulGroup::first;
    SmallVector<Fp32Mode> modes = {Fp32Mode::full};
    if (isFp32)
      modes = {Fp32Mode::low, Fp32Mode::high};
    for (Fp32Mode mode : modes) {
      LoadStationaryOp::create(builder, op.getLoc(), op.getStationary(), mode, /*is_transpose=*/false, PerfMode::normal,
                               0, 0, 128, 128, EngineAttr(), WaitAttr(), UpdateAttr());
      open = MatmulOp::create(builder, op.getLoc(), op.getDst(), op.getMoving(), group, /*is_transpose=*/false,
                              PerfMode::normal, 0, 0, 128, 128, /*is_moving_onezero=*/false, EngineAttr(), WaitAttr(),
                              UpdateAttr());
      group = MatmulGroup::middle;
    }
    op.erase();
  }

  void expand(NcTransposeOp op) {
    TileType type = op.getData().getType();
    Value base = getBase(op.getDst());
    endGroup(openGroups[base]);
    Value identity = getIdentity(type.getElementType(), type.getNumPartitions());
    LoadStationaryOp::create(builder, op.getLoc(), op.getData(), Fp32Mode::full, /*is_transpose=*/true,
                             PerfMode::normal, 0, 0, 128, 128, EngineAttr(), WaitAttr(), UpdateAttr());
    MatmulOp::create(builder, op.getLoc(), op.getDst(), identity, MatmulGroup::whole, /*is_transpose=*/true,
                     PerfMode::normal, 0, 0, 128, 128, /*is_moving_onezero=*/false, EngineAttr(), WaitAttr(),
                     UpdateAttr());
    openGroups.erase(base);
    op.erase();
  }

  void expand(ActivationReduceOp op) {
    ActivationOp::create(builder, op.getLoc(), op.getDst(), op.getData(), op.getScale(), op.getBias(), op.getOpAttr(),
                         op.getScaleValueAttr(), op.getBiasValueAttr(), op.getAlphaAttr(),
                         ReduceCommandAttr::get(builder.getContext(), ReduceCommand::reset_reduce), EngineAttr(),
                         WaitAttr(), UpdateAttr());
    ActReadAccumulatorOp::create(builder, op.getLoc(), op.getReduceRes(), EngineAttr(), WaitAttr(), UpdateAttr());
    op.erase();
  }

  void endGroup(MatmulOp &matmul) {
    if (matmul)
      matmul.setGroup(matmul.getGroup() == MatmulGroup::first ? MatmulGroup::whole : MatmulGroup::last);
    matmul = MatmulOp();
  }

  // The n x n corner of an identity matrix made once at the start of the program: ones, kept where row = column.
  Value getIdentity(Type elementType, int64_t n) {
    Value &identity = identities[elementType];
    if (!identity) {
      OpBuilder::InsertionGuard guard(builder);
      builder.setInsertionPointToStart(&block);
      Location loc = NameLoc::get(builder.getStringAttr("identity"));
      auto type = TileType::get(builder.getContext(), Memory::sbuf, {partitions, partitions}, elementType);
      Value ones = AllocOp::create(builder, loc, type, IntegerAttr(), IntegerAttr());
      identity = AllocOp::create(builder, loc, type, IntegerAttr(), IntegerAttr());
      MemsetOp::create(builder, loc, ones, builder.getF32FloatAttr(1.0f), EngineAttr(), WaitAttr(), UpdateAttr());
      AffineSelectOp::create(builder, loc, identity, ones, builder.getDenseI64ArrayAttr({-1}),
                             builder.getI32IntegerAttr(0), builder.getI32IntegerAttr(1),
                             ComparisonAttr::get(builder.getContext(), Comparison::eq), builder.getF32FloatAttr(0.0f),
                             EngineAttr(), WaitAttr(), UpdateAttr());
    }
    if (n == partitions)
      return identity;
    auto type = TileType::get(builder.getContext(), Memory::sbuf, {n, n}, elementType);
    return ViewOp::create(builder, identity.getLoc(), type, identity, ValueRange(),
                          AffineMapAttr::get(builder.getMultiDimIdentityMap(2)));
  }

  // For a chip whose activations take no immediate bias: a column of the value, made once at the start of the program.
  void takeBiasFromMemory(ActivationOp activation) {
    APFloat value = activation.getBiasValue();
    if (activation.getBias() || value.isZero())
      return;
    int64_t rowsNeeded = activation.getDst().getType().getNumPartitions();
    OpBuilder::InsertionGuard guard(builder);
    Value &column = biases[value.convertToFloat()];
    if (!column) {
      builder.setInsertionPointToStart(&block);
      Location loc = NameLoc::get(builder.getStringAttr("bias"));
      auto type = TileType::get(builder.getContext(), Memory::sbuf, {partitions, 1}, builder.getF32Type());
      column = AllocOp::create(builder, loc, type, IntegerAttr(), IntegerAttr());
      MemsetOp::create(builder, loc, column, builder.getF32FloatAttr(value.convertToFloat()), EngineAttr(), WaitAttr(),
                       UpdateAttr());
    }
    builder.setInsertionPoint(activation);
    Value rows = column;
    if (rowsNeeded < partitions) {
      auto type = TileType::get(builder.getContext(), Memory::sbuf, {rowsNeeded, 1}, builder.getF32Type());
      rows = ViewOp::create(builder, activation.getLoc(), type, column, ValueRange(),
                            AffineMapAttr::get(builder.getMultiDimIdentityMap(2)));
    }
    activation.getBiasMutable().assign(rows);
    activation.setBiasValueAttr(builder.getF32FloatAttr(0.0f));
  }

  Block &block;
  OpBuilder builder;
  const Chip &chip;
  int64_t partitions;
  llvm::MapVector<Value, MatmulOp> openGroups; // psum tile -> its latest matmul
  llvm::MapVector<Type, Value> identities;
  std::map<float, Value> biases;
};

struct ExpandMacros : impl::ExpandMacrosBase<ExpandMacros> {
  void runOnOperation() override {
    FailureOr<Chip> chip = getChip(getOperation());
    if (failed(chip))
      return signalPassFailure();
    getOperation().walk([&](func::FuncOp function) {
      if (!function.isDeclaration())
        Expander(function.getBody().front(), *chip).run();
    });
  }
};

} // namespace
} // namespace tarn::schedule
