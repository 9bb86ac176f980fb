// Asks the rules of the records: the conditions are generated with `#line`.
#include "tarn/ISA/Check.h"
#include "RuleConditions.h"
#include "tarn/Support/AtomicFile.h"

namespace tarn::isa {

llvm::StringRef name(Needs needs) {
  static constexpr llvm::StringLiteral names[] = {"shapes", "addresses", "queues", "stream"};
  return names[static_cast<unsigned>(needs)];
}

#include "tarn/ISA/Rules.inc"

llvm::ArrayRef<RuleInfo> allRules() { return ruleInfos; }

llvm::Error check(const Instruction &instruction, Engine engine, const Chip &chip, Needs upTo, size_t streamSize) {
  if (llvm::Error error = checkAny(instruction, instruction.info(), engine, chip, upTo))
    return error;
  return std::visit([&](const auto &self) { return checkPayload(self, engine, chip, upTo, streamSize); },
                    instruction.payload);
}

llvm::Error check(const Program &program, const Chip &chip) {
  for (auto [c, core] : llvm::enumerate(program.cores)) {
    for (unsigned e = 0; e < numEngines; ++e) {
      const std::vector<Instruction> &stream = core.streams[e];
      for (auto [i, instruction] : llvm::enumerate(stream)) {
        llvm::Error error = check(instruction, static_cast<Engine>(e), chip, Needs::stream, stream.size());
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
