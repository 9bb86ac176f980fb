#include "tarn/Proof/Footprint.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"

namespace tarn::proof {
namespace {

// A footprint of few runs is fine, one of more runs only if they are not too many and not too short: small cells cost more
// than a rare comparison of two patterns. Writes stay fine for longer, as only fine writes sweep cells clean.
constexpr uint64_t fewRuns = 16;
struct FineLimit {
  uint64_t maxRuns, minRunLength;
};
constexpr FineLimit fineInHbm{512, 256}, fineReadOnChip{32, 16}, fineWriteOnChip{256, 32};
// Beyond as many runs even the comparison is refused.
constexpr uint64_t maxRuns = 1 << 18;

struct SignedDim {
  int64_t step;
  uint64_t num;
};

// The bytes of a walk as runs of equal length at the points of a grid of positive, ascending steps.
struct Grid {
  uint64_t base = 0, runLength = 0;
  llvm::SmallVector<RunDim, 4> dims;

  uint64_t end() const {
    uint64_t last = base;
    for (RunDim dim : dims)
      last += dim.step * (dim.num - 1);
    return last + runLength;
  }
  uint64_t numRuns() const {
    uint64_t product = 1; // of counts below 2^32 each; stops long before it overflows
    for (RunDim dim : dims)
      if ((product *= dim.num) > maxRuns)
        return maxRuns + 1;
    return product;
  }
};

Grid makeGrid(uint64_t base, uint64_t elementSize, llvm::ArrayRef<SignedDim> walk) {
  Grid grid;
  grid.base = base;
  grid.runLength = elementSize;
  llvm::SmallVector<RunDim, 5> dims;
  for (SignedDim dim : walk) {
    if (dim.num <= 1 || dim.step == 0)
      continue;
    if (dim.step < 0)
      grid.base += dim.step * static_cast<int64_t>(dim.num - 1);
    dims.push_back({static_cast<uint64_t>(std::abs(dim.step)), dim.num});
  }
  llvm::sort(dims, [](RunDim a, RunDim b) { return std::tie(a.step, a.num) < std::tie(b.step, b.num); });
  for (RunDim dim : dims) {
    if (grid.dims.empty() && dim.step <= grid.runLength)
      grid.runLength += dim.step * (dim.num - 1);
    else if (!grid.dims.empty() && grid.dims.back().step * grid.dims.back().num == dim.step)
      grid.dims.back().num *= dim.num;
    else
      grid.dims.push_back(dim);
  }
  return grid;
}

void listGrid(uint64_t base, uint64_t runLength, llvm::ArrayRef<RunDim> dims, llvm::SmallVectorImpl<ByteRun> &runs) {
  if (dims.empty()) {
    runs.push_back({base, base + runLength});
    return;
  }
  for (uint64_t i = 0; i < dims.back().num; ++i)
    listGrid(base + i * dims.back().step, runLength, dims.drop_back(), runs);
}

void joinRuns(llvm::SmallVectorImpl<ByteRun> &runs) {
  if (runs.size() == 1)
    return;
  auto isBefore = [](ByteRun a, ByteRun b) { return a.begin < b.begin; };
  if (!llvm::is_sorted(runs, isBefore))
    llvm::sort(runs, isBefore);
  size_t kept = 0;
  for (ByteRun run : runs) {
    if (kept && run.begin <= runs[kept - 1].end)
      runs[kept - 1].end = std::max(runs[kept - 1].end, run.end);
    else
      runs[kept++] = run;
  }
  runs.resize(kept);
}

void setBytes(Footprint &footprint, const Grid &grid) {
  footprint.base = grid.base;
  footprint.runLength = grid.runLength;
  footprint.dims = grid.dims;
  uint64_t numRuns = grid.numRuns();
  FineLimit limit = footprint.memory == isa::Memory::hbm ? fineInHbm
                    : footprint.isWrite                  ? fineWriteOnChip
                                                         : fineReadOnChip;
  if (numRuns <= fewRuns || (numRuns <= limit.maxRuns && grid.runLength >= limit.minRunLength)) {
    listGrid(grid.base, grid.runLength, grid.dims, footprint.runs);
    joinRuns(footprint.runs);
    return;
  }
  footprint.isCoarse = true;
  footprint.isExact &= numRuns <= maxRuns;
  footprint.runs.push_back({grid.base, grid.end()});
}

uint64_t withRegister(uint64_t address, const std::optional<isa::RegisterOffset> &offset, const int32_t *registers) {
  if (!offset || !registers)
    return address;
  return address + static_cast<int64_t>(registers[offset->reg % isa::numRegisters]) * offset->scale;
}

void setAccess(const isa::AccessPattern &pattern, const int32_t *registers, Footprint &footprint) {
  footprint.memory = pattern.memory;
  footprint.partitions.push_back(
      {pattern.startPartition, static_cast<uint16_t>(pattern.startPartition + pattern.numPartitions)});
  uint64_t size = sizeInBytes(pattern.dtype);
  llvm::SmallVector<SignedDim, 4> walk;
  for (isa::Dim dim : pattern.pattern())
    walk.push_back({static_cast<int64_t>(dim.step) * static_cast<int64_t>(size), dim.num});
  footprint.address = withRegister(pattern.address, pattern.offset, registers);
  setBytes(footprint, makeGrid(footprint.address, size, walk));
}

void setDma(const isa::DmaPattern &pattern, const int32_t *registers, uint16_t numPartitions, Footprint &footprint) {
  footprint.memory = pattern.memory;
  uint64_t address = footprint.address = withRegister(pattern.address, pattern.offset, registers);
  uint64_t size = sizeInBytes(pattern.dtype);
  llvm::SmallVector<SignedDim, 5> walk, partitionWalk;
  constexpr int64_t pitch = isa::sbufPartitionPitch;
  if (footprint.memory == isa::Memory::hbm) {
    for (isa::DmaDim dim : pattern.pattern())
      walk.push_back({dim.step, dim.num});
    footprint.partitions.push_back({0, 1});
    setBytes(footprint, makeGrid(address, size, walk));
    return;
  }

  // In SBUF a step of whole partitions is told apart from a step within one.
  for (isa::DmaDim dim : pattern.pattern()) {
    if (dim.step % pitch == 0)
      partitionWalk.push_back({dim.step / pitch, dim.num});
    else
      walk.push_back({dim.step, dim.num});
  }
  Grid bytes = makeGrid(address % pitch, size, walk);
  Grid partitions = makeGrid(address / pitch, 1, partitionWalk);
  bool isSkewed = bytes.end() > static_cast<uint64_t>(pitch) || bytes.base > bytes.end();
  if (isSkewed || partitions.numRuns() > numPartitions) {
    // A walk that leaves its partition sideways: all of SBUF, to be safe.
    footprint.isExact = false;
    footprint.isCoarse = true;
    footprint.partitions.push_back({0, numPartitions});
    footprint.runs.push_back({0, static_cast<uint64_t>(pitch)});
    footprint.runLength = pitch;
    return;
  }
  llvm::SmallVector<ByteRun, 4> ranges;
  listGrid(partitions.base, partitions.runLength, partitions.dims, ranges);
  joinRuns(ranges);
  for (ByteRun range : ranges)
    footprint.partitions.push_back({static_cast<uint16_t>(range.begin), static_cast<uint16_t>(range.end)});
  setBytes(footprint, bytes);
}

void widenToBanks(Footprint &footprint, uint64_t bankSize, uint16_t numPartitions) {
  ByteRun banks{footprint.runs.front().begin / bankSize * bankSize, llvm::alignTo(footprint.runs.back().end, bankSize)};
  footprint.isCoarse = false;
  footprint.isExact = true;
  footprint.dims.clear();
  footprint.base = banks.begin;
  footprint.runLength = banks.end - banks.begin;
  footprint.runs.assign(1, banks);
  footprint.partitions.assign(1, PartitionRange{0, numPartitions});
}

} // namespace

bool Footprint::hasSameBytes(const Footprint &other) const {
  return isExact && other.isExact && memory == other.memory && isCoarse == other.isCoarse &&
         partitions == other.partitions && runs == other.runs && base == other.base && runLength == other.runLength &&
         dims == other.dims;
}

// Whether a run meets a grid: of each dimension, outermost first, only the few indices near the run are followed.
static bool meets(ByteRun run, uint64_t base, uint64_t runLength, llvm::ArrayRef<RunDim> dims) {
  uint64_t inner = runLength;
  for (RunDim dim : dims)
    inner += dim.step * (dim.num - 1);
  if (run.end <= base || run.begin >= base + inner)
    return false;
  if (dims.empty())
    return true;
  RunDim outer = dims.back();
  inner -= outer.step * (outer.num - 1);
  uint64_t first = run.begin >= base + inner ? (run.begin - base - inner) / outer.step + 1 : 0;
  uint64_t last = std::min(outer.num - 1, (run.end - 1 - base) / outer.step);
  for (uint64_t i = first; i <= last; ++i)
    if (meets(run, base + i * outer.step, runLength, dims.drop_back()))
      return true;
  return false;
}

// Whether two grids are apart when seen modulo one of their steps: tiles of one tensor usually are, since their outer
// steps are equal and their inner parts are different pieces of a row.
static bool isApartModulo(const Footprint &a, const Footprint &b, uint64_t modulus) {
  uint64_t starts[2], lengths[2];
  const Footprint *const footprints[2] = {&a, &b};
  for (auto [i, footprint] : llvm::enumerate(footprints)) {
    starts[i] = footprint->base % modulus;
    lengths[i] = footprint->runLength;
    for (RunDim dim : footprint->dims) {
      if (dim.step < modulus)
        lengths[i] += dim.step * (dim.num - 1);
      else if (dim.step % modulus)
        return false;
    }
  }
  uint64_t ahead = (starts[1] + modulus - starts[0]) % modulus, behind = (starts[0] + modulus - starts[1]) % modulus;
  return ahead >= lengths[0] && behind >= lengths[1];
}

static bool hasRunIn(uint64_t base, uint64_t runLength, llvm::ArrayRef<RunDim> dims, const Footprint &grid) {
  if (dims.empty())
    return meets({base, base + runLength}, grid.base, grid.runLength, grid.dims);
  for (uint64_t i = 0; i < dims.back().num; ++i)
    if (hasRunIn(base + i * dims.back().step, runLength, dims.drop_back(), grid))
      return true;
  return false;
}

bool overlaps(const Footprint &a, const Footprint &b) {
  if (a.memory != b.memory)
    return false;
  bool sharesPartition = llvm::any_of(a.partitions, [&](PartitionRange p) {
    return llvm::any_of(b.partitions, [&](PartitionRange q) { return p.begin < q.end && q.begin < p.end; });
  });
  if (!sharesPartition || a.runs.empty() || b.runs.empty() || a.runs.front().begin >= b.runs.back().end ||
      b.runs.front().begin >= a.runs.back().end)
    return false;
  if (!a.isExact || !b.isExact)
    return true;
  if (a.isCoarse && b.isCoarse) {
    for (const Footprint *footprint : {&a, &b})
      for (RunDim dim : footprint->dims)
        if (isApartModulo(a, b, dim.step))
          return false;
    return hasRunIn(a.base, a.runLength, a.dims, b);
  }
  if (a.isCoarse || b.isCoarse) {
    const Footprint &fine = a.isCoarse ? b : a, &coarse = a.isCoarse ? a : b;
    return llvm::any_of(fine.runs, [&](ByteRun run) { return meets(run, coarse.base, coarse.runLength, coarse.dims); });
  }
  for (size_t i = 0, j = 0; i < a.runs.size() && j < b.runs.size();) {
    if (a.runs[i].begin < b.runs[j].end && b.runs[j].begin < a.runs[i].end)
      return true;
    a.runs[i].end <= b.runs[j].end ? ++i : ++j;
  }
  return false;
}

std::optional<Footprints> footprintsOf(const isa::Instruction &instruction, isa::Engine engine,
                                       const int32_t *registers, const Chip &chip) {
  std::optional<Footprints> footprints(std::in_place);
  bool isKnown = true;
  const uint64_t bankSize = chip.psum.bankBytesPerPartition;
  const auto numPartitions = static_cast<uint16_t>(chip.partitions);
  auto add = [&](const isa::FieldInfo &field) -> Footprint & {
    Footprint &footprint = footprints->emplace_back();
    footprint.isRead = isa::isRead(field.kind);
    footprint.isWrite = isa::isWritten(field.kind);
    return footprint;
  };
  isa::forEachAccess(
      instruction,
      [&](const isa::FieldInfo &field, const isa::AccessPattern &pattern) {
        isKnown &= !pattern.offset || registers;
        Footprint &footprint = add(field);
        setAccess(pattern, registers, footprint);
        if (engine == isa::Engine::pe && footprint.memory == isa::Memory::psum && footprint.isWrite)
          widenToBanks(footprint, bankSize, numPartitions);
      },
      [&](const isa::FieldInfo &field, const isa::DmaPattern &pattern) {
        isKnown &= !pattern.offset || registers;
        setDma(pattern, registers, numPartitions, add(field));
      });
  if (!isKnown)
    footprints.reset();
  return footprints;
}

std::string describe(isa::Memory memory, PartitionRange partitions, ByteRun run) {
  if (memory == isa::Memory::hbm)
    return llvm::formatv("hbm bytes {0} to {1}", run.begin, run.end - 1).str();
  return llvm::formatv("{0} partitions {1} to {2}, bytes {3} to {4}", isa::name(memory), partitions.begin,
                       partitions.end - 1, run.begin, run.end - 1)
      .str();
}

} // namespace tarn::proof
