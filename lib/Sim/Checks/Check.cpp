#include "tarn/Sim/Check.h"

namespace tarn::sim {

std::string placeOf(const isa::Program &program, unsigned core, isa::Engine engine, uint32_t index) {
  return llvm::formatv("{0}{1}[{2}]", program.cores.size() > 1 ? llvm::formatv("nc{0}.", core).str() : "",
                       isa::name(engine), index);
}

std::string describe(const isa::Program &program, unsigned core, isa::Engine engine, uint32_t index) {
  std::string text = placeOf(program, core, engine, index);
  const auto &stream = program.cores[core].stream(engine);
  if (index < stream.size())
    text += llvm::formatv(" {0}", stream[index].info().mnemonic).str();
  return text + isa::describeLine(program.cores[core], engine, index);
}

std::string nodeOf(const isa::Program &program, const isa::Instruction &instruction) {
  return instruction.origin < program.origins.size() ? program.origins[instruction.origin].node : "";
}

Finding makeFinding(llvm::StringRef check, std::string message, const isa::Program &program,
                    llvm::ArrayRef<Place> places) {
  Finding finding;
  finding.check = check.str();
  finding.message = std::move(message);
  for (const Place &place : places) {
    finding.instructions.push_back(describe(program, place.core, place.engine, place.index));
    finding.nodes.push_back(nodeOf(program, program.cores[place.core].stream(place.engine)[place.index]));
  }
  return finding;
}

static constexpr llvm::StringLiteral names[] = {"races", "uninitialized", "bounds", "deadlock"};
llvm::ArrayRef<llvm::StringLiteral> checkNames() { return names; }

std::unique_ptr<Check> makeCheck(llvm::StringRef name, const isa::Program &program, const Chip &chip) {
  if (name == "races")
    return makeRacesCheck(program, chip);
  if (name == "uninitialized")
    return makeUninitializedCheck(program, chip);
  if (name == "deadlock")
    return makeDeadlockCheck(program, chip);
  return nullptr; // bounds: the machine itself looks at every instruction
}

} // namespace tarn::sim
