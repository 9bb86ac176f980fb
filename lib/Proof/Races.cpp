// Races of a Checker: from conflicts of bytes to findings that say what would order them.
#include "tarn/Proof/Checker.h"
#include "llvm/Support/FormatVariadic.h"

namespace tarn::proof {

static constexpr unsigned maxRaces = 20;

// Each pair of instructions is reported once.
void Checker::report(const Conflict &conflict, uint32_t later) {
  const Executed &x = executed[conflict.earlier], &y = executed[later];
  bool isRepeated = llvm::any_of(races, [&](const Race &race) {
    return executed[race.earlier].index == x.index && executed[race.earlier].engine == x.engine &&
           executed[race.later].index == y.index && executed[race.later].engine == y.engine;
  });
  if (!isRepeated && races.size() < maxRaces)
    races.push_back({conflict.earlier, later, conflict});
  stopped |= races.size() >= maxRaces;
}

Member Checker::memberOf(uint32_t id, const Footprint &footprint) const {
  const Executed &x = executed[id];
  const isa::Instruction &instruction = core.stream(x.engine)[x.index];
  return {makeActor(id, x.engine, instruction), x.position, x.delivery, x.counter,
          &clocks[pending[id].clock],           &footprint, {}};
}

static Member memberOf(const Family &family, const Clocks &clocks) {
  return {family.actor,          family.position,   family.delivery, family.counter,
          &clocks[family.clock], &family.footprint, family.axes};
}

// Decides a conflict of boxes in which a family takes part.
void Checker::judge(const Conflict &conflict, uint32_t id, const Member &later) {
  Footprint cell;
  cell.memory = conflict.memory;
  cell.isWrite = conflict.earlierWrites;
  cell.isRead = !conflict.earlierWrites;
  cell.partitions.push_back(conflict.partitions);
  cell.base = conflict.run.begin;
  cell.runLength = conflict.run.end - conflict.run.begin;
  cell.isExact = !conflict.isVague;
  uint32_t family = executed[conflict.earlier].family;
  Answer answer = haveRace(family && !conflict.isVague
                               ? proof::memberOf(families[family - 1], clocks)
                               : memberOf(conflict.earlier, conflict.earlierBytes ? *conflict.earlierBytes : cell),
                           later);
  if (answer == Answer::no)
    return;
  Conflict judged = conflict;
  judged.isExact = answer == Answer::yes;
  report(judged, id);
}

// Members of a jump: against everything before, against each other, then remembered.
void Checker::addFamilies(llvm::MutableArrayRef<Family> added) {
  size_t first = families.size();
  std::vector<Footprint> boxes;
  for (Family &family : added) {
    const Executed x = executed[family.actor.id]; // of the repeated instruction
    uint32_t id = executed.size();
    executed.push_back({x.index, static_cast<uint32_t>(families.size() + 1), family.lastPosition(),
                        family.delivery ? family.lastDelivery() : 0, family.counter, x.engine, x.isDma});
    pending.push_back({family.clock, std::nullopt});
    family.actor.id = id;
    families.push_back(family);
    boxes.push_back(*boxOf(family));
  }
  for (size_t i = first; i < families.size() && !stopped; ++i) {
    const Footprint &box = boxes[i - first];
    Member later = proof::memberOf(families[i], clocks);
    auto isOrdered = [&](uint32_t earlier) { return isKnown(*later.clock, earlier); };
    accesses.check(box, later.actor, isOrdered,
                   [&](const Conflict &conflict) { judge(conflict, later.actor.id, later); });
    for (size_t j = first; j <= i && !stopped; ++j) {
      if (!overlaps(boxes[j - first], box))
        continue;
      Answer answer = haveRace(proof::memberOf(families[j], clocks), later);
      if (answer == Answer::no)
        continue;
      const Footprint &bytes = families[j].footprint;
      report({families[j].actor.id, bytes.isWrite, box.isWrite, answer == Answer::yes, bytes.memory,
              bytes.partitions.front(), bytes.runs.front()},
             later.actor.id);
    }
  }
  for (size_t i = first; i < families.size(); ++i)
    accesses.record(
        boxes[i - first], families[i].actor, [](uint32_t) { return false; },
        [&](uint32_t earlier) { return isKnownToAll(earlier); });
}

// "`S[3]>=1` at `act[0] tensor_copy`", or before it where it has a wait: the wait that would put `second` behind `first`, for the first update at or after
// `first` that does not itself depend on `second`. Empty when there is none.
std::string Checker::findWait(uint32_t first, uint32_t second) const {
  const Executed &x = executed[first], &y = executed[second];
  unsigned engineOfY = static_cast<unsigned>(y.engine);
  const Delivery *best = nullptr;
  unsigned bestCounter = 0;
  for (unsigned c = 0; c < isa::numSemaphores; ++c)
    for (const Delivery &delivery : counters[c].deliveries) {
      const Executed &u = executed[delivery.instruction];
      bool isUpdate =
          x.isDma ? delivery.instruction == first
                  : !u.isDma && u.engine == x.engine && u.position >= x.position && isInOrderSource(counters[c]);
      bool isBehindY = u.engine == y.engine ? u.position >= y.position
                                            : clocks[delivery.clock][Clock::started(engineOfY)] > y.position;
      if (!isUpdate || isBehindY)
        continue;
      if (!best || u.position < executed[best->instruction].position) {
        best = &delivery;
        bestCounter = c;
      }
      break;
    }
  if (!best)
    return "";
  bool hasWait = core.stream(y.engine)[y.index].wait.has_value();
  return llvm::formatv("`S[{0}]>={1}` {2} {3}", bestCounter, best->value,
                       hasWait ? "in an event_semaphore before" : "at", describe(refOf(second), core));
}

// What would order a race. Which way is the user's to know; that a reader waits for the writer is likelier.
std::string Checker::whatIsMissing(const Race &race) const {
  uint32_t first = race.earlier, second = race.later;
  if (race.conflict.laterWrites && !race.conflict.earlierWrites)
    std::swap(first, second);
  std::string wait = findWait(first, second), reverse = findWait(second, first);
  if (wait.empty() && reverse.empty())
    return "neither updates a semaphore that the other could wait for";
  if (wait.empty())
    return llvm::formatv(
        "{0} updates no semaphore that the other could wait for; the other way round {1} would order them",
        describe(refOf(first), core), reverse);
  return wait + (reverse.empty() ? "" : " or " + reverse) + " would order them";
}

std::vector<Finding> Checker::takeFindings() {
  for (const Race &race : races) {
    const Conflict &c = race.conflict;
    llvm::StringRef verbs[] = {"reads", "writes"};
    std::string text = llvm::formatv("{0} {1} {2} and {3} {4} there, neither ordered after the other; {5}",
                                     describe(refOf(race.earlier), core), verbs[c.earlierWrites],
                                     describe(c.memory, c.partitions, c.run), describe(refOf(race.later), core),
                                     verbs[c.laterWrites], whatIsMissing(race));
    if (!c.isExact)
      text += " (the patterns are too ragged to tell whether they really share a byte)";
    findings.push_back({c.isExact ? Finding::Kind::race : Finding::Kind::unproven, refOf(race.earlier),
                        refOf(race.later), std::move(text)});
  }
  races.clear();
  return std::move(findings);
}

} // namespace tarn::proof
