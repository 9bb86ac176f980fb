// See Repetition.h. "Shift" is what a period adds to each number of the state: 0 or a constant.
#include "tarn/Proof/Repetition.h"
#include "llvm/ADT/SmallSet.h"
#include <set>

namespace tarn::proof {

// A period spans at most so many turns of the branch that ends it.
static constexpr unsigned maxTurns = 6;
// Beyond so many steps older ones are forgotten; a loop with a longer body is executed.
static constexpr size_t maxTrace = 300000;
// Periods a jump may take, and how far positions may go, so that sums of products stay within 64 bits.
static constexpr int64_t unlimited = INT64_MAX;
static constexpr int64_t maxPosition = int64_t(1) << 56;

struct Repetition::Shift {
  int64_t count = unlimited;
  std::vector<int64_t> shape;
  struct OfCounter {
    int64_t value = 0, number = 0, size = 0, claimed = 0, epoch = 0;
    uint32_t depth = 1; // how many of the last updates a wait of a period may ask for
  };
  std::vector<OfCounter> counters; // of `used`

  bool limit(int64_t periods) {
    count = std::min(count, periods);
    return count > 0;
  }
};

Repetition::Repetition(const isa::Core &core, Checker &checker) : core(core), checker(checker) {
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

// Whether the same instructions ran in the periods s0 … s1 and s1 … s2, from the same places.
bool Repetition::repeatsSteps(const Snapshot &s0, const Snapshot &s1, const Snapshot &s2) const {
  size_t length = s2.step - s1.step;
  if (s1.step - s0.step != length || s2.decision - s1.decision != s1.decision - s0.decision)
    return false;
  for (unsigned e = 0; e < isa::numEngines; ++e)
    if (s0.sequencers[e].pc != s1.sequencers[e].pc || s1.sequencers[e].pc != s2.sequencers[e].pc)
      return false;
  for (size_t i = 0; i < length; ++i) {
    const Step &a = steps[s0.step + i], &b = steps[s1.step + i];
    if (a.instruction.engine != b.instruction.engine || a.instruction.index != b.instruction.index ||
        (a.jump < 0) != (b.jump < 0))
      return false;
    if (a.jump >= 0 && (jumps[a.jump].count != jumps[b.jump].count || jumps[a.jump].shape != jumps[b.jump].shape))
      return false;
  }
  return true;
}

// Decisions were alike; shift.count becomes the number of periods for which they stay so. Needs the shifts of counters.
bool Repetition::compareDecisions(const Snapshot &s0, const Snapshot &s1, const Snapshot &s2, Shift &shift) const {
  auto before = checker.decisions.slice(s0.decision, s1.decision), last = checker.decisions.slice(s1.decision, s2.decision);
  auto indexOf = [&](uint16_t semaphore) { return llvm::lower_bound(used, semaphore) - used.begin(); };
  for (size_t i = 0; i < last.size(); ++i) {
    const Decision &a = before[i], &b = last[i];
    if (a.kind != b.kind || a.tag != b.tag)
      return false;
    int64_t step = b.amount - a.amount;
    switch (b.kind) {
    case Decision::Kind::threeWay:
      if ((a.amount == 0) != (b.amount == 0))
        return false;
      if (b.amount > 0 && a.amount > 0 && step < 0 && !shift.limit((b.amount - 1) / -step))
        return false;
      if (b.amount > 0)
        break;
      [[fallthrough]];
    case Decision::Kind::sign:
      if ((a.amount < 0) != (b.amount < 0))
        return false;
      if (b.amount >= 0 && step < 0 && !shift.limit(b.amount / -step))
        return false;
      if (b.amount < 0 && step > 0 && !shift.limit((-b.amount - 1) / step))
        return false;
      break;
    case Decision::Kind::constant:
      if (step)
        return false;
      break;
    case Decision::Kind::product:
      if (i + 1 == last.size() || (step && last[i + 1].amount != before[i + 1].amount))
        return false;
      break;
    case Decision::Kind::value:
      break;
    case Decision::Kind::number:
      if (step && step != shift.counters[indexOf(b.tag)].number)
        return false;
      break;
    case Decision::Kind::place: {
      Shift::OfCounter &counter = shift.counters[indexOf(b.tag)];
      if (step && step != counter.size)
        return false;
      int64_t lag = int64_t(s1.counters[indexOf(b.tag)].size) - b.amount;
      if (step && lag >= 0)
        counter.depth = std::max<uint32_t>(counter.depth, lag + 2);
      break;
    }
    }
  }
  return true;
}

// Whether the numbers of a state moved as much in the last period as in the one before; false ends the comparison.
namespace {
class Moves {
public:
  explicit Moves(std::vector<int64_t> &shape) : shape(shape) {}
  bool add(int64_t a, int64_t b, int64_t c) {
    shape.push_back(c - b);
    return b - a == c - b;
  }
  bool add(const Clock &a, const Clock &b, const Clock &c) {
    unsigned size = std::max({a.size(), b.size(), c.size()});
    shape.push_back(size);
    bool isEven = true;
    for (unsigned i = 0; i < size; ++i)
      isEven &= add(a[i], b[i], c[i]);
    return isEven;
  }

private:
  std::vector<int64_t> &shape;
};
} // namespace

// The last updates of a semaphore that waits of the next periods may ask for.
bool Repetition::compareEntries(unsigned index, const Snapshot &s0, const Snapshot &s1, const Snapshot &s2,
                                Shift &shift) const {
  const auto &deliveries = checker.counters[used[index]].deliveries;
  const Shift::OfCounter &counter = shift.counters[index];
  if (counter.size == 0)
    return true;
  if (s0.counters[index].size < counter.depth)
    return false;
  Moves moves(shift.shape);
  for (uint32_t j = 1; j <= counter.depth; ++j) {
    const Checker::Delivery &a = deliveries[s0.counters[index].size - j], &b = deliveries[s1.counters[index].size - j],
                            &c = deliveries[s2.counters[index].size - j];
    const auto &x = checker.executed[a.instruction], &y = checker.executed[b.instruction],
               &z = checker.executed[c.instruction];
    if (x.engine != y.engine || y.engine != z.engine || x.index != y.index || y.index != z.index)
      return false;
    // What the entry had been asked for when the state was left.
    auto joined = [](const Checker::Delivery &entry, const Snapshot &snapshot) {
      return entry.joinedAt <= snapshot.executed ? entry.joined : 0;
    };
    uint32_t joinedA = joined(a, s0), joinedB = joined(b, s1), joinedC = joined(c, s2);
    if (!joinedA != !joinedB || !joinedB != !joinedC)
      return false;
    if (!moves.add(x.position, y.position, z.position) || !moves.add(a.number, b.number, c.number) ||
        !moves.add(a.before, b.before, c.before) || !moves.add(a.value, b.value, c.value) ||
        !moves.add(a.prefix.lastDma, b.prefix.lastDma, c.prefix.lastDma) ||
        !moves.add(checker.clocks[a.clock], checker.clocks[b.clock], checker.clocks[c.clock]) ||
        !moves.add(checker.clocks[joinedA], checker.clocks[joinedB], checker.clocks[joinedC]))
      return false;
    for (unsigned e = 0; e < isa::numEngines; ++e)
      if (!moves.add(a.prefix.completed[e], b.prefix.completed[e], c.prefix.completed[e]))
        return false;
  }
  return true;
}

bool Repetition::compareStates(const Snapshot &s0, const Snapshot &s1, const Snapshot &s2, Shift &shift) const {
  Moves moves(shift.shape);
  // 1. Engines.
  for (unsigned e = 0; e < isa::numEngines; ++e) {
    const Sequencer &a = s0.sequencers[e], &b = s1.sequencers[e], &c = s2.sequencers[e];
    if (!moves.add(s0.positions[e], s1.positions[e], s2.positions[e]) || !moves.add(a.turns, b.turns, c.turns) ||
        !moves.add(checker.clocks[s0.clocks[e]], checker.clocks[s1.clocks[e]], checker.clocks[s2.clocks[e]]))
      return false;
    for (unsigned r = 0; r < isa::numRegisters; ++r)
      if (!moves.add(a.registers[r], b.registers[r], c.registers[r]))
        return false;
  }
  // 2. Semaphores.
  for (unsigned i = 0; i < used.size(); ++i) {
    const CounterState &a = s0.counters[i], &b = s1.counters[i], &c = s2.counters[i];
    Shift::OfCounter counter{c.value - b.value, static_cast<int64_t>(c.number - b.number), int64_t(c.size) - b.size,
                             int64_t(c.claimed) - b.claimed, int64_t(c.epoch) - b.epoch, 1};
    auto isAlike = [](const CounterState &x, const CounterState &y) {
      return x.sources == y.sources && x.isInIssueOrder == y.isInIssueOrder && x.hasInexactClaim == y.hasInexactClaim;
    };
    if (!isAlike(a, b) || !isAlike(b, c) || !moves.add(a.value, b.value, c.value) ||
        !moves.add(a.number, b.number, c.number) || !moves.add(a.size, b.size, c.size) ||
        !moves.add(a.claimed, b.claimed, c.claimed) || !moves.add(a.epoch, b.epoch, c.epoch))
      return false;
    if ((counter.claimed && counter.claimed != counter.size) || (counter.epoch && counter.epoch != counter.size))
      return false;
    for (unsigned e = 0; e < isa::numEngines; ++e)
      if (!moves.add(a.waits[e], b.waits[e], c.waits[e]) || !moves.add(a.exactWaits[e], b.exactWaits[e], c.exactWaits[e]))
        return false;
    if (counter.claimed)
      counter.depth = std::max<uint32_t>(counter.depth, c.size - c.claimed + 1);
    if (counter.epoch)
      counter.depth = std::max<uint32_t>(counter.depth, c.size - c.epoch + 1);
    shift.counters.push_back(counter);
  }
  return true;
}

// What an operand's place moves by; nothing when the footprint changes its form.
static std::optional<int64_t> addressStep(const Footprint &a, const Footprint &b) {
  constexpr int64_t pitch = isa::sbufPartitionPitch;
  int64_t step = static_cast<int64_t>(b.address - a.address);
  bool movesPartition = a.memory != isa::Memory::hbm && step % pitch == 0;
  int64_t partitions = movesPartition ? step / pitch : 0, bytes = movesPartition ? 0 : step;
  if (a.memory != b.memory || a.isRead != b.isRead || a.isWrite != b.isWrite || !a.isExact || !b.isExact ||
      a.dims != b.dims || a.runLength != b.runLength || a.partitions.size() != b.partitions.size() ||
      static_cast<int64_t>(b.base - a.base) != bytes)
    return std::nullopt;
  for (auto [p, q] : llvm::zip(a.partitions, b.partitions))
    if (q.begin - p.begin != partitions || q.end - p.end != partitions)
      return std::nullopt;
  return step;
}

// The footprint one step further.
static void move(Footprint &footprint, int64_t step) {
  constexpr int64_t pitch = isa::sbufPartitionPitch;
  footprint.address += step;
  if (footprint.memory != isa::Memory::hbm && step % pitch == 0) {
    for (PartitionRange &range : footprint.partitions) {
      range.begin += step / pitch;
      range.end += step / pitch;
    }
    return;
  }
  footprint.base += step;
  for (ByteRun &run : footprint.runs) {
    run.begin += step;
    run.end += step;
  }
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
void Repetition::apply(const Snapshot &s1, const Snapshot &s2, const Shift &shift, std::vector<Family> families,
                       Sequencers &sequencers) {
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
  Jump jump{static_cast<uint64_t>(count), shift.shape, checker.families.size(), families.size()};
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
      sequencers[e].registers[r] =
          s2.sequencers[e].registers[r] + (int64_t(s2.sequencers[e].registers[r]) - s1.sequencers[e].registers[r]) * count;
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
    for (uint32_t j = step.depth; j >= 1; --j) {
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
      counter.claimed += step.depth;
    if (step.epoch)
      counter.epoch += step.depth;
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
  apply(s1, s2, shift, std::move(families), sequencers);
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
