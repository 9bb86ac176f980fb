// Reads of bytes that nothing has written. On chip a shadow keeps, for each byte of a partition, a mask of
// the partitions that were written; in HBM a byte for each byte. Inputs and constants are written from the
// start.
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

/// One byte for each byte of HBM, in pages that exist once something in them was written.
class HbmShadow {
public:
  void mark(int64_t first, int64_t bytes) {
    eachPart(first, bytes, [&](int64_t page, int64_t at, int64_t part) {
      auto &written = pages[page];
      if (written.empty())
        written.assign(pageSize, 0);
      std::fill_n(written.begin() + at, part, 1);
      return true;
    });
  }
  /// The first byte that was not written; -1 when all were.
  int64_t findMissing(int64_t first, int64_t bytes) const {
    int64_t missing = -1;
    eachPart(first, bytes, [&](int64_t page, int64_t at, int64_t part) {
      auto found = pages.find(page);
      if (found == pages.end()) {
        missing = page * pageSize + at;
      } else {
        auto begin = found->second.begin() + at;
        auto gap = std::find(begin, begin + part, 0);
        if (gap != begin + part)
          missing = page * pageSize + (gap - found->second.begin());
      }
      return missing < 0;
    });
    return missing;
  }

private:
  static constexpr int64_t pageSize = 1 << 16;
  template <typename F> static void eachPart(int64_t first, int64_t bytes, F &&f) {
    for (int64_t end = first + bytes; first < end;) {
      int64_t page = first / pageSize, at = first % pageSize, part = std::min(end - first, pageSize - at);
      if (!f(page, at, part))
        return;
      first += part;
    }
  }
  llvm::DenseMap<int64_t, std::vector<uint8_t>> pages;
};

class Uninitialized : public Check {
public:
  Uninitialized(const isa::Program &program, const Chip &chip) : program(program) {
    for (size_t core = 0; core < program.cores.size(); ++core) {
      sbuf.emplace_back(chip.sbuf.bytesPerPartition);
      psum.emplace_back(chip.psum.banks * chip.psum.bankBytesPerPartition);
    }
    for (const isa::ProgramTensor &tensor : program.tensors)
      if (tensor.kind == isa::TensorKind::input || tensor.kind == isa::TensorKind::constant)
        hbm.mark(tensor.address, tensor.sizeInBytes());
  }

  llvm::StringRef name() const override { return "uninitialized"; }

  void on(const Started &event) override {
    // A matmul that starts its group overwrites: it does not read its result.
    auto *matmul = std::get_if<isa::Matmul>(&event.resolved.payload);
    auto *mx = std::get_if<isa::MatmulMx>(&event.resolved.payload);
    // Nor does it read scales where quantize_mx puts none.
    bool overwrites = (matmul && (unsigned(matmul->group) & 1)) || (mx && (unsigned(mx->group) & 1)) ||
                      std::holds_alternative<isa::QuantizeMx>(event.resolved.payload);
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
      footprint.forEachRunInPartition([&](int64_t first, int64_t bytes) { hbm.mark(first, bytes); });
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
        if (firstMissing < 0)
          firstMissing = hbm.findMissing(first, bytes);
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
  HbmShadow hbm;
  std::set<std::tuple<unsigned, isa::Engine, uint32_t>> reported;
  std::vector<Finding> findings;
};

} // namespace

std::unique_ptr<Check> makeUninitializedCheck(const isa::Program &program, const Chip &chip) {
  return std::make_unique<Uninitialized>(program, chip);
}

} // namespace tarn::sim
