#include "tarn/Stages/Sync/PlanSemaphores.h"
#include "tarn/Proof/AccessMap.h"
#include "tarn/Proof/Clock.h"
#include "llvm/ADT/BitVector.h"

using namespace tarn;
using namespace tarn::proof;

namespace {

constexpr int32_t dmaIncrement = 16; // what the completion of a DMA adds

class Planner {
public:
  Planner(llvm::ArrayRef<PlannedInstruction> instructions, unsigned maxSemaphores)
      : instructions(instructions), maxDmaSemaphores(maxSemaphores - isa::numEngines), nodes(instructions.size()) {}

  SemaphorePlan plan();

private:
  struct Node {
    uint32_t position = 0; // in its engine's stream
    uint32_t clock = 0;    // what is known when it starts
    uint32_t semaphore = 0, use = 0; // of a DMA that is awaited: which one of the DMAs', and its how manieth DMA
    bool isAwaited = false;
    llvm::SmallVector<uint32_t, 1> waitsFor;
  };
  struct DmaSemaphore {
    uint32_t last, uses;
    unsigned engine; // that issued the last one
  };

  bool isDma(uint32_t id) const { return instructions[id].instruction.info().isDma; }
  unsigned engineOf(uint32_t id) const { return static_cast<unsigned>(instructions[id].engine); }
  bool isKnown(const Clock &clock, uint32_t id) const;
  void waitFor(uint32_t id, uint32_t earlier, Clock &clock);
  void findAwaitedDmas();
  void orderInstruction(uint32_t id);
  void assignSemaphore(uint32_t id, Clock &clock);
  SemaphorePlan number();

  llvm::ArrayRef<PlannedInstruction> instructions;
  unsigned maxDmaSemaphores;
  std::vector<Node> nodes;
  std::vector<DmaSemaphore> dmaSemaphores;
  std::array<uint32_t, isa::numEngines> positions{}, current{};
  Clocks clocks;
  AccessMap accesses;
  llvm::BitVector hasDependents; // DMAs
  uint64_t numDependences = 0;
};

bool Planner::isKnown(const Clock &clock, uint32_t id) const {
  if (isDma(id))
    return nodes[id].use && clock[Clock::updates(nodes[id].semaphore)] >= nodes[id].use;
  return clock[Clock::completed(engineOf(id))] > nodes[id].position;
}

// Joins what the completion of `earlier` knows.
void Planner::waitFor(uint32_t id, uint32_t earlier, Clock &clock) {
  assert((!isDma(earlier) || nodes[earlier].use) && "a DMA that is waited for has a semaphore");
  nodes[id].waitsFor.push_back(earlier);
  nodes[earlier].isAwaited = true;
  clock.join(clocks[nodes[earlier].clock]);
  if (isDma(earlier))
    clock.raise(Clock::updates(nodes[earlier].semaphore), nodes[earlier].use);
  else
    clock.raise(Clock::completed(engineOf(earlier)), nodes[earlier].position + 1);
}

// A DMA on which nothing depends, such as the last store of a result, needs no semaphore.
void Planner::findAwaitedDmas() {
  hasDependents.resize(instructions.size());
  AccessMap all;
  for (auto [id, planned] : llvm::enumerate(instructions)) {
    Actor actor = makeActor(id, planned.engine, planned.instruction);
    Footprints footprints = *footprintsOf(planned.instruction, planned.engine, nullptr);
    for (const Footprint &footprint : footprints)
      all.check(
          footprint, actor, [&](uint32_t earlier) { return !isDma(earlier) || hasDependents[earlier]; },
          [&](const Conflict &conflict) { hasDependents.set(conflict.earlier); });
    for (const Footprint &footprint : footprints)
      all.record(footprint, actor);
  }
}

// The engine's first semaphore whose DMAs are all known complete, or a fresh one. When there is none left, another
// engine's will do, and at last the one whose last DMA is oldest, behind a wait.
void Planner::assignSemaphore(uint32_t id, Clock &clock) {
  std::optional<unsigned> own, foreign;
  unsigned oldest = 0;
  for (auto [i, candidate] : llvm::enumerate(dmaSemaphores)) {
    if (candidate.last < dmaSemaphores[oldest].last)
      oldest = i;
    if (clock[Clock::updates(i)] < candidate.uses)
      continue;
    std::optional<unsigned> &found = candidate.engine == engineOf(id) ? own : foreign;
    if (!found)
      found = i;
  }
  if (!own && dmaSemaphores.size() < maxDmaSemaphores) {
    own = dmaSemaphores.size();
    dmaSemaphores.push_back({0, 0, engineOf(id)});
  }
  unsigned chosen = own ? *own : foreign.value_or(oldest);
  if (!own && !foreign)
    waitFor(id, dmaSemaphores[chosen].last, clock);
  dmaSemaphores[chosen].last = id;
  dmaSemaphores[chosen].engine = engineOf(id);
  nodes[id].semaphore = chosen;
  nodes[id].use = ++dmaSemaphores[chosen].uses;
}

void Planner::orderInstruction(uint32_t id) {
  const PlannedInstruction &planned = instructions[id];
  unsigned engine = engineOf(id);
  nodes[id].position = positions[engine]++;
  Clock clock = clocks[current[engine]];
  Actor actor = makeActor(id, planned.engine, planned.instruction);
  Footprints footprints = *footprintsOf(planned.instruction, planned.engine, nullptr);

  // 1. Everything it conflicts with and does not know.
  llvm::SmallVector<uint32_t> earlier;
  for (const Footprint &footprint : footprints)
    accesses.check(
        footprint, actor, [&](uint32_t other) { return isKnown(clock, other) || llvm::is_contained(earlier, other); },
        [&](const Conflict &conflict) { earlier.push_back(conflict.earlier); });
  for (const Footprint &footprint : footprints)
    accesses.record(footprint, actor);

  // 2. Waits, newest first.
  llvm::sort(earlier, std::greater<>());
  for (uint32_t other : earlier)
    if (!isKnown(clock, other))
      waitFor(id, other, clock);
  numDependences += earlier.size();
  if (hasDependents[id])
    assignSemaphore(id, clock);
  if (!nodes[id].waitsFor.empty())
    current[engine] = clocks.add(std::move(clock));
  nodes[id].clock = current[engine];
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
      entry.waits.push_back(marks[other]);
    plan.numWaits += entry.waits.size();
    if (!node.isAwaited)
      continue;
    bool dma = isDma(id);
    uint16_t semaphore = dma ? isa::numEngines + node.semaphore : engineOf(id);
    int32_t value = dma ? dmaIncrement * static_cast<int32_t>(node.use) : ++counts[engineOf(id)];
    marks[id] = {semaphore, isa::WaitCondition::greaterOrEqual, {false, value}};
    entry.update = isa::Update{semaphore, isa::UpdateAction::add, {false, dma ? dmaIncrement : 1}};
  }
  plan.numSemaphores = dmaSemaphores.size() + llvm::count_if(counts, [](int32_t n) { return n > 0; });
  return plan;
}

SemaphorePlan Planner::plan() {
  findAwaitedDmas();
  for (uint32_t id = 0; id < instructions.size(); ++id)
    orderInstruction(id);
  // A DMA may turn out to be known everywhere through others; it still counts, as its semaphore's next value does.
  for (auto [id, node] : llvm::enumerate(nodes))
    node.isAwaited |= node.use > 0;
  return number();
}

} // namespace

SemaphorePlan tarn::planSemaphores(llvm::ArrayRef<PlannedInstruction> instructions, unsigned maxSemaphores) {
  return Planner(instructions, maxSemaphores).plan();
}
