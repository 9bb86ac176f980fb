#include "tarn/Stages/Sync/PlanSemaphores.h"
#include "tarn/Proof/AccessMap.h"
#include "tarn/Proof/Clock.h"

using namespace tarn;
using namespace tarn::proof;

namespace {

constexpr int32_t dmaIncrement = 16; // what the completion of a DMA adds

class Planner {
public:
  Planner(llvm::ArrayRef<PlannedInstruction> instructions, const Chip &chip, unsigned maxSemaphores,
          llvm::ArrayRef<LoopRange> loops)
      : instructions(instructions), chip(chip), maxDmaSemaphores(maxSemaphores - isa::numEngines), loops(loops),
        nodes(instructions.size()) {}

  SemaphorePlan plan();

private:
  struct Node {
    uint32_t position = 0; // in its engine's stream
    uint32_t clock = 0;    // what is known when it starts
    uint32_t batch = 0;    // of a DMA that somebody waits for: 1 + index of its batch
    bool isAwaited = false;
    llvm::SmallVector<uint32_t, 1> waitsFor;
  };
  // DMAs of one engine that the same instruction is the first to wait for. They are complete when their semaphore, 5 +
  // `semaphore`, has had `uses` updates.
  struct Batch {
    unsigned semaphore;
    uint32_t uses, last; // of the last DMA of the batch: updates up to it, and its id
    bool isOpen;
  };
  struct DmaSemaphore {
    uint32_t batch, uses;
    unsigned engine; // that issued the last one
  };

  // The DMAs of a loop's body that share a semaphore in each turn: those that, in a turn in the middle, one instruction
  // is the first to wait for.
  struct Home {
    uint32_t lastPosition = 0;         // in the body
    std::optional<unsigned> semaphore; // from the first turn on
    uint32_t batch = 0, turn = 0;      // 1 + index of the batch of that turn
  };

  bool isDma(uint32_t id) const { return instructions[id].instruction.info().isDma; }
  unsigned engineOf(uint32_t id) const { return static_cast<unsigned>(instructions[id].engine); }
  bool isKnown(const Clock &clock, uint32_t id) const;
  bool isKnownToAll(uint32_t id) const;
  uint32_t rankOf(uint32_t id) const { return nodes[id].batch ? batches[nodes[id].batch - 1].last : id; }
  void waitFor(uint32_t id, uint32_t earlier, Clock &clock);
  void findFirstDependents();
  void orderInstruction(uint32_t id);
  void enterLoop(const LoopRange &loop);
  Home *homeOf(uint32_t id);
  unsigned chooseSemaphore(uint32_t id, Clock &clock);
  uint32_t openBatch(uint32_t id, unsigned semaphore);
  void assignSemaphore(uint32_t id, Clock &clock);
  void updateInEveryTurn(const LoopRange &loop);
  SemaphorePlan number();

  llvm::ArrayRef<PlannedInstruction> instructions;
  const Chip &chip;
  unsigned maxDmaSemaphores;
  llvm::ArrayRef<LoopRange> loops; // of which the first is the current one or the next
  std::vector<Home> homes;         // of the current loop
  std::vector<uint32_t> homeIndex; // of its positions: 1 + index of the home
  std::vector<Node> nodes;
  std::vector<DmaSemaphore> dmaSemaphores;
  std::vector<Batch> batches;
  llvm::DenseMap<std::pair<unsigned, uint32_t>, uint32_t> batchOf; // of an engine's DMAs, by first dependent
  std::array<uint32_t, isa::numEngines> positions{}, totals{}, current{};
  Clocks clocks;
  AccessMap accesses;
  std::vector<uint32_t> firstDependent; // of DMAs; 0: nobody
  uint64_t numDependences = 0;
};

bool Planner::isKnown(const Clock &clock, uint32_t id) const {
  if (isDma(id)) {
    if (!nodes[id].batch)
      return false;
    const Batch &batch = batches[nodes[id].batch - 1];
    return clock[Clock::updates(batch.semaphore)] >= batch.uses;
  }
  return clock[Clock::completed(engineOf(id))] > nodes[id].position;
}

// Whether no instruction to come can need to wait for an earlier access.
bool Planner::isKnownToAll(uint32_t id) const {
  for (unsigned e = 0; e < isa::numEngines; ++e) {
    if (positions[e] < totals[e] && !isKnown(clocks[current[e]], id))
      return false;
  }
  return true;
}

// Joins what the completion of `earlier` knows, of its whole batch if it is a DMA.
void Planner::waitFor(uint32_t id, uint32_t earlier, Clock &clock) {
  assert((!isDma(earlier) || nodes[earlier].batch) && "a DMA that is waited for has a semaphore");
  nodes[id].waitsFor.push_back(earlier);
  nodes[earlier].isAwaited = true;
  clock.join(clocks[nodes[rankOf(earlier)].clock]);
  if (isDma(earlier)) {
    const Batch &batch = batches[nodes[earlier].batch - 1];
    clock.raise(Clock::updates(batch.semaphore), batch.uses);
  } else {
    clock.raise(Clock::completed(engineOf(earlier)), nodes[earlier].position + 1);
  }
}

// A DMA on which nothing depends, such as the last store of a result, needs no semaphore.
void Planner::findFirstDependents() {
  firstDependent.resize(instructions.size(), 0);
  AccessMap all;
  for (auto [id, planned] : llvm::enumerate(instructions)) {
    Actor actor = makeActor(id, planned.engine, planned.instruction);
    Footprints footprints = *footprintsOf(planned.instruction, planned.engine, nullptr, chip);
    auto isSettled = [&](uint32_t earlier) { return !isDma(earlier) || firstDependent[earlier]; };
    for (const Footprint &footprint : footprints)
      all.check(footprint, actor, isSettled,
                [&, dependent = id](const Conflict &conflict) { firstDependent[conflict.earlier] = dependent; });
    for (const Footprint &footprint : footprints)
      all.record(footprint, actor, isSettled, isSettled);
  }
}

// DMAs of an engine that one instruction is the first to wait for share a semaphore, so it waits once for their sum. This
// cannot tie a knot: whoever waits for one of them comes behind all of them.
//
// A new batch gets the engine's first semaphore whose DMAs are all known complete, or a fresh one. When there is none
// left, another engine's will do, and at last the one whose last DMA is oldest, behind a wait; that batch, if DMAs are
// to come, ends here.
unsigned Planner::chooseSemaphore(uint32_t id, Clock &clock) {
  std::optional<unsigned> own, foreign;
  unsigned oldest = 0;
  auto lastOf = [&](unsigned i) { return batches[dmaSemaphores[i].batch].last; };
  for (auto [i, candidate] : llvm::enumerate(dmaSemaphores)) {
    if (lastOf(i) < lastOf(oldest))
      oldest = i;
    if (clock[Clock::updates(i)] < candidate.uses)
      continue;
    std::optional<unsigned> &found = candidate.engine == engineOf(id) ? own : foreign;
    if (!found)
      found = i;
  }
  if (!own && dmaSemaphores.size() < maxDmaSemaphores) {
    own = dmaSemaphores.size();
    dmaSemaphores.push_back({0, 0, 0});
  }
  unsigned chosen = own ? *own : foreign.value_or(oldest);
  if (!own && !foreign) {
    batches[dmaSemaphores[chosen].batch].isOpen = false;
    waitFor(id, lastOf(chosen), clock);
  }
  return chosen;
}

uint32_t Planner::openBatch(uint32_t id, unsigned semaphore) {
  batches.push_back({semaphore, 0, 0, true});
  dmaSemaphores[semaphore].batch = batches.size() - 1;
  dmaSemaphores[semaphore].engine = engineOf(id);
  return batches.size();
}

void Planner::enterLoop(const LoopRange &loop) {
  homes.clear();
  homeIndex.assign(loop.length, 0);
  llvm::DenseMap<std::pair<unsigned, uint32_t>, uint32_t> homeOfDependent;
  for (uint32_t position = 0; position < loop.length; ++position) {
    uint32_t id = loop.first + loop.turns / 2 * loop.length + position;
    if (!isDma(id) || !firstDependent[id])
      continue;
    uint32_t &index = homeOfDependent[{engineOf(id), firstDependent[id]}];
    if (!index) {
      homes.emplace_back();
      index = homes.size();
    }
    homeIndex[position] = index;
    homes[index - 1].lastPosition = position;
  }
}

// Nothing outside loops, and in a turn in which somebody needs the DMA before all that share its semaphore are issued.
Planner::Home *Planner::homeOf(uint32_t id) {
  if (loops.empty() || id < loops.front().first)
    return nullptr;
  const LoopRange &loop = loops.front();
  uint32_t turn = (id - loop.first) / loop.length, position = (id - loop.first) % loop.length;
  if (!homeIndex[position])
    return nullptr;
  Home &home = homes[homeIndex[position] - 1];
  uint32_t last = loop.first + turn * loop.length + home.lastPosition;
  if (firstDependent[id] && firstDependent[id] <= last)
    return nullptr;
  if (home.turn != turn)
    home.batch = 0;
  home.turn = turn;
  return &home;
}

// DMAs of an engine that one instruction is the first to wait for share a semaphore, so it waits once for their sum. This
// cannot tie a knot: whoever waits for one of them comes behind all of them.
//
// A new batch gets the engine's first semaphore whose DMAs are all known complete, or a fresh one. When there is none
// left, another engine's will do, and at last the one whose last DMA is oldest, behind a wait; that batch, if DMAs are
// to come, ends here. In a loop a batch has the semaphore it had in the turn before, behind a wait if need be.
void Planner::assignSemaphore(uint32_t id, Clock &clock) {
  Home *home = homeOf(id);
  uint32_t &batch = home ? home->batch : batchOf[{engineOf(id), firstDependent[id]}];
  if (!batch || !batches[batch - 1].isOpen) {
    unsigned chosen;
    if (home && home->semaphore) {
      chosen = *home->semaphore;
      Batch &before = batches[dmaSemaphores[chosen].batch];
      before.isOpen = false;
      if (clock[Clock::updates(chosen)] < dmaSemaphores[chosen].uses)
        waitFor(id, before.last, clock);
    } else {
      chosen = chooseSemaphore(id, clock);
    }
    if (home)
      home->semaphore = chosen;
    batch = openBatch(id, chosen);
  }
  Batch &own = batches[batch - 1];
  own.uses = ++dmaSemaphores[own.semaphore].uses;
  own.last = id;
  nodes[id].batch = batch;
}

void Planner::orderInstruction(uint32_t id) {
  const PlannedInstruction &planned = instructions[id];
  unsigned engine = engineOf(id);
  nodes[id].position = positions[engine]++;
  Clock clock = clocks[current[engine]];
  Actor actor = makeActor(id, planned.engine, planned.instruction);
  Footprints footprints = *footprintsOf(planned.instruction, planned.engine, nullptr, chip);

  // 1. Everything it conflicts with and does not know.
  llvm::SmallVector<uint32_t> earlier;
  for (const Footprint &footprint : footprints)
    accesses.check(
        footprint, actor, [&](uint32_t other) { return isKnown(clock, other) || llvm::is_contained(earlier, other); },
        [&](const Conflict &conflict) { earlier.push_back(conflict.earlier); });
  for (const Footprint &footprint : footprints)
    accesses.record(
        footprint, actor, [&](uint32_t other) { return isKnown(clock, other); },
        [&](uint32_t other) { return isKnownToAll(other); });

  // 2. Waits, newest first.
  llvm::sort(earlier,
             [&](uint32_t a, uint32_t b) { return std::make_pair(rankOf(a), a) > std::make_pair(rankOf(b), b); });
  for (uint32_t other : earlier)
    if (!isKnown(clock, other))
      waitFor(id, other, clock);
  numDependences += earlier.size();
  if (firstDependent[id] || homeOf(id))
    assignSemaphore(id, clock);
  if (!nodes[id].waitsFor.empty())
    current[engine] = clocks.add(std::move(clock));
  nodes[id].clock = current[engine];
}

void Planner::updateInEveryTurn(const LoopRange &loop) {
  for (uint32_t position = 0; position < loop.length; ++position) {
    bool isAwaited = false;
    if (isDma(loop.first + position))
      continue;
    for (uint32_t turn = 0; turn < loop.turns; ++turn)
      isAwaited |= nodes[loop.first + turn * loop.length + position].isAwaited;
    for (uint32_t turn = 0; turn < loop.turns; ++turn)
      nodes[loop.first + turn * loop.length + position].isAwaited = isAwaited;
  }
}

// One wait a semaphore: the higher value implies the lower.
static void addWait(SemaphorePlan::Entry &entry, const isa::Wait &wait, uint32_t producer) {
  for (auto [other, otherProducer] : llvm::zip_equal(entry.waits, entry.producers)) {
    if (other.semaphore != wait.semaphore)
      continue;
    if (other.value.value < wait.value.value) {
      other = wait;
      otherProducer = producer;
    }
    return;
  }
  entry.waits.push_back(wait);
  entry.producers.push_back(producer);
}

// Values: the k-th awaited instruction of an engine brings its semaphore to k.
SemaphorePlan Planner::number() {
  SemaphorePlan plan;
  plan.entries.resize(nodes.size());
  plan.numDependences = numDependences;
  std::array<int32_t, isa::numEngines> counts{};
  std::vector<isa::Wait> marks(nodes.size()); // what to wait for
  for (auto [id, node] : llvm::enumerate(nodes)) {
    SemaphorePlan::Entry &entry = plan.entries[id];
    // An instruction waits only for earlier ones, so their values are known.
    for (uint32_t other : node.waitsFor)
      addWait(entry, marks[other], rankOf(other));
    plan.numWaits += entry.waits.size();
    if (!node.isAwaited)
      continue;
    bool dma = isDma(id);
    const Batch *batch = dma ? &batches[node.batch - 1] : nullptr;
    uint16_t semaphore = dma ? isa::numEngines + batch->semaphore : engineOf(id);
    int32_t value = dma ? dmaIncrement * static_cast<int32_t>(batch->uses) : ++counts[engineOf(id)];
    marks[id] = {semaphore, isa::WaitCondition::greaterOrEqual, {false, value}};
    if (!dma || batch->last == id)
      plan.milestones[{semaphore, value}] = id;
    entry.update = isa::Update{semaphore, isa::UpdateAction::add, {false, dma ? dmaIncrement : 1}};
  }
  plan.numSemaphores = dmaSemaphores.size() + llvm::count_if(counts, [](int32_t n) { return n > 0; });
  return plan;
}

SemaphorePlan Planner::plan() {
  for (const PlannedInstruction &planned : instructions)
    ++totals[static_cast<unsigned>(planned.engine)];
  findFirstDependents();
  llvm::ArrayRef<LoopRange> allLoops = loops;
  for (uint32_t id = 0; id < instructions.size(); ++id) {
    if (!loops.empty() && id == loops.front().first + loops.front().length * loops.front().turns)
      loops = loops.drop_front();
    if (!loops.empty() && id == loops.front().first)
      enterLoop(loops.front());
    orderInstruction(id);
  }
  for (const LoopRange &loop : allLoops)
    updateInEveryTurn(loop);
  // A DMA may turn out to be known everywhere through others; it still counts towards its batch.
  for (Node &node : nodes)
    node.isAwaited |= node.batch > 0;
  return number();
}

} // namespace

SemaphorePlan tarn::planSemaphores(llvm::ArrayRef<PlannedInstruction> instructions, const Chip &chip,
                                   unsigned maxSemaphores, llvm::ArrayRef<LoopRange> loops) {
  return Planner(instructions, chip, maxSemaphores, loops).plan();
}
