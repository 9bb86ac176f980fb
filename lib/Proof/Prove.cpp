#include "tarn/Proof/Prove.h"
#include "tarn/ISA/DataDependence.h"
#include "tarn/ISA/Registers.h"
#include "tarn/Proof/SharedMemory.h"
#include "llvm/Support/FormatVariadic.h"

namespace tarn::proof {
namespace {

// The sequencers of a core: the engine that is least far in its stream, of those whose waits are fulfilled, goes on; DMAs
// complete at once. Any order of the run gives the same verdict (Checker.h); this one comes close to the order in which
// the program was written, so that a race is told from the earlier access to the later one.
class GreedyRun {
public:
  using OnStart = llvm::function_ref<void(InstructionRef, const int32_t *registers)>;
  GreedyRun(const isa::Core &core, const Chip &chip, const ProveOptions &options, OnStart onStart)
      : core(core), options(options), onStart(onStart), checker(core, chip) {}
  Proof run();

private:
  struct Sequencer {
    uint32_t pc = 0;
    std::array<int32_t, isa::numRegisters> registers{};
  };

  int32_t read(const Sequencer &sequencer, isa::RegisterOrImmediate operand) const {
    return isa::valueOf(operand, sequencer.registers);
  }
  bool isFulfilled(const Sequencer &sequencer, const isa::Wait &wait) const;
  void step(unsigned engine);
  void execute(Sequencer &sequencer, const isa::Instruction &instruction);
  Finding describeDeadlock() const;

  const isa::Core &core;
  const ProveOptions &options;
  OnStart onStart;
  Checker checker;
  std::array<Sequencer, isa::numEngines> sequencers;
};

bool GreedyRun::isFulfilled(const Sequencer &sequencer, const isa::Wait &wait) const {
  int64_t value = read(sequencer, wait.value), reached = checker.value(wait.semaphore);
  return wait.condition == isa::WaitCondition::equal ? reached == value : reached >= value;
}

// What an instruction does to its sequencer.
void GreedyRun::execute(Sequencer &sequencer, const isa::Instruction &instruction) {
  ++sequencer.pc;
  if (auto *move = std::get_if<isa::RegisterMove>(&instruction.payload))
    isa::executeRegisters(*move, sequencer.registers);
  else if (auto *alu = std::get_if<isa::RegisterAlu>(&instruction.payload))
    isa::executeRegisters(*alu, sequencer.registers);
  else if (auto *branch = std::get_if<isa::CompareBranch>(&instruction.payload))
    if (isa::isTaken(*branch, sequencer.registers))
      sequencer.pc = branch->target;
}

void GreedyRun::step(unsigned engine) {
  Sequencer &sequencer = sequencers[engine];
  const isa::Instruction &instruction = core.streams[engine][sequencer.pc];
  onStart({static_cast<isa::Engine>(engine), sequencer.pc}, sequencer.registers.data());
  auto ticket =
      checker.start(static_cast<isa::Engine>(engine), sequencer.pc, sequencer.registers.data());
  execute(sequencer, instruction);
  checker.complete(ticket);
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

Proof GreedyRun::run() {
  Proof proof;
  bool isDone = false, isStuck = false;
  while (!isDone && !isStuck && !checker.isStopped() && proof.steps < options.maxSteps) {
    isDone = isStuck = true;
    unsigned next = 0;
    auto isLessFar = [&](unsigned e, unsigned other) {
      return uint64_t(sequencers[e].pc) * core.streams[other].size() <
             uint64_t(sequencers[other].pc) * core.streams[e].size();
    };
    for (unsigned e = 0; e < isa::numEngines; ++e) {
      const Sequencer &sequencer = sequencers[e];
      if (sequencer.pc >= core.streams[e].size())
        continue;
      isDone = false;
      const isa::Instruction &instruction = core.streams[e][sequencer.pc];
      if (instruction.wait && !isFulfilled(sequencer, *instruction.wait))
        continue;
      if (isStuck || isLessFar(e, next))
        next = e;
      isStuck = false;
    }
    if (!isStuck) {
      step(next);
      ++proof.steps;
    }
  }
  proof.findings = checker.takeFindings();
  if (isDone || checker.isStopped())
    return proof;
  if (isStuck)
    proof.findings.push_back(describeDeadlock());
  else
    proof.findings.push_back(
        {Finding::Kind::unproven, {}, {},
         llvm::formatv("the program takes more than {0} instructions; nothing is known about the rest", proof.steps)});
  return proof;
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
  return GreedyRun(core, chip, options, [](InstructionRef, const int32_t *) {}).run();
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
    Proof proof = GreedyRun(core, chip, options, onStart).run();
    whole.steps += proof.steps;
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
    return {llvm::formatv("proven: no race and no deadlock in any execution ({0} instructions executed)\n", proof.steps),
            true};
  ProveReport report{"", false};
  for (const Finding &finding : proof.findings)
    report.text += llvm::formatv("{0}: {1}\n", name(finding.kind), finding.message);
  return report;
}

} // namespace tarn::proof
