#include "DmaSides.h"
#include "tarn/Proof/Footprint.h"
#include "tarn/Support/AtomicFile.h"
#include <cstring>

namespace tarn::sim {
using namespace isa;

std::vector<int64_t> rowsOf(const AccessPattern &index, const Memory &memory) {
  Walk walk(index.pattern());
  std::vector<int64_t> rows(size_t(index.numPartitions) * walk.size);
  for (unsigned p = 0; p < index.numPartitions; ++p)
    loadBits(index.dtype, walk, memory.row(index, p), rows.data() + size_t(p) * walk.size);
  return rows;
}

void readSide(const Memory &memory, const DmaPattern &side, uint64_t first, uint64_t count, char *out) {
  forEachRunFrom(side, first, count, [&](uint64_t address, uint64_t bytes, uint64_t done) {
    std::memcpy(out + done, memory.dmaByte(side.memory, address), bytes);
  });
}

void writeSide(const Memory &memory, const DmaPattern &side, uint64_t first, uint64_t count, const char *in) {
  forEachRunFrom(side, first, count, [&](uint64_t address, uint64_t bytes, uint64_t done) {
    std::memcpy(memory.dmaByte(side.memory, address), in + done, bytes);
  });
}

llvm::Error checkBuffer(uint64_t bytes) {
  if (bytes <= largestBuffer)
    return llvm::Error::success();
  return makeError("reads everything before it writes, and that is {0} bytes; more than {1} are not simulated; "
                   "several DMAs of parts need less",
                   bytes, largestBuffer);
}

/// Whether a side that a DMA writes shares a byte with another one.
static bool sharesBytes(const isa::Instruction &dma, const Context &context) {
  std::optional<proof::Footprints> sides =
      proof::footprintsOf(dma, context.engine, /*registers=*/nullptr, context.core.chip);
  if (!sides)
    return true;
  for (const proof::Footprint &written : *sides)
    for (const proof::Footprint &other : *sides)
      if (written.isWrite && &written != &other && proof::overlaps(written, other))
        return true;
  return false;
}

llvm::Expected<uint64_t> blockOfMany(uint64_t count, uint64_t bytesEach, const isa::Instruction &dma,
                                     const Context &context) {
  if (!sharesBytes(dma, context))
    return std::min(count, blockBytes / bytesEach);
  if (llvm::Error error = checkBuffer(count * bytesEach))
    return std::move(error);
  return count;
}

std::vector<char> castElements(std::vector<char> bytes, DType from, DType to) {
  if (from == to)
    return bytes;
  size_t count = bytes.size() / sizeInBytes(from);
  std::vector<float> values(count);
  toFloat(from, bytes.data(), values.data(), count);
  bytes.resize(count * sizeInBytes(to));
  fromFloat(to, values.data(), bytes.data(), count);
  return bytes;
}

} // namespace tarn::sim
