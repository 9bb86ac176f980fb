// Which DMA engines follow which.
#include "DmaGroups.h"

namespace tarn::sim {

DmaGroups::DmaGroups(const Chip &chip, Picoseconds lookahead) : lookahead(lookahead) {
  for (unsigned i = 0; i < unsigned(chip.dma.engines); ++i)
    engines.push_back({DmaEngine(chip, int64_t(i) == chip.dma.slowEngine), i});
}

void DmaGroups::follow(unsigned engine, unsigned leader, Picoseconds behind) {
  engines[engine].leader = leader;
  engines[engine].behind = behind;
  ++engines[leader].size;
  engines[leader].furthest = std::max(engines[leader].furthest, behind);
}

void DmaGroups::dissolve(unsigned leader) {
  for (unsigned i = 0; i < engines.size(); ++i)
    if (engines[i].leader == leader) {
      engines[i].leader = i;
      engines[i].behind = 0;
    }
  engines[leader].size = 1;
  engines[leader].furthest = 0;
}

static bool isSameBut(const DmaEngine::Share &a, const DmaEngine::Share &b, Picoseconds later) {
  return a.arrival == b.arrival + later && a.chunks == b.chunks && a.chunkBytes == b.chunkBytes &&
         a.period == b.period && a.firstRead == b.firstRead && a.hiddenBehind == b.hiddenBehind &&
         a.transfer == b.transfer && a.isLoad == b.isLoad;
}

/// Lets those that have nothing to do follow the first one that has nothing to do.
void DmaGroups::formGroup(llvm::ArrayRef<Shared> shares, Picoseconds now) {
  const Shared *first = nullptr;
  for (const Shared &shared : shares) {
    Engine &engine = engines[shared.engine];
    if (engine.simulated.isSlow() || !isLeader(shared.engine) || engine.size > 1 || !engine.simulated.isSettled(now))
      continue;
    if (!first) {
      first = &shared;
      continue;
    }
    // The leader is simulated only as far as the last one is known.
    Picoseconds behind = shared.share.arrival - first->share.arrival;
    if (behind >= 0 && behind < lookahead && isSameBut(shared.share, first->share, behind))
      follow(shared.engine, first->engine, behind);
  }
}

/// Those that do not get what their leader gets (`shares`, by engine) leave it; of them, those that get the same stay together.
void DmaGroups::part(unsigned leader, llvm::ArrayRef<const DmaEngine::Share *> shares) {
  auto stays = [&](const Engine &engine, unsigned i) {
    const DmaEngine::Share *own = shares[i], *leaders = shares[leader];
    return own && leaders ? isSameBut(*own, *leaders, engine.behind) : own == leaders;
  };
  std::optional<unsigned> next; // to lead those that leave
  unsigned size = 0;
  Picoseconds furthest = 0;
  for (unsigned i = 0; i < engines.size(); ++i) {
    const Engine &engine = engines[i];
    if (engine.leader != leader)
      continue;
    if (stays(engine, i)) {
      ++size;
      furthest = std::max(furthest, engine.behind);
    } else if (!next || engine.behind < engines[*next].behind) {
      next = i;
    }
  }
  if (!next)
    return;
  Picoseconds behind = engines[*next].behind;
  engines[*next].simulated = engines[leader].simulated;
  engines[*next].simulated.delay(behind);
  engines[*next].size = 0;
  engines[*next].furthest = 0;
  for (unsigned i = 0; i < engines.size(); ++i)
    if (engines[i].leader == leader && !stays(engines[i], i))
      follow(i, *next, engines[i].behind - behind);
  engines[leader].size = size;
  engines[leader].furthest = furthest;
  part(*next, shares);
}

void DmaGroups::add(unsigned ring, llvm::ArrayRef<Shared> shares, Picoseconds now) {
  llvm::SmallVector<const DmaEngine::Share *> ofEngine(engines.size());
  for (const Shared &shared : shares)
    ofEngine[shared.engine] = &shared.share;
  for (const Shared &shared : shares) {
    unsigned leader = engines[shared.engine].leader;
    if (engines[leader].size > 1 && engines[leader].simulated.isSettled(now - engines[leader].furthest))
      dissolve(leader);
  }
  formGroup(shares, now);
  for (unsigned i = 0; i < engines.size(); ++i)
    if (isLeader(i) && engines[i].size > 1)
      part(i, ofEngine);
  for (const Shared &shared : shares)
    if (isLeader(shared.engine))
      engines[shared.engine].simulated.add(ring, shared.share);
}

llvm::ArrayRef<DmaGroups::Done> DmaGroups::run(Picoseconds now) {
  done.clear();
  for (unsigned i = 0; i < engines.size(); ++i) {
    Engine &engine = engines[i];
    if (!isLeader(i))
      continue;
    Picoseconds until = std::max(now, now + lookahead - 1 - engine.furthest);
    if (engine.simulated.next() > until)
      continue;
    doneByOne.clear();
    engine.simulated.run(now - engine.furthest, until, doneByOne);
    for (const DmaEngine::Done &share : doneByOne)
      done.push_back({share.transfer, engine.size, share.firstRead, share.lastWrite + engine.furthest});
  }
  return done;
}

std::optional<Picoseconds> DmaGroups::nextWork() const {
  std::optional<Picoseconds> earliest;
  for (unsigned i = 0; i < engines.size(); ++i)
    if (isLeader(i) && engines[i].simulated.isBusy())
      earliest = earliest ? std::min(*earliest, engines[i].simulated.next()) : engines[i].simulated.next();
  return earliest;
}

Picoseconds DmaGroups::drainedTo(unsigned ring, uint64_t bytes, Picoseconds now) {
  Picoseconds at = now;
  for (unsigned i = 0; i < engines.size(); ++i)
    if (isLeader(i))
      at = std::max(at, engines[i].simulated.drainedTo(ring, bytes, now - engines[i].furthest) + engines[i].furthest);
  return at;
}

} // namespace tarn::sim
