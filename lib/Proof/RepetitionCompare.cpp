// Whether two successive periods are equal but for constants (Repetition.h).
#include "RepetitionShift.h"

namespace tarn::proof {

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

// Decisions were alike; shift.count becomes the number of periods for which they stay so. Needs the shifts of
// counters.
bool Repetition::compareDecisions(const Snapshot &s0, const Snapshot &s1, const Snapshot &s2, Shift &shift) const {
  auto before = checker.decisions.slice(s0.decision, s1.decision),
       last = checker.decisions.slice(s1.decision, s2.decision);
  auto indexOf = [&](uint16_t semaphore) { return llvm::lower_bound(used, semaphore) - used.begin(); };
  for (size_t i = 0; i < last.size(); ++i) {
    const Decision &a = before[i], &b = last[i];
    if (a.kind != b.kind || a.tag != b.tag)
      return false;
    int64_t step = b.amount - a.amount;
    switch (b.kind) {
    case Decision::Kind::threeWay:
    case Decision::Kind::sign:
      if (!shift.limit(stepsAlike(a, b)))
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

// Whether the numbers of a state moved as much in the last period as in the one before; false ends the
// comparison.
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
      if (steering[e][r] && !moves.add(a.registers[r], b.registers[r], c.registers[r]))
        return false;
  }
  // 2. Semaphores.
  for (unsigned i = 0; i < used.size(); ++i) {
    const CounterState &a = s0.counters[i], &b = s1.counters[i], &c = s2.counters[i];
    Shift::OfCounter counter{c.value - b.value,          static_cast<int64_t>(c.number - b.number),
                             int64_t(c.size) - b.size,   int64_t(c.claimed) - b.claimed,
                             int64_t(c.epoch) - b.epoch, 1};
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
      if (!moves.add(a.waits[e], b.waits[e], c.waits[e]) ||
          !moves.add(a.exactWaits[e], b.exactWaits[e], c.exactWaits[e]))
        return false;
    if (counter.claimed)
      counter.depth = std::max<uint32_t>(counter.depth, c.size - c.claimed + 1);
    if (counter.epoch)
      counter.depth = std::max<uint32_t>(counter.depth, c.size - c.epoch + 1);
    shift.counters.push_back(counter);
  }
  return true;
}

} // namespace tarn::proof
