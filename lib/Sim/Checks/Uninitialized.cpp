// Reads of bytes that nothing has written. On chip a shadow keeps, for each byte of a partition, a mask of
// the partitions that were written; in HBM a byte for each byte of a page until the whole page is written. Inputs and
// constants are written from the start. What an instruction leaves alone of its result stays as it was; which rows a gather
// leaves out is known in a run with values only. At the end of a run every byte of an output must have been.
#include "../Execute/DmaSides.h"
#include "tarn/Sim/Check.h"
#include "tarn/Sim/Footprint.h"
#include <cstring>
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

/// SBUF or PSUM of a core. Written bytes stay written, so what was found once for a block of bytes holds on: a mask a
/// block says which partitions are known to be written in all of its bytes.
class OnChipShadow {
public:
  explicit OnChipShadow(int64_t bytes) : written(bytes), blocks(bytes / blockSize + 1) {}

  void mark(int64_t first, int64_t bytes, Mask mask) {
    for (int64_t i = first; i < first + bytes; ++i) {
      written[i].low |= mask.low;
      written[i].high |= mask.high;
    }
  }
  /// The first byte that was not written in all partitions of a mask; -1 when all were.
  int64_t findMissing(int64_t first, int64_t bytes, Mask mask) {
    int64_t end = first + bytes;
    while (first < end) {
      int64_t block = first / blockSize, blockEnd = (block + 1) * blockSize;
      bool isKnown = covers(blocks[block], mask);
      if (!isKnown && blockEnd <= int64_t(written.size()) && (first == blockEnd - blockSize || end >= blockEnd)) {
        Mask all{~uint64_t(0), ~uint64_t(0)};
        for (int64_t i = blockEnd - blockSize; i < blockEnd; ++i) {
          all.low &= written[i].low;
          all.high &= written[i].high;
        }
        blocks[block] = all;
        isKnown = covers(all, mask);
      }
      if (!isKnown)
        for (int64_t i = first; i < std::min(end, blockEnd); ++i)
          if (!covers(written[i], mask))
            return i;
      first = blockEnd;
    }
    return -1;
  }

private:
  static constexpr int64_t blockSize = 64;
  static bool covers(Mask known, Mask asked) { return !((~known.low & asked.low) | (~known.high & asked.high)); }

  std::vector<Mask> written, blocks;
};

/// HBM, in pages that exist once something in them was written.
class HbmShadow {
public:
  void mark(int64_t first, int64_t bytes) {
    eachPart(first, bytes, [&](int64_t number, int64_t at, int64_t part) {
      Page &page = pages[number];
      if (page.isFull)
        return true;
      if (part == pageSize) {
        page = {true, {}};
        return true;
      }
      if (page.written.empty())
        page.written.assign(pageSize, 0);
      std::memset(page.written.data() + at, 1, part);
      return true;
    });
  }
  /// The first byte that was not written; -1 when all were.
  int64_t findMissing(int64_t first, int64_t bytes) {
    int64_t missing = -1;
    eachPart(first, bytes, [&](int64_t number, int64_t at, int64_t part) {
      auto found = pages.find(number);
      if (found == pages.end()) {
        missing = number * pageSize + at;
      } else if (Page &page = found->second; !page.isFull) {
        if (const void *gap = std::memchr(page.written.data() + at, 0, part))
          missing = number * pageSize + (static_cast<const uint8_t *>(gap) - page.written.data());
      }
      return missing < 0;
    });
    return missing;
  }

private:
  static constexpr int64_t pageSize = 1 << 16;
  struct Page {
    bool isFull = false;
    std::vector<uint8_t> written; // of a page that is not full: 1 or 0 for each byte
  };
  template <typename F> static void eachPart(int64_t first, int64_t bytes, F &&f) {
    for (int64_t end = first + bytes; first < end;) {
      int64_t page = first / pageSize, at = first % pageSize, part = std::min(end - first, pageSize - at);
      if (!f(page, at, part))
        return;
      first += part;
    }
  }
  llvm::DenseMap<int64_t, Page> pages;
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
    auto *gather = std::get_if<isa::MatmulGather>(&event.resolved.payload);
    // Nor does it read scales where quantize_mx puts none.
    bool overwrites = (matmul && (unsigned(matmul->group) & 1)) || (mx && (unsigned(mx->group) & 1)) ||
                      (gather && (unsigned(gather->group) & 1)) || event.resolved.is<isa::QuantizeMx>();
    auto reads = [&](const isa::FieldInfo &field, const auto &pattern) {
      if (isa::isRead(field.kind) && !(overwrites && field.kind == isa::FieldKind::InOut))
        check(event, field.name, footprintOf(pattern));
    };
    auto writes = [&](const isa::FieldInfo &field, const auto &pattern) {
      if (isa::isWritten(field.kind))
        mark(event.step.core, footprintOf(pattern));
    };
    isa::forEachAccess(event.resolved, reads, reads);
    if (!markParts(event))
      isa::forEachAccess(event.resolved, writes, writes);
  }

  /// An output is read by whoever runs the program.
  void finish() override {
    for (const isa::ProgramTensor &tensor : program.tensors) {
      if (tensor.kind != isa::TensorKind::output)
        continue;
      int64_t missing = hbm.findMissing(tensor.address, tensor.sizeInBytes());
      if (missing >= 0)
        findings.push_back(makeFinding("uninitialized",
                                       llvm::formatv("nothing has written byte {0} of output '{1}' (hbm:{2:x})",
                                                     missing - int64_t(tensor.address), tensor.name, missing),
                                       program, {}));
    }
  }

  std::vector<Finding> takeFindings() override { return std::move(findings); }

private:
  /// Of an instruction that leaves some of its result alone: marks the rest.
  bool markParts(const Started &event) {
    if (auto *shuffle = std::get_if<isa::StreamShuffle>(&event.resolved.payload)) {
      markPartitions(event.step.core, shuffle->dst, [&](unsigned p) { return shuffle->mask[p % 32] != 255; });
      return true;
    }
    if (auto *nonzero = std::get_if<isa::NonzeroWithCount>(&event.resolved.payload)) {
      markPartitions(event.step.core, nonzero->dst, [](unsigned p) { return p % 16 == 0; });
      return true;
    }
    auto *gather = std::get_if<isa::DmaGather>(&event.resolved.payload);
    if (!gather || gather->bounds != isa::BoundsMode::skip || !event.memory)
      return false;
    GatherSizes sizes(*gather);
    for (auto [position, row] : llvm::enumerate(rowsOf(gather->index, *event.memory)))
      if (sizes.hasRow(row))
        forEachRunFrom(gather->dst, position * sizes.each, sizes.each, [&](uint64_t address, uint64_t bytes, uint64_t) {
          if (gather->dst.memory == isa::Memory::hbm)
            hbm.mark(address, bytes);
          else
            shadowOf(event.step.core, gather->dst.memory)
                .mark(address % isa::sbufPartitionPitch, bytes, Mask::of(address / isa::sbufPartitionPitch, 1));
        });
    return true;
  }
  template <typename F> void markPartitions(unsigned core, isa::AccessPattern dst, F &&isWritten) {
    unsigned count = dst.numPartitions, first = dst.startPartition;
    dst.numPartitions = 1;
    for (unsigned p = 0; p < count; ++p) {
      dst.startPartition = first + p;
      if (isWritten(p))
        mark(core, footprintOf(dst));
    }
  }

  OnChipShadow &shadowOf(unsigned core, isa::Memory memory) {
    return memory == isa::Memory::sbuf ? sbuf[core] : psum[core];
  }

  void mark(unsigned core, const Footprint &footprint) {
    if (footprint.box.memory == isa::Memory::hbm) {
      footprint.forEachRunInPartition([&](int64_t first, int64_t bytes) { hbm.mark(first, bytes); });
      return;
    }
    OnChipShadow &shadow = shadowOf(core, footprint.box.memory);
    footprint.forEachGroup([&](int64_t partition) {
      Mask mask = Mask::of(partition, footprint.numPartitions);
      footprint.forEachRunInPartition([&](int64_t first, int64_t bytes) { shadow.mark(first, bytes, mask); });
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
      OnChipShadow &shadow = shadowOf(event.step.core, footprint.box.memory);
      footprint.forEachGroup([&](int64_t partition) {
        Mask mask = Mask::of(partition, footprint.numPartitions);
        footprint.forEachRunInPartition([&](int64_t first, int64_t bytes) {
          if (firstMissing < 0)
            firstMissing = shadow.findMissing(first, bytes, mask);
        });
      });
    }
    if (firstMissing < 0 || !reported.insert({event.step.core, event.step.engine, event.step.index}).second ||
        findings.size() >= 100)
      return;
    findings.push_back(
        makeFinding("uninitialized",
                    llvm::formatv("operand '{0}' of {1} reads {2} from byte {3} on, which nothing has written", field,
                                  describe(program, event.step.core, event.step.engine, event.step.index),
                                  isa::name(footprint.box.memory), firstMissing),
                    program, {{event.step.core, event.step.engine, event.step.index}}));
  }

  const isa::Program &program;
  std::vector<OnChipShadow> sbuf, psum;
  HbmShadow hbm;
  std::set<std::tuple<unsigned, isa::Engine, uint32_t>> reported;
  std::vector<Finding> findings;
};

} // namespace

std::unique_ptr<Check> makeUninitializedCheck(const isa::Program &program, const Chip &chip) {
  return std::make_unique<Uninitialized>(program, chip);
}

} // namespace tarn::sim
