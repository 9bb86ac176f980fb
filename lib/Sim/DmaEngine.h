// A DMA engine accepts elements in turn from the rings of the engines that trigger into a window, reads in turn for
// the rings, and writes in the order of acceptance (facts 5.6; replay 4, rules 7 to 13; docs/Simulator.md, Time).
#pragma once
#include "tarn/Chip/Chip.h"
#include "tarn/ISA/Operands.h"
#include "tarn/Sim/Events.h"
#include <array>
#include <cstdint>
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

/// One of them. Its own clock runs ahead of the machine's, as far as no share can arrive that nobody knows of.
///
/// The chunks of a ring are accepted, read and written in the order in which they came. So of each ring a
/// share is being accepted, one is being read, and the first one is being written; nobody is searched for.
class DmaEngine {
public:
  /// Elements of one DMA, in pieces of up to 4 KiB or so.
  struct Share {
    uint32_t transfer = 0;
    uint32_t chunks = 0;
    bool isLoad = false;
    uint64_t chunkBytes = 0;
    Picoseconds arrival = 0;
    Picoseconds period = 0;    // from chunk to chunk
    Picoseconds firstRead = 0; // added to the first one: a cold read, a gather
    uint64_t hiddenBehind = 0; // unless more bytes than these are under way
  };
  /// A share is complete. firstRead: when its first chunk was read, if nothing was before it.
  struct Done {
    uint32_t transfer;
    Picoseconds firstRead, lastWrite;
  };

  /// isSlow: at stores.
  explicit DmaEngine(const Chip &chip, bool isSlow);

  /// A share that arrives no earlier than anything that has happened here.
  void add(unsigned ring, const Share &share);
  /// Works, the machine being at `now`, on what happens by `until`; shares that are complete by then are appended to `done`.
  void run(Picoseconds now, Picoseconds until, std::vector<Done> &done);
  bool isBusy() const { return busyRings; }
  bool isSlow() const { return slow; }
  /// Whether nothing of what happened matters for what comes, from `now` on.
  bool isSettled(Picoseconds now) {
    forgetWritten(now);
    return !busyRings && !logged;
  }
  /// Makes everything that happens happen so much later.
  void delay(Picoseconds by);
  /// When something happens next, after what run() was asked for last.
  Picoseconds next() const { return wake; }
  /// Since when, from `now` on, no more than `bytes` of a ring are left to be written. Where that is not known yet:
  /// not before next(), which is the answer.
  Picoseconds drainedTo(unsigned ring, uint64_t bytes, Picoseconds now);

private:
  static constexpr Picoseconds never = std::numeric_limits<Picoseconds>::max();
  /// Of the share of its ring that is being accepted, read or written when it is.
  struct Chunk {
    Picoseconds readEnd; // -1 before it is read
    uint32_t ring;
    uint32_t next; // the chunk of its ring that is read behind it, once that is accepted
  };
  struct Written {
    Picoseconds time;
    uint64_t bytes;
    Written(Picoseconds time, uint64_t bytes) : time(time), bytes(bytes) {}
  };
  struct Ring {
    Queue<Share> shares;
    uint32_t accepting = 0, reading = 0;                  // the share whose chunks are accepted and read next
    uint32_t acceptLeft = 0, readLeft = 0, writeLeft = 0; // chunks of that share, and of the first one
    uint32_t numUnread = 0;                               // accepted chunks that are not read
    uint32_t firstUnread = 0, lastUnread = 0;             // their ends
    bool isFirstToAccept = false;                         // the next chunk to be accepted is its share's first one
    uint64_t acceptBytes = 0, writeBytes = 0;             // a chunk of those shares
    Picoseconds readPeriod = 0, writePeriod = 0;
    Queue<Written> written; // later than the machine was at the last run
  };
  void beginAccepting(unsigned number);
  void beginWriting(Ring &ring);
  uint64_t unwrittenBytes(const Ring &ring, size_t share) const {
    return ring.shares[share].chunkBytes * (share ? ring.shares[share].chunks : ring.writeLeft);
  }
  void noticeArrivals();
  void forgetWritten(Picoseconds now);
  void acceptAll();
  void widenWindow();
  void startRead();
  void write(std::vector<Done> &done);
  void finishShare(unsigned number, std::vector<Done> &done);
  void hideColdRead(Share &share) const;
  void expectWrite();
  Chunk &chunkAt(uint64_t number) { return window[number & windowMask]; }
  Picoseconds extraReadTime(const Ring &ring) const;
  uint64_t bytesUnderWay(const Share &besides, uint64_t limit) const;

  const Chip *chip;
  bool slow;
  Picoseconds overlap;   // of a chunk's read with its write
  uint64_t room;         // bytes of the window
  Picoseconds clock = 0; // of its last event
  static constexpr unsigned numRings = isa::numEngines;
  std::array<Ring, numRings> rings; // by the engine that triggers
  // A bit for each ring that has shares, that has chunks to accept, that has such chunks here, that has chunks to read,
  // that has entries in `written`.
  unsigned busyRings = 0, acceptable = 0, arrived = 0, readable = 0, logged = 0;
  std::array<Picoseconds, numRings> arrivals{}; // of what is accepted next, of each ring in `acceptable`
  Picoseconds nextArrival = never;              // of those that have not arrived
  // The chunks in the window, in the order of their writes: those with numbers from numWritten to numAccepted, each in
  // the place of its number modulo the size, a power of two.
  std::vector<Chunk> window{16};
  uint64_t windowMask = 15;
  uint64_t numWritten = 0, numAccepted = 0;
  uint64_t windowBytes = 0;
  uint64_t waitingBytes = 0;             // of the chunk that is here and waits for room in it
  Picoseconds firstWrite = never;        // when the first one will be written, if it is read
  unsigned nextAccept = 0, nextRead = 0; // whose turn it is
  Picoseconds readFree = 0, writeFree = 0;
  Picoseconds wake = never; // nothing happens before
};

} // namespace tarn::sim
