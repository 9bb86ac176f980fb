// Any bytes as encoded instructions: what decodes is what encoding writes, and its text reads as the same.
#include "Fuzz.h"
#include "tarn/ISA/Encoding.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  using namespace tarn;
  // On the heap, so that a read beyond the end is seen.
  std::vector<char> bytes(data, data + size);
  llvm::ArrayRef<char> rest = bytes;
  isa::Program program;
  while (!rest.empty()) {
    llvm::ArrayRef<char> before = rest;
    auto instruction = isa::decode(rest);
    if (!instruction) {
      llvm::consumeError(instruction.takeError());
      break;
    }
    llvm::SmallVector<char, 256> again;
    if (llvm::Error error = isa::encode(*instruction, again))
      fuzz::complain("a decoded instruction is not encoded: " + llvm::toString(std::move(error)));
    if (llvm::ArrayRef<char>(again) != before.drop_back(rest.size()))
      fuzz::complain("decoding accepts what encoding does not write");
    // Where a branch may lead is the rule of whole programs.
    if (auto *branch = std::get_if<isa::CompareBranch>(&instruction->payload))
      branch->target = 0;
    program.cores[0].streams[size % isa::numEngines].push_back(std::move(*instruction));
  }
  fuzz::use(program);
  return 0;
}
