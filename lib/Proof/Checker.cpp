#include "tarn/Proof/Checker.h"
#include "tarn/ISA/Registers.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/ADT/bit.h"

namespace tarn::proof {

static constexpr unsigned maxRaces = 20;

llvm::StringRef name(Finding::Kind kind) {
  switch (kind) {
  case Finding::Kind::race:
    return "race";
  case Finding::Kind::deadlock:
    return "deadlock";
  case Finding::Kind::unanalysable:
    return "unanalysable";
  case Finding::Kind::unproven:
    return "unproven";
  }
}

std::string describe(InstructionRef ref, const isa::Core &core) {
  const auto &stream = core.stream(ref.engine);
  llvm::StringRef mnemonic = ref.index < stream.size() ? stream[ref.index].info().mnemonic : "end";
  return llvm::formatv("`{0}[{1}] {2}`", isa::name(ref.engine), ref.index, mnemonic).str();
}

static int64_t evaluate(isa::RegisterOrImmediate operand, const int32_t *registers) {
  if (operand.isRegister && !registers)
    return 0;
  return isa::valueOf(operand, llvm::ArrayRef(registers, registers ? isa::numRegisters : 0));
}

void Checker::fail(Finding::Kind kind, InstructionRef first, InstructionRef second, std::string message) {
  findings.push_back({kind, first, second, std::move(message)});
  stopped = true;
}

// Whether `clock`, of an instruction about to start, knows that an earlier one is complete.
bool Checker::isKnown(const Clock &clock, uint32_t id) const {
  const Executed &x = executed[id];
  if (x.isDma)
    return x.delivery && clock[Clock::updates(x.counter)] >= x.delivery;
  return clock[Clock::completed(static_cast<unsigned>(x.engine))] > x.position;
}

// The same where the order of the program hangs on it.
bool Checker::decideKnown(const Clock &clock, uint32_t id) {
  const Executed &x = executed[id];
  if (!x.isDma)
    return decisions.atLeast(clock[Clock::completed(static_cast<unsigned>(x.engine))], x.position + 1);
  return x.delivery && decisions.atLeast(clock[Clock::updates(x.counter)], x.delivery);
}

// Whether nothing that is still to start can race with an earlier access: every engine knows of it, or is at its end.
bool Checker::isKnownToAll(uint32_t id) const {
  for (unsigned e = 0; e < isa::numEngines; ++e) {
    const auto &stream = core.streams[e];
    bool isAtEnd = stream.empty() || (positions[e] && lastStarted[e] + 1 == stream.size() &&
                                      stream.back().opcode() != isa::Opcode::CompareBranch);
    if (!isAtEnd && !isKnown(clocks[current[e]], id))
      return false;
  }
  return true;
}

// Whether an update happens after all updates of a prefix: for an engine the completion does, for a DMA its start.
bool Checker::isAfterAll(const Delivery &update, const Prefix &prefix) {
  const Executed &u = executed[update.instruction];
  const Clock &clock = clocks[update.clock];
  if (prefix.lastDma && !decisions.atLeast(clock[Clock::updates(u.counter)], prefix.lastDma))
    return false;
  for (unsigned e = 0; e < isa::numEngines; ++e) {
    if (!prefix.completed[e])
      continue;
    bool isOwn = !u.isDma && static_cast<unsigned>(u.engine) == e;
    if (!decisions.atLeast(clock[Clock::completed(e)], prefix.completed[e], e) &&
        !(isOwn && decisions.atLeast(u.position + 1, prefix.completed[e], e)))
      return false;
  }
  return true;
}

bool Checker::isInOrderSource(const Counter &counter) {
  return counter.sources < (1u << isa::numEngines) && llvm::popcount(counter.sources) <= 1;
}

void Checker::raise(Clock &clock, unsigned component, uint64_t value) {
  if (value && !decisions.atLeast(clock[component], value, component))
    clock.raise(component, value);
}

void Checker::join(Clock &clock, const Clock &other) {
  if (!decisions.isOn) {
    clock.join(other);
    return;
  }
  for (unsigned i = 0; i < other.size(); ++i)
    raise(clock, i, other[i]);
}

// Joins what the completion of an update knows.
void Checker::addDelivery(const Delivery &delivery, Clock &clock) {
  const Executed &u = executed[delivery.instruction];
  unsigned engine = static_cast<unsigned>(u.engine);
  join(clock, clocks[delivery.clock]);
  raise(clock, Clock::started(engine), u.position + 1);
  if (!u.isDma)
    raise(clock, Clock::completed(engine), u.position + 1);
}

// Joins what the first n of the count know.
void Checker::joinUpTo(uint16_t semaphore, uint32_t n, Clock &clock) {
  Counter &counter = counters[semaphore];
  if (isInOrderSource(counter))
    return addDelivery(counter.deliveries[n - 1], clock);
  uint32_t from = n;
  while (from > counter.epoch && !counter.deliveries[from - 1].joined) {
    const Delivery &entry = counter.deliveries[--from];
    if (from > counter.epoch && counter.deliveries[from - 1].number + 1 != entry.number) {
      isBeyondRepetition = true;
      InstructionRef self = refOf(entry.instruction);
      return fail(Finding::Kind::unproven, self, self,
                  llvm::formatv("what is known behind S[{0}] hangs on turns of a loop that were jumped over", semaphore));
    }
  }
  decisions.note(Decision::Kind::constant, n - from);
  if (from < n) {
    Clock joined;
    if (from > counter.epoch) {
      decisions.note(Decision::Kind::place, from, semaphore);
      joined = clocks[counter.deliveries[from - 1].joined];
    }
    for (uint32_t i = from; i < n; ++i)
      addDelivery(counter.deliveries[i], joined);
    counter.deliveries[n - 1].joined = clocks.add(std::move(joined));
    counter.deliveries[n - 1].joinedAt = executed.size();
  }
  join(clock, clocks[counter.deliveries[n - 1].joined]);
}

bool Checker::claim(uint16_t semaphore, const isa::Wait &wait, int64_t value, uint32_t id, Clock &clock) {
  Counter &counter = counters[semaphore];
  InstructionRef self = refOf(id);
  unsigned engine = static_cast<unsigned>(self.engine);
  if (counter.epoch) { // obligation 4
    uint32_t reset = counter.deliveries[counter.epoch - 1].instruction;
    if (!decideKnown(clock, reset)) {
      fail(Finding::Kind::unanalysable, refOf(reset), self,
           llvm::formatv("{0} waits for S[{1}] without being ordered after {2}, which sets it",
                         describe(self, core), semaphore, describe(refOf(reset), core)));
      return false;
    }
  }
  counter.waits[engine] = executed[id].position + 1;
  auto begin = counter.deliveries.begin() + counter.epoch, end = counter.deliveries.end();
  auto it = begin;
  int64_t initial = counter.epoch ? std::prev(begin)->value : 0;
  if (decisions.atLeast(value, initial + 1)) {
    it = std::partition_point(begin, end, [&](const Delivery &d) { return d.value < value; });
    assert(it != end && "start() was called though the wait is not fulfilled");
    decisions.atLeast(it->value, value);
    if (!decisions.atLeast(value, it->before + 1)) {
      isBeyondRepetition = true;
      fail(Finding::Kind::unproven, self, refOf(it->instruction),
           llvm::formatv("{0} waits for S[{1}]>={2}, an update of an earlier turn of a loop; nothing is known about it",
                         describe(self, core), semaphore, value));
      return false;
    }
    ++it;
  }
  uint32_t n = it - counter.deliveries.begin();
  int64_t reached = n == counter.epoch ? initial : counter.deliveries[n - 1].value;
  bool isExact = wait.condition == isa::WaitCondition::equal;
  if (isExact)
    counter.exactWaits[engine] = executed[id].position + 1;
  if (n == counter.epoch && !isExact)
    return true; // nothing claimed

  // Obligation 2.
  if (n != counter.epoch) {
    decisions.note(Decision::Kind::place, n, semaphore);
    decisions.note(Decision::Kind::number, counter.deliveries[n - 1].number, semaphore);
  }
  if (n != counter.epoch && !decisions.equal(reached, value)) {
    if (!isInOrderSource(counter)) {
      fail(Finding::Kind::unanalysable, self, refOf(counter.deliveries[n - 1].instruction),
           llvm::formatv("{0} waits for S[{1}]>={2}, which jumps over that value to {3} and is updated by "
                         "several engines or DMAs: wait for the sum of whole updates",
                         describe(self, core), semaphore, value, reached));
      return false;
    }
    counter.hasInexactClaim = true;
  }
  // Obligation 1, towards updates that have happened already.
  if (n != counter.epoch && !isInOrderSource(counter)) {
    const Prefix &prefix = counter.deliveries[n - 1].prefix;
    uint16_t seen = 0;
    uint32_t m = n;
    for (; m < counter.deliveries.size(); ++m) {
      const Executed &u = executed[counter.deliveries[m].instruction];
      seen |= 1u << (static_cast<unsigned>(u.engine) + (u.isDma ? isa::numEngines : 0));
      if (!isAfterAll(counter.deliveries[m], prefix)) {
        fail(Finding::Kind::unanalysable, refOf(counter.deliveries[m].instruction), self,
             llvm::formatv("{0} may update S[{1}] before the updates that {2} waits for (S[{1}]>={3}): another "
                           "update must wait until they are complete, or use a semaphore of its own",
                           describe(refOf(counter.deliveries[m].instruction), core), semaphore, describe(self, core),
                           value));
        return false;
      }
      if (counter.isInIssueOrder && seen == counter.sources)
        break;
    }
    decisions.note(Decision::Kind::constant, m - n);
  }
  if (n > counter.epoch) {
    uint64_t number = counter.deliveries[n - 1].number;
    if (!decisions.atLeast(counter.claimed ? counter.deliveries[counter.claimed - 1].number : 0, number)) {
      counter.claimed = n;
      counter.claimer = self;
    }
    if (!decisions.atLeast(clock[Clock::updates(semaphore)], number)) {
      joinUpTo(semaphore, n, clock);
      clock.raise(Clock::updates(semaphore), number);
    }
  }
  return true;
}

Checker::Ticket Checker::start(isa::Engine engine, uint32_t index, const int32_t *registers) {
  const isa::Instruction &instruction = core.stream(engine)[index];
  unsigned e = static_cast<unsigned>(engine);
  Ticket id = executed.size();
  bool isDma = instruction.info().isDma;
  lastStarted[e] = index;
  executed.push_back({index, 0, positions[e]++, 0, 0, engine, isDma});
  pending.push_back({current[e], instruction.update});
  if (stopped)
    return id;

  // 1. What the engine knows: from its wait, and from a drain.
  if (instruction.wait || instruction.opcode() == isa::Opcode::Drain) {
    Clock clock = clocks[current[e]];
    bool changed = false;
    if (instruction.wait) {
      Clock before = clock;
      uint16_t semaphore = instruction.wait->semaphore % isa::numSemaphores;
      if (!claim(semaphore, *instruction.wait, evaluate(instruction.wait->value, registers), id, clock))
        return id;
      changed = before.join(clock);
    }
    if (instruction.opcode() == isa::Opcode::Drain)
      if (!decisions.atLeast(clock[Clock::completed(e)], executed[id].position))
        changed |= clock.raise(Clock::completed(e), executed[id].position);
    if (changed)
      current[e] = clocks.add(std::move(clock));
  }
  pending[id].clock = current[e];
  if (instruction.update)
    pending[id].update->value = {false, static_cast<int32_t>(evaluate(instruction.update->value, registers))};

  // 2. Memory: everything is checked before anything is recorded, since an instruction reads before it writes.
  static const int32_t zeros[isa::numRegisters] = {};
  auto footprints = footprintsOf(instruction, engine, registers ? registers : zeros, chip);
  Actor actor = makeActor(id, engine, instruction);
  const Clock &clock = clocks[current[e]];
  auto isOrdered = [&](uint32_t earlier) { return isKnown(clock, earlier); };
  for (const Footprint &footprint : *footprints)
    accesses.check(footprint, actor, isOrdered, [&](const Conflict &conflict) {
      if (executed[conflict.earlier].family)
        judge(conflict, id, memberOf(id, footprint));
      else
        report(conflict, id);
    });
  for (const Footprint &footprint : *footprints)
    accesses.record(footprint, actor, isOrdered,
                    [&](uint32_t earlier) { return isKnownToAll(earlier); });
  if (decisions.isOn)
    lastFootprints = std::move(*footprints);
  return id;
}

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
  return {makeActor(id, x.engine, instruction), x.position, x.delivery, x.counter, &clocks[pending[id].clock],
          &footprint, {}};
}

static Member memberOf(const Family &family, const Clocks &clocks) {
  return {family.actor, family.position, family.delivery, family.counter, &clocks[family.clock], &family.footprint,
          family.axes};
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
  Answer answer = haveRace(family && !conflict.isVague ? proof::memberOf(families[family - 1], clocks)
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

void Checker::deliver(uint16_t semaphore, uint32_t id, const Pending &done) {
  Counter &counter = counters[semaphore];
  Executed &u = executed[id];
  unsigned engine = static_cast<unsigned>(u.engine);
  InstructionRef self = refOf(id);
  const isa::Update &update = *done.update;
  bool isReset = update.action == isa::UpdateAction::set || update.action == isa::UpdateAction::subtract ||
                 !decisions.atLeast(update.value.value, 0);
  int64_t value = update.action == isa::UpdateAction::set        ? update.value.value
                  : update.action == isa::UpdateAction::subtract ? counter.value - update.value.value
                                                                 : counter.value + update.value.value;
  int64_t before = counter.value;
  counter.value = value;
  if (stopped)
    return;
  uint32_t place = counter.deliveries.size() + 1;
  uint64_t n = ++counter.number;
  u.counter = semaphore;
  u.delivery = n;
  Delivery delivery{id, done.clock, n, before, value, {}};
  if (!decisions.atLeast(INT32_MAX, value) || !decisions.atLeast(value, INT32_MIN))
    return fail(Finding::Kind::unanalysable, self, self,
                llvm::formatv("{0} brings S[{1}] to {2}, beyond its 32 bits", describe(self, core), semaphore, value));
  const Clock &clock = clocks[done.clock];

  // Obligation 4: later updates come after the reset; a reset comes after all updates and waits.
  if (counter.epoch) {
    const Executed &reset = executed[counter.deliveries[counter.epoch - 1].instruction];
    bool isOwn = !u.isDma && reset.engine == u.engine;
    if (!isOwn && !decideKnown(clock, counter.deliveries[counter.epoch - 1].instruction)) {
      InstructionRef ref = refOf(counter.deliveries[counter.epoch - 1].instruction);
      return fail(Finding::Kind::unanalysable, ref, self,
                  llvm::formatv("{0} updates S[{1}] without being ordered after {2}, which sets it",
                                describe(self, core), semaphore, describe(ref, core)));
    }
  }
  if (isReset) {
    bool isOrdered = !u.isDma && (counter.deliveries.empty() || isAfterAll(delivery, counter.deliveries.back().prefix));
    for (unsigned e = 0; e < isa::numEngines; ++e)
      isOrdered &= e == engine ? true : decisions.atLeast(clock[Clock::started(e)], counter.waits[e], e);
    if (!isOrdered)
      return fail(Finding::Kind::unanalysable, self, counter.claimer,
                  llvm::formatv("{0} sets or lowers S[{1}] without being ordered after every earlier update of "
                                "it and every instruction that waited for it",
                                describe(self, core), semaphore));
    delivery.prefix.completed[engine] = u.position + 1;
    counter.deliveries.push_back(delivery);
    counter.epoch = place;
    counter.sources = 0;
    counter.claimed = 0;
    counter.isInIssueOrder = true;
    counter.hasInexactClaim = false;
    counter.waits = counter.exactWaits = {};
    return;
  }

  // Obligation 1, towards claims made already.
  uint16_t source = 1u << (engine + (u.isDma ? isa::numEngines : 0));
  bool wasInOrder = isInOrderSource(counter);
  counter.sources |= source;
  if (!isInOrderSource(counter) && counter.claimed) {
    if ((wasInOrder && counter.hasInexactClaim) ||
        !isAfterAll(delivery, counter.deliveries[counter.claimed - 1].prefix))
      return fail(Finding::Kind::unanalysable, self, counter.claimer,
                  llvm::formatv("{0} may update S[{1}] before the updates that {2} waits for: it must wait until "
                                "they are complete, or use a semaphore of its own",
                                describe(self, core), semaphore, describe(counter.claimer, core)));
  }
  // Obligation 3.
  for (unsigned e = 0; e < isa::numEngines; ++e)
    if (e != engine && counter.exactWaits[e] &&
        !decisions.atLeast(clock[Clock::started(e)], counter.exactWaits[e], e))
      return fail(Finding::Kind::unanalysable, self, {static_cast<isa::Engine>(e), 0},
                  llvm::formatv("{0} may raise S[{1}] over the exact value that {2} waits for",
                                describe(self, core), semaphore, isa::name(static_cast<isa::Engine>(e))));
  if (!counter.deliveries.empty()) {
    const Delivery &last = counter.deliveries.back();
    delivery.prefix = last.prefix;
    const Executed &previous = executed[last.instruction];
    if (previous.engine == u.engine && !decisions.atLeast(u.position, previous.position))
      counter.isInIssueOrder = false;
  }
  if (u.isDma)
    delivery.prefix.lastDma = n;
  else
    delivery.prefix.completed[engine] = u.position + 1; // engines complete in order
  counter.deliveries.push_back(delivery);
}

void Checker::complete(Ticket ticket) {
  if (pending[ticket].update)
    deliver(pending[ticket].update->semaphore % isa::numSemaphores, ticket, pending[ticket]);
  const isa::Instruction &instruction = core.stream(executed[ticket].engine)[executed[ticket].index];
  if (auto *clear = std::get_if<isa::SemaphoreRangeClear>(&instruction.payload))
    for (int32_t i = 0; i < clear->count && clear->first + i < int32_t(isa::numSemaphores); ++i) {
      Pending set = pending[ticket];
      set.update = isa::Update{static_cast<uint16_t>(clear->first + i), isa::UpdateAction::set, {false, 0}};
      deliver(set.update->semaphore, ticket, set);
    }
}

// "`S[3]>=1` at `act[0] tensor_copy`": the wait that would put `second` behind `first`, for the first update at or after
// `first` that does not itself depend on `second`. Empty when there is none.
std::string Checker::findWait(uint32_t first, uint32_t second) const {
  const Executed &x = executed[first], &y = executed[second];
  unsigned engineOfY = static_cast<unsigned>(y.engine);
  const Delivery *best = nullptr;
  unsigned bestCounter = 0;
  for (unsigned c = 0; c < isa::numSemaphores; ++c)
    for (const Delivery &delivery : counters[c].deliveries) {
      const Executed &u = executed[delivery.instruction];
      bool isUpdate = x.isDma ? delivery.instruction == first
                              : !u.isDma && u.engine == x.engine && u.position >= x.position &&
                                    isInOrderSource(counters[c]);
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
  return llvm::formatv("`S[{0}]>={1}` at {2}", bestCounter, best->value, describe(refOf(second), core));
}

// What would order a race. Which way is the user's to know; that a reader waits for the writer is likelier.
std::string Checker::whatIsMissing(const Race &race) const {
  uint32_t first = race.earlier, second = race.later;
  if (race.conflict.laterWrites && !race.conflict.earlierWrites)
    std::swap(first, second);
  std::string wait = findWait(first, second), reverse = findWait(second, first);
  if (wait.empty())
    std::swap(wait, reverse);
  if (wait.empty())
    return "neither updates a semaphore that the other could wait for";
  return wait + (reverse.empty() ? "" : " or " + reverse) + " would order them";
}

std::vector<Finding> Checker::takeFindings() {
  for (const Race &race : races) {
    const Conflict &c = race.conflict;
    llvm::StringRef verbs[] = {"reads", "writes"};
    std::string text =
        llvm::formatv("{0} {1} {2} and {3} {4} there, neither ordered after the other; {5}",
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
