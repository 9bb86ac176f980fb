// The DMA engines of a core. A DMA's elements are dealt to them; each engine accepts elements in turn from the rings of
// the engines that trigger into a window, reads in turn for the rings, and writes in the order of acceptance (facts 5.6;
// replay 4, rules 7 to 13; docs/Simulator.md, Time).
#pragma once
#include "tarn/Chip/Chip.h"
#include "tarn/ISA/Cost.h"
#include "tarn/Sim/Events.h"
#include <deque>

namespace tarn::sim {

/// One of them. Its own clock runs behind the machine's and is caught up when somebody asks.
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
  };
  struct Done {
    uint32_t transfer;
    Picoseconds firstRead, lastWrite;
  };

  explicit DmaEngine(const Chip &chip, bool isSlow) : chip(&chip), isSlow(isSlow) {}

  void add(unsigned ring, Share share) { rings[ring].push_back(share); }
  /// Works until `now`; shares that are complete by then are appended to `done`.
  void run(Picoseconds now, std::vector<Done> &done);
  /// Not before this time can a share be complete; none when there is no work.
  std::optional<Picoseconds> nextDone() const;
  /// Bytes of a ring that are not written yet.
  uint64_t outstandingBytes(unsigned ring) const;

private:
  struct Chunk {
    unsigned ring;
    uint32_t transfer;
    uint64_t bytes;
    Picoseconds period;
    Picoseconds readStart = -1, readEnd = -1;
  };
  bool accept(Picoseconds at);
  bool startRead(Picoseconds at);
  Picoseconds readTime(const Chunk &chunk, const Share &share) const;
  const Share *find(const Chunk &chunk) const;

  const Chip *chip;
  bool isSlow;
  Picoseconds clock = 0;
  std::array<std::deque<Share>, isa::numEngines> rings; // by the engine that triggers
  std::deque<Chunk> window;                             // accepted, in the order of their writes
  uint64_t windowBytes = 0;
  unsigned nextAccept = 0, nextRead = 0; // whose turn it is
  Picoseconds readFree = 0, writeFree = 0;
  std::map<uint32_t, Picoseconds> firstReads;
};

class DmaEngines {
public:
  explicit DmaEngines(const Chip &chip);

  /// Sets start, triggerEnd and sequencerEnd of a DMA dispatched at step.dispatch, and what firstElement and completion
  /// would be without other DMAs; they are known when it is finished.
  void transfer(const isa::DmaElements &elements, Step &step);
  /// How long after `now` the trigger may be able to end: the ring has no room before. 0 when it has.
  Picoseconds roomIn(const isa::DmaElements &elements, isa::Engine trigger, Picoseconds now);

  struct Finished {
    uint32_t step;
    Picoseconds firstElement, completion;
  };
  /// What is finished by `now`.
  std::vector<Finished> run(Picoseconds now);
  /// When to ask again.
  std::optional<Picoseconds> nextFinished() const;

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
  std::map<uint32_t, Transfer> transfers; // in flight, by number
  uint32_t nextTransfer = 0;
  uint64_t softwareLoads = 0;
};

} // namespace tarn::sim
