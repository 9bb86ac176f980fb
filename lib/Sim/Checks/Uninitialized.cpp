// Reads of bytes that nothing has written. On chip a shadow keeps, for each byte of a partition, a mask of the
// partitions that were written; in HBM one bit a byte. Inputs and constants are written from the start.
#include "tarn/Sim/Check.h"
#include "tarn/Sim/Footprint.h"
#include <set>

namespace tarn::sim {

namespace {

/// 128 partitions as bits.
struct Mask {
  uint64_t low = 0, high = 0;
  static Mask of(int64_t first, int64_t count) {
    auto bits = [](int64_t from, int64_t to) -> uint64_t { // bits [from, to) of a word
      from = std::max<int64_t>(from, 0);
      to = std::min<int64_t>(to, 64);
      if (from >= to)
        return 0;
      return (to - from == 64 ? ~uint64_t(0) : (uint64_t(1) << (to - from)) - 1) << from;
    };
    return {bits(first, first + count), bits(first - 64, first - 64 + count)};
  }
};

class Uninitialized : public Check {
public:
  Uninitialized(const isa::Program &program, const Chip &chip) : program(program) {
    for (size_t core = 0; core < program.cores.size(); ++core) {
      sbuf.emplace_back(chip.sbuf.bytesPerPartition);
      psum.emplace_back(chip.psum.banks * chip.psum.bankBytesPerPartition);
    }
    hbm.assign(program.hbmSize, false);
    for (const isa::ProgramTensor &tensor : program.tensors)
      if (tensor.kind == isa::TensorKind::input || tensor.kind == isa::TensorKind::constant)
        std::fill_n(hbm.begin() + tensor.address, tensor.sizeInBytes(), true);
  }

  llvm::StringRef name() const override { return "uninitialized"; }

  void on(const Started &event) override {
    // A matmul that starts its group overwrites: it does not read its result.
    auto *matmul = std::get_if<isa::Matmul>(&event.resolved.payload);
    bool overwrites = matmul && (unsigned(matmul->group) & 1);
    auto reads = [&](const isa::FieldInfo &field, const auto &pattern) {
      if (isa::isRead(field.kind) && !(overwrites && field.kind == isa::FieldKind::InOut))
        check(event, field.name, footprintOf(pattern));
    };
    auto writes = [&](const isa::FieldInfo &field, const auto &pattern) {
      if (isa::isWritten(field.kind))
        mark(event.step.core, footprintOf(pattern));
    };
    isa::forEachAccess(event.resolved, reads, reads);
    isa::forEachAccess(event.resolved, writes, writes);
  }

  std::vector<Finding> takeFindings() override { return std::move(findings); }

private:
  std::vector<Mask> &shadowOf(unsigned core, isa::Memory memory) {
    return memory == isa::Memory::sbuf ? sbuf[core] : psum[core];
  }

  void mark(unsigned core, const Footprint &footprint) {
    if (footprint.box.memory == isa::Memory::hbm) {
      footprint.forEachRunInPartition(
          [&](int64_t first, int64_t bytes) { std::fill_n(hbm.begin() + first, bytes, 1); });
      return;
    }
    std::vector<Mask> &shadow = shadowOf(core, footprint.box.memory);
    footprint.forEachGroup([&](int64_t partition) {
      Mask mask = Mask::of(partition, footprint.numPartitions);
      footprint.forEachRunInPartition([&](int64_t first, int64_t bytes) {
        for (int64_t i = first; i < first + bytes; ++i) {
          shadow[i].low |= mask.low;
          shadow[i].high |= mask.high;
        }
      });
    });
  }

  void check(const Started &event, llvm::StringRef field, const Footprint &footprint) {
    int64_t firstMissing = -1;
    if (footprint.box.memory == isa::Memory::hbm) {
      footprint.forEachRunInPartition([&](int64_t first, int64_t bytes) {
        auto at = std::find(hbm.begin() + first, hbm.begin() + first + bytes, 0);
        if (firstMissing < 0 && at != hbm.begin() + first + bytes)
          firstMissing = at - hbm.begin();
      });
    } else {
      std::vector<Mask> &shadow = shadowOf(event.step.core, footprint.box.memory);
      footprint.forEachGroup([&](int64_t partition) {
        Mask mask = Mask::of(partition, footprint.numPartitions);
        footprint.forEachRunInPartition([&](int64_t first, int64_t bytes) {
          uint64_t missing = 0;
          for (int64_t i = first; i < first + bytes; ++i)
            missing |= (~shadow[i].low & mask.low) | (~shadow[i].high & mask.high);
          if (missing && firstMissing < 0)
            for (firstMissing = first;
                 ((~shadow[firstMissing].low & mask.low) | (~shadow[firstMissing].high & mask.high)) == 0;)
              ++firstMissing;
        });
      });
    }
    if (firstMissing < 0 || !reported.insert({event.step.core, event.step.engine, event.step.index}).second ||
        findings.size() >= 100)
      return;
    findings.push_back(makeFinding(
        "uninitialized",
        llvm::formatv("operand '{0}' of {1} reads {2} from byte {3} on, which nothing has written", field,
                      describe(program, event.step.core, event.step.engine, event.step.index),
                      isa::name(footprint.box.memory), firstMissing),
        program, {{event.step.core, event.step.engine, event.step.index}}));
  }

  const isa::Program &program;
  std::vector<std::vector<Mask>> sbuf, psum;
  std::vector<uint8_t> hbm;
  std::set<std::tuple<unsigned, isa::Engine, uint32_t>> reported;
  std::vector<Finding> findings;
};

} // namespace

std::unique_ptr<Check> makeUninitializedCheck(const isa::Program &program, const Chip &chip) {
  return std::make_unique<Uninitialized>(program, chip);
}

} // namespace tarn::sim
