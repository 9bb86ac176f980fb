#include "Generalization.h"
#include "llvm/Support/FormatVariadic.h"
#include <numeric>

namespace tarn::proof {

// Accesses that are compared with each other, and members of a family that are looked at one by one where
// what separates them depends on the trip count (a loop over a loop of so many turns).
static constexpr size_t maxItems = 20000;
static constexpr uint64_t maxSlices = 64;

static bool isEven(int64_t a, int64_t b, int64_t c) { return b - a == c - b; }

struct Generalization::Sample {
  uint64_t position = 0, delivery = 0;
  Clock clock;
  Footprint footprint;
  llvm::SmallVector<Axis, 2> axes;
};

static Clock shifted(const Clock &clock, const Axis &axis, int64_t count) {
  Clock moved;
  for (unsigned i = 0; i < std::max<size_t>(clock.size(), axis.clock.size()); ++i)
    moved.raise(i, clock[i] + axis.clockAt(i) * count);
  return moved;
}

bool Generalization::compareJumps(size_t step) {
  const Repetition::Jump &a = runs[0]->repetition.jumps[runs[0]->repetition.steps[step].jump],
                         &b = runs[1]->repetition.jumps[runs[1]->repetition.steps[step].jump],
                         &c = runs[2]->repetition.jumps[runs[2]->repetition.steps[step].jump];
  if (a.numFamilies != b.numFamilies || b.numFamilies != c.numFamilies || a.shape.size() != b.shape.size() ||
      b.shape.size() != c.shape.size() || a.firstDecision != b.firstDecision || a.numDecisions != b.numDecisions ||
      !isEven(a.count, b.count, c.count))
    return false;
  auto growth = static_cast<int64_t>(b.count - a.count);
  if (growth < 0)
    return false; // with few periods fewer updates are copied behind a jump
  for (size_t i = 0; i < a.shape.size(); ++i)
    if (growth ? a.shape[i] != b.shape[i] : !isEven(a.shape[i], b.shape[i], c.shape[i]))
      return false;
  if (!growth)
    return true;
  // What each decision moved by in a period.
  for (size_t i = 0; i < a.numDecisions; ++i) {
    auto stepIn = [&](unsigned run) {
      const Decisions &decisions = runs[run]->checker.decisions;
      size_t first = a.firstDecision + i, second = first + a.numDecisions;
      return decisions.slice(second, second + 1)[0].amount - decisions.slice(first, first + 1)[0].amount;
    };
    if (stepIn(0) != stepIn(1))
      return false;
  }
  return true;
}

bool Generalization::compareSteps() {
  const auto &a = runs[0]->repetition.steps, &b = runs[1]->repetition.steps, &c = runs[2]->repetition.steps;
  if (a.size() != b.size() || b.size() != c.size())
    return false;
  auto isAlike = [](const Repetition::Step &x, const Repetition::Step &y) {
    return x.instruction.engine == y.instruction.engine && x.instruction.index == y.instruction.index &&
           x.jump == y.jump;
  };
  for (size_t i = 0; i < a.size(); ++i)
    if (!isAlike(a[i], b[i]) || !isAlike(b[i], c[i]) || (a[i].jump >= 0 && !compareJumps(i)))
      return false;
  return true;
}

bool Generalization::compareDecisions() {
  const Decisions &all = runs[0]->checker.decisions;
  size_t size = all.size();
  if (runs[1]->checker.decisions.size() != size || runs[2]->checker.decisions.size() != size)
    return false;
  auto first = all.slice(0, size), second = runs[1]->checker.decisions.slice(0, size),
       third = runs[2]->checker.decisions.slice(0, size);
  for (size_t i = 0; i < size; ++i) {
    const Decision &a = first[i], &b = second[i], &c = third[i];
    if (a.kind != b.kind || b.kind != c.kind || a.tag != b.tag || b.tag != c.tag ||
        !isEven(a.amount, b.amount, c.amount))
      return false;
    switch (c.kind) {
    case Decision::Kind::sign:
    case Decision::Kind::threeWay:
      limit(stepsAlike(a, b) ? stepsAlike(b, c) : 0);
      break;
    case Decision::Kind::constant:
    case Decision::Kind::place: // the runs have equally many updates, as what was jumped over is none of the
                                // list
      if (a.amount != b.amount)
        return false;
      break;
    case Decision::Kind::product:
      if (i + 1 == size || (a.amount != b.amount && first[i + 1].amount != second[i + 1].amount))
        return false;
      break;
    case Decision::Kind::value:
    case Decision::Kind::number:
      break;
    }
    if (steps == 0)
      return false;
  }
  return true;
}

int64_t Generalization::findSteps() {
  for (const GreedyRun *run : runs)
    if (run->way != GreedyRun::Way::recorded || run->repetition.forgot)
      return 0;
  return compareSteps() && compareDecisions() ? steps : 0;
}

// One access, or family, in the three runs as a family along the axis of trip counts.
bool Generalization::addItem(const Samples &samples, InstructionRef instruction, const Actor &actor, uint16_t counter) {
  const Sample &a = samples[0], &b = samples[1], &c = samples[2];
  // 1. What separates the members must not depend on the trip count; where it does, the members are looked at
  // one by one.
  for (size_t i = 0; i < a.axes.size(); ++i) {
    const Axis &x = a.axes[i], &y = b.axes[i];
    bool isSame = x.position == y.position && x.delivery == y.delivery && x.address == y.address && x.clock == y.clock;
    if (isSame)
      continue;
    if (x.count != y.count || x.count > maxSlices) {
      reason = llvm::formatv(
          "the turns of a loop around {0} move by what depends on the number too: a proof needs one of the "
          "two loops to have a constant number of turns, of at most {1}",
          describe(instruction, runs[0]->core), maxSlices);
      return false;
    }
    for (uint64_t member = 0; member < x.count; ++member) {
      Samples slices = samples;
      for (Sample &slice : slices) {
        const Axis axis = slice.axes[i];
        slice.position += axis.position * member;
        if (slice.delivery)
          slice.delivery += axis.delivery * member;
        move(slice.footprint, axis.address * static_cast<int64_t>(member));
        slice.clock = shifted(slice.clock, axis, member);
        slice.axes.erase(slice.axes.begin() + i);
      }
      if (!addItem(slices, instruction, actor, counter))
        return false;
    }
    return true;
  }
  // 2. The axis of trip counts.
  Axis trip;
  trip.loop = tripLoop;
  trip.count = numTrips;
  trip.position = static_cast<int64_t>(b.position - a.position);
  trip.delivery = static_cast<int64_t>(b.delivery - a.delivery);
  // An operand at the same address touches the same bytes, however ragged.
  bool isSame = a.footprint.address == b.footprint.address && b.footprint.address == c.footprint.address;
  std::optional<int64_t> step = isSame ? 0 : addressStep(a.footprint, b.footprint),
                         next = isSame ? 0 : addressStep(b.footprint, c.footprint);
  if (!step || step != next || !isEven(a.position, b.position, c.position) ||
      !isEven(a.delivery, b.delivery, c.delivery)) {
    reason =
        llvm::formatv("what {0} accesses does not move evenly with the number", describe(instruction, runs[0]->core));
    return false;
  }
  trip.address = *step;
  for (unsigned i = 0; i < std::max({a.clock.size(), b.clock.size(), c.clock.size()}); ++i) {
    if (!isEven(a.clock[i], b.clock[i], c.clock[i]))
      return false;
    trip.clock.push_back(static_cast<int64_t>(b.clock[i] - a.clock[i]));
  }
  Family item;
  item.instruction = instruction;
  item.actor = actor;
  item.clock = clocks.add(a.clock);
  item.position = a.position;
  item.delivery = a.delivery;
  item.counter = counter;
  item.footprint = a.footprint;
  item.axes.push_back(trip);
  for (size_t i = 0; i < a.axes.size(); ++i) {
    item.axes.push_back(a.axes[i]);
    item.axes.back().countByTrip = static_cast<int64_t>(b.axes[i].count - a.axes[i].count);
    if (!isEven(a.axes[i].count, b.axes[i].count, c.axes[i].count))
      return false;
  }
  // 3. The bytes of all members.
  std::optional<Footprint> box = boxOf(item);
  if (!box && item.axes.size() == 1 && !trip.address && !item.footprint.runs.empty() &&
      !item.footprint.partitions.empty()) { // ragged, but in one place
    box = item.footprint;
    box->runs.assign(1, {box->runs.front().begin, box->runs.back().end});
    box->partitions.assign(1, {box->partitions.front().begin, box->partitions.back().end});
  }
  if (!box || items.size() >= maxItems) {
    reason = box ? llvm::formatv("there are more than {0} accesses", maxItems).str()
                 : llvm::formatv("for large numbers {0} leaves its memory", describe(instruction, runs[0]->core)).str();
    return false;
  }
  items.push_back(std::move(item));
  boxes.push_back(std::move(*box));
  return true;
}

bool Generalization::addItems(size_t step) {
  std::array<const Repetition::Step *, 3> executed;
  for (unsigned run = 0; run < 3; ++run)
    executed[run] = &runs[run]->repetition.steps[step];
  const Repetition::Step &first = *executed[0];
  if (first.jump < 0) {
    const Checker::Executed &x = checkerOf(0).executed[first.ticket];
    const isa::Instruction &instruction = runs[0]->core.stream(x.engine)[x.index];
    for (size_t i = 0; i < first.footprints.size(); ++i) {
      Samples samples;
      for (unsigned run = 0; run < 3; ++run) {
        const Checker &checker = checkerOf(run);
        const Checker::Executed &own = checker.executed[executed[run]->ticket];
        if (executed[run]->footprints.size() != first.footprints.size())
          return false;
        samples[run] = {own.position,
                        own.delivery,
                        checker.clocks[checker.pending[executed[run]->ticket].clock],
                        executed[run]->footprints[i],
                        {}};
      }
      if (!addItem(samples, first.instruction, makeActor(0, x.engine, instruction), x.counter))
        return false;
    }
    return true;
  }
  const Repetition::Jump &jump = runs[0]->repetition.jumps[first.jump];
  for (size_t i = 0; i < jump.numFamilies; ++i) {
    Samples samples;
    const Family *own = nullptr;
    for (unsigned run = 0; run < 3; ++run) {
      const Checker &checker = checkerOf(run);
      const Family &family = checker.families[runs[run]->repetition.jumps[first.jump].firstFamily + i];
      samples[run] = {family.position,
                      family.delivery,
                      checker.clocks[family.clock],
                      family.footprint,
                      {family.axes.begin(), family.axes.end()}};
      own = run == 0 ? &family : own;
      if (family.axes.size() != own->axes.size())
        return false;
    }
    if (!addItem(samples, own->instruction, own->actor, own->counter))
      return false;
  }
  return true;
}

// Whether y, which is no family but for the trip count, knows x for each of them.
bool Generalization::isOrdered(const Family &x, const Family &y) const {
  if (x.axes.size() > 1 || y.axes.size() > 1 || (x.actor.isDma && !x.delivery))
    return false;
  const Axis &ofX = x.axes.front(), &ofY = y.axes.front();
  unsigned component = x.actor.isDma ? Clock::updates(x.counter) : Clock::completed(x.actor.engine);
  int64_t margin = clocks[y.clock][component] - (x.actor.isDma ? x.delivery : x.position + 1);
  int64_t growth = ofY.clockAt(component) - (x.actor.isDma ? ofX.delivery : ofX.position);
  return margin >= 0 && margin + growth * static_cast<int64_t>(numTrips - 1) >= 0;
}

Generalization::Verdict Generalization::judgePairs() {
  auto memberOf = [&](const Family &item) {
    return Member{item.actor,          item.position,   item.delivery, item.counter,
                  &clocks[item.clock], &item.footprint, item.axes};
  };
  for (size_t i = 0; i < items.size(); ++i)
    for (const KnownLoad &load : runs[0]->loads)
      if (items[i].footprint.isWrite && overlaps(boxes[i], bytesOf(load)))
        return {Answer::unknown, 0,
                llvm::formatv("{0} may write {1}", describe(items[i].instruction, runs[0]->core), load.name)};
  std::vector<uint32_t> byBegin(items.size());
  std::iota(byBegin.begin(), byBegin.end(), 0);
  llvm::sort(byBegin, [&](uint32_t a, uint32_t b) {
    const Footprint &x = boxes[a], &y = boxes[b];
    return std::tie(x.memory, x.runs.front().begin, a) < std::tie(y.memory, y.runs.front().begin, b);
  });
  for (size_t i = 0; i < byBegin.size(); ++i)
    for (size_t j = i; j < byBegin.size(); ++j) {
      const Footprint &box = boxes[byBegin[i]], &other = boxes[byBegin[j]];
      if (other.memory != box.memory || other.runs.front().begin >= box.runs.front().end)
        break;
      const Family &x = items[byBegin[i]], &y = items[byBegin[j]];
      PartitionRange p = box.partitions.front(), q = other.partitions.front();
      if (p.begin >= q.end || q.begin >= p.end || (!x.footprint.isWrite && !y.footprint.isWrite))
        continue;
      if (i == j && x.axes.size() == 1)
        continue;
      if (isOrdered(x, y) || isOrdered(y, x))
        continue;
      int64_t step = 0;
      Answer answer = haveRace(memberOf(x), memberOf(y), &step);
      if (answer == Answer::yes)
        return {answer, step, ""};
      if (answer == Answer::unknown)
        return {answer, 0,
                llvm::formatv("whether {0} and {1} share bytes is too much to decide",
                              describe(x.instruction, runs[0]->core), describe(y.instruction, runs[0]->core))};
    }
  return {};
}

Generalization::Verdict Generalization::judge(int64_t beyond) {
  numTrips = static_cast<uint64_t>(beyond) + 3;
  items.clear();
  boxes.clear();
  reason = "what it accesses does not move evenly with the number";
  for (size_t step = 0; step < runs[0]->repetition.steps.size(); ++step)
    if (!addItems(step))
      return {Answer::unknown, 0, reason};
  return judgePairs();
}

} // namespace tarn::proof
