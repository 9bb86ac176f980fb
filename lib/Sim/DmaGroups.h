// The DMA engines of a core, of which only those are simulated that do something of their own. A DMA gives its engines
// the same shares, each a little later than the one before. So an engine that had nothing to do when another had nothing to do,
// and got from then on what that one got, each time as much later, does what that one does, as much later: it follows it.
#pragma once
#include "DmaEngine.h"
#include "llvm/ADT/ArrayRef.h"
#include <optional>

namespace tarn::sim {

class DmaGroups {
public:
  /// lookahead: what is added arrives so much later than the machine is, or even later.
  DmaGroups(const Chip &chip, Picoseconds lookahead);

  size_t size() const { return engines.size(); }

  /// What an engine gets.
  struct Shared {
    unsigned engine;
    DmaEngine::Share share;
  };
  /// Adds to a ring; an engine occurs once.
  void add(unsigned ring, llvm::ArrayRef<Shared> shares, Picoseconds now);

  /// Shares of a DMA that are complete.
  struct Done {
    uint32_t transfer;
    unsigned shares;
    Picoseconds firstRead, lastWrite; // the earliest and the last of them
  };
  /// Works ahead of `now`, and tells what was found to be complete; until the next call. To be called by nextWork().
  llvm::ArrayRef<Done> run(Picoseconds now);
  /// When an engine does something that is not known yet.
  std::optional<Picoseconds> nextWork() const;
  /// As DmaEngine's, of all of them.
  Picoseconds drainedTo(unsigned ring, uint64_t bytes, Picoseconds now);

private:
  struct Engine {
    DmaEngine simulated; // of one that follows: out of date, and settled
    unsigned leader;     // itself, if it follows nobody
    Picoseconds behind = 0;
    // Of a leader:
    unsigned size = 1;        // with those that follow it
    Picoseconds furthest = 0; // how far the last one is behind
  };
  bool isLeader(unsigned engine) const { return engines[engine].leader == engine; }
  void follow(unsigned engine, unsigned leader, Picoseconds behind);
  void dissolve(unsigned leader);
  void formGroup(llvm::ArrayRef<Shared> shares, Picoseconds now);
  void part(unsigned leader, llvm::ArrayRef<const DmaEngine::Share *> shares);

  Picoseconds lookahead;
  std::vector<Engine> engines;
  std::vector<DmaEngine::Done> doneByOne;
  std::vector<Done> done;
};

} // namespace tarn::sim
