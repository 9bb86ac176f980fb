// DMA: both sides walked as runs of contiguous bytes.
#include "DmaSides.h"
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

/// Copies the next `bytes` of one side to those of another; a contiguous buffer is one too.
template <typename To, typename From> void transfer(To &to, From &from, uint64_t bytes) {
  while (bytes > 0) {
    uint64_t part = std::min({to.left, from.left, bytes});
    copyBytes(to.at, from.at, part);
    to.advance(part);
    from.advance(part);
    bytes -= part;
  }
}

struct Buffer {
  explicit Buffer(std::vector<char> &bytes) : left(bytes.size()), at(bytes.data()) {}
  uint64_t left;
  char *at;
  void advance(uint64_t bytes) {
    left -= bytes;
    at += bytes;
  }
};

} // namespace

llvm::Error execute(const DmaCopy &copy, Context &context) {
  uint64_t count = copy.src.numElements();
  if (copy.dst.numElements() != count)
    return makeError("{0} elements go to {1}; both sides need the same number", count, copy.dst.numElements());
  const Memory &memory = context.memory();
  DType from = copy.src.dtype, to = copy.dst.dtype;
  uint64_t block = count;
  bool isCast = from != to, isApart = copy.dst.memory != copy.src.memory;
  if (isCast || !isApart) {
    uint64_t bytesEach = sizeInBytes(from) + (isCast ? sizeInBytes(to) + sizeof(float) : 0);
    llvm::Expected<uint64_t> most = blockOf(count, bytesEach, copy, context);
    if (!most)
      return most.takeError();
    block = *most;
  }
  Runs src(memory, copy.src), dst(memory, copy.dst);
  if (!isCast && (isApart || block < count)) { // the sides share no byte
    transfer(dst, src, count * sizeInBytes(from));
    return llvm::Error::success();
  }
  for (uint64_t part; count > 0; count -= part) {
    part = std::min(count, block);
    std::vector<char> bytes(part * sizeInBytes(from));
    Buffer in(bytes);
    transfer(in, src, bytes.size());
    bytes = castElements(std::move(bytes), from, to);
    Buffer out(bytes);
    transfer(dst, out, bytes.size());
  }
  return llvm::Error::success();
}

} // namespace tarn::sim
