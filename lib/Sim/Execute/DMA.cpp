// DMA: both sides walked as runs of contiguous bytes.
#include "tarn/Sim/Execute.h"
#include "tarn/Sim/Footprint.h"
#include "tarn/Support/AtomicFile.h"
#include <cstring>

namespace tarn::sim {
using namespace isa;

namespace {

/// A side as runs of contiguous bytes, one after another.
class Runs {
public:
  Runs(const Memory &memory, const DmaPattern &pattern) : memory(memory), pattern(pattern), address(pattern.address) {
    runBytes = sizeInBytes(pattern.dtype);
    while (inner < pattern.rank && (pattern.dims[inner].num == 1 || pattern.dims[inner].step == int64_t(runBytes)))
      runBytes *= pattern.dims[inner++].num;
    left = runBytes;
    at = memory.dmaByte(pattern.memory, address);
  }
  /// Bytes at `at` that belong to the present run.
  uint64_t left;
  char *at;
  void advance(uint64_t bytes) {
    at += bytes;
    if ((left -= bytes) > 0)
      return;
    for (unsigned k = inner; k < pattern.rank; ++k) {
      address += pattern.dims[k].step;
      if (++index[k] < pattern.dims[k].num) {
        at = memory.dmaByte(pattern.memory, address);
        left = runBytes;
        return;
      }
      address -= pattern.dims[k].step * int64_t(pattern.dims[k].num);
      index[k] = 0;
    }
  }

private:
  const Memory &memory;
  const DmaPattern &pattern;
  uint64_t address, runBytes;
  unsigned inner = 0; // dimensions that are part of a run
  std::array<uint32_t, 5> index{};
};

void copyBytes(char *to, const char *from, uint64_t bytes) {
  switch (bytes) { // single elements are common, and a call for each is dear
  case 2:
    std::memcpy(to, from, 2);
    break;
  case 4:
    std::memcpy(to, from, 4);
    break;
  default:
    std::memcpy(to, from, bytes);
  }
}

/// Copies all bytes of one side to or from a contiguous buffer.
template <typename Copy> void walk(const Memory &memory, const DmaPattern &pattern, Copy &&copy) {
  uint64_t done = 0;
  forEachRun(pattern, [&](uint64_t address, uint64_t bytes) {
    copy(memory.dmaByte(pattern.memory, address), done, bytes);
    done += bytes;
  });
}

} // namespace

llvm::Error execute(const DmaCopy &copy, Context &context) {
  uint64_t count = copy.src.numElements();
  if (copy.dst.numElements() != count)
    return makeError("dma_copy: {0} elements go to {1}; both sides need the same number", count,
                     copy.dst.numElements());
  const Memory &memory = context.memory();
  if (copy.dst.dtype == copy.src.dtype && copy.dst.memory != copy.src.memory) { // the sides share no byte
    Runs src(memory, copy.src), dst(memory, copy.dst);
    for (uint64_t left = count * sizeInBytes(copy.src.dtype); left > 0;) {
      uint64_t bytes = std::min(src.left, dst.left);
      copyBytes(dst.at, src.at, bytes);
      src.advance(bytes);
      dst.advance(bytes);
      left -= bytes;
    }
    return llvm::Error::success();
  }
  std::vector<char> buffer(count * sizeInBytes(copy.src.dtype));
  walk(memory, copy.src,
       [&](char *at, uint64_t done, uint64_t bytes) { std::memcpy(buffer.data() + done, at, bytes); });
  if (copy.dst.dtype != copy.src.dtype) {
    std::vector<float> values(count);
    toFloat(copy.src.dtype, buffer.data(), values.data(), count);
    buffer.resize(count * sizeInBytes(copy.dst.dtype));
    fromFloat(copy.dst.dtype, values.data(), buffer.data(), count);
  }
  walk(memory, copy.dst,
       [&](char *at, uint64_t done, uint64_t bytes) { std::memcpy(at, buffer.data() + done, bytes); });
  return llvm::Error::success();
}

} // namespace tarn::sim
