#include "tarn/Proof/Family.h"
#include "llvm/ADT/STLExtras.h"

namespace tarn::proof {

static constexpr int64_t pitch = isa::sbufPartitionPitch;

uint64_t Family::lastPosition() const {
  uint64_t last = position;
  for (const Axis &axis : axes)
    last += axis.position * static_cast<int64_t>(axis.count - 1);
  return last;
}
uint64_t Family::lastDelivery() const {
  uint64_t last = delivery;
  for (const Axis &axis : axes)
    last += axis.delivery * static_cast<int64_t>(axis.count - 1);
  return last;
}

std::optional<int64_t> addressStep(const Footprint &a, const Footprint &b) {
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

void move(Footprint &footprint, int64_t step) {
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

std::optional<Footprint> boxOf(const Family &family) {
  const Footprint &first = family.footprint;
  if (!first.isExact || first.runs.empty() || first.partitions.empty())
    return std::nullopt;
  using Wide = BoundedSystem::Wide;
  bool isOnChip = first.memory != isa::Memory::hbm;
  Wide begin = first.runs.front().begin, end = first.runs.back().end;
  Wide low = first.partitions.front().begin, high = first.partitions.back().end;
  for (const Axis &axis : family.axes) {
    bool movesPartition = isOnChip && axis.address % pitch == 0;
    Wide steps = Wide(axis.count) - 1;
    if (axis.countByTrip > 0)
      steps += Wide(axis.countByTrip) * Wide(family.axes.front().count - 1);
    Wide reach = Wide(movesPartition ? axis.address / pitch : axis.address) * steps;
    Wide &from = movesPartition ? low : begin, &to = movesPartition ? high : end;
    (reach < 0 ? from : to) += reach;
  }
  if (begin < 0 || low < 0 || end > (isOnChip ? Wide(pitch) : Wide(1) << 60) || high > UINT16_MAX)
    return std::nullopt;
  Footprint box = first;
  box.isCoarse = true;
  box.isExact = false;
  box.dims.clear();
  box.base = static_cast<uint64_t>(begin);
  box.runLength = static_cast<uint64_t>(end - begin);
  box.runs.assign(1, ByteRun{static_cast<uint64_t>(begin), static_cast<uint64_t>(end)});
  box.partitions.assign(1, PartitionRange{static_cast<uint16_t>(low), static_cast<uint16_t>(high)});
  return box;
}

namespace {

// One question: a member of x against a member of y. The members of y along a loop that both have are counted
// from those of x, so that what depends only on their distance loses the large variable.
class Question {
public:
  Question(const Member &x, const Member &y) : x(x), y(y) {
    for (const Axis &axis : x.axes) {
      ofX.push_back(system.addVariable(0, lastOf(axis, x)));
      limitByTrip(axis, ofX.back(), -1);
    }
    for (const Axis &axis : y.axes) {
      auto common = llvm::find_if(x.axes, [&](const Axis &other) { return other.loop == axis.loop; });
      int64_t last = lastOf(axis, y);
      if (common == x.axes.end()) {
        ofY.push_back({system.addVariable(0, last), -1});
        limitByTrip(axis, ofY.back().first, -1);
        continue;
      }
      int base = ofX[common - x.axes.begin()];
      if (axis.loop == tripLoop) {
        ofY.push_back({system.addVariable(0, 0), base});
        continue;
      }
      ofY.push_back({system.addVariable(-lastOf(*common, x), last), base});
      BoundedSystem::Constraint inside;
      inside.add(base, 1);
      inside.add(ofY.back().first, 1);
      inside.high = last;
      system.add(std::move(inside));
      limitByTrip(axis, ofY.back().first, base);
    }
  }

  /// quantity(axis) is what an axis adds.
  template <typename F> void addX(BoundedSystem::Constraint &to, int64_t sign, F &&quantity) const {
    for (auto [axis, variable] : llvm::zip(x.axes, ofX))
      addTerm(to, variable, sign * quantity(axis));
  }
  template <typename F> void addY(BoundedSystem::Constraint &to, int64_t sign, F &&quantity) const {
    for (auto [axis, variables] : llvm::zip(y.axes, ofY)) {
      addTerm(to, variables.first, sign * quantity(axis));
      if (variables.second >= 0)
        addTerm(to, variables.second, sign * quantity(axis));
    }
  }

  /// x comes before y on their engine.
  void requireOrder() {
    BoundedSystem::Constraint later;
    later.constant = static_cast<int64_t>(y.position - x.position);
    addX(later, -1, [](const Axis &axis) { return axis.position; });
    addY(later, 1, [](const Axis &axis) { return axis.position; });
    system.addAtLeast(std::move(later), 1);
  }
  /// y does not know that x is complete, and the reverse.
  void requireUnknown() {
    auto unknown = [&](const Member &earlier, const Member &later, auto &&addEarlier, auto &&addLater) {
      if (earlier.actor.isDma && !earlier.delivery)
        return;
      unsigned component =
          earlier.actor.isDma ? Clock::updates(earlier.counter) : Clock::completed(earlier.actor.engine);
      uint64_t number = earlier.actor.isDma ? earlier.delivery : earlier.position + 1;
      BoundedSystem::Constraint beyond;
      beyond.constant = static_cast<int64_t>(number - (*later.clock)[component]);
      addEarlier(beyond, 1, [&](const Axis &axis) { return earlier.actor.isDma ? axis.delivery : axis.position; });
      addLater(beyond, -1, [&](const Axis &axis) { return axis.clockAt(component); });
      system.addAtLeast(std::move(beyond), 1);
    };
    auto toX = [&](auto &&...all) { addX(all...); };
    auto toY = [&](auto &&...all) { addY(all...); };
    unknown(x, y, toX, toY);
    unknown(y, x, toY, toX);
  }
  /// Bytes: a run of x at `fromX` and a run of y at `fromY` meet.
  void requireMeeting(PartitionRange partitionsOfX, PartitionRange partitionsOfY) {
    const Footprint &a = *x.footprint, &b = *y.footprint;
    BoundedSystem::Constraint distance; // start of x's run - start of y's
    distance.constant = static_cast<int64_t>(a.base) - static_cast<int64_t>(b.base) +
                        pitch * (int64_t(partitionsOfX.begin) - int64_t(partitionsOfY.begin));
    addX(distance, 1, [](const Axis &axis) { return axis.address; });
    addY(distance, -1, [](const Axis &axis) { return axis.address; });
    auto walk = [&](const Footprint &footprint, PartitionRange partitions, int64_t sign) {
      int64_t last = partitions.end - partitions.begin - 1;
      if (last > 0)
        distance.add(system.addVariable(0, last), sign * pitch);
      for (RunDim dim : footprint.dims)
        distance.add(system.addVariable(0, dim.num - 1), sign * static_cast<int64_t>(dim.step));
    };
    walk(a, partitionsOfX, 1);
    walk(b, partitionsOfY, -1);
    distance.low = -static_cast<int64_t>(a.runLength) + 1;
    distance.high = static_cast<int64_t>(b.runLength) - 1;
    system.add(std::move(distance));
  }
  Answer solve(int64_t *trip) const {
    llvm::SmallVector<int64_t, 8> solution;
    Answer answer = system.solve(&solution);
    if (answer == Answer::yes && trip && isOverTrips(x))
      *trip = solution[ofX.front()];
    return answer;
  }

private:
  static bool isOverTrips(const Member &member) { return !member.axes.empty() && member.axes.front().loop == tripLoop; }
  /// The last step along an axis, for the trip count that gives most.
  static int64_t lastOf(const Axis &axis, const Member &member) {
    int64_t last = axis.count - 1;
    return axis.countByTrip > 0 ? last + axis.countByTrip * int64_t(member.axes.front().count - 1) : last;
  }
  /// variable (+ base) is less than the count for the trip count.
  void limitByTrip(const Axis &axis, unsigned variable, int base) {
    if (!axis.countByTrip)
      return;
    BoundedSystem::Constraint beyond;
    beyond.constant = axis.count - 1;
    beyond.add(ofX.front(), axis.countByTrip);
    beyond.add(variable, -1);
    if (base >= 0)
      beyond.add(base, -1);
    system.addAtLeast(std::move(beyond), 0);
  }
  static void addTerm(BoundedSystem::Constraint &to, unsigned variable, int64_t factor) {
    for (auto &[other, sum] : to.terms)
      if (other == variable) {
        sum += factor;
        return;
      }
    to.add(variable, factor);
  }

  const Member &x, &y;
  BoundedSystem system;
  llvm::SmallVector<unsigned, 2> ofX;
  llvm::SmallVector<std::pair<unsigned, int>, 2> ofY; // own variable, and that of x it is counted from or -1
};

// x before y where they share an engine.
Answer ask(const Member &x, const Member &y, bool isOwnEngine, int64_t *trip) {
  bool isUnknown = false;
  for (PartitionRange p : x.footprint->partitions)
    for (PartitionRange q : y.footprint->partitions) {
      Question question(x, y);
      if (isOwnEngine)
        question.requireOrder();
      question.requireUnknown();
      question.requireMeeting(p, q);
      Answer answer = question.solve(trip);
      if (answer == Answer::yes)
        return answer;
      isUnknown |= answer == Answer::unknown;
    }
  return isUnknown ? Answer::unknown : Answer::no;
}

bool conflict(const Member &earlier, const Member &later, bool isOwnEngine) {
  const Footprint &a = *earlier.footprint, &b = *later.footprint;
  if (isOwnEngine && !earlier.actor.isDma && !later.actor.isDma)
    return a.isWrite && b.isRead && !(earlier.actor.isMatmul && later.actor.isMatmul);
  return a.isWrite || b.isWrite;
}

} // namespace

Answer haveRace(const Member &x, const Member &y, int64_t *trip) {
  if (x.footprint->memory != y.footprint->memory)
    return Answer::no;
  bool isOwnEngine = x.actor.engine == y.actor.engine;
  if (!conflict(x, y, isOwnEngine) && !(isOwnEngine && conflict(y, x, isOwnEngine)))
    return Answer::no;
  if (!x.footprint->isExact || !y.footprint->isExact)
    return Answer::unknown;
  Answer answer = conflict(x, y, isOwnEngine) ? ask(x, y, isOwnEngine, trip) : Answer::no;
  if (answer == Answer::yes || !isOwnEngine || !conflict(y, x, isOwnEngine))
    return answer;
  Answer reverse = ask(y, x, isOwnEngine, trip);
  return reverse == Answer::no ? answer : reverse;
}

} // namespace tarn::proof
