#include "tarn/ISA/Operands.h"
#include "llvm/ADT/StringRef.h"

namespace tarn::isa {

static constexpr llvm::StringLiteral engineNames[] = {"pe", "act", "dve", "pool", "sp"};
static constexpr llvm::StringLiteral memoryNames[] = {"sbuf", "psum", "hbm"};

llvm::StringRef name(Engine engine) { return engineNames[static_cast<unsigned>(engine)]; }
llvm::StringRef name(Memory memory) { return memoryNames[static_cast<unsigned>(memory)]; }

std::optional<Engine> parseEngine(llvm::StringRef text) {
  for (unsigned i = 0; i < numEngines; ++i)
    if (engineNames[i] == text)
      return static_cast<Engine>(i);
  return std::nullopt;
}

bool AccessPattern::operator==(const AccessPattern &other) const {
  return memory == other.memory && dtype == other.dtype && startPartition == other.startPartition &&
         numPartitions == other.numPartitions && address == other.address && offset == other.offset &&
         pattern() == other.pattern();
}

bool DmaPattern::operator==(const DmaPattern &other) const {
  return memory == other.memory && dtype == other.dtype && address == other.address && offset == other.offset &&
         pattern() == other.pattern();
}

bool IndexPattern::operator==(const IndexPattern &other) const { return pattern() == other.pattern(); }

} // namespace tarn::isa
