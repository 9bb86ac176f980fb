// What waits claim and what updates may come: the four obligations of Rule W (Checker.h).
#include "tarn/Proof/Checker.h"
#include "llvm/ADT/bit.h"
#include "llvm/Support/FormatVariadic.h"

namespace tarn::proof {

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
      return fail(
          Finding::Kind::unproven, self, self,
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
           llvm::formatv("{0} waits for S[{1}] without being ordered after {2}, which sets it", describe(self, core),
                         semaphore, describe(refOf(reset), core)));
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
  if (isExact) {
    counter.exactWaits[engine] = executed[id].position + 1;
    counter.exactWaiters[engine] = self.index;
  }
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
    if (claims)
      claims->push_back({id, semaphore, number, counter.deliveries[n - 1].prefix});
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
      return fail(Finding::Kind::unanalysable, self, counter.claimed ? counter.claimer : self,
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

  // Which updates a count is made of can only be said of updates that count.
  if (!decisions.atLeast(update.value.value, 1))
    return fail(Finding::Kind::unanalysable, self, self,
                llvm::formatv("{0} adds 0 to S[{1}]: no wait can tell whether it has happened; leave it out",
                              describe(self, core), semaphore));

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
        !decisions.atLeast(clock[Clock::started(e)], counter.exactWaits[e], e)) {
      InstructionRef waiter{static_cast<isa::Engine>(e), counter.exactWaiters[e]};
      return fail(Finding::Kind::unanalysable, self, waiter,
                  llvm::formatv("{0} may raise S[{1}] over the exact value that {2} waits for", describe(self, core),
                                semaphore, describe(waiter, core)));
    }
  if (!counter.deliveries.empty())
    delivery.prefix = counter.deliveries.back().prefix;
  if (u.isDma) { // of an engine's own instructions this is so
    uint32_t last = counter.deliveries.size();
    auto isOfSource = [&](const Executed &other) { return other.isDma && other.engine == u.engine; };
    while (last > counter.epoch && !isOfSource(executed[counter.deliveries[last - 1].instruction]))
      --last;
    decisions.note(Decision::Kind::constant, counter.deliveries.size() - last);
    if (last > counter.epoch &&
        !decisions.atLeast(u.position, executed[counter.deliveries[last - 1].instruction].position))
      counter.isInIssueOrder = false;
  }
  if (u.isDma)
    delivery.prefix.lastDma = n;
  else
    delivery.prefix.completed[engine] = u.position + 1; // engines complete in order
  counter.deliveries.push_back(delivery);
}

} // namespace tarn::proof
