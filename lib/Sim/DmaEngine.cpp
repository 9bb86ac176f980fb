// One DMA engine, chunk by chunk.
#include "Dma.h"
#include "llvm/ADT/STLExtras.h"

namespace tarn::sim {

DmaEngine::DmaEngine(const Chip &chip, bool isSlow)
    : chip(&chip), isSlow(isSlow), overlap(fromNs(chip.dma.elementNs - chip.dma.elementPeriodNs)),
      room(chip.dma.windowElements * chip.dma.maxElementBytes) {}

void DmaEngine::add(unsigned number, const Share &share) {
  assert(share.arrival >= ran && "nobody arrives before what has happened");
  Ring &ring = rings[number];
  if (ring.shares.empty())
    ring.writePeriod = share.period;
  ring.shares.push(share);
  if (!share.isLoad)
    asked |= 1u << number;
  busyRings |= 1u << number;
  if (acceptable >> number & 1)
    return;
  acceptable |= 1u << number;
  arrivals[number] = share.arrival;
  nextArrival = std::min(nextArrival, share.arrival);
  wake = std::min(wake, nextArrival);
}

void DmaEngine::forgetWritten(Picoseconds now) {
  for (unsigned rest = asked; rest; rest &= rest - 1) {
    Queue<Written> &written = rings[llvm::countr_zero(rest)].written;
    while (!written.empty() && written.front().time <= now)
      written.pop();
  }
}

Picoseconds DmaEngine::drainedTo(unsigned number, uint64_t bytes, Picoseconds now) {
  Ring &ring = rings[number];
  forgetWritten(now);
  uint64_t left = 0;
  for (const Share &share : ring.shares)
    left += share.unwritten * share.chunkBytes;
  if (left > bytes)
    return wake;
  // Backwards, as long as no more was left.
  Picoseconds since = now;
  for (size_t i = ring.written.size(); i-- > 0 && left <= bytes; left += ring.written[i].bytes)
    since = ring.written[i].time;
  return left <= bytes ? now : since;
}

/// Bytes of other shares that have arrived; counted no further than beyond `limit`.
uint64_t DmaEngine::bytesUnderWay(const Share &besides, uint64_t limit) const {
  uint64_t bytes = 0;
  for (const Ring &ring : rings)
    for (const Share &share : ring.shares) {
      if (share.arrival <= clock && &share != &besides)
        bytes += share.unwritten * share.chunkBytes;
      if (bytes > limit)
        return bytes;
    }
  return bytes;
}

/// The first number of a set, from `first` on; else the first one of all.
static unsigned inTurn(unsigned set, unsigned first) {
  unsigned behind = set >> first << first;
  return llvm::countr_zero(behind ? behind : set);
}

/// Sees which rings' next shares have arrived by now.
void DmaEngine::noticeArrivals() {
  nextArrival = never;
  for (unsigned rest = acceptable & ~arrived; rest; rest &= rest - 1) {
    unsigned number = llvm::countr_zero(rest);
    if (arrivals[number] <= clock)
      arrived |= 1u << number;
    else
      nextArrival = std::min(nextArrival, arrivals[number]);
  }
}

void DmaEngine::widenWindow() {
  std::vector<Chunk> wider(2 * window.size());
  for (uint64_t i = numWritten; i < numAccepted; ++i)
    wider[i & (wider.size() - 1)] = window[i & (window.size() - 1)];
  window = std::move(wider);
}

/// Takes chunks into the window while it has room: the rings take turns, and nobody overtakes.
void DmaEngine::acceptAll() {
  while (arrived) {
    unsigned number = inTurn(arrived, nextAccept);
    Ring &ring = rings[number];
    Share &share = ring.shares[ring.accepting];
    if (numAccepted != numWritten && windowBytes + share.chunkBytes > room)
      return;
    // What is under way hides a cold read.
    if (share.unaccepted == share.chunks && share.firstRead &&
        share.hiddenBehind != std::numeric_limits<uint64_t>::max() &&
        bytesUnderWay(share, share.hiddenBehind) > share.hiddenBehind)
      share.firstRead = 0;
    if (ring.numUnread++ == 0)
      ring.firstUnread = numAccepted;
    readable |= 1u << number;
    if (numAccepted - numWritten == window.size())
      widenWindow();
    window[numAccepted++ & (window.size() - 1)] = {-1, number};
    windowBytes += share.chunkBytes;
    nextAccept = number + 1;
    if (--share.unaccepted > 0)
      continue;
    if (++ring.accepting == ring.shares.size()) {
      acceptable &= ~(1u << number);
      arrived &= ~(1u << number);
      continue;
    }
    arrivals[number] = ring.shares[ring.accepting].arrival;
    if (arrivals[number] > clock) {
      arrived &= ~(1u << number);
      nextArrival = std::min(nextArrival, arrivals[number]);
    }
  }
}

Picoseconds DmaEngine::readTime(const Ring &ring, const Share &share) const {
  Picoseconds time = share.period;
  if (share.unread == share.chunks)
    time += share.firstRead;
  // One of the engines is slower at stores, more so when it is busy.
  if (isSlow && !share.isLoad) {
    auto hasArrived = [&](const Share &other) { return other.arrival <= clock; };
    bool besideLoads = llvm::any_of(rings, [&](const Ring &other) {
      return llvm::any_of(other.shares, [&](const Share &share) { return share.isLoad && hasArrived(share); });
    });
    bool isQueued = ring.shares.size() > 1 && hasArrived(ring.shares[1]);
    const Chip::Dma &dma = chip->dma;
    double extra = besideLoads ? dma.slowEngineBesideLoadsNs : isQueued ? dma.slowEngineQueuedNs : dma.slowEngineNs;
    time += fromNs(extra * double(share.chunkBytes) / double(dma.maxElementBytes));
  }
  return time;
}

/// The rings take turns at reading.
void DmaEngine::startRead() {
  unsigned number = inTurn(readable, nextRead);
  Ring &ring = rings[number];
  ring.firstUnread = std::max(ring.firstUnread, numWritten); // chunks of other rings may have been written meanwhile
  while (window[ring.firstUnread & (window.size() - 1)].ring != number)
    ++ring.firstUnread;
  Share &share = ring.shares[ring.reading];
  readFree = clock + readTime(ring, share);
  window[ring.firstUnread++ & (window.size() - 1)].readEnd = readFree;
  if (share.unread == share.chunks)
    share.firstReadAt = share.arrival + share.firstRead; // behind others it waits for bandwidth
  if (--ring.numUnread == 0)
    readable &= ~(1u << number);
  if (--share.unread == 0)
    ++ring.reading;
  nextRead = number + 1;
}

/// The first chunk of the window is written.
void DmaEngine::write(std::vector<Done> &done) {
  unsigned number = window[numWritten++ & (window.size() - 1)].ring;
  writeFree = clock;
  Ring &ring = rings[number];
  Share &share = ring.shares.front();
  windowBytes -= share.chunkBytes;
  if (asked >> number & 1)
    ring.written.push(clock, share.chunkBytes);
  if (--share.unwritten > 0)
    return;
  done.push_back({share.transfer, share.firstReadAt, clock});
  ring.shares.pop();
  --ring.accepting;
  --ring.reading;
  if (ring.shares.empty())
    busyRings &= ~(1u << number);
  else
    ring.writePeriod = ring.shares.front().period;
}

void DmaEngine::run(Picoseconds now, Picoseconds until, std::vector<Done> &done) {
  ran = until;
  forgetWritten(now);
  Picoseconds written = writeEnd();
  while (wake <= until) {
    clock = wake;
    bool hasRoom = written == clock, arrives = nextArrival <= clock;
    if (hasRoom)
      write(done);
    if (arrives)
      noticeArrivals();
    if (hasRoom || arrives)
      acceptAll();
    while (readable && readFree <= clock)
      startRead();
    written = writeEnd();
    wake = std::min({nextArrival, written, readable ? readFree : never});
  }
}

} // namespace tarn::sim
