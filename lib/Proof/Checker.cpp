#include "tarn/Proof/Checker.h"
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
  if (!operand.isRegister)
    return operand.value;
  return registers ? registers[operand.value % isa::numRegisters] : 0;
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
bool Checker::isAfterAll(const Delivery &update, const Prefix &prefix) const {
  const Executed &u = executed[update.instruction];
  const Clock &clock = clocks[update.clock];
  if (prefix.lastDma && clock[Clock::updates(u.counter)] < prefix.lastDma)
    return false;
  for (unsigned e = 0; e < isa::numEngines; ++e) {
    bool isOwn = !u.isDma && static_cast<unsigned>(u.engine) == e && u.position + 1 >= prefix.completed[e];
    if (clock[Clock::completed(e)] < prefix.completed[e] && !isOwn)
      return false;
  }
  return true;
}

bool Checker::isInOrderSource(const Counter &counter) {
  return counter.sources < (1u << isa::numEngines) && llvm::popcount(counter.sources) <= 1;
}

// Joins what the completion of an update knows.
void Checker::addDelivery(const Delivery &delivery, Clock &clock) const {
  const Executed &u = executed[delivery.instruction];
  unsigned engine = static_cast<unsigned>(u.engine);
  clock.join(clocks[delivery.clock]);
  clock.raise(Clock::started(engine), u.position + 1);
  if (!u.isDma)
    clock.raise(Clock::completed(engine), u.position + 1);
}

Clock Checker::joinUpTo(Counter &counter, uint32_t n) {
  Clock clock;
  if (isInOrderSource(counter)) {
    addDelivery(counter.deliveries[n - 1], clock);
    return clock;
  }
  uint32_t from = counter.epoch;
  auto it = counter.joins.upper_bound(n);
  if (it != counter.joins.begin() && std::prev(it)->first > from) {
    --it;
    from = it->first;
    clock = clocks[it->second];
  }
  for (uint32_t i = from; i < n; ++i)
    addDelivery(counter.deliveries[i], clock);
  if (from < n)
    counter.joins[n] = clocks.add(clock);
  return clock;
}

bool Checker::claim(uint16_t semaphore, const isa::Wait &wait, int64_t value, uint32_t id, Clock &clock) {
  Counter &counter = counters[semaphore];
  InstructionRef self = refOf(id);
  unsigned engine = static_cast<unsigned>(self.engine);
  if (counter.epoch) { // obligation 4
    uint32_t reset = counter.deliveries[counter.epoch - 1].instruction;
    if (!isKnown(clock, reset)) {
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
  if (initial < value) {
    it = std::partition_point(begin, end, [&](const Delivery &d) { return d.value < value; });
    assert(it != end && "start() was called though the wait is not fulfilled");
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
  if (n != counter.epoch && reached != value) {
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
    for (uint32_t m = n; m < counter.deliveries.size(); ++m) {
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
  }
  if (n > counter.claimed) {
    counter.claimed = n;
    counter.claimer = self;
  }
  if (n > counter.epoch && clock[Clock::updates(semaphore)] < n) {
    clock.join(joinUpTo(counter, n));
    clock.raise(Clock::updates(semaphore), n);
  }
  return true;
}

Checker::Ticket Checker::start(isa::Engine engine, uint32_t index, const int32_t *registers) {
  const isa::Instruction &instruction = core.stream(engine)[index];
  unsigned e = static_cast<unsigned>(engine);
  Ticket id = executed.size();
  bool isDma = instruction.info().isDma;
  lastStarted[e] = index;
  executed.push_back({index, positions[e]++, 0, 0, engine, isDma});
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
    accesses.check(
        footprint, actor, isOrdered,
        [&](const Conflict &conflict) {
          bool isRepeated = llvm::any_of(races, [&](const Race &race) {
            return executed[race.earlier].index == executed[conflict.earlier].index &&
                   executed[race.earlier].engine == executed[conflict.earlier].engine &&
                   executed[race.later].index == index && executed[race.later].engine == engine;
          });
          if (!isRepeated && races.size() < maxRaces)
            races.push_back({conflict.earlier, id, conflict});
        });
  for (const Footprint &footprint : *footprints)
    accesses.record(footprint, actor, isOrdered,
                    [&](uint32_t earlier) { return isKnownToAll(earlier); });
  stopped |= races.size() >= maxRaces;
  return id;
}

void Checker::deliver(uint16_t semaphore, uint32_t id, const Pending &done) {
  Counter &counter = counters[semaphore];
  Executed &u = executed[id];
  unsigned engine = static_cast<unsigned>(u.engine);
  InstructionRef self = refOf(id);
  const isa::Update &update = *done.update;
  bool isReset = update.action == isa::UpdateAction::set || update.action == isa::UpdateAction::subtract ||
                 update.value.value < 0;
  int64_t value = update.action == isa::UpdateAction::set        ? update.value.value
                  : update.action == isa::UpdateAction::subtract ? counter.value - update.value.value
                                                                 : counter.value + update.value.value;
  counter.value = value;
  if (stopped)
    return;
  uint32_t n = counter.deliveries.size() + 1;
  u.counter = semaphore;
  u.delivery = n;
  Delivery delivery{id, done.clock, value, {}};
  const Clock &clock = clocks[done.clock];

  // Obligation 4: later updates come after the reset; a reset comes after all updates and waits.
  if (counter.epoch) {
    const Executed &reset = executed[counter.deliveries[counter.epoch - 1].instruction];
    bool isOwn = !u.isDma && reset.engine == u.engine;
    if (!isOwn && !isKnown(clock, counter.deliveries[counter.epoch - 1].instruction)) {
      InstructionRef ref = refOf(counter.deliveries[counter.epoch - 1].instruction);
      return fail(Finding::Kind::unanalysable, ref, self,
                  llvm::formatv("{0} updates S[{1}] without being ordered after {2}, which sets it",
                                describe(self, core), semaphore, describe(ref, core)));
    }
  }
  if (isReset) {
    bool isOrdered = !u.isDma && (counter.deliveries.empty() || isAfterAll(delivery, counter.deliveries.back().prefix));
    for (unsigned e = 0; e < isa::numEngines; ++e)
      isOrdered &= e == engine ? true : clock[Clock::started(e)] >= counter.waits[e];
    if (!isOrdered)
      return fail(Finding::Kind::unanalysable, self, counter.claimer,
                  llvm::formatv("{0} sets or lowers S[{1}] without being ordered after every earlier update of "
                                "it and every instruction that waited for it",
                                describe(self, core), semaphore));
    delivery.prefix.completed[engine] = u.position + 1;
    counter.deliveries.push_back(delivery);
    counter.epoch = n;
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
    if (e != engine && clock[Clock::started(e)] < counter.exactWaits[e])
      return fail(Finding::Kind::unanalysable, self, {static_cast<isa::Engine>(e), 0},
                  llvm::formatv("{0} may raise S[{1}] over the exact value that {2} waits for",
                                describe(self, core), semaphore, isa::name(static_cast<isa::Engine>(e))));
  if (!counter.deliveries.empty()) {
    const Delivery &last = counter.deliveries.back();
    delivery.prefix = last.prefix;
    const Executed &before = executed[last.instruction];
    if (before.engine == u.engine && before.position > u.position)
      counter.isInIssueOrder = false;
  }
  if (u.isDma)
    delivery.prefix.lastDma = n;
  else
    delivery.prefix.completed[engine] = std::max(delivery.prefix.completed[engine], u.position + 1);
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
