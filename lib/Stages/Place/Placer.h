// One walk over main that gives every tile and tensor an address. Three policies are tried in turn, each slower to run
// and tighter than the one before:
//
//   late reuse     the next tile follows the last one, round and round: a load need not wait for the last use of what lay
//                  there (multi-buffering)
//   early reuse    the lowest gap
//   spilling       the lowest gap; where there is none the tile of SBUF whose next use is farthest goes to HBM. Loops are
//                  written out before, as what a turn spills would not be what the next one finds
#pragma once
#include "Arena.h"
#include "Lifetimes.h"
#include "Spill.h"
#include "tarn/Chip/Chip.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SetVector.h"

namespace tarn::place {

enum class Policy { lateReuse, earlyReuse, spilling };

class Placer {
public:
  Placer(mlir::func::FuncOp main, const Chip &chip, Policy policy);
  /// Fails when a memory is full; `reportFull` then says which and who has it.
  mlir::LogicalResult run();
  mlir::LogicalResult reportFull();

private:
  /// A tile from its first use, or from where it is loaded again, to its last use or where it makes room.
  struct Tenant {
    mlir::Value base;
    std::vector<Use> uses;
    size_t next = 0; // index of the first use that is not behind
    int64_t address = -1;
    Copy copy;               // in HBM, as long as the tile is not written
    bool isFull = false;     // all its elements have been written
    bool isReloaded = false; // `copy` is loaded when it gets its place
    mlir::Operation *firstUse = nullptr;
  };

  mlir::LogicalResult placeNamedTensors();
  mlir::LogicalResult enter(Tenant &tenant, size_t unit);
  void leave(Tenant &tenant);
  void note(Tenant &tenant, size_t unit);
  bool makeRoom(int64_t bytes, size_t unit);
  bool evict(Tenant &tenant, size_t unit);
  void dropCopy(Tenant &tenant);
  std::optional<int64_t> take(mlir::Value base);
  Arena &arenaOf(mlir::Value base);
  static int64_t bytesOf(mlir::Value base);

  mlir::func::FuncOp main;
  const Chip &chip;
  Policy policy;
  Arena sbuf, psum, hbm;
  Lifetimes lifetimes;
  Spill spill{chip};
  std::vector<std::unique_ptr<Tenant>> tenants;
  std::vector<llvm::SmallVector<Tenant *, 4>> tenantsOf; // of each unit
  llvm::SetVector<Tenant *> live;
  llvm::DenseMap<mlir::Value, int64_t> copies; // addresses of spilled tensors
  mlir::Value refused;                         // what a memory had no room for
};
} // namespace tarn::place
