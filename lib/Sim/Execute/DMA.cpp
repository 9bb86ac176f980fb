// DMA: both sides walked as runs of contiguous bytes.
#include "tarn/Sim/Execute.h"
#include "tarn/Sim/Footprint.h"
#include "tarn/Support/AtomicFile.h"
#include <cstring>

namespace tarn::sim {
using namespace isa;

namespace {

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
