// Arithmetic against the peak of the PE array (facts 5.10). `flops` counts the products of the program, an
// fp32 product once though it takes two matmuls. MFU counts them in 16-bit terms (fp32 four times), HFU
// counts transposes too.
#include "tarn/Sim/View.h"

namespace tarn::sim {

namespace {

class Roofline : public View {
public:
  Roofline(const isa::Program &program, const Chip &chip) : chip(chip), stationary(program.cores.size()) {}
  llvm::StringRef name() const override { return "roofline"; }

  void on(const Started &event) override {
    if (auto *load = std::get_if<isa::LoadStationary>(&event.resolved.payload)) {
      stationary[event.step.core] = {double(load->data.numPartitions) * load->data.numElements(),
                                     load->fp32_mode};
      return;
    }
    if (auto *matmul = std::get_if<isa::Matmul>(&event.resolved.payload)) {
      const Loaded &loaded = stationary[event.step.core];
      double work = 2 * loaded.elements * matmul->moving.numElements();
      double passes = sizeInBytes(matmul->moving.dtype) >= 4 ? double(chip.pe.fp32Passes) : 1.0;
      hardware += work * passes;
      if (matmul->is_transpose)
        return;
      useful += work * passes;
      if (loaded.mode != isa::Fp32Mode::low)
        flops += work;
    }
    isa::forEachAccess(
        event.resolved, [](const isa::FieldInfo &, const isa::AccessPattern &) {},
        [&](const isa::FieldInfo &, const isa::DmaPattern &pattern) {
          if (pattern.memory == isa::Memory::hbm)
            hbmBytes += double(pattern.numElements()) * sizeInBytes(pattern.dtype);
        });
  }
  void finish(Picoseconds time) override { total = toNs(time); }

  void addTo(llvm::json::Object &report) const override {
    report["flops"] = flops;
    report["mfu"] = share(useful);
    report["hfu"] = share(hardware);
    report["roofline"] = llvm::json::Object{{"compute_bound_ns", useful / peak()},
                                            {"memory_bound_ns", hbmBytes / bandwidth()},
                                            {"arithmetic_intensity", hbmBytes ? flops / hbmBytes : 0.0}};
  }

  void print(llvm::raw_ostream &os) const override {
    os << "Roofline\n";
    os << llvm::formatv("  {0:f0} flops, MFU {1:f2} %, HFU {2:f2} %\n", flops, 100 * share(useful),
                        100 * share(hardware));
    os << llvm::formatv("  bound by arithmetic {0:f3} ns, by memory {1:f3} ns; {2:f2} flops a byte of HBM\n",
                        useful / peak(), hbmBytes / bandwidth(), hbmBytes ? flops / hbmBytes : 0.0);
  }

private:
  double peak() const { return 2.0 * double(chip.partitions * chip.pe.maxStationary) * chip.pe.clockHz / 1e9 * double(stationary.size()); }
  double bandwidth() const {
    return std::min(chip.hbm.bytesPerNs, double(chip.dma.engines) * chip.dma.bytesPerNs);
  }
  double share(double work) const { return total > 0 ? work / total / peak() : 0.0; }

  const Chip &chip;
  struct Loaded {
    double elements = 0;
    isa::Fp32Mode mode = isa::Fp32Mode::full;
  };
  std::vector<Loaded> stationary;
  double flops = 0, useful = 0, hardware = 0, hbmBytes = 0, total = 0;
};

} // namespace

std::unique_ptr<View> makeRooflineView(const isa::Program &program, const Chip &chip) {
  return std::make_unique<Roofline>(program, chip);
}

} // namespace tarn::sim
