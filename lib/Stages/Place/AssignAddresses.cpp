// place-assign-addresses: one walk over the program in order. A tile takes its range at its first use and gives it back
// after its last one.
#include "Arena.h"
#include "tarn/Dialect/NISA/ChipAttribute.h"
#include "tarn/Dialect/NISA/Resolve.h"
#include "tarn/Stages/Place/Passes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/MapVector.h"

using namespace mlir;
using namespace tarn::nisa;

namespace tarn::place {
#define GEN_PASS_DEF_ASSIGNADDRESSES
#include "tarn/Stages/Place/Passes.h.inc"

namespace {

// Alignment of SBUF tiles: whole 64-byte lines, so that no two tiles share a 16-byte sector (facts 5.4). HBM tensors: a
// DMA element of 4 KiB does not straddle for alignment's sake; 64 bytes avoid read-modify-write (facts 3.8).
constexpr int64_t tileAlignment = 64;

struct Placer {
  Placer(func::FuncOp main, const Chip &chip)
      : main(main), sbuf(chip.sbuf.usableBytesPerPartition, tileAlignment, Arena::Fit::next),
        psum(chip.psum.banks * chip.psum.bankBytesPerPartition, chip.psum.bankBytesPerPartition, Arena::Fit::next),
        hbm(chip.hbm.bytes, tileAlignment, Arena::Fit::first), chip(chip) {}

  LogicalResult run() {
    if (failed(placeNamedTensors()))
      return failure();
    findLifetimes();
    for (auto [index, op] : llvm::enumerate(main.getBody().front())) {
      for (Value base : firstUses[index])
        if (failed(place(base)))
          return failure();
      for (Value base : lastUses[index])
        release(base);
    }
    return success();
  }

private:
  // Inputs, outputs and constants are there from the start to the end.
  LogicalResult placeNamedTensors() {
    for (auto tensor : main.getOps<TensorOp>())
      if (tensor.getKind() != TensorKind::scratch && failed(place(tensor.getResult())))
        return failure();
    return success();
  }

  void findLifetimes() {
    llvm::MapVector<Value, std::pair<size_t, size_t>> lifetimes;
    size_t count = 0;
    for (auto [index, op] : llvm::enumerate(main.getBody().front())) {
      ++count;
      if (!llvm::isa<InstructionInterface>(op))
        continue;
      for (Value operand : op.getOperands()) {
        if (!llvm::isa<TileType>(operand.getType()))
          continue;
        Value base = getBase(operand);
        auto tensor = base.getDefiningOp<TensorOp>();
        if (tensor && tensor.getKind() != TensorKind::scratch)
          continue;
        auto [entry, isNew] = lifetimes.insert({base, {index, index}});
        entry->second.second = index;
      }
    }
    firstUses.resize(count);
    lastUses.resize(count);
    for (auto &[base, range] : lifetimes) {
      firstUses[range.first].push_back(base);
      lastUses[range.second].push_back(base);
    }
  }

  Arena &arenaOf(TileType type) {
    switch (type.getMemory()) {
    case Memory::sbuf:
      return sbuf;
    case Memory::psum:
      return psum;
    case Memory::hbm:
      return hbm;
    }
    llvm_unreachable("a memory");
  }

  LogicalResult place(Value base) {
    auto type = cast<TileType>(base.getType());
    if (type.isOnChip() && type.getNumPartitions() > chip.partitions)
      return emitError(base.getLoc()) << "tile " << type << " lies on " << type.getNumPartitions()
                                      << " partitions, chip '" << chip.name << "' has " << chip.partitions;
    Arena &arena = arenaOf(type);
    int64_t bytes = type.isOnChip() ? type.getBytesPerPartition() : type.getSizeInBytes();
    std::optional<int64_t> start = arena.take(bytes);
    if (!start)
      return reportFull(base, arena, bytes);
    auto address = IntegerAttr::get(IntegerType::get(base.getContext(), 64), *start);
    if (auto alloc = base.getDefiningOp<AllocOp>())
      alloc.setAddressAttr(address);
    else
      base.getDefiningOp<TensorOp>().setAddressAttr(address);
    addresses[base] = *start;
    live.insert(base);
    return success();
  }

  void release(Value base) {
    arenaOf(cast<TileType>(base.getType())).giveBack(addresses[base]);
    live.remove(base);
  }

  LogicalResult reportFull(Value base, Arena &arena, int64_t bytes) {
    auto type = cast<TileType>(base.getType());
    StringRef unit = type.isOnChip() ? " bytes per partition" : " bytes";
    InFlightDiagnostic error = emitError(base.getLoc());
    error << "tile " << type << " needs " << bytes << unit << "; " << stringifyMemory(type.getMemory()) << " of chip '"
          << chip.name << "' has " << arena.getSize() << ", of which " << arena.getTaken()
          << " are in use and the largest gap is " << arena.getLargestGap()
          << "; smaller tiles in the kernel's plan (attribute tarn.plan) make room";
    for (Value other : live)
      if (cast<TileType>(other.getType()).getMemory() == type.getMemory() && &arena != &hbm)
        error.attachNote(other.getLoc()) << "in use: " << other.getType();
    return failure();
  }

  func::FuncOp main;
  Arena sbuf, psum, hbm;
  const Chip &chip;
  std::vector<SmallVector<Value, 1>> firstUses, lastUses; // by index of the operation
  DenseMap<Value, int64_t> addresses;
  llvm::SetVector<Value> live;
};

struct AssignAddresses : impl::AssignAddressesBase<AssignAddresses> {
  void runOnOperation() override {
    FailureOr<Chip> chip = getChip(getOperation());
    if (failed(chip))
      return signalPassFailure();
    for (auto main : getOperation().getOps<func::FuncOp>())
      if (!main.isDeclaration() && failed(Placer(main, *chip).run()))
        return signalPassFailure();
  }
};

} // namespace
} // namespace tarn::place
