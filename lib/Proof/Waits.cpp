#include "tarn/Proof/Waits.h"
#include "GreedyRun.h"
#include "tarn/Support/AtomicFile.h"
#include "llvm/Support/FormatVariadic.h"

namespace tarn::proof {

// Reads what the checker of a run has kept.
class WaitReader {
public:
  WaitReader(const isa::Core &core, const Chip &chip)
      : core(core), run(core, chip, Turn::leastFar, GreedyRun::Way::executed, ProveOptions().maxSteps) {}
  std::optional<Uses> read();

private:
  bool covers(uint32_t id, const Checker::Prefix &prefix, uint16_t semaphore) const;
  std::optional<uint32_t> findSource(const Checker::Claim &claim) const;

  const isa::Core &core;
  GreedyRun run;
  std::array<std::vector<uint32_t>, isa::numEngines> executed; // ids, in order
};

// Whether the engine knew, when this instruction started, that all updates of a prefix had happened.
bool WaitReader::covers(uint32_t id, const Checker::Prefix &prefix, uint16_t semaphore) const {
  const Checker &checker = run.checker;
  const Clock &clock = checker.clocks[checker.pending[id].clock];
  bool knowsAll = clock[Clock::updates(semaphore)] >= prefix.lastDma;
  for (unsigned e = 0; e < isa::numEngines; ++e)
    knowsAll &= clock[Clock::completed(e)] >= prefix.completed[e];
  return knowsAll;
}

// The first instruction of the engine that knew, if one before the wait did. Engines forget nothing.
std::optional<uint32_t> WaitReader::findSource(const Checker::Claim &claim) const {
  const Checker::Executed &self = run.checker.executed[claim.id];
  const auto &own = executed[static_cast<unsigned>(self.engine)];
  auto end = own.begin() + self.position;
  auto source =
      std::partition_point(own.begin(), end, [&](uint32_t id) { return !covers(id, claim.prefix, claim.semaphore); });
  if (source == end)
    return std::nullopt;
  return *source;
}

std::optional<Uses> WaitReader::read() {
  std::vector<Checker::Claim> claims;
  run.checker.claims = &claims;
  Proof proof = run.run({[](InstructionRef, const int32_t *) {}, [](llvm::ArrayRef<Family>) {}});
  if (!proof.isProven()) // it executes every turn of a loop, and gave up
    return std::nullopt;
  const Checker &checker = run.checker;
  for (uint32_t id = 0; id < checker.executed.size(); ++id)
    executed[static_cast<unsigned>(checker.executed[id].engine)].push_back(id);

  // 1. Waits: implied each time.
  std::map<std::pair<unsigned, uint32_t>, std::optional<InstructionRef>> sources;
  std::array<uint64_t, isa::numSemaphores> asked{};
  for (const Checker::Claim &claim : claims) {
    const Checker::Executed &self = checker.executed[claim.id];
    asked[claim.semaphore] = std::max(asked[claim.semaphore], claim.number);
    std::optional<uint32_t> source = findSource(claim);
    std::optional<InstructionRef> ref = source ? std::optional(checker.refOf(*source)) : std::nullopt;
    auto [entry, isFirst] = sources.try_emplace({static_cast<unsigned>(self.engine), self.index}, ref);
    if (!isFirst && !ref)
      entry->second = std::nullopt;
  }
  Uses uses;
  for (const auto &[place, source] : sources) {
    InstructionRef ref{static_cast<isa::Engine>(place.first), place.second};
    uses.waits.push_back({ref, *core.stream(ref.engine)[ref.index].wait, source});
  }
  // 2. Updates.
  std::map<std::pair<unsigned, uint32_t>, bool> updates;
  for (const Checker::Executed &x : checker.executed)
    if (x.delivery)
      updates[{static_cast<unsigned>(x.engine), x.index}] |= x.delivery <= asked[x.counter];
  for (auto [place, isAskedFor] : updates) {
    InstructionRef ref{static_cast<isa::Engine>(place.first), place.second};
    if (const auto &update = core.stream(ref.engine)[ref.index].update)
      uses.updates.push_back({ref, *update, isAskedFor});
  }
  return uses;
}

std::optional<Uses> findUses(const isa::Core &core, const Chip &chip) { return WaitReader(core, chip).read(); }

llvm::Expected<std::string> usesReport(const isa::Program &program, const Chip &chip) {
  std::string text;
  for (auto [number, core] : llvm::enumerate(program.cores)) {
    std::string prefix = program.cores.size() > 1 ? llvm::formatv("nc{0}.", number).str() : "";
    auto place = [&, core = &core](InstructionRef ref) {
      return llvm::formatv("{0}{1}[{2}] {3}", prefix, isa::name(ref.engine), ref.index,
                           core->stream(ref.engine)[ref.index].info().mnemonic)
          .str();
    };
    std::optional<Uses> uses = findUses(core, chip);
    if (!uses)
      return makeError("core {0} executes more than {1} instructions; which waits are implied is told of fewer only",
                       number, ProveOptions().maxSteps);
    for (const WaitUse &use : uses->waits) {
      bool isEqual = use.wait.condition == isa::WaitCondition::equal;
      const isa::RegisterOrImmediate &needed = use.wait.value;
      std::string value = needed.isScaled()
                              ? llvm::formatv("{0}+R{1}*{2}", needed.base, needed.value, needed.scale).str()
                              : llvm::formatv("{0}{1}", needed.isRegister ? "R" : "", needed.value).str();
      text += llvm::formatv("wait {0} S[{1}]{2}{3}: {4}\n", place(use.instruction), use.wait.semaphore,
                            isEqual ? "==" : ">=", value,
                            use.impliedBy ? "implied by " + place(*use.impliedBy) : "orders by itself");
    }
    for (const UpdateUse &use : uses->updates)
      text += llvm::formatv("update {0} S[{1}]: {2}\n", place(use.instruction), use.update.semaphore,
                            use.isAskedFor ? "asked for" : "no wait asks for it");
  }
  return text;
}

} // namespace tarn::proof
