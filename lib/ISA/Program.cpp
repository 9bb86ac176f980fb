#include "tarn/ISA/Program.h"

namespace tarn::isa {

const ProgramTensor *Program::find(llvm::StringRef name) const {
  for (const ProgramTensor &tensor : tensors)
    if (tensor.name == name)
      return &tensor;
  return nullptr;
}

uint64_t Program::numInstructions() const {
  uint64_t count = 0;
  for (const Core &core : cores)
    for (const std::vector<Instruction> &stream : core.streams)
      count += stream.size();
  return count;
}

} // namespace tarn::isa
