// The memory of tiles that were made: least recently used ones are forgotten when a budget is full.
#include "KernelLowering.h"

using namespace mlir;
using namespace tarn::nisa;
namespace tarn::tile {

KernelLowering::Key KernelLowering::makeKey(Value value, const Access &access, ShapeRef space,
                                            SmallVector<unsigned> &dims) {
  Key key{value.getAsOpaquePointer(), {}};
  for (unsigned d = 0; d < space.size(); ++d)
    if (d == 0 || (space[d] != 1 && access.dependsOn(d)))
      dims.push_back(d);
  for (unsigned d : dims)
    key.numbers.push_back(space[d]);
  for (const Linear &coord : access.coords) {
    key.numbers.push_back(coord.offset);
    for (unsigned d : dims)
      key.numbers.push_back(d == 0 && space[0] == 1 ? 0 : coord.factors[d]);
  }
  return key;
}

std::optional<Ref> KernelLowering::recall(const Key &key, ArrayRef<unsigned> dims, unsigned rank) {
  auto it = cache.find(key);
  if (it == cache.end())
    return std::nullopt;
  recent.splice(recent.begin(), recent, it->second.position);
  Access access;
  access.coords = it->second.coords;
  access.numDims = dims.size();
  return Ref{it->second.tile, access.spread(dims, rank)};
}

void KernelLowering::remember(const Key &key, ArrayRef<unsigned> dims, const Ref &ref) {
  int64_t bytes = tileType(ref.tile).getBytesPerPartition();
  recent.push_front(key);
  cache[key] = {ref.tile, ref.access.projected(dims).coords, bytes, recent.begin()};
  cachedBytes += bytes;
  while (cachedBytes > limits.cacheBytes && recent.size() > 1) {
    auto last = cache.find(recent.back());
    cachedBytes -= last->second.bytes;
    cache.erase(last);
    recent.pop_back();
  }
}

// Banks of PSUM are few: what lies there is not kept from one box to the next.
void KernelLowering::forgetPsum() {
  for (auto it = cache.begin(); it != cache.end();) {
    if (tileType(it->second.tile).getMemory() == Memory::psum) {
      cachedBytes -= it->second.bytes;
      recent.erase(it->second.position);
      it = cache.erase(it);
    } else {
      ++it;
    }
  }
}
} // namespace tarn::tile
