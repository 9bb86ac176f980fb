// Arithmetic against the peak of the PE array (facts 5.10). `flops` counts the products of the program, an
// fp32 product once though it takes two matmuls. MFU counts them in 16-bit terms (fp32 four times), HFU
// counts transposes too.
#include "Intervals.h"
#include "tarn/Sim/View.h"

namespace tarn::sim {

namespace {

class Roofline : public View {
public:
  Roofline(const isa::Program &program, const Chip &chip)
      : program(program), chip(chip), stationary(program.cores.size()), kernels(program.origins.size() + 1) {}
  llvm::StringRef name() const override { return "roofline"; }

  void on(const Started &event) override {
    Kernel &kernel = kernels[std::min<size_t>(event.step.instruction->origin, kernels.size() - 1)];
    kernel.active.add(event.step.start, event.step.completion);
    if (auto *load = std::get_if<isa::LoadStationary>(&event.resolved.payload)) {
      stationary[event.step.core] = {double(load->data.numPartitions) * load->data.numElements(), load->fp32_mode};
      return;
    }
    if (auto *load = std::get_if<isa::LoadStationaryMx>(&event.resolved.payload)) {
      stationary[event.step.core] = {4.0 * load->data.numPartitions * load->data.numElements(), isa::Fp32Mode::full};
      return;
    }
    if (auto *load = std::get_if<isa::LoadStationaryGather>(&event.resolved.payload)) {
      stationary[event.step.core] = {double(load->index.numPartitions) * load->index.numElements(),
                                     isa::Fp32Mode::full};
      return;
    }
    if (auto *matmul = std::get_if<isa::MatmulGather>(&event.resolved.payload)) {
      double work = 2 * stationary[event.step.core].elements * matmul->dst.numElements();
      hardware += work;
      useful += work;
      flops += work;
      kernel.useful += work;
      kernel.flops += work;
      return;
    }
    // Utilisation counts the array's time: of narrow elements it does two or four products where it does one of bf16.
    if (auto *matmul = std::get_if<isa::MatmulMx>(&event.resolved.payload)) {
      double work = 2 * stationary[event.step.core].elements * matmul->dst.numElements();
      hardware += work / 4;
      useful += work / 4;
      flops += work;
      return;
    }
    if (auto *matmul = std::get_if<isa::Matmul>(&event.resolved.payload)) {
      const Loaded &loaded = stationary[event.step.core];
      double work = 2 * loaded.elements * matmul->dst.numElements();
      double passes =
          matmul->moving.dtype == DType::fp32 && !matmul->is_moving_onezero ? double(chip.pe.fp32Passes) : 1.0;
      if (matmul->perf_mode == isa::PerfMode::double_row)
        passes = 0.5;
      hardware += work * passes;
      if (matmul->is_transpose)
        return;
      useful += work * passes;
      kernel.useful += work * passes;
      if (loaded.mode != isa::Fp32Mode::low) {
        flops += work;
        kernel.flops += work;
      }
      return;
    }
    isa::forEachAccess(
        event.resolved, [](const isa::FieldInfo &, const isa::AccessPattern &) {},
        [&](const isa::FieldInfo &, const isa::DmaPattern &pattern) {
          if (pattern.memory != isa::Memory::hbm)
            return;
          double bytes = double(pattern.numElements()) * sizeInBytes(pattern.dtype);
          hbmBytes += bytes;
          kernel.hbmBytes += bytes;
        });
  }
  void finish(Picoseconds time) override {
    total = toNs(time);
    for (Kernel &kernel : kernels)
      kernel.activeNs = toNs(kernel.active.total());
  }

  void addTo(llvm::json::Object &report) const override {
    report["flops"] = flops;
    report["mfu"] = share(useful);
    report["hfu"] = share(hardware);
    llvm::json::Array points;
    for (size_t i = 0; i < kernels.size(); ++i) {
      const Kernel &kernel = kernels[i];
      if (kernel.activeNs == 0)
        continue;
      bool isKnown = i < program.origins.size();
      points.push_back(llvm::json::Object{{"node", isKnown ? program.origins[i].node : ""},
                                          {"kernel", isKnown ? program.origins[i].kernel : ""},
                                          {"flops", kernel.flops},
                                          {"flops_16bit", kernel.useful},
                                          {"hbm_bytes", kernel.hbmBytes},
                                          {"active_ns", kernel.activeNs}});
    }
    report["roofline"] = llvm::json::Object{{"peak_flops_per_ns", peak()},
                                            {"hbm_bytes_per_ns", bandwidth()},
                                            {"kernels", std::move(points)},
                                            {"compute_bound_ns", useful / peak()},
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
  double peak() const {
    return 2.0 * double(chip.partitions * chip.pe.maxStationary) * chip.pe.clockHz / 1e9 * double(stationary.size());
  }
  double bandwidth() const { return std::min(chip.hbm.bytesPerNs, double(chip.dma.engines) * chip.dma.bytesPerNs); }
  double share(double work) const { return total > 0 ? work / total / peak() : 0.0; }

  struct Kernel {
    double flops = 0, useful = 0, hbmBytes = 0, activeNs = 0;
    Intervals active; // while one of its instructions is
  };
  const isa::Program &program;
  const Chip &chip;
  struct Loaded {
    double elements = 0;
    isa::Fp32Mode mode = isa::Fp32Mode::full;
  };
  std::vector<Loaded> stationary;
  std::vector<Kernel> kernels; // by origin; the last is of instructions without one
  double flops = 0, useful = 0, hardware = 0, hbmBytes = 0, total = 0;
};

} // namespace

std::unique_ptr<View> makeRooflineView(const isa::Program &program, const Chip &chip) {
  return std::make_unique<Roofline>(program, chip);
}

} // namespace tarn::sim
