#include "tarn/Proof/Checker.h"
#include "tarn/ISA/Registers.h"
#include "llvm/Support/FormatVariadic.h"

namespace tarn::proof {

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
  return llvm::formatv("`{0}[{1}] {2}`{3}", isa::name(ref.engine), ref.index, mnemonic,
                       isa::describeLine(core, ref.engine, ref.index));
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

// Whether an instruction conflicts with nothing, as the lists of recent accesses tell; it is added to them. Where there may
// be a conflict, or where too much is remembered, all of it moves to the map, which is asked from then on.
bool Checker::isWithoutConflict(Footprints &footprints, const Actor &actor, const Clock &clock) {
  constexpr size_t maxRemembered = 1 << 16;
  auto isOrdered = [&](uint32_t earlier) { return isKnown(clock, earlier); };
  bool isClear =
      recent.size() < maxRemembered &&
      llvm::none_of(
          footprints, [&](const Footprint &footprint) { return recent.mayConflict(footprint, actor, isOrdered); });
  auto canForget = [&](uint32_t earlier) { return isKnownToAll(earlier); };
  if (isClear) {
    for (Footprint &footprint : footprints)
      recent.add(std::move(footprint), actor, canForget);
    return true;
  }
  for (const auto &[footprint, earlier] : recent.take()) {
    const Clock &then = clocks[pending[earlier.id].clock];
    accesses.record(footprint, earlier, [&](uint32_t id) { return isKnown(then, id); }, canForget);
  }
  remembersLists = false;
  return false;
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
      uint16_t semaphore = instruction.wait->semaphore % isa::numSemaphores;
      if (!claim(semaphore, *instruction.wait, evaluate(instruction.wait->value, registers), id, clock))
        return id;
      changed = clock != clocks[current[e]];
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
  if (remembersLists && isWithoutConflict(*footprints, actor, clock))
    return id;
  auto isOrdered = [&](uint32_t earlier) { return isKnown(clock, earlier); };
  for (const Footprint &footprint : *footprints)
    accesses.check(footprint, actor, isOrdered, [&](const Conflict &conflict) {
      if (executed[conflict.earlier].family)
        judge(conflict, id, memberOf(id, footprint));
      else
        report(conflict, id);
    });
  for (const Footprint &footprint : *footprints)
    accesses.record(footprint, actor, isOrdered, [&](uint32_t earlier) { return isKnownToAll(earlier); });
  if (decisions.isOn)
    lastFootprints = std::move(*footprints);
  return id;
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

} // namespace tarn::proof
