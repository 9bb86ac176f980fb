// Asks the rules of the records: the conditions are generated with `#line`.
#include "tarn/ISA/Check.h"
#include "RuleConditions.h"
#include "tarn/Support/AtomicFile.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Support/JSON.h"

namespace tarn::isa {

llvm::StringRef name(Needs needs) {
  static constexpr llvm::StringLiteral names[] = {"shapes", "addresses", "queues", "stream"};
  return names[static_cast<unsigned>(needs)];
}

/// Which rules are asked, by what they need.
struct Asked {
  Needs from, upTo;
  constexpr bool have(Needs needs) const { return from <= needs && needs <= upTo; }
};

#include "tarn/ISA/Rules.inc"

llvm::ArrayRef<RuleInfo> allRules() { return ruleInfos; }

static llvm::Error check(const Instruction &instruction, Engine engine, const Chip &chip, Asked asked,
                         size_t streamSize) {
  if (llvm::Error error = checkAny(instruction, instruction.info(), engine, chip, asked))
    return error;
  return std::visit([&](const auto &self) { return checkPayload(self, engine, chip, asked, streamSize); },
                    instruction.payload);
}

llvm::Error check(const Instruction &instruction, Engine engine, const Chip &chip, Needs upTo, size_t streamSize) {
  return check(instruction, engine, chip, Asked{Needs::shapes, upTo}, streamSize);
}

llvm::Error checkAddresses(const Instruction &instruction, Engine engine, const Chip &chip) {
  return check(instruction, engine, chip, Asked{Needs::addresses, Needs::addresses}, 0);
}

/// Names go into reports and pages, which are UTF-8.
static llvm::Error checkNames(const Program &program) {
  auto check = [](llvm::StringRef what, llvm::StringRef name) -> llvm::Error {
    if (llvm::json::isUTF8(name))
      return llvm::Error::success();
    return makeError("the name of {0} is no UTF-8 text: '{1}'", what, llvm::json::fixUTF8(name));
  };
  if (llvm::Error error = check("the program", program.name))
    return error;
  if (!llvm::json::isUTF8(program.chip))
    return makeError("the chip file in the program is no UTF-8 text");
  for (const ProgramTensor &tensor : program.tensors)
    if (llvm::Error error = check("a tensor", tensor.name))
      return error;
  for (const Origin &origin : program.origins)
    for (llvm::StringRef name :
         {llvm::StringRef(origin.node), llvm::StringRef(origin.op), llvm::StringRef(origin.kernel)})
      if (llvm::Error error = check("a node", name))
        return error;
  return llvm::Error::success();
}

bool isFilled(const ProgramTensor &tensor) {
  return tensor.kind == TensorKind::input || tensor.kind == TensorKind::constant;
}

llvm::Error checkApart(const ProgramTensor &a, const ProgramTensor &b) {
  uint64_t endOfA = a.address + a.sizeInBytes(), endOfB = b.address + b.sizeInBytes();
  if (!isFilled(a) || !isFilled(b) || std::max(a.address, b.address) >= std::min(endOfA, endOfB))
    return llvm::Error::success();
  return makeError("tensor '{0}' (bytes {1:x} to {2:x}) overlaps tensor '{3}' (bytes {4:x} to {5:x}); both are filled "
                   "before the program begins",
                   b.name, b.address, endOfB - 1, a.name, a.address, endOfA - 1);
}

llvm::Error checkTensors(const Program &program) {
  std::array<llvm::StringSet<>, 4> names; // by kind: a model may hand an input or a constant on as an output
  for (const ProgramTensor &tensor : program.tensors) {
    uint64_t size = tensor.sizeInBytes();
    if (tensor.address > program.hbmSize || size > program.hbmSize - tensor.address)
      return makeError("tensor '{0}' of {1} bytes at {2} lies outside the program's {3} bytes of HBM", tensor.name,
                       size, tensor.address, program.hbmSize);
    if (!names[static_cast<unsigned>(tensor.kind)].insert(tensor.name).second)
      return makeError("tensor '{0}' appears twice", tensor.name);
  }
  std::vector<const ProgramTensor *> filled;
  for (const ProgramTensor &tensor : program.tensors)
    if (isFilled(tensor) && tensor.sizeInBytes())
      filled.push_back(&tensor);
  llvm::sort(filled, [](const ProgramTensor *a, const ProgramTensor *b) {
    return std::pair(a->address, a) < std::pair(b->address, b);
  });
  for (size_t i = 1; i < filled.size(); ++i)
    if (llvm::Error error = checkApart(*filled[i - 1], *filled[i]))
      return error;
  return llvm::Error::success();
}

llvm::Error checkMemory(const Program &program, const Chip &chip) {
  if (program.hbmSize <= uint64_t(chip.hbm.bytes))
    return llvm::Error::success();
  return makeError("the program uses {0} bytes of HBM, {1} has {2} a core (hbm.bytes)", program.hbmSize, chip.name,
                   chip.hbm.bytes);
}

llvm::Error check(const Program &program, const Chip &chip) {
  if (llvm::Error error = checkNames(program))
    return error;
  if (llvm::Error error = checkMemory(program, chip))
    return error;
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
