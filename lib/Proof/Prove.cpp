#include "GreedyRun.h"
#include "ProveCore.h"
#include "TripCount.h"
#include "tarn/ISA/DataDependence.h"
#include "llvm/Support/FormatVariadic.h"

namespace tarn::proof {

namespace {

bool hasLoops(const isa::Core &core) {
  for (const auto &stream : core.streams)
    for (auto [index, instruction] : llvm::enumerate(stream))
      if (auto *branch = std::get_if<isa::CompareBranch>(&instruction.payload))
        if (branch->target <= index)
          return true;
  return false;
}

} // namespace

// Where no period appears in one order of turns, the other may show it; at last all is executed.
CoreProof proveCore(const isa::Core &core, const Chip &chip, const ProveOptions &options,
                    llvm::ArrayRef<KnownLoad> loads, bool records, unsigned number,
                    std::unique_ptr<SharedMemory> *shared) {
  auto attempt = [&](Turn turn, GreedyRun::Way way, uint64_t maxSteps) -> std::optional<CoreProof> {
    CoreProof result;
    result.run = std::make_unique<GreedyRun>(core, chip, turn, way, maxSteps, loads);
    // What an abandoned run accessed is forgotten.
    auto touched = shared && *shared ? std::make_unique<SharedMemory>(**shared) : nullptr;
    auto onStart = [&](InstructionRef ref, const int32_t *registers) {
      if (touched)
        touched->start(number, ref, registers);
    };
    auto onJump = [&](llvm::ArrayRef<Family> families) {
      if (touched)
        touched->add(number, families);
    };
    result.proof = result.run->run({onStart, onJump});
    if (way != GreedyRun::Way::executed && result.run->isInconclusive())
      return std::nullopt;
    if (touched)
      *shared = std::move(touched);
    return result;
  };
  if (options.jumpsOverPeriods && (records || hasLoops(core))) {
    uint64_t size = 0;
    for (const auto &stream : core.streams)
      size += stream.size();
    GreedyRun::Way way = records ? GreedyRun::Way::recorded : GreedyRun::Way::jumping;
    for (Turn turn : {Turn::byLoop, Turn::leastFar})
      if (std::optional<CoreProof> result =
              attempt(turn, way, std::min<uint64_t>(options.maxSteps, 100'000 + 4 * size)))
        return std::move(*result);
  }
  return std::move(*attempt(Turn::leastFar, GreedyRun::Way::executed, options.maxSteps));
}

// An update at read comes while its instruction still reads and before it writes: whoever waits for it is ordered after
// nothing that it does. The rules of Checker.h know completions only.
std::optional<Finding> updateAtRead(const isa::Core &core) {
  for (unsigned e = 0; e < isa::numEngines; ++e)
    for (auto [index, instruction] : llvm::enumerate(core.streams[e]))
      if (instruction.update && instruction.update->isAtRead) {
        InstructionRef self{static_cast<isa::Engine>(e), static_cast<uint32_t>(index)};
        return Finding{
            Finding::Kind::unproven, self, self,
            llvm::formatv("{0} updates S[{1}] at read, when nothing that it does is done: what waits for that is "
                          "not proven",
                          describe(self, core), instruction.update->semaphore)};
      }
  return std::nullopt;
}

// A core by itself has no tensors: what it loads nobody knows.
Proof prove(const isa::Core &core, const Chip &chip, const ProveOptions &options) {
  if (std::optional<Finding> refused = updateAtRead(core)) {
    Proof proof;
    proof.findings.push_back(std::move(*refused));
    return proof;
  }
  if (std::optional<isa::DataDependence> found = isa::findDataDependence(core)) {
    Proof proof;
    InstructionRef self{found->engine, found->index};
    proof.findings.push_back(
        {Finding::Kind::unproven, self, self,
         llvm::formatv("{0}: {1} comes from tensor data (tensor_load)", describe(self, core), found->what)});
    return proof;
  }
  return proveCore(core, chip, options, {}, false, 0, nullptr).proof;
}

// " (nodes /conv1/Conv and /relu1/Relu)": what the instructions of a finding were made for, in the user's
// words.
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

Proof proveCores(const isa::Program &program, const Chip &chip, const ProveOptions &options,
                 llvm::ArrayRef<KnownLoad> loads, std::unique_ptr<GreedyRun> *recorded) {
  Proof whole;
  bool isMany = program.cores.size() > 1;
  auto shared = isMany ? std::make_unique<SharedMemory>(program, chip) : nullptr;
  for (auto [number, core] : llvm::enumerate(program.cores)) {
    if (std::optional<Finding> refused = updateAtRead(core)) {
      refused->message += describeOrigins(*refused, core, program);
      whole.findings.push_back(std::move(*refused));
      continue;
    }
    CoreProof result = proveCore(core, chip, options, loads, recorded != nullptr, number, &shared);
    whole.steps += result.proof.steps;
    whole.instructions += result.proof.instructions;
    for (Finding &finding : result.proof.findings) {
      finding.message += describeOrigins(finding, core, program);
      if (isMany)
        finding.message = llvm::formatv("core {0}: {1}", number, finding.message);
      whole.findings.push_back(std::move(finding));
    }
    if (recorded)
      *recorded = std::move(result.run);
  }
  if (isMany)
    for (SharedMemory::CoreFinding &found : shared->takeFindings())
      whole.findings.push_back(std::move(found.finding));
  return whole;
}

Proof prove(const isa::Program &program, const Chip &chip, const ProveOptions &options) {
  bool isDataDependent =
      llvm::any_of(program.cores, [](const isa::Core &core) { return isa::findDataDependence(core).has_value(); });
  return isDataDependent ? proveForAllData(program, chip, options) : proveCores(program, chip, options, {}, nullptr);
}

ProveReport proveReport(const isa::Program &program, const Chip &chip, const ProveOptions &options) {
  Proof proof = prove(program, chip, options);
  if (proof.isProven())
    return {llvm::formatv("proven: no race and no deadlock in any execution{0} ({1} instructions executed{2})\n",
                          proof.element.empty() ? "" : ", for all values of " + proof.element, proof.instructions,
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
