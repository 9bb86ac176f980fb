// See Repetition.h: when a jump is tried, and what it does to the state.
#include "RepetitionShift.h"
#include <set>

namespace tarn::proof {

// A period spans at most so many turns of the branch that ends it.
static constexpr unsigned maxTurns = 6;
// Beyond so many steps older ones are forgotten; a loop with a longer body is executed.
static constexpr size_t maxTrace = 300000;
Repetition::Repetition(const isa::Core &core, Checker &checker, const isa::SteeringRegisters &steering)
    : core(core), checker(checker), steering(steering) {
  std::set<uint16_t> semaphores;
  bool hasLoop = false;
  for (const auto &stream : core.streams)
    for (auto [index, instruction] : llvm::enumerate(stream)) {
      if (instruction.wait)
        semaphores.insert(instruction.wait->semaphore % isa::numSemaphores);
      if (instruction.update)
        semaphores.insert(instruction.update->semaphore % isa::numSemaphores);
      if (auto *branch = std::get_if<isa::CompareBranch>(&instruction.payload))
        hasLoop |= branch->target <= index;
    }
  used.assign(semaphores.begin(), semaphores.end());
  checker.decisions.isOn = hasLoop;
}

llvm::ArrayRef<Family> Repetition::lastFamilies() const {
  return llvm::ArrayRef<Family>(checker.families).slice(jumps.back().firstFamily, jumps.back().numFamilies);
}

Repetition::Snapshot Repetition::takeSnapshot(InstructionRef branch, const Sequencers &sequencers) const {
  Snapshot snapshot{branch,     steps.size(),      checker.decisions.size(), checker.executed.size(),
                    sequencers, checker.positions, checker.current,          {}};
  for (uint16_t semaphore : used) {
    const Checker::Counter &c = checker.counters[semaphore];
    snapshot.counters.push_back({c.value, c.number, static_cast<uint32_t>(c.deliveries.size()), c.epoch, c.claimed,
                                 c.sources, c.isInIssueOrder, c.hasInexactClaim, c.waits, c.exactWaits});
  }
  return snapshot;
}

// The accesses of the next shift.count periods.
bool Repetition::makeFamilies(const Snapshot &s0, const Snapshot &s1, const Snapshot &s2, const Shift &shift,
                              std::vector<Family> &families) const {
  Axis axis;
  axis.loop = jumps.size();
  axis.count = shift.count;
  auto add = [&](const Footprint &a, const Footprint &b, uint32_t clockA, uint32_t clockB, Family family) {
    std::optional<int64_t> step = addressStep(a, b);
    if (!step)
      return false;
    axis.address = *step;
    const Clock &from = checker.clocks[clockA], &to = checker.clocks[clockB];
    axis.clock.clear();
    Clock first = to;
    for (unsigned i = 0; i < to.size(); ++i) {
      axis.clock.push_back(static_cast<int64_t>(to[i] - from[i]));
      first.raise(i, to[i] + axis.clock.back());
    }
    family.position += axis.position;
    if (family.delivery)
      family.delivery += axis.delivery;
    family.footprint = b;
    move(family.footprint, *step);
    family.axes.push_back(axis);
    family.clock = checker.clocks.add(std::move(first));
    if (!boxOf(family))
      return false;
    families.push_back(std::move(family));
    return true;
  };
  for (size_t i = 0; i < s2.step - s1.step; ++i) {
    const Step &a = steps[s0.step + i], &b = steps[s1.step + i];
    if (a.jump >= 0) {
      const Jump &jumpA = jumps[a.jump], &jumpB = jumps[b.jump];
      if (jumpA.numFamilies != jumpB.numFamilies)
        return false;
      for (size_t k = 0; k < jumpA.numFamilies; ++k) {
        const Family &familyA = checker.families[jumpA.firstFamily + k],
                     &familyB = checker.families[jumpB.firstFamily + k];
        for (auto [x, y] : llvm::zip_equal(familyA.axes, familyB.axes))
          if (x.count != y.count || x.position != y.position || x.delivery != y.delivery || x.address != y.address ||
              x.clock != y.clock)
            return false;
        axis.position = familyB.position - familyA.position;
        axis.delivery = familyB.delivery - familyA.delivery;
        if (!add(familyA.footprint, familyB.footprint, familyA.clock, familyB.clock, familyB))
          return false;
      }
      continue;
    }
    if (a.footprints.size() != b.footprints.size())
      return false;
    const auto &x = checker.executed[a.ticket], &y = checker.executed[b.ticket];
    axis.position = y.position - x.position;
    axis.delivery = y.delivery - x.delivery;
    const isa::Instruction &instruction = core.stream(b.instruction.engine)[b.instruction.index];
    Family family;
    family.instruction = b.instruction;
    family.actor = makeActor(b.ticket, b.instruction.engine, instruction);
    family.position = y.position;
    family.delivery = y.delivery;
    family.counter = y.counter;
    for (auto [from, to] : llvm::zip(a.footprints, b.footprints))
      if (!add(from, to, checker.pending[a.ticket].clock, checker.pending[b.ticket].clock, family))
        return false;
  }
  return true;
}

// Moves the state by shift.count periods.
void Repetition::apply(const Snapshot &s0, const Snapshot &s1, const Snapshot &s2, const Shift &shift,
                       std::vector<Family> families, Sequencers &sequencers) {
  const int64_t count = shift.count;
  auto moveClock = [&](uint32_t from, uint32_t to) {
    const Clock &a = checker.clocks[from], &b = checker.clocks[to];
    Clock moved = b;
    for (unsigned i = 0; i < b.size(); ++i)
      moved.raise(i, b[i] + (b[i] - a[i]) * count);
    return checker.clocks.add(std::move(moved));
  };
  auto moveBy = [&](auto &number, auto from, auto to) {
    number = to + static_cast<decltype(to)>((to - from) * static_cast<decltype(to)>(count));
  };

  // 1. Accesses, judged before the state that they belong to is left.
  Jump jump{static_cast<uint64_t>(count), shift.shape, checker.families.size(), families.size(), s0.decision,
            s1.decision - s0.decision};
  checker.addFamilies(families);

  // 2. What the last of the periods decided, for the comparison of outer periods.
  auto before = s1.decision - (s2.decision - s1.decision);
  for (size_t i = 0; i < s2.decision - s1.decision; ++i) {
    Decision a = checker.decisions.slice(before + i, before + i + 1)[0];
    Decision b = checker.decisions.slice(s1.decision + i, s1.decision + i + 1)[0];
    b.amount += (b.amount - a.amount) * count;
    if (b.kind == Decision::Kind::place)
      b.kind = Decision::Kind::value; // places do not move over the gap
    checker.decisions.add(b);
  }

  // 3. Engines.
  for (unsigned e = 0; e < isa::numEngines; ++e) {
    moveBy(checker.positions[e], s1.positions[e], s2.positions[e]);
    checker.current[e] = moveClock(s1.clocks[e], s2.clocks[e]);
    moveBy(sequencers[e].turns, s1.sequencers[e].turns, s2.sequencers[e].turns);
    for (unsigned r = 0; r < isa::numRegisters; ++r)
      if (steering[e][r])
        sequencers[e].registers[r] = s2.sequencers[e].registers[r] +
                                     (int64_t(s2.sequencers[e].registers[r]) - s1.sequencers[e].registers[r]) * count;
  }

  // 4. Semaphores: the updates that the next waits may ask for are copied to behind the gap.
  for (unsigned i = 0; i < used.size(); ++i) {
    Checker::Counter &counter = checker.counters[used[i]];
    const Shift::OfCounter &step = shift.counters[i];
    const CounterState &b = s1.counters[i], &c = s2.counters[i];
    moveBy(counter.value, b.value, c.value);
    moveBy(counter.number, b.number, c.number);
    for (unsigned e = 0; e < isa::numEngines; ++e) {
      moveBy(counter.waits[e], b.waits[e], c.waits[e]);
      moveBy(counter.exactWaits[e], b.exactWaits[e], c.exactWaits[e]);
    }
    if (step.size == 0)
      continue;
    checker.decisions.note(Decision::Kind::place, c.size - step.depth + 1, used[i]);
    // Not more than were jumped over: the list would hold some twice.
    bool isFar = step.size >= step.depth || count >= step.depth;
    uint32_t copied = isFar ? step.depth : std::min<uint32_t>(step.depth, step.size * count);
    for (uint32_t j = copied; j >= 1; --j) {
      const Checker::Delivery from = counter.deliveries[b.size - j], to = counter.deliveries[c.size - j];
      Checker::Delivery moved = to;
      moveBy(moved.number, from.number, to.number);
      moveBy(moved.before, from.before, to.before);
      moveBy(moved.value, from.value, to.value);
      moveBy(moved.prefix.lastDma, from.prefix.lastDma, to.prefix.lastDma);
      for (unsigned e = 0; e < isa::numEngines; ++e)
        moveBy(moved.prefix.completed[e], from.prefix.completed[e], to.prefix.completed[e]);
      moved.clock = moveClock(from.clock, to.clock);
      bool wasJoined = from.joined && from.joinedAt <= s1.executed;
      moved.joined = wasJoined && to.joined ? moveClock(from.joined, to.joined) : 0;
      const Checker::Executed x = checker.executed[from.instruction], y = checker.executed[to.instruction];
      moved.instruction = checker.executed.size();
      checker.executed.push_back(y);
      moveBy(checker.executed.back().position, x.position, y.position);
      moveBy(checker.executed.back().delivery, x.delivery, y.delivery);
      checker.pending.push_back({moved.clock, std::nullopt});
      counter.deliveries.push_back(moved);
    }
    if (step.claimed)
      counter.claimed += copied;
    if (step.epoch)
      counter.epoch += copied;
  }
  steps.push_back({s2.branch, 0, static_cast<int>(jumps.size()), {}});
  jumps.push_back(std::move(jump));
}

Repetition::Outcome Repetition::tryJump(const Snapshot &s0, const Snapshot &s1, const Snapshot &s2,
                                        Sequencers &sequencers) {
  Shift shift;
  if (!repeatsSteps(s0, s1, s2) || !compareStates(s0, s1, s2, shift) || !compareDecisions(s0, s1, s2, shift))
    return Outcome::nothing;
  for (unsigned i = 0; i < used.size(); ++i)
    if (!compareEntries(i, s0, s1, s2, shift))
      return Outcome::nothing;
  if (shift.count == unlimited)
    return Outcome::endless;
  for (unsigned e = 0; e < isa::numEngines; ++e)
    if (int64_t step = s2.positions[e] - s1.positions[e])
      shift.limit((maxPosition - static_cast<int64_t>(s2.positions[e])) / step);
  std::vector<Family> families;
  if (shift.count < 2 || !makeFamilies(s0, s1, s2, shift, families))
    return Outcome::nothing;
  apply(s0, s1, s2, shift, std::move(families), sequencers);
  return Outcome::jumped;
}

Repetition::Outcome Repetition::afterStep(InstructionRef instruction, Checker::Ticket ticket, Sequencers &sequencers) {
  if (!checker.decisions.isOn)
    return Outcome::nothing;
  steps.push_back({instruction, ticket, -1, std::move(checker.lastFootprints)});
  checker.lastFootprints.clear();
  if (steps.size() > maxTrace) {
    steps.clear();
    histories.clear();
    checker.decisions.clear();
    forgot = true;
  }
  const Sequencer &own = sequencers[static_cast<unsigned>(instruction.engine)];
  if (own.pc > instruction.index)
    return Outcome::nothing;
  History &history = histories[{static_cast<unsigned>(instruction.engine), instruction.index}];
  std::deque<Snapshot> &snapshots = history.snapshots;
  snapshots.push_back(takeSnapshot(instruction, sequencers));
  if (snapshots.size() > 2 * maxTurns + 1)
    snapshots.pop_front();
  // A loop that never repeats itself is asked ever more rarely.
  if (history.skipped < history.failures / 64) {
    ++history.skipped;
    return Outcome::nothing;
  }
  history.skipped = 0;
  for (unsigned turns = 1; 2 * turns < snapshots.size(); ++turns) {
    auto last = snapshots.rbegin();
    Outcome outcome = tryJump(last[2 * turns], last[turns], last[0], sequencers);
    if (outcome != Outcome::nothing) {
      history.failures = 0;
      return outcome;
    }
  }
  ++history.failures;
  return Outcome::nothing;
}

} // namespace tarn::proof
