#include "Reports.h"
#include "tarn/Sim/Footprint.h"
#include "llvm/Support/Format.h"
#include <map>
#include <set>

using namespace tarn;
using namespace tarn::isa;

static llvm::StringRef kindName(TensorKind kind) {
  static constexpr llvm::StringLiteral names[] = {"input", "output", "constant", "scratch"};
  return names[static_cast<unsigned>(kind)];
}

static void printTensor(const ProgramTensor &tensor, llvm::raw_ostream &os) {
  os << llvm::format("  0x%010llx  %12llu bytes  %-8s  %-6s  ", static_cast<unsigned long long>(tensor.address),
                     static_cast<unsigned long long>(tensor.sizeInBytes()), kindName(tensor.kind).data(),
                     name(tensor.dtype).data())
     << toString(tensor.shape) << "  " << tensor.name << "\n";
}

namespace {
/// Who names which bytes of a partition.
class Occupancy {
public:
  Occupancy(const Program &program, Memory memory) : program(program), memory(memory) {
    for (const Core &core : program.cores)
      for (const std::vector<Instruction> &stream : core.streams)
        for (const Instruction &instruction : stream) {
          auto add = [&, this](const FieldInfo &, const auto &pattern) { this->add(instruction, pattern); };
          forEachAccess(instruction, add, add);
        }
  }

  /// Stretches that the same nodes use, by address.
  void print(llvm::raw_ostream &os) const {
    std::map<uint64_t, std::map<uint32_t, int64_t>> changes; // how many more operands of a node cover a byte
    for (const Range &range : ranges) {
      ++changes[range.begin][range.node];
      --changes[range.end][range.node];
    }
    std::map<uint32_t, int64_t> covering;
    std::vector<uint32_t> before;
    uint64_t begin = 0;
    for (const auto &[at, change] : changes) {
      for (const auto &[node, number] : change)
        if ((covering[node] += number) == 0)
          covering.erase(node);
      std::vector<uint32_t> nodes;
      for (const auto &entry : covering)
        nodes.push_back(entry.first);
      if (nodes == before)
        continue;
      printStretch(begin, at, before, os);
      before = std::move(nodes);
      begin = at;
    }
  }

  uint64_t end = 0, numOperands = 0;
  bool hasRuntimeAddress = false;

private:
  struct Range {
    uint64_t begin, end;
    uint32_t node;
    bool operator<(const Range &other) const {
      return std::tie(begin, end, node) < std::tie(other.begin, other.end, other.node);
    }
  };

  template <typename Pattern> void add(const Instruction &instruction, const Pattern &pattern) {
    if (pattern.memory != memory)
      return;
    sim::Footprint footprint = sim::footprintOf(pattern);
    // Operands of a hostile program may lie anywhere.
    auto first = static_cast<uint64_t>(std::max<int64_t>(footprint.box.firstByte, 0)),
         last = static_cast<uint64_t>(std::max<int64_t>(footprint.box.endByte, 0));
    end = std::max(end, last);
    hasRuntimeAddress |= pattern.offset.has_value();
    ++numOperands;
    if (first < last)
      ranges.insert({first, last, instruction.origin});
  }

  void printStretch(uint64_t first, uint64_t last, llvm::ArrayRef<uint32_t> nodes, llvm::raw_ostream &os) const {
    constexpr size_t numNamed = 4;
    if (nodes.empty())
      return;
    std::string text;
    for (uint32_t node : nodes.take_front(numNamed))
      text += (text.empty() ? "" : ", ") +
              (node < program.origins.size() ? program.origins[node].node : std::string("(without a node)"));
    if (nodes.size() > numNamed)
      text += " and " + std::to_string(nodes.size() - numNamed) + " more";
    os << llvm::format("  0x%06llx  %12llu bytes  ", static_cast<unsigned long long>(first),
                       static_cast<unsigned long long>(last - first))
       << text << "\n";
  }

  const Program &program;
  Memory memory;
  std::set<Range> ranges;
};
} // namespace

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
    Occupancy occupancy(program, memory);
    os << (memory == Memory::sbuf ? "SBUF" : "PSUM") << ": " << occupancy.end << " bytes a partition of " << size
       << ", named by " << occupancy.numOperands << " operands"
       << (occupancy.hasRuntimeAddress ? " (some with runtime addresses, counted at their base)" : "") << "\n";
    occupancy.print(os);
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
