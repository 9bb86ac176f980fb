#include "tarn/Proof/AccessMap.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"
#include <limits>

namespace tarn::proof {

// Coarse accesses of one engine kept apart in a cell; beyond, the latest stands for all of them and for all bytes.
static constexpr unsigned maxCoarseOfEngine = 1024;

// Where an access is looked for. A coarse one is filed under a few aligned blocks as large as itself, so that a thousand
// interleaved tiles of a tensor do not cut each other's blocks into pieces.
static llvm::ArrayRef<ByteRun> filedUnder(const Footprint &footprint, ByteRun &block) {
  if (!footprint.isCoarse)
    return footprint.runs;
  ByteRun box = footprint.runs.front();
  uint64_t size = box.end > box.begin ? llvm::PowerOf2Ceil(box.end - box.begin) : 1;
  // Addresses of a hostile program may lie at the end of 64 bits, or so far apart that no power of two is as large.
  constexpr uint64_t last = std::numeric_limits<uint64_t>::max();
  if (size == 0)
    block = {0, last};
  else
    block = {box.begin / size * size, box.end > last - (size - 1) ? last : (box.end + size - 1) / size * size};
  return block;
}

Actor makeActor(uint32_t id, isa::Engine engine, const isa::Instruction &instruction) {
  bool isMatmul = instruction.opcode() == isa::Opcode::Matmul || instruction.opcode() == isa::Opcode::MatmulMx ||
                  instruction.opcode() == isa::Opcode::MatmulGather;
  return {id, static_cast<uint8_t>(engine), instruction.info().isDma, isMatmul};
}

static bool isExempt(const Actor &earlier, bool earlierWrites, const Actor &later, bool laterWrites) {
  if (earlier.id == later.id)
    return true;
  if (earlier.engine != later.engine || earlier.isDma || later.isDma)
    return false;
  return laterWrites || (earlier.isMatmul && later.isMatmul);
}

void AccessMap::check(const Footprint &footprint, const Actor &actor, llvm::function_ref<bool(uint32_t)> isOrdered,
                      llvm::function_ref<void(const Conflict &)> onConflict) const {
  const Slabs &slabs = memories[static_cast<unsigned>(footprint.memory)];
  auto checkPair = [&](const Cell &cell, ByteRun bytes, const Actor &earlier, bool earlierWrites, uint32_t coarse,
                       bool isCoarse) {
    // A read that also writes conflicts as either.
    auto conflictsAs = [&](bool laterWrites) {
      return (earlierWrites || laterWrites) && !isExempt(earlier, earlierWrites, actor, laterWrites);
    };
    bool asRead = footprint.isRead && conflictsAs(false), asWrite = footprint.isWrite && conflictsAs(true);
    if ((!asRead && !asWrite) || isOrdered(earlier.id))
      return;
    bool isExact = footprint.isExact;
    if (isCoarse && coarse == none) {
      isExact = false;
    } else if (isCoarse) {
      isExact &= coarseFootprints[coarse].isExact;
      if (isExact && !overlaps(coarseFootprints[coarse], footprint))
        return;
    } else if (footprint.isCoarse && isExact) {
      // The cell is all that is left of the earlier access's bytes.
      Footprint fine;
      fine.memory = footprint.memory;
      fine.partitions.push_back(cell.partitions);
      fine.runs.push_back(bytes);
      if (!overlaps(fine, footprint))
        return;
    }
    onConflict({earlier.id, earlierWrites, footprint.isWrite, isExact, footprint.memory, cell.partitions, bytes,
                isCoarse && coarse != none ? &coarseFootprints[coarse] : nullptr, isCoarse && coarse == none});
  };

  ByteRun block;
  for (ByteRun run : filedUnder(footprint, block)) {
    auto it = slabs.upper_bound(run.begin);
    if (it != slabs.begin() && std::prev(it)->second.end > run.begin)
      --it;
    for (; it != slabs.end() && it->first < run.end; ++it) {
      ByteRun bytes{std::max(run.begin, it->first), std::min(run.end, it->second.end)};
      for (const Cell &cell : it->second.cells) {
        if (llvm::none_of(footprint.partitions, [&](PartitionRange p) {
              return p.begin < cell.partitions.end && cell.partitions.begin < p.end;
            }))
          continue;
        if (cell.writer.id != none)
          checkPair(cell, bytes, cell.writer, true, none, false);
        if (footprint.isWrite)
          for (const Actor &read : cell.reads)
            checkPair(cell, bytes, read, false, none, false);
        for (const CoarseAccess &access : cell.coarse)
          checkPair(cell, bytes, access.actor, access.isWrite, access.footprint, true);
      }
    }
  }
}

// The first slab that starts at or behind `byte`; a slab that contains it is cut.
AccessMap::Slabs::iterator AccessMap::splitAt(Slabs &slabs, uint64_t byte) {
  auto it = slabs.lower_bound(byte);
  if (it == slabs.begin())
    return it;
  auto before = std::prev(it);
  if (before->second.end <= byte)
    return it;
  Slab upper = before->second;
  before->second.end = byte;
  return slabs.emplace_hint(it, byte, std::move(upper));
}

// Makes slabs that end exactly at the ends of `run` and leave no gap in it.
void AccessMap::cover(Slabs &slabs, ByteRun run) {
  auto it = splitAt(slabs, run.begin);
  splitAt(slabs, run.end);
  it = slabs.lower_bound(run.begin);
  uint64_t at = run.begin;
  while (at < run.end) {
    if (it == slabs.end() || it->first > at) {
      uint64_t end = it == slabs.end() ? run.end : std::min(run.end, it->first);
      it = slabs.emplace_hint(it, at, Slab{end, {}});
    }
    at = it->second.end;
    ++it;
  }
}

// Makes cells that end exactly at the ends of `partitions` and leave no gap in it.
void AccessMap::splitCells(Slab &slab, PartitionRange partitions) {
  if (slab.cells.size() == 1 && slab.cells.front().partitions == partitions)
    return;
  llvm::SmallVector<Cell, 1> cells;
  uint16_t at = partitions.begin;
  auto fillTo = [&](uint16_t end) {
    if (at < end) {
      cells.emplace_back();
      cells.back().partitions = {at, end};
      at = end;
    }
  };
  for (Cell &cell : slab.cells) {
    PartitionRange whole = cell.partitions;
    uint16_t cuts[] = {whole.begin, std::clamp(partitions.begin, whole.begin, whole.end),
                       std::clamp(partitions.end, whole.begin, whole.end), whole.end};
    for (unsigned i = 0; i < 3; ++i) {
      if (cuts[i] == cuts[i + 1])
        continue;
      if (cuts[i] >= partitions.begin)
        fillTo(std::min(cuts[i], partitions.end));
      cells.push_back(cell);
      cells.back().partitions = {cuts[i], cuts[i + 1]};
      at = std::max(at, cuts[i + 1]);
    }
  }
  fillTo(partitions.end);
  slab.cells = std::move(cells);
}

void AccessMap::recordRead(Cell &cell, const Actor &actor, llvm::function_ref<bool(uint32_t)> isOrdered) {
  if (!actor.isDma)
    for (Actor &read : cell.reads)
      if (!read.isDma && read.engine == actor.engine) {
        read = actor;
        return;
      }
  // Reads of many DMAs; looked through whenever their number has doubled.
  size_t size = cell.reads.size();
  if (size >= 16 && (size & (size - 1)) == 0)
    llvm::erase_if(cell.reads, [&](const Actor &read) { return isOrdered(read.id); });
  cell.reads.push_back(actor);
}

void AccessMap::recordCoarse(Cell &cell, const CoarseAccess &access, llvm::function_ref<bool(uint32_t)> canForget) {
  size_t size = cell.coarse.size(); // looked through whenever it has doubled
  if (size >= 16 && (size & (size - 1)) == 0)
    llvm::erase_if(cell.coarse, [&](const CoarseAccess &old) { return canForget(old.actor.id); });
  const Footprint &bytes = coarseFootprints[access.footprint];
  // A write of the same bytes replaces what it is ordered behind; so does a later read of the engine.
  llvm::erase_if(cell.coarse, [&](const CoarseAccess &old) {
    bool isReplaced = access.isWrite || (!old.isWrite && !old.actor.isDma && !access.actor.isDma &&
                                         old.actor.engine == access.actor.engine);
    return isReplaced && old.footprint != none && coarseFootprints[old.footprint].hasSameBytes(bytes);
  });
  if (!access.actor.isDma) {
    unsigned number = 0;
    CoarseAccess *first = nullptr;
    for (CoarseAccess &old : cell.coarse)
      if (!old.actor.isDma && old.actor.engine == access.actor.engine && old.isWrite == access.isWrite) {
        first = first ? first : &old;
        ++number;
      }
    if (number >= maxCoarseOfEngine) {
      *first = {access.actor, none, access.isWrite};
      llvm::erase_if(cell.coarse, [&](const CoarseAccess &old) {
        return old.footprint != none && !old.actor.isDma && old.actor.engine == access.actor.engine &&
               old.isWrite == access.isWrite;
      });
      return;
    }
    if (first && first->footprint == none) {
      first->actor = access.actor;
      return;
    }
  }
  cell.coarse.push_back(access);
}

void AccessMap::recordWrite(Slabs &slabs, ByteRun run, PartitionRange partitions, const Actor &actor) {
  auto first = slabs.lower_bound(run.begin);
  auto kept = slabs.end();
  for (auto it = first; it != slabs.end() && it->first < run.end;) {
    splitCells(it->second, partitions);
    for (Cell &cell : it->second.cells)
      if (cell.partitions.begin >= partitions.begin && cell.partitions.end <= partitions.end) {
        cell.writer = actor;
        cell.reads.clear();
        cell.coarse.clear();
      }
    // The pieces of earlier accesses that this write covers are one cell again.
    auto &cells = it->second.cells;
    auto inside = [&](const Cell &cell) {
      return cell.partitions.begin >= partitions.begin && cell.partitions.end <= partitions.end;
    };
    auto begin = llvm::find_if(cells, inside);
    if (begin != cells.end()) {
      begin->partitions = partitions;
      cells.erase(std::remove_if(std::next(begin), cells.end(), inside), cells.end());
    }
    bool isWhole = cells.size() == 1;
    if (isWhole && kept != slabs.end()) {
      kept->second.end = it->second.end;
      it = slabs.erase(it);
      continue;
    }
    kept = isWhole ? it : slabs.end();
    ++it;
  }
}

void AccessMap::record(const Footprint &footprint, const Actor &actor, llvm::function_ref<bool(uint32_t)> isOrdered,
                       llvm::function_ref<bool(uint32_t)> canForget) {
  Slabs &slabs = memories[static_cast<unsigned>(footprint.memory)];
  uint32_t coarse = none;
  if (footprint.isCoarse) {
    coarse = coarseFootprints.size();
    coarseFootprints.push_back(footprint);
  }
  ByteRun block;
  for (ByteRun run : filedUnder(footprint, block)) {
    if (run.begin >= run.end)
      continue;
    cover(slabs, run);
    for (PartitionRange partitions : footprint.partitions) {
      if (!footprint.isCoarse && footprint.isWrite) {
        recordWrite(slabs, run, partitions, actor);
        continue;
      }
      for (auto it = slabs.lower_bound(run.begin); it != slabs.end() && it->first < run.end; ++it) {
        splitCells(it->second, partitions);
        for (Cell &cell : it->second.cells) {
          if (cell.partitions.begin < partitions.begin || cell.partitions.end > partitions.end)
            continue;
          if (footprint.isCoarse)
            recordCoarse(cell, {actor, coarse, footprint.isWrite}, canForget);
          else
            recordRead(cell, actor, isOrdered);
        }
      }
    }
  }
}

} // namespace tarn::proof
