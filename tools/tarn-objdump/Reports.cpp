#include "Reports.h"
#include "llvm/Support/Format.h"

using namespace tarn;
using namespace tarn::isa;

static llvm::StringRef kindName(TensorKind kind) {
  static constexpr llvm::StringLiteral names[] = {"input", "output", "constant", "scratch"};
  return names[static_cast<unsigned>(kind)];
}

static void printTensor(const ProgramTensor &tensor, llvm::raw_ostream &os) {
  os << llvm::format("  0x%010llx  %12llu bytes  %-8s  %-6s  ",
                     static_cast<unsigned long long>(tensor.address),
                     static_cast<unsigned long long>(tensor.sizeInBytes()), kindName(tensor.kind).data(),
                     name(tensor.dtype).data())
     << toString(tensor.shape) << "  " << tensor.name << "\n";
}

namespace {
/// Bytes of a partition that operands name, by address range.
struct Extent {
  uint64_t end = 0;
  uint64_t operands = 0;
  bool hasRuntimeAddress = false;
};
} // namespace

static Extent extentOf(const Program &program, Memory memory) {
  Extent extent;
  auto add = [&](uint64_t end, bool runtime) {
    extent.end = std::max(extent.end, end);
    extent.hasRuntimeAddress |= runtime;
    ++extent.operands;
  };
  for (const Core &core : program.cores)
    for (const std::vector<Instruction> &stream : core.streams)
      for (const Instruction &instruction : stream)
        forEachAccess(
            instruction,
            [&](const FieldInfo &, const AccessPattern &pattern) {
              if (pattern.memory != memory)
                return;
              uint64_t reach = sizeInBytes(pattern.dtype);
              for (Dim dim : pattern.pattern())
                reach += dim.step > 0 ? uint64_t(dim.step) * (dim.num - 1) * sizeInBytes(pattern.dtype) : 0;
              add(pattern.address + reach, pattern.offset.has_value());
            },
            [&](const FieldInfo &, const DmaPattern &pattern) {
              if (pattern.memory != memory)
                return;
              uint64_t reach = sizeInBytes(pattern.dtype);
              for (DmaDim dim : pattern.pattern())
                if (dim.step > 0 && dim.step % int64_t(sbufPartitionPitch))
                  reach += uint64_t(dim.step) * (dim.num - 1);
              add(pattern.address % sbufPartitionPitch + reach, pattern.offset.has_value());
            });
  return extent;
}

void tarn::printMap(const Program &program, const Chip &chip, llvm::raw_ostream &os) {
  os << "HBM: " << program.hbmSize << " bytes of " << chip.hbm.bytes << "\n";
  std::vector<const ProgramTensor *> tensors;
  for (const ProgramTensor &tensor : program.tensors)
    tensors.push_back(&tensor);
  // Pointers into one vector: equal addresses stay in the program's order.
  llvm::sort(tensors, [](const ProgramTensor *a, const ProgramTensor *b) {
    return std::tie(a->address, a) < std::tie(b->address, b);
  });
  for (const ProgramTensor *tensor : tensors)
    printTensor(*tensor, os);
  auto printOnChip = [&](Memory memory, int64_t size) {
    Extent extent = extentOf(program, memory);
    os << (memory == Memory::sbuf ? "SBUF" : "PSUM") << ": " << extent.end << " bytes a partition of " << size
       << ", named by " << extent.operands << " operands"
       << (extent.hasRuntimeAddress ? " (some with runtime addresses, counted at their base)" : "") << "\n";
  };
  printOnChip(Memory::sbuf, chip.sbuf.bytesPerPartition);
  printOnChip(Memory::psum, chip.psum.banks * chip.psum.bankBytesPerPartition);
}

void tarn::printSymbols(const Program &program, llvm::raw_ostream &os) {
  for (const ProgramTensor &tensor : program.tensors)
    printTensor(tensor, os);
}

void tarn::printNodes(const Program &program, llvm::raw_ostream &os) {
  std::vector<std::array<uint64_t, numEngines>> counts(std::max<size_t>(1, program.origins.size()));
  for (const Core &core : program.cores)
    for (unsigned e = 0; e < numEngines; ++e)
      for (const Instruction &instruction : core.streams[e])
        ++counts[std::min<size_t>(instruction.origin, counts.size() - 1)][e];
  os << "      pe     act     dve    pool      sp  node\n";
  for (auto [i, count] : llvm::enumerate(counts)) {
    for (uint64_t number : count)
      os << llvm::format("%8llu", static_cast<unsigned long long>(number));
    os << "  ";
    if (i < program.origins.size()) {
      const Origin &origin = program.origins[i];
      os << origin.node << (origin.op.empty() ? "" : " (" + origin.op + ")")
         << (origin.kernel.empty() ? "" : " in " + origin.kernel);
    } else {
      os << "(without a node)";
    }
    os << "\n";
  }
}

void tarn::printInstructionList(llvm::raw_ostream &os) {
  for (const InstructionInfo &info : instructionInfos) {
    std::string engines;
    for (unsigned e = 0; e < numEngines; ++e)
      if (info.engines >> e & 1)
        engines += (engines.empty() ? "" : " ") + name(static_cast<Engine>(e)).str();
    os << llvm::format("%-22s 0x%02x  %-20s ", info.mnemonic.data(), static_cast<unsigned>(info.opcode),
                       engines.c_str())
       << info.summary << "\n";
  }
}
