// One DMA engine, chunk by chunk.
#include "Dma.h"

namespace tarn::sim {

uint64_t DmaEngine::outstandingBytes(unsigned ring) const {
  uint64_t bytes = 0;
  for (const Share &share : rings[ring])
    bytes += share.unwritten * share.chunkBytes;
  return bytes;
}

const DmaEngine::Share *DmaEngine::find(const Chunk &chunk) const {
  for (const Share &share : rings[chunk.ring])
    if (share.transfer == chunk.transfer)
      return &share;
  return nullptr;
}

/// Takes one chunk of the ring whose turn it is into the window.
bool DmaEngine::accept(Picoseconds at) {
  for (unsigned i = 0; i < rings.size(); ++i) {
    unsigned ring = (nextAccept + i) % rings.size();
    auto share = llvm::find_if(rings[ring], [](const Share &s) { return s.unaccepted > 0; });
    if (share == rings[ring].end() || share->arrival > at)
      continue;
    uint64_t room = chip->dma.windowElements * chip->dma.maxElementBytes;
    if (!window.empty() && windowBytes + share->chunkBytes > room)
      return false;
    // What is under way hides a cold read.
    if (share->unaccepted == share->chunks && share->firstRead) {
      uint64_t backlog = 0;
      for (const auto &shares : rings)
        for (const Share &other : shares)
          backlog += other.arrival <= at && &other != &*share ? other.unwritten * other.chunkBytes : 0;
      if (backlog > share->hiddenBehind)
        share->firstRead = 0;
    }
    window.push_back({ring, share->transfer, share->chunkBytes, share->period, -1, -1});
    windowBytes += share->chunkBytes;
    --share->unaccepted;
    nextAccept = ring + 1;
    return true;
  }
  return false;
}

Picoseconds DmaEngine::readTime(const Chunk &chunk, const Share &share) const {
  Picoseconds time = chunk.period;
  if (share.unread == share.chunks)
    time += share.firstRead;
  // One of the engines is slower at stores, more so when it is busy.
  if (isSlow && !share.isLoad) {
    bool besideLoads = false, queued = rings[chunk.ring].size() > 1;
    for (const auto &ring : rings)
      besideLoads |= llvm::any_of(ring, [&](const Share &s) { return s.isLoad && s.arrival <= clock; });
    const Chip::Dma &dma = chip->dma;
    double extra = besideLoads ? dma.slowEngineBesideLoadsNs : queued ? dma.slowEngineQueuedNs : dma.slowEngineNs;
    time += fromNs(extra * double(chunk.bytes) / double(dma.maxElementBytes));
  }
  return time;
}

/// The rings take turns at reading.
bool DmaEngine::startRead(Picoseconds at) {
  for (unsigned i = 0; i < rings.size(); ++i) {
    unsigned ring = (nextRead + i) % rings.size();
    auto chunk = llvm::find_if(window, [&](const Chunk &c) { return c.ring == ring && c.readStart < 0; });
    if (chunk == window.end())
      continue;
    Share &share = const_cast<Share &>(*find(*chunk));
    chunk->readStart = at;
    chunk->readEnd = readFree = at + readTime(*chunk, share);
    if (share.unread == share.chunks)
      firstReads[share.transfer] = share.arrival + share.firstRead; // behind others it waits for bandwidth
    --share.unread;
    nextRead = ring + 1;
    return true;
  }
  return false;
}

void DmaEngine::run(Picoseconds now, std::vector<Done> &done) {
  Picoseconds overlap = fromNs(chip->dma.elementNs - chip->dma.elementPeriodNs);
  while (clock <= now) {
    // 1. What can happen at this moment.
    while (accept(clock)) {
    }
    if (readFree <= clock)
      startRead(clock);
    // 2. The next moment: an arrival, the end of a read, the end of the first write.
    constexpr Picoseconds never = std::numeric_limits<Picoseconds>::max();
    Picoseconds next = never;
    for (const auto &ring : rings)
      for (const Share &share : ring)
        if (share.unaccepted && share.arrival > clock) {
          next = std::min(next, share.arrival);
          break;
        }
    if (readFree > clock)
      next = std::min(next, readFree);
    Picoseconds written = never;
    if (!window.empty() && window.front().readEnd >= 0)
      written = std::max(window.front().readEnd + overlap, writeFree + window.front().period);
    next = std::min(next, written);
    if (next > now) {
      clock = std::max(clock, now);
      return;
    }
    clock = std::max(clock, next);
    // 3. A write ends.
    if (written != next)
      continue;
    Chunk chunk = window.front();
    window.pop_front();
    windowBytes -= chunk.bytes;
    writeFree = written;
    auto &ring = rings[chunk.ring];
    auto share = llvm::find_if(ring, [&](const Share &s) { return s.transfer == chunk.transfer; });
    if (--share->unwritten > 0)
      continue;
    done.push_back({chunk.transfer, firstReads[chunk.transfer], written});
    firstReads.erase(chunk.transfer);
    ring.erase(share);
  }
}

std::optional<Picoseconds> DmaEngine::nextDone() const {
  std::optional<Picoseconds> earliest;
  Picoseconds overlap = fromNs(chip->dma.elementNs - chip->dma.elementPeriodNs);
  for (const auto &ring : rings) {
    if (ring.empty())
      continue;
    // All that is left of the oldest share at full rate, not before what is under way.
    const Share &share = ring.front();
    Picoseconds begin = std::max(clock, share.arrival);
    if (share.unread)
      begin = std::max(begin, readFree) + (share.unread == share.chunks ? share.firstRead : 0);
    Picoseconds time = begin + Picoseconds(share.unread) * share.period;
    if (!share.unread) {
      Picoseconds written = writeFree;
      for (const Chunk &chunk : window) {
        written = std::max(written + chunk.period, chunk.readEnd < 0 ? clock : chunk.readEnd + overlap);
        if (chunk.transfer == share.transfer)
          time = written;
      }
    }
    earliest = earliest ? std::min(*earliest, time) : time;
  }
  return earliest;
}

} // namespace tarn::sim
