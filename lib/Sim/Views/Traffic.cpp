// Bytes moved by DMAs and touched by engines, and how full the on-chip memories get.
#include "Intervals.h"
#include "tarn/Sim/Footprint.h"
#include "tarn/Sim/View.h"

namespace tarn::sim {

namespace {

class Traffic : public View {
public:
  Traffic(const isa::Program &, const Chip &chip) : chip(chip) {}
  llvm::StringRef name() const override { return "traffic"; }

  void on(const Started &event) override {
    isa::forEachAccess(
        event.resolved,
        [&](const isa::FieldInfo &field, const isa::AccessPattern &pattern) {
          int64_t bytes = int64_t(pattern.numElements()) * pattern.numPartitions * sizeInBytes(pattern.dtype);
          auto &sum = engineBytes[unsigned(event.step.engine)][unsigned(pattern.memory)];
          sum.read += isa::isRead(field.kind) ? bytes : 0;
          sum.written += isa::isWritten(field.kind) ? bytes : 0;
          notePeak(pattern);
        },
        [&](const isa::FieldInfo &field, const isa::DmaPattern &pattern) {
          int64_t bytes = pattern.numElements() * sizeInBytes(pattern.dtype);
          auto &sum = dmaBytes[unsigned(pattern.memory)];
          (isa::isWritten(field.kind) ? sum.written : sum.read) += bytes;
          if (pattern.memory != isa::Memory::hbm)
            notePeak(footprintOf(pattern).box);
        });
  }
  void on(const Completed &event) override {
    if (event.step.instruction->info().isDma) {
      active.add(event.step.firstElement, event.step.completion);
      ++dmas;
    }
  }
  void finish(Picoseconds time) override {
    total = time;
    activeTime = active.total();
  }

  void addTo(llvm::json::Object &report) const override {
    const Bytes &hbm = dmaBytes[unsigned(isa::Memory::hbm)];
    report["dma"] =
        llvm::json::Object{{"active_ns", toNs(activeTime)},       {"instructions", dmas},
                           {"hbm_read_bytes", hbm.read},          {"hbm_write_bytes", hbm.written},
                           {"sbuf_read_bytes", dmaBytes[0].read}, {"sbuf_write_bytes", dmaBytes[0].written}};
    report["mbu"] = total ? double(hbm.read + hbm.written) / toNs(total) / chip.hbm.bytesPerNs : 0.0;
    report["peak_sbuf_bytes_per_partition"] = peak[0];
    report["peak_psum_bytes_per_partition"] = peak[1];
  }

  void print(llvm::raw_ostream &os) const override {
    const Bytes &hbm = dmaBytes[unsigned(isa::Memory::hbm)];
    os << "Traffic\n";
    os << llvm::formatv("  HBM read {0} bytes, written {1} bytes, by {2} DMAs, active {3:f3} ns\n", hbm.read,
                        hbm.written, dmas, toNs(activeTime));
    for (unsigned kind = 0; kind < isa::numEngines; ++kind)
      for (unsigned memory = 0; memory < 2; ++memory) {
        const Bytes &bytes = engineBytes[kind][memory];
        if (bytes.read || bytes.written)
          os << llvm::formatv("  {0,-5} {1}: read {2}, written {3} bytes\n", isa::name(isa::Engine(kind)),
                              isa::name(isa::Memory(memory)), bytes.read, bytes.written);
      }
    os << llvm::formatv("  highest byte of a partition: SBUF {0} of {1}, PSUM {2} of {3}\n", peak[0],
                        chip.sbuf.bytesPerPartition, peak[1], chip.psum.banks * chip.psum.bankBytesPerPartition);
  }

private:
  struct Bytes {
    int64_t read = 0, written = 0;
  };
  void notePeak(const isa::AccessPattern &pattern) {
    int64_t end = 1;
    for (isa::Dim dim : pattern.pattern())
      end += std::max<int64_t>(0, int64_t(dim.step) * (int64_t(dim.num) - 1));
    int64_t &highest = peak[unsigned(pattern.memory)];
    highest = std::max<int64_t>(highest, pattern.address + end * sizeInBytes(pattern.dtype));
  }
  void notePeak(const Box &box) {
    int64_t &highest = peak[unsigned(box.memory)];
    highest = std::max(highest, box.endByte);
  }

  const Chip &chip;
  std::array<std::array<Bytes, 3>, isa::numEngines> engineBytes;
  std::array<Bytes, 3> dmaBytes;
  std::array<int64_t, 3> peak{};
  Intervals active;
  int64_t dmas = 0;
  Picoseconds activeTime = 0, total = 0;
};

} // namespace

std::unique_ptr<View> makeTrafficView(const isa::Program &program, const Chip &chip) {
  return std::make_unique<Traffic>(program, chip);
}

} // namespace tarn::sim
