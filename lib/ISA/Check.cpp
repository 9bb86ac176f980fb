// Asks the rules of the records: the conditions are generated with `#line`.
#include "tarn/ISA/Check.h"
#include "RuleConditions.h"
#include "tarn/Support/AtomicFile.h"

namespace tarn::isa {

llvm::StringRef name(Needs needs) {
  static constexpr llvm::StringLiteral names[] = {"shapes", "addresses", "queues"};
  return names[static_cast<unsigned>(needs)];
}

#include "tarn/ISA/Rules.inc"

llvm::ArrayRef<RuleInfo> allRules() { return ruleInfos; }

llvm::Error check(const Instruction &instruction, Engine engine, const Chip &chip, Needs upTo) {
  const InstructionInfo &info = instruction.info();
  if (!(info.engines >> static_cast<unsigned>(engine) & 1)) {
    std::string engines;
    for (unsigned e = 0; e < numEngines; ++e)
      if (info.engines >> e & 1)
        engines += (engines.empty() ? "" : " ") + name(static_cast<Engine>(e)).str();
    return makeError("instruction_c1: found {0} on {1}, allowed: {2}", info.mnemonic, name(engine), engines);
  }
  if (upTo >= Needs::queues) {
    for (std::optional<uint16_t> semaphore : {instruction.wait ? std::optional(instruction.wait->semaphore) : std::nullopt,
                                              instruction.update ? std::optional(instruction.update->semaphore)
                                                                 : std::nullopt})
      if (semaphore && *semaphore >= numSemaphores)
        return makeError("instruction_c2: found semaphore {0}, allowed: below {1}", *semaphore, numSemaphores);
  }
  return std::visit([&](const auto &self) { return checkPayload(self, engine, chip, upTo); }, instruction.payload);
}

llvm::Error check(const Program &program, const Chip &chip) {
  for (auto [c, core] : llvm::enumerate(program.cores)) {
    for (unsigned e = 0; e < numEngines; ++e) {
      const std::vector<Instruction> &stream = core.streams[e];
      for (auto [i, instruction] : llvm::enumerate(stream)) {
        llvm::Error error = check(instruction, static_cast<Engine>(e), chip, Needs::queues);
        auto *branch = std::get_if<CompareBranch>(&instruction.payload);
        if (!error && branch && branch->target > stream.size())
          error = makeError("compare_branch_c2: found instruction {0}, allowed: one of this stream's {1}, or its end",
                            branch->target, stream.size());
        if (!error)
          continue;
        std::string node = instruction.origin < program.origins.size() ? program.origins[instruction.origin].node : "";
        return makeError("core {0}, {1}, instruction {2} ({3}){4}: {5}", c, name(static_cast<Engine>(e)), i,
                         instruction.info().mnemonic, node.empty() ? "" : " of node '" + node + "'",
                         llvm::toString(std::move(error)));
      }
    }
  }
  return llvm::Error::success();
}

} // namespace tarn::isa
