// The DMA engines of a core. A DMA's elements are dealt to them; each engine accepts elements in turn from
// the rings of the engines that trigger into a window, reads in turn for the rings, and writes in the order
// of acceptance (facts 5.6; replay 4, rules 7 to 13; docs/Simulator.md, Time).
#pragma once
#include "tarn/Chip/Chip.h"
#include "tarn/ISA/Cost.h"
#include "tarn/Sim/Events.h"
#include <array>
#include <limits>
#include <vector>

namespace tarn::sim {

/// Values in the order in which they came; the oldest goes first.
template <typename T> class Queue {
public:
  bool empty() const { return head == values.size(); }
  size_t size() const { return values.size() - head; }
  T &operator[](size_t i) { return values[head + i]; }
  const T &operator[](size_t i) const { return values[head + i]; }
  T &front() { return values[head]; }
  const T &front() const { return values[head]; }
  template <typename... Parts> void push(Parts &&...parts) { values.emplace_back(std::forward<Parts>(parts)...); }
  void pop() {
    if (++head == values.size()) {
      values.clear();
      head = 0;
    } else if (head >= 64 && 2 * head >= values.size()) {
      values.erase(values.begin(), values.begin() + head);
      head = 0;
    }
  }
  const T *begin() const { return values.data() + head; }
  const T *end() const { return values.data() + values.size(); }

private:
  std::vector<T> values;
  size_t head = 0;
};

/// One of them. Its own clock runs behind the machine's and is caught up when somebody asks.
///
/// The chunks of a ring are accepted, read and written in the order in which they came. So of each ring a
/// share is being accepted, one is being read, and the first one is being written; nobody is searched for.
class DmaEngine {
public:
  /// Elements of one DMA, in pieces of up to 4 KiB or so.
  struct Share {
    uint32_t transfer = 0;
    uint64_t chunks = 0, chunkBytes = 0;
    uint64_t unread = 0, unaccepted = 0, unwritten = 0; // of the chunks
    Picoseconds arrival = 0;
    Picoseconds period = 0;    // from chunk to chunk
    Picoseconds firstRead = 0; // added to the first one: a cold read, a gather
    uint64_t hiddenBehind = 0; // unless more bytes than these are under way
    bool isLoad = false;
    Picoseconds firstReadAt = 0; // once a chunk is read: when the first one was, if nothing was before it
  };
  struct Done {
    uint32_t transfer;
    Picoseconds firstRead, lastWrite;
  };

  explicit DmaEngine(const Chip &chip, bool isSlow);

  void add(unsigned ring, const Share &share) {
    settle();
    rings[ring].shares.push(share);
    busyRings |= 1u << ring;
    if (!(acceptable >> ring & 1))
      arrivals[ring] = share.arrival;
    acceptable |= 1u << ring;
    wake = asked;
  }
  /// Works until `now`; shares that are complete by then are appended to `done`.
  void run(Picoseconds now, std::vector<Done> &done) {
    asked = std::max(asked, now);
    if (wake <= now)
      work(now, done);
  }
  bool isBusy() const { return busyRings; }
  /// Not before this time can a share be complete. Asked of a busy engine.
  Picoseconds nextDone() {
    if (asked > doneHoldsUntil)
      estimateDone();
    return done;
  }
  /// Bytes of a ring that are not written yet.
  uint64_t outstandingBytes(unsigned ring);

private:
  static constexpr Picoseconds never = std::numeric_limits<Picoseconds>::max();
  struct Chunk {
    unsigned ring;
    uint64_t bytes;
    Picoseconds period;
    Picoseconds readEnd = -1; // not before it is read
    Chunk(unsigned ring, uint64_t bytes, Picoseconds period) : ring(ring), bytes(bytes), period(period) {}
  };
  struct Ring {
    Queue<Share> shares;
    size_t accepting = 0, reading = 0; // the share whose chunks are accepted and read next
    uint64_t firstUnread = 0;          // no chunk of this ring before this number of `window` is unread
    uint64_t numUnread = 0;            // accepted chunks that are not read
  };
  void work(Picoseconds now, std::vector<Done> &done);
  std::optional<Picoseconds> lastReadAlone() const;
  void followAlone(Picoseconds until);
  /// Catches up with what was left for later.
  void settle() {
    if (isAlone)
      followAlone(asked);
    isAlone = false;
  }
  bool accept(Picoseconds at);
  void startRead(Picoseconds at);
  void estimateDone();
  Picoseconds readTime(const Ring &ring, uint64_t bytes, const Share &share) const;
  uint64_t bytesUnderWay(Picoseconds at, const Share &besides, uint64_t limit) const;

  const Chip *chip;
  bool isSlow;
  Picoseconds overlap;   // of a chunk's read with its write
  uint64_t room;         // bytes of the window
  Picoseconds clock = 0; // of its last event
  Picoseconds asked = 0; // when it was last asked to work
  static constexpr unsigned numRings = isa::numEngines;
  std::array<Ring, numRings> rings; // by the engine that triggers
  // A bit for each ring that has shares, that has chunks to accept, that has chunks to read.
  unsigned busyRings = 0, acceptable = 0, readable = 0;
  std::array<Picoseconds, numRings> arrivals{}; // of what is accepted next, of each ring in `acceptable`
  Queue<Chunk> window;                          // accepted, in the order of their writes
  uint64_t numWritten = 0;                      // chunks that have left the window
  uint64_t windowBytes = 0;
  unsigned nextAccept = 0, nextRead = 0; // whose turn it is
  Picoseconds readFree = 0, writeFree = 0;
  Picoseconds wake = never; // nothing that can be seen from outside happens before
  bool isAlone = false;     // until then one ring has the engine for itself, and followAlone() is all that happens
  // What nextDone() answers to those who ask no later.
  Picoseconds done = 0, doneHoldsUntil = -1;
};

class DmaEngines {
public:
  explicit DmaEngines(const Chip &chip);

  /// Sets start, triggerEnd and sequencerEnd of a DMA dispatched at step.dispatch, and what firstElement and
  /// completion would be without other DMAs; they are known when it is finished.
  void transfer(const isa::DmaElements &elements, Step &step);
  /// How long after `now` the trigger may be able to end: the ring has no room before. 0 when it has.
  Picoseconds roomIn(const isa::DmaElements &elements, isa::Engine trigger, Picoseconds now);

  struct Finished {
    uint32_t step;
    Picoseconds firstElement, completion;
  };
  /// What is finished by `now`; until the next call.
  llvm::ArrayRef<Finished> run(Picoseconds now);
  /// When to ask again.
  std::optional<Picoseconds> nextFinished();

private:
  void setFirstRead(const isa::DmaElements &elements, DmaEngine::Share &share) const;

  struct Transfer {
    uint32_t step;
    unsigned ring, sharesLeft;
    Picoseconds firstElement, completion;
  };
  const Chip &chip;
  std::vector<DmaEngine> engines;
  std::array<Picoseconds, isa::numEngines> lastTriggerStart{}, lastTriggerEnd{};
  std::array<bool, isa::numEngines> hasTriggered{};
  std::vector<Transfer> transfers; // in flight, by number; numbers are used again
  std::vector<uint32_t> freeTransfers;
  std::vector<DmaEngine::Done> done; // by the last run
  std::vector<Finished> finished;
  uint64_t softwareLoads = 0;
};

} // namespace tarn::sim
