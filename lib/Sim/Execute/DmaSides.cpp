#include "DmaSides.h"
#include <cstring>

namespace tarn::sim {
using namespace isa;

namespace {
/// Calls f(address, bytes, bytes done before) for the runs of contiguous bytes from element `first` on.
template <typename F> void forEachRunFrom(const DmaPattern &side, uint64_t first, uint64_t count, F &&f) {
  uint64_t size = sizeInBytes(side.dtype), run = 1, done = 0;
  unsigned inner = 0; // dimensions that are part of a run
  while (inner < side.rank && (side.dims[inner].num == 1 || side.dims[inner].step == static_cast<int64_t>(run * size)))
    run *= side.dims[inner++].num;
  while (count) {
    uint64_t within = first % run, rest = first / run, address = side.address + within * size;
    for (unsigned k = inner; k < side.rank; ++k) {
      address += static_cast<int64_t>(rest % side.dims[k].num) * side.dims[k].step;
      rest /= side.dims[k].num;
    }
    uint64_t part = std::min(count, run - within);
    f(address, part * size, done);
    done += part * size;
    first += part;
    count -= part;
  }
}
} // namespace

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
