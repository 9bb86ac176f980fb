// One DMA engine, chunk by chunk.
#include "DmaEngine.h"
#include "llvm/ADT/STLExtras.h"

namespace tarn::sim {

DmaEngine::DmaEngine(const Chip &chip, bool isSlow)
    : chip(&chip), slow(isSlow), overlap(fromNs(std::max(0.0, chip.dma.elementNs - chip.dma.elementPeriodNs))),
      room(chip.dma.windowElements * chip.dma.maxElementBytes) {}

void DmaEngine::add(unsigned number, const Share &share) {
  assert(share.arrival >= clock && "nobody arrives before what has happened");
  Ring &ring = rings[number];
  ring.shares.push(share);
  if (ring.shares.size() == 1)
    beginWriting(ring);
  busyRings |= 1u << number;
  if (acceptable >> number & 1)
    return;
  acceptable |= 1u << number;
  beginAccepting(number);
  nextArrival = std::min(nextArrival, share.arrival);
  wake = std::min(wake, nextArrival);
}

void DmaEngine::beginAccepting(unsigned number) {
  Ring &ring = rings[number];
  const Share &share = ring.shares[ring.accepting];
  ring.acceptLeft = share.chunks;
  ring.acceptBytes = share.chunkBytes;
  ring.isFirstToAccept = true;
  arrivals[number] = share.arrival;
}

void DmaEngine::beginWriting(Ring &ring) {
  const Share &share = ring.shares.front();
  ring.writeLeft = share.chunks;
  ring.writeBytes = share.chunkBytes;
  ring.writePeriod = share.period;
}

void DmaEngine::delay(Picoseconds by) {
  for (Ring &ring : rings) {
    for (size_t i = 0; i < ring.shares.size(); ++i)
      ring.shares[i].arrival += by;
    for (size_t i = 0; i < ring.written.size(); ++i)
      ring.written[i].time += by;
  }
  for (Chunk &chunk : window)
    if (chunk.readEnd >= 0)
      chunk.readEnd += by;
  for (Picoseconds &arrival : arrivals)
    arrival += by;
  for (Picoseconds *time : {&nextArrival, &firstWrite, &wake})
    if (*time != never)
      *time += by;
  for (Picoseconds *time : {&clock, &readFree, &writeFree})
    *time += by;
}

void DmaEngine::forgetWritten(Picoseconds now) {
  for (unsigned rest = logged; rest; rest &= rest - 1) {
    unsigned number = llvm::countr_zero(rest);
    Queue<Written> &written = rings[number].written;
    while (!written.empty() && written.front().time <= now)
      written.pop();
    if (written.empty())
      logged &= ~(1u << number);
  }
}

Picoseconds DmaEngine::drainedTo(unsigned number, uint64_t bytes, Picoseconds now) {
  Ring &ring = rings[number];
  forgetWritten(now);
  uint64_t left = 0;
  for (size_t i = 0; i < ring.shares.size(); ++i)
    left += unwrittenBytes(ring, i);
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
    for (size_t i = 0; i < ring.shares.size(); ++i) {
      if (ring.shares[i].arrival <= clock && &ring.shares[i] != &besides)
        bytes += unwrittenBytes(ring, i);
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

/// Sees which rings' next shares have arrived by now. An engine that had nothing to do begins with the first ring.
void DmaEngine::noticeArrivals() {
  if (!arrived && numAccepted == numWritten)
    nextAccept = nextRead = 0;
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
    wider[i & (wider.size() - 1)] = chunkAt(i);
  window = std::move(wider);
  windowMask = window.size() - 1;
}

/// What is under way hides a cold read.
void DmaEngine::hideColdRead(Share &share) const {
  if (share.firstRead && share.hiddenBehind != std::numeric_limits<uint64_t>::max() &&
      bytesUnderWay(share, share.hiddenBehind) > share.hiddenBehind)
    share.firstRead = 0;
}

/// Takes chunks into the window while it has room: the rings take turns, and nobody overtakes.
LLVM_ATTRIBUTE_ALWAYS_INLINE void DmaEngine::acceptAll() {
  while (arrived) {
    unsigned number = inTurn(arrived, nextAccept);
    Ring &ring = rings[number];
    if (numAccepted != numWritten && windowBytes + ring.acceptBytes > room) {
      waitingBytes = ring.acceptBytes;
      return;
    }
    if (ring.isFirstToAccept) {
      ring.isFirstToAccept = false;
      hideColdRead(ring.shares[ring.accepting]);
    }
    if (numAccepted - numWritten > windowMask)
      widenWindow();
    uint32_t chunk = static_cast<uint32_t>(numAccepted++);
    chunkAt(chunk) = {-1, number, 0};
    windowBytes += ring.acceptBytes;
    if (ring.numUnread++ == 0)
      ring.firstUnread = chunk;
    else
      chunkAt(ring.lastUnread).next = chunk;
    ring.lastUnread = chunk;
    readable |= 1u << number;
    nextAccept = number + 1;
    if (--ring.acceptLeft > 0)
      continue;
    if (++ring.accepting == ring.shares.size()) {
      acceptable &= ~(1u << number);
      arrived &= ~(1u << number);
      continue;
    }
    beginAccepting(number);
    if (arrivals[number] > clock) {
      arrived &= ~(1u << number);
      nextArrival = std::min(nextArrival, arrivals[number]);
    }
  }
}

/// One of the engines is slower at stores, more so when it is busy.
Picoseconds DmaEngine::extraReadTime(const Ring &ring) const {
  const Share &share = ring.shares[ring.reading];
  if (share.isLoad)
    return 0;
  auto hasArrived = [&](const Share &other) { return other.arrival <= clock; };
  bool besideLoads = llvm::any_of(rings, [&](const Ring &other) {
    return llvm::any_of(other.shares, [&](const Share &share) { return share.isLoad && hasArrived(share); });
  });
  bool isQueued = ring.shares.size() > 1 && hasArrived(ring.shares[1]);
  const Chip::Dma &dma = chip->dma;
  double extra = besideLoads ? dma.slowEngineBesideLoadsNs : isQueued ? dma.slowEngineQueuedNs : dma.slowEngineNs;
  return fromNs(extra * double(share.chunkBytes) / double(dma.maxElementBytes));
}

/// Sets when the first chunk of the window, which is there, will be written.
LLVM_ATTRIBUTE_ALWAYS_INLINE void DmaEngine::expectWrite() {
  const Chunk &chunk = chunkAt(numWritten);
  firstWrite = chunk.readEnd < 0 ? never : std::max(chunk.readEnd + overlap, writeFree + rings[chunk.ring].writePeriod);
}

/// The rings take turns at reading.
LLVM_ATTRIBUTE_ALWAYS_INLINE void DmaEngine::startRead() {
  unsigned number = inTurn(readable, nextRead);
  Ring &ring = rings[number];
  readFree = clock;
  if (ring.readLeft == 0) {
    const Share &share = ring.shares[ring.reading];
    ring.readLeft = share.chunks;
    ring.readPeriod = share.period;
    readFree += share.firstRead;
  }
  readFree += ring.readPeriod;
  if (slow)
    readFree += extraReadTime(ring);
  Chunk &chunk = chunkAt(ring.firstUnread);
  chunk.readEnd = readFree;
  if (ring.firstUnread == uint32_t(numWritten))
    expectWrite();
  ring.firstUnread = chunk.next;
  if (--ring.numUnread == 0)
    readable &= ~(1u << number);
  if (--ring.readLeft == 0)
    ++ring.reading;
  nextRead = number + 1;
}

/// The first share of a ring is complete.
void DmaEngine::finishShare(unsigned number, std::vector<Done> &done) {
  Ring &ring = rings[number];
  const Share &share = ring.shares.front();
  done.push_back({share.transfer, share.arrival + share.firstRead, clock});
  ring.shares.pop();
  --ring.accepting;
  --ring.reading;
  if (ring.shares.empty())
    busyRings &= ~(1u << number);
  else
    beginWriting(ring);
}

/// The first chunk of the window is written.
LLVM_ATTRIBUTE_ALWAYS_INLINE void DmaEngine::write(std::vector<Done> &done) {
  unsigned number = chunkAt(numWritten++).ring;
  writeFree = clock;
  Ring &ring = rings[number];
  windowBytes -= ring.writeBytes;
  ring.written.push(clock, ring.writeBytes);
  logged |= 1u << number;
  if (--ring.writeLeft == 0)
    finishShare(number, done);
  firstWrite = never;
  if (numWritten != numAccepted)
    expectWrite();
}

void DmaEngine::run(Picoseconds now, Picoseconds until, std::vector<Done> &done) {
  forgetWritten(now);
  while (wake <= until) {
    clock = wake;
    bool arrives = nextArrival <= clock, hasRoom = false;
    if (firstWrite <= clock) {
      write(done);
      hasRoom = windowBytes + waitingBytes <= room || numWritten == numAccepted;
    }
    if (arrives)
      noticeArrivals();
    if (arrived && (hasRoom || arrives))
      acceptAll();
    while (readable && readFree <= clock)
      startRead();
    wake = std::min({nextArrival, firstWrite, readable ? readFree : never});
  }
}

} // namespace tarn::sim
