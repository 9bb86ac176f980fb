#include "GreedyRun.h"
#include "tarn/ISA/Registers.h"
#include "llvm/Support/FormatVariadic.h"

namespace tarn::proof {

Footprint bytesOf(const KnownLoad &load) {
  Footprint bytes;
  bytes.memory = isa::Memory::hbm;
  bytes.isWrite = true;
  bytes.partitions.push_back({0, 1});
  bytes.base = bytes.address = load.address;
  bytes.runLength = sizeInBytes(load.dtype);
  bytes.runs.push_back({bytes.base, bytes.base + bytes.runLength});
  return bytes;
}

GreedyRun::GreedyRun(const isa::Core &core, const Chip &chip, Turn turn, Way way, uint64_t maxSteps,
                     llvm::ArrayRef<KnownLoad> loads)
    : core(core), chip(chip), turn(turn), way(way), maxSteps(maxSteps), loads(loads),
      steering(isa::findSteeringRegisters(core)), checker(core, chip), repetition(core, checker, steering) {
  if (way != Way::jumping)
    checker.written().isOn = way == Way::recorded;
  findLoops();
}

void GreedyRun::findLoops() {
  for (unsigned e = 0; e < isa::numEngines; ++e)
    for (auto [index, instruction] : llvm::enumerate(core.streams[e])) {
      auto *branch = std::get_if<isa::CompareBranch>(&instruction.payload);
      if (!branch || branch->target > index)
        continue;
      while (!loops[e].empty() && loops[e].back().second >= branch->target) {
        loops[e].back().first = std::min(loops[e].back().first, branch->target);
        if (loops[e].size() < 2 || loops[e][loops[e].size() - 2].second < loops[e].back().first)
          break;
        loops[e].pop_back();
      }
      if (!loops[e].empty() && loops[e].back().second >= branch->target)
        loops[e].back().second = index;
      else
        loops[e].push_back({branch->target, static_cast<uint32_t>(index)});
    }
}

// Registers wrap around at 32 bits. That `base + register * scale` does not is a decision like others.
void GreedyRun::noteOperand(const Sequencer &sequencer, isa::RegisterOrImmediate operand) {
  Decisions &decisions = checker.written();
  if (!operand.isScaled() || !decisions.isOn)
    return;
  int64_t content = sequencer.registers[static_cast<uint32_t>(operand.value) % isa::numRegisters];
  int64_t value = operand.base + content * operand.scale;
  bool isLow = decisions.atLeast(INT32_MAX, value), isHigh = decisions.atLeast(value, INT32_MIN);
  if (!isLow || !isHigh)
    decisions.note(Decision::Kind::constant, content);
}

bool GreedyRun::isFulfilled(const Sequencer &sequencer, const isa::Wait &wait) {
  int64_t value = read(sequencer, wait.value), reached = checker.value(wait.semaphore);
  return wait.condition == isa::WaitCondition::equal ? checker.written().equal(reached, value)
                                                     : checker.written().atLeast(reached, value);
}

bool GreedyRun::goesBefore(unsigned e, unsigned other) {
  const Sequencer &a = sequencers[e], &b = sequencers[other];
  if (turn == Turn::byLoop) {
    // 2 k + 1 in the k-th loop, 2 k between it and the one before.
    auto region = [&](unsigned engine, uint32_t pc) {
      auto loop = llvm::partition_point(loops[engine], [&](const auto &range) { return range.second < pc; });
      bool isInside = loop != loops[engine].end() && loop->first <= pc;
      return 2 * (loop - loops[engine].begin()) + isInside;
    };
    auto regionOfA = region(e, a.pc), regionOfB = region(other, b.pc);
    if (regionOfA != regionOfB)
      return regionOfA < regionOfB;
    if (regionOfA % 2 && !checker.written().equal(a.turns, b.turns))
      return a.turns < b.turns;
  }
  return uint64_t(a.pc) * core.streams[other].size() < uint64_t(b.pc) * core.streams[e].size();
}

// Sums of registers move evenly with what they are sums of; what is not a sum is written down, for
// Repetition.
void GreedyRun::executeAlu(const isa::RegisterAlu &alu, Sequencer &sequencer) {
  Decisions &decisions = checker.written();
  int64_t lhs = read(sequencer, alu.lhs), rhs = read(sequencer, alu.rhs);
  auto inRange = [&](int64_t value) {
    bool isLow = decisions.atLeast(INT32_MAX, value), isHigh = decisions.atLeast(value, INT32_MIN);
    return isLow && isHigh;
  };
  auto fix = [&](int64_t value) { decisions.note(Decision::Kind::constant, value); };
  switch (alu.op) {
  case isa::RegisterOp::add:
    inRange(lhs + rhs);
    break;
  case isa::RegisterOp::subtract:
    inRange(lhs - rhs);
    break;
  case isa::RegisterOp::mult:
    decisions.note(Decision::Kind::product, lhs);
    decisions.note(Decision::Kind::value, rhs);
    if (!inRange(lhs * rhs)) {
      fix(lhs);
      fix(rhs);
    }
    break;
  case isa::RegisterOp::shift_left:
    fix(rhs);
    if (rhs < 0 || rhs >= 31 || !inRange(lhs * (int64_t(1) << rhs)))
      fix(lhs);
    break;
  case isa::RegisterOp::min:
  case isa::RegisterOp::max:
    decisions.atLeast(lhs, rhs);
    break;
  case isa::RegisterOp::bitwise_and:
  case isa::RegisterOp::bitwise_or:
  case isa::RegisterOp::bitwise_xor:
  case isa::RegisterOp::shift_right:
    fix(lhs);
    fix(rhs);
    break;
  }
}

// What an instruction does to its sequencer. Registers that steer nothing may hold anything.
void GreedyRun::execute(unsigned engine, const isa::Instruction &instruction) {
  Sequencer &sequencer = sequencers[engine];
  Decisions &decisions = checker.written();
  uint32_t index = sequencer.pc++;
  if (auto *move = std::get_if<isa::RegisterMove>(&instruction.payload)) {
    if (steering[engine][move->dst % isa::numRegisters])
      noteOperand(sequencer, move->src);
    isa::executeRegisters(*move, sequencer.registers);
  } else if (auto *alu = std::get_if<isa::RegisterAlu>(&instruction.payload)) {
    if (steering[engine][alu->dst % isa::numRegisters])
      executeAlu(*alu, sequencer);
    isa::executeRegisters(*alu, sequencer.registers);
  } else if (auto *load = std::get_if<isa::TensorLoad>(&instruction.payload)) {
    if (steering[engine][load->dst % isa::numRegisters])
      for (const KnownLoad &known : loads)
        if (load->src.address == known.address && load->src.dtype == known.dtype)
          sequencer.registers[load->dst % isa::numRegisters] = known.value;
  } else if (auto *branch = std::get_if<isa::CompareBranch>(&instruction.payload)) {
    int64_t lhs = read(sequencer, branch->lhs), rhs = read(sequencer, branch->rhs);
    decisions.equal(lhs, rhs);
    if (isa::isTaken(*branch, sequencer.registers))
      sequencer.pc = branch->target;
  }
  // Turns of the outermost loop.
  auto loop = llvm::partition_point(loops[engine], [&](const auto &range) { return range.second < index; });
  if (loop == loops[engine].end() || loop->first > index)
    return;
  if (sequencer.pc <= index && sequencer.pc == loop->first)
    ++sequencer.turns;
  else if (sequencer.pc > loop->second || sequencer.pc < loop->first)
    sequencer.turns = 0;
}

void GreedyRun::lookForWrite(InstructionRef ref, llvm::ArrayRef<Footprint> footprints) {
  for (const Footprint &footprint : footprints)
    for (const KnownLoad &load : loads)
      if (footprint.isWrite && overlaps(footprint, bytesOf(load)) && !obstacle)
        obstacle = Finding{Finding::Kind::unproven, ref, ref,
                           llvm::formatv("{0} may write {1}, which steers the program: a proof needs a number that the "
                                         "program does not change",
                                         describe(ref, core), load.name)};
}

Repetition::Outcome GreedyRun::step(unsigned engine, Listener listener) {
  Sequencer &sequencer = sequencers[engine];
  InstructionRef ref{static_cast<isa::Engine>(engine), sequencer.pc};
  const isa::Instruction &instruction = core.streams[engine][sequencer.pc];
  listener.onStart(ref, sequencer.registers.data());
  if (!loads.empty())
    lookForWrite(ref, *footprintsOf(instruction, ref.engine, sequencer.registers.data(), chip));
  if (instruction.update)
    noteOperand(sequencer, instruction.update->value);
  auto ticket = checker.start(ref.engine, ref.index, sequencer.registers.data());
  execute(engine, instruction);
  checker.complete(ticket);
  if (way == Way::executed || checker.isStopped())
    return Repetition::Outcome::nothing;
  return repetition.afterStep(ref, ticket, sequencers);
}

// Every blocked engine with what it waits for and who would deliver it next.
Finding GreedyRun::describeDeadlock() {
  Finding finding{Finding::Kind::deadlock, {}, {}, ""};
  bool isFirst = true;
  for (unsigned e = 0; e < isa::numEngines; ++e) {
    const Sequencer &sequencer = sequencers[e];
    if (sequencer.pc >= core.streams[e].size())
      continue;
    InstructionRef self{static_cast<isa::Engine>(e), sequencer.pc};
    const isa::Wait &wait = *core.streams[e][sequencer.pc].wait;
    finding.message += llvm::formatv(
        "{0}{1} waits for S[{2}]{3}{4}, which stays at {5}", isFirst ? "" : "; ", describe(self, core), wait.semaphore,
        wait.condition == isa::WaitCondition::equal ? "==" : ">=", read(sequencer, wait.value),
        checker.value(wait.semaphore));
    bool hasProvider = false;
    for (unsigned p = 0; p < isa::numEngines && !hasProvider; ++p)
      for (uint32_t i = sequencers[p].pc; i < core.streams[p].size() && !hasProvider; ++i) {
        auto &update = core.streams[p][i].update;
        if (!update || update->semaphore != wait.semaphore)
          continue;
        hasProvider = true;
        InstructionRef provider{static_cast<isa::Engine>(p), i};
        finding.message += llvm::formatv(" (the next to update it is {0})", describe(provider, core));
        if (isFirst)
          finding.second = provider;
      }
    if (!hasProvider)
      finding.message += " (nothing is left that updates it)";
    if (isFirst)
      finding.first = self;
    isFirst = false;
  }
  return finding;
}

Finding GreedyRun::describeEndless(unsigned engine, uint32_t index) const {
  InstructionRef self{static_cast<isa::Engine>(engine), index};
  return {Finding::Kind::deadlock, self, self,
          llvm::formatv("the program never ends: {0} goes back for ever, as no turn changes what it compares",
                        describe(self, core))};
}

Proof GreedyRun::run(Listener listener) {
  Proof proof;
  bool isDone = false, isStuck = false;
  std::optional<Finding> endless;
  while (!isDone && !isStuck && !endless && !obstacle && !checker.isStopped() && proof.steps < maxSteps) {
    isDone = isStuck = true;
    unsigned next = 0;
    for (unsigned e = 0; e < isa::numEngines; ++e) {
      const Sequencer &sequencer = sequencers[e];
      if (sequencer.pc >= core.streams[e].size())
        continue;
      isDone = false;
      const isa::Instruction &instruction = core.streams[e][sequencer.pc];
      if (instruction.wait && !isFulfilled(sequencer, *instruction.wait))
        continue;
      if (isStuck || goesBefore(e, next))
        next = e;
      isStuck = false;
    }
    if (isStuck)
      break;
    uint32_t index = sequencers[next].pc;
    ++proof.steps;
    switch (step(next, listener)) {
    case Repetition::Outcome::nothing:
      break;
    case Repetition::Outcome::jumped:
      listener.onJump(repetition.lastFamilies());
      for (const Family &family : repetition.lastFamilies())
        if (!loads.empty() && family.footprint.isWrite)
          lookForWrite(family.instruction, *boxOf(family));
      break;
    case Repetition::Outcome::endless:
      endless = describeEndless(next, index);
      break;
    }
  }
  proof.instructions = checker.numStarted();
  proof.findings = checker.takeFindings();
  inconclusive = checker.askedBeyondRepetition();
  if (obstacle)
    proof.findings.insert(proof.findings.begin(), *obstacle);
  if (obstacle || isDone || checker.isStopped())
    return proof;
  if (endless)
    proof.findings.push_back(std::move(*endless));
  else if (isStuck)
    proof.findings.push_back(describeDeadlock());
  else {
    inconclusive = true;
    proof.findings.push_back(
        {Finding::Kind::unproven,
         {},
         {},
         llvm::formatv("the program takes more than {0} instructions; nothing is known about the rest",
                       proof.instructions)});
  }
  return proof;
}

} // namespace tarn::proof
