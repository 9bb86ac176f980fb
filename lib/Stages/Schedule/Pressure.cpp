// See Pressure.h.
#include "Pressure.h"
#include "tarn/Dialect/NISA/Resolve.h"
#include "llvm/ADT/MapVector.h"
#include <algorithm>

using namespace mlir;
using namespace tarn::nisa;

namespace tarn::schedule {

Pressure::Pressure(ArrayRef<InstructionInterface> instructions, unsigned window, const Chip &chip) {
  size_t size = instructions.size();
  begins.resize(size);
  isTaken.resize(size, false);
  llvm::MapVector<Value, std::pair<unsigned, unsigned>> lives;
  for (unsigned i = 0; i < size; ++i) {
    SmallVector<TileAccess> accesses;
    InstructionInterface(instructions[i]).getAccesses(accesses);
    for (const TileAccess &access : accesses) {
      Value base = getBase(access.operand->get());
      if (cast<TileType>(base.getType()).isOnChip())
        lives.try_emplace(base, i, i).first->second.second = i;
    }
  }
  // A part of SBUF stays free: ranges of several sizes leave gaps.
  limits = {chip.sbuf.usableBytesPerPartition * 2 / 3, chip.psum.banks};
  std::vector<Amounts> change(size + 1), live(size);
  for (auto &[base, life] : lives) {
    auto type = cast<TileType>(base.getType());
    int64_t bytes = type.getBytesPerPartition(), bank = chip.psum.bankBytesPerPartition;
    unsigned memory = type.getMemory() == Memory::sbuf ? sbuf : psum;
    int64_t amount = memory == sbuf ? bytes : (bytes + bank - 1) / bank;
    if (memory == psum && amount > 1)
      limits[psum] = std::min(limits[psum], chip.psum.banks / 2); // needs neighbours
    begins[life.first][memory] += amount;
    change[life.first][memory] += amount;
    change[life.second + 1][memory] -= amount;
  }
  peaks.resize(size);
  Amounts now = {};
  for (size_t i = 0; i < size; ++i)
    for (unsigned memory = 0; memory < numMemories; ++memory)
      live[i][memory] = now[memory] += change[i][memory];
  // Maxima over windows: of blocks from their ends and from their starts.
  std::vector<Amounts> fromStart(size), toEnd(size);
  for (unsigned memory = 0; memory < numMemories; ++memory) {
    for (size_t i = 0; i < size; ++i)
      fromStart[i][memory] = i % window == 0 ? live[i][memory] : std::max(fromStart[i - 1][memory], live[i][memory]);
    for (size_t i = size; i-- > 0;)
      toEnd[i][memory] =
          (i + 1) % window == 0 || i + 1 == size ? live[i][memory] : std::max(toEnd[i + 1][memory], live[i][memory]);
    for (size_t i = 0; i < size; ++i)
      peaks[i][memory] = std::max(toEnd[i][memory], fromStart[std::min<size_t>(i + window - 1, size - 1)][memory]);
  }
}

bool Pressure::mayTake(unsigned instruction, unsigned oldest) const {
  if (instruction == oldest)
    return true;
  for (unsigned memory = 0; memory < numMemories; ++memory)
    if (begins[instruction][memory] &&
        extra[memory] + begins[instruction][memory] + peaks[oldest][memory] > limits[memory])
      return false;
  return true;
}

void Pressure::take(unsigned instruction) {
  isTaken[instruction] = true;
  if (instruction != oldest)
    for (unsigned memory = 0; memory < numMemories; ++memory)
      extra[memory] += begins[instruction][memory];
}

void Pressure::advance(unsigned next) {
  // What the stream keeps by itself from here on is no longer extra.
  for (unsigned i = oldest + 1; i <= next && i < begins.size(); ++i)
    if (isTaken[i])
      for (unsigned memory = 0; memory < numMemories; ++memory)
        extra[memory] -= begins[i][memory];
  oldest = next;
}
} // namespace tarn::schedule
