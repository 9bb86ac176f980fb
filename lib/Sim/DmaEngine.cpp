// One DMA engine, chunk by chunk.
#include "Dma.h"
#include "llvm/ADT/STLExtras.h"

namespace tarn::sim {

DmaEngine::DmaEngine(const Chip &chip, bool isSlow)
    : chip(&chip), isSlow(isSlow), overlap(fromNs(chip.dma.elementNs - chip.dma.elementPeriodNs)),
      room(chip.dma.windowElements * chip.dma.maxElementBytes) {}

uint64_t DmaEngine::outstandingBytes(unsigned ring) {
  settle();
  if (wake > asked)
    wake = asked; // it may sleep again
  uint64_t bytes = 0;
  for (const Share &share : rings[ring].shares)
    bytes += share.unwritten * share.chunkBytes;
  return bytes;
}

/// Bytes of other shares that have arrived; counted no further than beyond `limit`.
uint64_t DmaEngine::bytesUnderWay(Picoseconds at, const Share &besides, uint64_t limit) const {
  uint64_t bytes = 0;
  for (const Ring &ring : rings)
    for (const Share &share : ring.shares) {
      if (share.arrival <= at && &share != &besides)
        bytes += share.unwritten * share.chunkBytes;
      if (bytes > limit)
        return bytes;
    }
  return bytes;
}

/// Calls f with the numbers in `set`, from `first` on and then those before, until it answers true.
template <typename F> static bool anyInTurn(unsigned set, unsigned first, F &&f) {
  unsigned before = (1u << first) - 1;
  for (unsigned part : {set & ~before, set & before})
    for (; part; part &= part - 1)
      if (f(static_cast<unsigned>(llvm::countr_zero(part))))
        return true;
  return false;
}

/// Takes one chunk of the ring whose turn it is into the window.
bool DmaEngine::accept(Picoseconds at) {
  bool accepted = false;
  anyInTurn(acceptable, nextAccept, [&](unsigned number) {
    if (arrivals[number] > at)
      return false;
    Ring &ring = rings[number];
    Share &share = ring.shares[ring.accepting];
    if (!window.empty() && windowBytes + share.chunkBytes > room)
      return true; // nobody overtakes
    // What is under way hides a cold read.
    if (share.unaccepted == share.chunks && share.firstRead &&
        share.hiddenBehind != std::numeric_limits<uint64_t>::max() &&
        bytesUnderWay(at, share, share.hiddenBehind) > share.hiddenBehind)
      share.firstRead = 0;
    if (ring.numUnread++ == 0)
      ring.firstUnread = numWritten + window.size();
    readable |= 1u << number;
    window.push(number, share.chunkBytes, share.period);
    windowBytes += share.chunkBytes;
    if (--share.unaccepted == 0) {
      if (++ring.accepting == ring.shares.size())
        acceptable &= ~(1u << number);
      else
        arrivals[number] = ring.shares[ring.accepting].arrival;
    }
    nextAccept = number + 1;
    accepted = true;
    return true;
  });
  return accepted;
}

Picoseconds DmaEngine::readTime(const Ring &ring, uint64_t bytes, const Share &share) const {
  Picoseconds time = share.period;
  if (share.unread == share.chunks)
    time += share.firstRead;
  // One of the engines is slower at stores, more so when it is busy.
  if (isSlow && !share.isLoad) {
    bool besideLoads = false, queued = ring.shares.size() > 1;
    for (const Ring &other : rings)
      besideLoads |= llvm::any_of(other.shares, [&](const Share &s) { return s.isLoad && s.arrival <= clock; });
    const Chip::Dma &dma = chip->dma;
    double extra = besideLoads ? dma.slowEngineBesideLoadsNs : queued ? dma.slowEngineQueuedNs : dma.slowEngineNs;
    time += fromNs(extra * double(bytes) / double(dma.maxElementBytes));
  }
  return time;
}

/// The rings take turns at reading.
void DmaEngine::startRead(Picoseconds at) {
  anyInTurn(readable, nextRead, [&](unsigned number) {
    Ring &ring = rings[number];
    ring.firstUnread = std::max(ring.firstUnread, numWritten); // chunks of other rings may have been written meanwhile
    while (window[ring.firstUnread - numWritten].ring != number)
      ++ring.firstUnread;
    Chunk &chunk = window[ring.firstUnread++ - numWritten];
    Share &share = ring.shares[ring.reading];
    chunk.readEnd = readFree = at + readTime(ring, chunk.bytes, share);
    if (share.unread == share.chunks)
      share.firstReadAt = share.arrival + share.firstRead; // behind others it waits for bandwidth
    if (--ring.numUnread == 0)
      readable &= ~(1u << number);
    if (--share.unread == 0)
      ++ring.reading;
    nextRead = number + 1;
    return true;
  });
}

/// When one ring has the engine for itself, reads a share and will not have to pause: when its last chunk
/// begins.
///
/// It never pauses when all chunks are in the window. It does not either when the window is full of chunks of
/// this share and each makes room early enough: the write of chunk k - W, at its read's end + overlap, comes
/// before the end of the read of chunk k - 1, as reads take a period each and writes are not behind.
std::optional<Picoseconds> DmaEngine::lastReadAlone() const {
  if (!busyRings || busyRings & (busyRings - 1) || readFree <= clock)
    return std::nullopt;
  const Ring &ring = rings[llvm::countr_zero(busyRings)];
  const Share &share = ring.shares.front();
  if (share.unread < 2 || share.unread == share.chunks || (isSlow && !share.isLoad))
    return std::nullopt;
  if (share.unaccepted) {
    const Chunk &front = window.front();
    bool isAhead = front.readEnd >= 0 && writeFree + share.period <= front.readEnd + overlap;
    if (!isAhead || overlap > Picoseconds(window.size() - 1) * share.period || ring.numUnread == 0)
      return std::nullopt;
  }
  return readFree + Picoseconds(share.unread - 1) * share.period;
}

/// What work() does, for the share that lastReadAlone() is about and no further than its last read.
void DmaEngine::followAlone(Picoseconds until) {
  unsigned number = llvm::countr_zero(busyRings);
  Ring &ring = rings[number];
  Share &share = ring.shares.front();
  while (true) {
    Picoseconds read = ring.numUnread ? readFree : never;
    Picoseconds written =
        window.front().readEnd >= 0 ? std::max(window.front().readEnd + overlap, writeFree + share.period) : never;
    Picoseconds arrival = acceptable ? arrivals[number] : never;
    if (arrival <= clock)
      arrival = never; // it waits for room
    Picoseconds next = std::min({read, written, arrival});
    if (next > until)
      break;
    clock = next;
    if (written == next) {
      windowBytes -= share.chunkBytes;
      window.pop();
      ++numWritten;
      --share.unwritten;
      writeFree = written;
    }
    if (written == next || arrival == next)
      while (acceptable && accept(clock)) {
      }
    if (ring.numUnread && readFree <= clock)
      startRead(clock);
  }
}

void DmaEngine::work(Picoseconds now, std::vector<Done> &complete) {
  if (isAlone)
    followAlone(std::min(now, wake - 1));
  isAlone = false;
  doneHoldsUntil = -1;
  while (clock <= now) {
    // 1. What can happen at this moment.
    while (acceptable && accept(clock)) {
    }
    if (readFree <= clock && readable)
      startRead(clock);
    // 2. The next moment: an arrival, the end of a read, the end of the first write.
    Picoseconds next = never;
    for (unsigned rest = acceptable; rest; rest &= rest - 1) {
      Picoseconds arrival = arrivals[llvm::countr_zero(rest)];
      if (arrival > clock)
        next = std::min(next, arrival);
    }
    if (readFree > clock)
      next = std::min(next, readFree);
    Picoseconds written = never;
    if (!window.empty() && window.front().readEnd >= 0)
      written = std::max(window.front().readEnd + overlap, writeFree + window.front().period);
    next = std::min(next, written);
    wake = next;
    if (next > now) {
      if (readable && readFree <= clock) {
        // Only where a read takes no time (a machine without such costs): the next one starts when somebody
        // asks again.
        clock = wake = now;
        return;
      }
      if (std::optional<Picoseconds> last = lastReadAlone()) {
        isAlone = true;
        wake = *last;
      }
      return;
    }
    clock = std::max(clock, next);
    // 3. A write ends.
    if (written != next)
      continue;
    unsigned number = window.front().ring;
    windowBytes -= window.front().bytes;
    window.pop();
    ++numWritten;
    writeFree = written;
    Ring &ring = rings[number];
    Share &share = ring.shares.front();
    if (--share.unwritten > 0)
      continue;
    complete.push_back({share.transfer, share.firstReadAt, written});
    ring.shares.pop();
    --ring.accepting;
    --ring.reading;
    if (ring.shares.empty())
      busyRings &= ~(1u << number);
  }
}

void DmaEngine::estimateDone() {
  done = doneHoldsUntil = never;
  for (unsigned rest = busyRings; rest; rest &= rest - 1) {
    unsigned number = llvm::countr_zero(rest);
    // All that is left of the oldest share at full rate, not before what is under way.
    const Share &share = rings[number].shares.front();
    if (share.unread) {
      Picoseconds free = std::max(share.arrival, readFree);
      // Alone on the engine each further read leaves the sum below as it is.
      doneHoldsUntil = std::min(doneHoldsUntil, isAlone ? wake - 1 : free);
      Picoseconds begin =
          (isAlone ? free : std::max(asked, free)) + (share.unread == share.chunks ? share.firstRead : 0);
      done = std::min(done, begin + Picoseconds(share.unread) * share.period);
      continue;
    }
    // Its chunks are the next of its ring in the window.
    Picoseconds written = writeFree;
    uint64_t left = share.unwritten;
    for (const Chunk &chunk : window) {
      if (chunk.readEnd < 0)
        doneHoldsUntil = std::min(doneHoldsUntil, asked);
      written = std::max(written + chunk.period, chunk.readEnd < 0 ? asked : chunk.readEnd + overlap);
      if (chunk.ring == number && --left == 0)
        break;
    }
    done = std::min(done, written);
  }
}

} // namespace tarn::sim
