#include "tarn/ISA/Program.h"
#include "llvm/Support/FormatVariadic.h"

namespace tarn::isa {

const ProgramTensor *Program::find(llvm::StringRef name) const {
  for (const ProgramTensor &tensor : tensors)
    if (tensor.name == name)
      return &tensor;
  return nullptr;
}

std::string describeLine(const Core &core, Engine engine, uint32_t index) {
  const std::vector<uint32_t> &lines = core.lines[static_cast<unsigned>(engine)];
  return index < lines.size() ? llvm::formatv(" (line {0})", lines[index]).str() : "";
}

uint64_t Program::numInstructions() const {
  uint64_t count = 0;
  for (const Core &core : cores)
    for (const std::vector<Instruction> &stream : core.streams)
      count += stream.size();
  return count;
}

} // namespace tarn::isa
