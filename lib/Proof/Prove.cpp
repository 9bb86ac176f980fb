#include "tarn/Proof/Prove.h"
#include "tarn/ISA/DataDependence.h"
#include "tarn/ISA/Registers.h"
#include "tarn/Proof/Repetition.h"
#include "tarn/Proof/SharedMemory.h"
#include "llvm/Support/FormatVariadic.h"

namespace tarn::proof {
namespace {

// Which of the engines that can go on does. Any order gives the same verdict (Checker.h); but periods appear only when
// producers do not run ahead of their consumers.
enum class Turn : uint8_t {
  leastFar, // in its stream; close to the order in which the program was written
  byLoop    // the same, but within the same outermost loops the engine that has made fewer turns
};

// The sequencers of a core; DMAs complete at once.
class GreedyRun {
public:
  struct Listener {
    llvm::function_ref<void(InstructionRef, const int32_t *registers)> onStart;
    llvm::function_ref<void(llvm::ArrayRef<Family>)> onJump;
  };
  GreedyRun(const isa::Core &core, const Chip &chip, Turn turn, bool jumps, uint64_t maxSteps, Listener listener)
      : core(core), turn(turn), jumps(jumps), maxSteps(maxSteps), listener(listener), checker(core, chip),
        repetition(core, checker) {
    if (!jumps)
      checker.written().isOn = false;
    findLoops();
  }
  Proof run();
  /// The run says nothing about the program; another way may.
  bool isInconclusive() const { return inconclusive; }

private:
  void findLoops();
  int32_t read(const Sequencer &sequencer, isa::RegisterOrImmediate operand) const {
    return isa::valueOf(operand, sequencer.registers);
  }
  bool isFulfilled(const Sequencer &sequencer, const isa::Wait &wait);
  bool goesBefore(unsigned e, unsigned other);
  Repetition::Outcome step(unsigned engine);
  void execute(unsigned engine, const isa::Instruction &instruction);
  Finding describeDeadlock() const;
  Finding describeEndless(unsigned engine, uint32_t index) const;

  const isa::Core &core;
  Turn turn;
  bool jumps;
  uint64_t maxSteps;
  Listener listener;
  Checker checker;
  Repetition repetition;
  Sequencers sequencers;
  // Outermost loops of each engine: [first, last] instruction, ascending.
  std::array<std::vector<std::pair<uint32_t, uint32_t>>, isa::numEngines> loops;
  bool inconclusive = false;
};

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

// What an instruction does to its sequencer. What is not a sum of registers is written down, for Repetition.
void GreedyRun::execute(unsigned engine, const isa::Instruction &instruction) {
  Sequencer &sequencer = sequencers[engine];
  Decisions &decisions = checker.written();
  uint32_t index = sequencer.pc++;
  if (auto *move = std::get_if<isa::RegisterMove>(&instruction.payload)) {
    isa::executeRegisters(*move, sequencer.registers);
  } else if (auto *alu = std::get_if<isa::RegisterAlu>(&instruction.payload)) {
    int64_t lhs = read(sequencer, alu->lhs), rhs = read(sequencer, alu->rhs);
    auto inRange = [&](int64_t value) {
      bool isLow = decisions.atLeast(INT32_MAX, value), isHigh = decisions.atLeast(value, INT32_MIN);
      return isLow && isHigh;
    };
    auto fix = [&](int64_t value) { decisions.note(Decision::Kind::constant, value); };
    switch (alu->op) {
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
    isa::executeRegisters(*alu, sequencer.registers);
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

Repetition::Outcome GreedyRun::step(unsigned engine) {
  Sequencer &sequencer = sequencers[engine];
  InstructionRef ref{static_cast<isa::Engine>(engine), sequencer.pc};
  const isa::Instruction &instruction = core.streams[engine][sequencer.pc];
  listener.onStart(ref, sequencer.registers.data());
  auto ticket = checker.start(ref.engine, ref.index, sequencer.registers.data());
  execute(engine, instruction);
  checker.complete(ticket);
  if (!jumps || checker.isStopped())
    return Repetition::Outcome::nothing;
  return repetition.afterStep(ref, ticket, sequencers);
}

// Every blocked engine with what it waits for and who would deliver it next.
Finding GreedyRun::describeDeadlock() const {
  Finding finding{Finding::Kind::deadlock, {}, {}, ""};
  bool isFirst = true;
  for (unsigned e = 0; e < isa::numEngines; ++e) {
    const Sequencer &sequencer = sequencers[e];
    if (sequencer.pc >= core.streams[e].size())
      continue;
    InstructionRef self{static_cast<isa::Engine>(e), sequencer.pc};
    const isa::Wait &wait = *core.streams[e][sequencer.pc].wait;
    finding.message += llvm::formatv("{0}{1} waits for S[{2}]{3}{4}, which stays at {5}", isFirst ? "" : "; ",
                                     describe(self, core), wait.semaphore,
                                     wait.condition == isa::WaitCondition::equal ? "==" : ">=",
                                     read(sequencer, wait.value), checker.value(wait.semaphore));
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

Proof GreedyRun::run() {
  Proof proof;
  bool isDone = false, isStuck = false;
  std::optional<Finding> endless;
  while (!isDone && !isStuck && !endless && !checker.isStopped() && proof.steps < maxSteps) {
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
    switch (step(next)) {
    case Repetition::Outcome::nothing:
      break;
    case Repetition::Outcome::jumped:
      listener.onJump(repetition.lastFamilies());
      break;
    case Repetition::Outcome::endless:
      endless = describeEndless(next, index);
      break;
    }
  }
  proof.instructions = checker.numStarted();
  proof.findings = checker.takeFindings();
  inconclusive = checker.askedBeyondRepetition();
  if (isDone || checker.isStopped())
    return proof;
  if (endless)
    proof.findings.push_back(std::move(*endless));
  else if (isStuck)
    proof.findings.push_back(describeDeadlock());
  else {
    inconclusive = true;
    proof.findings.push_back(
        {Finding::Kind::unproven, {}, {},
         llvm::formatv("the program takes more than {0} instructions; nothing is known about the rest", proof.instructions)});
  }
  return proof;
}

bool hasLoops(const isa::Core &core) {
  for (const auto &stream : core.streams)
    for (auto [index, instruction] : llvm::enumerate(stream))
      if (auto *branch = std::get_if<isa::CompareBranch>(&instruction.payload))
        if (branch->target <= index)
          return true;
  return false;
}

// One core. Where no period appears in one order of turns, the other may show it; at last all is executed.
Proof proveCore(const isa::Core &core, const Chip &chip, const ProveOptions &options,
                llvm::function_ref<GreedyRun::Listener()> makeListener) {
  if (options.jumpsOverPeriods && hasLoops(core)) {
    uint64_t size = 0;
    for (const auto &stream : core.streams)
      size += stream.size();
    for (Turn turn : {Turn::byLoop, Turn::leastFar}) {
      GreedyRun run(core, chip, turn, true, std::min<uint64_t>(options.maxSteps, 100'000 + 4 * size), makeListener());
      Proof proof = run.run();
      if (!run.isInconclusive())
        return proof;
    }
  }
  return GreedyRun(core, chip, Turn::leastFar, false, options.maxSteps, makeListener()).run();
}

} // namespace

// A program whose course depends on data is not proven: nobody knows the data here.
static std::optional<Finding> dependenceOnData(const isa::Core &core) {
  std::optional<isa::DataDependence> found = isa::findDataDependence(core);
  if (!found)
    return std::nullopt;
  InstructionRef self{found->engine, found->index};
  return Finding{Finding::Kind::unproven, self, self,
                 llvm::formatv("{0}: {1} comes from tensor data (tensor_load), which a proof does not know",
                               describe(self, core), found->what)};
}

Proof prove(const isa::Core &core, const Chip &chip, const ProveOptions &options) {
  if (std::optional<Finding> dependence = dependenceOnData(core)) {
    Proof proof;
    proof.findings.push_back(std::move(*dependence));
    return proof;
  }
  auto onStart = [](InstructionRef, const int32_t *) {};
  auto onJump = [](llvm::ArrayRef<Family>) {};
  return proveCore(core, chip, options, [&] { return GreedyRun::Listener{onStart, onJump}; });
}

// " (nodes /conv1/Conv and /relu1/Relu)": what the instructions of a finding were made for, in the user's words.
static std::string describeOrigins(const Finding &finding, const isa::Core &core, const isa::Program &program) {
  llvm::SmallVector<std::string, 2> nodes;
  for (InstructionRef ref : {finding.first, finding.second}) {
    const auto &stream = core.stream(ref.engine);
    if (ref.index >= stream.size() || stream[ref.index].origin >= program.origins.size())
      continue;
    const std::string &node = program.origins[stream[ref.index].origin].node;
    if (!node.empty() && !llvm::is_contained(nodes, node))
      nodes.push_back(node);
  }
  if (nodes.empty())
    return "";
  return llvm::formatv(" ({0} {1})", nodes.size() > 1 ? "nodes" : "node", llvm::join(nodes, " and "));
}

Proof prove(const isa::Program &program, const Chip &chip, const ProveOptions &options) {
  Proof whole;
  SharedMemory shared(program, chip);
  for (auto [number, core] : llvm::enumerate(program.cores)) {
    if (std::optional<Finding> dependence = dependenceOnData(core)) {
      dependence->message += describeOrigins(*dependence, core, program);
      whole.findings.push_back(std::move(*dependence));
      continue;
    }
    auto onStart = [&, core = number](InstructionRef ref, const int32_t *registers) {
      shared.start(core, ref, registers);
    };
    auto onJump = [&, core = number](llvm::ArrayRef<Family> families) { shared.add(core, families); };
    Proof proof = proveCore(core, chip, options, [&] { return GreedyRun::Listener{onStart, onJump}; });
    whole.steps += proof.steps;
    whole.instructions += proof.instructions;
    for (Finding &finding : proof.findings) {
      finding.message += describeOrigins(finding, core, program);
      if (program.cores.size() > 1)
        finding.message = llvm::formatv("core {0}: {1}", number, finding.message);
      whole.findings.push_back(std::move(finding));
    }
  }
  for (SharedMemory::CoreFinding &found : shared.takeFindings())
    whole.findings.push_back(std::move(found.finding));
  return whole;
}

ProveReport proveReport(const isa::Program &program, const Chip &chip, const ProveOptions &options) {
  Proof proof = prove(program, chip, options);
  if (proof.isProven())
    return {llvm::formatv("proven: no race and no deadlock in any execution ({0} instructions executed{1})\n",
                          proof.instructions,
                          proof.instructions == proof.steps
                              ? ""
                              : llvm::formatv(", all but {0} of them as repetitions", proof.steps).str()),
            true, proof.instructions};
  ProveReport report{"", false, proof.instructions};
  for (const Finding &finding : proof.findings)
    report.text += llvm::formatv("{0}: {1}\n", name(finding.kind), finding.message);
  return report;
}

} // namespace tarn::proof
