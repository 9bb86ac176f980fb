// Who touched which bytes last: the memories of a core cut into cells of partitions x bytes, each with its last writer
// and the reads since. The static proof, the insertion of semaphores and the simulator's race check all ask this map
// which earlier accesses an instruction conflicts with, so they mean the same thing by "conflict".
//
// Use: for each instruction in an order that agrees with program order and semaphores, check() all its footprints,
// then record() all of them. Dropping what a write replaces is right where every conflict that check() reports is
// ordered: order is transitive, through the exempt pairs of one engine too.
//
// Exempt, as one engine starts and completes in program order: write after read and write after write of one engine,
// and matmuls that accumulate; never when one of the two is a DMA.
//
// Patterns of very many runs (Footprint::isCoarse) stay in lists beside the cells until a fine write covers the cell, or
// until everybody knows of them.
#pragma once
#include "tarn/Proof/Footprint.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include <deque>
#include <map>
#include <vector>

namespace tarn::proof {

/// An executed instruction; `id` is the user's, below 2^32 - 1.
struct Actor {
  uint32_t id = 0;
  uint8_t engine = 0;
  bool isDma = false;
  bool isMatmul = false;
};
Actor makeActor(uint32_t id, isa::Engine engine, const isa::Instruction &instruction);

struct Conflict {
  uint32_t earlier; // id
  bool earlierWrites, laterWrites;
  bool isExact; // false: the bytes may be disjoint after all
  isa::Memory memory;
  PartitionRange partitions; // of one cell
  ByteRun run;
  const Footprint *earlierBytes = nullptr; // of a coarse access, else the bytes are those of the cell
  bool isVague = false;                    // the earlier access stands for many
};

class AccessMap {
public:
  /// Calls `onConflict` for the earlier accesses that conflict with this one and are not `isOrdered`. An access may be
  /// reported for several cells. `isOrdered` is asked before bytes are compared.
  void check(const Footprint &footprint, const Actor &actor, llvm::function_ref<bool(uint32_t id)> isOrdered,
             llvm::function_ref<void(const Conflict &)> onConflict) const;
  /// `isOrdered` as in check(): a read that this one is ordered behind need not be remembered beside it. `canForget`:
  /// whether every instruction that is still to come is ordered behind an earlier access.
  void record(const Footprint &footprint, const Actor &actor, llvm::function_ref<bool(uint32_t id)> isOrdered,
              llvm::function_ref<bool(uint32_t id)> canForget);

private:
  static constexpr uint32_t none = ~0u;
  struct CoarseAccess {
    Actor actor;
    uint32_t footprint; // index into coarseFootprints; none: any byte of the cell
    bool isWrite;
  };
  struct Cell {
    PartitionRange partitions;
    Actor writer{none, 0, false, false};
    llvm::SmallVector<Actor, 2> reads; // of each engine the last that is not a DMA; all DMAs
    llvm::SmallVector<CoarseAccess, 0> coarse;
  };
  // Cells of the bytes [key, end), ascending and disjoint in partitions.
  struct Slab {
    uint64_t end;
    llvm::SmallVector<Cell, 1> cells;
  };
  using Slabs = std::map<uint64_t, Slab>;

  static Slabs::iterator splitAt(Slabs &slabs, uint64_t byte);
  static void cover(Slabs &slabs, ByteRun run);
  static void splitCells(Slab &slab, PartitionRange partitions);
  void recordWrite(Slabs &slabs, ByteRun run, PartitionRange partitions, const Actor &actor);
  static void recordRead(Cell &cell, const Actor &actor, llvm::function_ref<bool(uint32_t id)> isOrdered);
  void recordCoarse(Cell &cell, const CoarseAccess &access, llvm::function_ref<bool(uint32_t id)> canForget);

  std::array<Slabs, 3> memories;
  std::deque<Footprint> coarseFootprints;
};

} // namespace tarn::proof
