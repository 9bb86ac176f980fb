// How long each engine is busy, and with how many instructions.
#include "Intervals.h"
#include "tarn/Sim/View.h"

namespace tarn::sim {

namespace {

class Utilization : public View {
public:
  explicit Utilization(const isa::Program &program) : engines(program.cores.size()) {}
  llvm::StringRef name() const override { return "utilization"; }

  void on(const Started &event) override {
    Use &use = engines[event.step.core][unsigned(event.step.engine)];
    auto [begin, end] = busyTime(event.step);
    use.intervals.add(begin, end);
    ++use.instructions;
  }
  void finish(Picoseconds time) override {
    total = time;
    for (auto &core : engines)
      for (Use &use : core)
        use.busy = use.intervals.total();
  }

  void addTo(llvm::json::Object &report) const override {
    llvm::json::Array cores;
    std::array<Picoseconds, isa::numEngines> busy{};
    std::array<int64_t, isa::numEngines> instructions{};
    for (const auto &core : engines) {
      llvm::json::Object object;
      for (unsigned kind = 0; kind < isa::numEngines; ++kind) {
        object[isa::name(isa::Engine(kind))] =
            llvm::json::Object{{"busy_ns", toNs(core[kind].busy)}, {"instructions", core[kind].instructions}};
        busy[kind] += core[kind].busy;
        instructions[kind] += core[kind].instructions;
      }
      cores.push_back(llvm::json::Object{{"engines", std::move(object)}});
    }
    llvm::json::Object sum;
    for (unsigned kind = 0; kind < isa::numEngines; ++kind)
      sum[isa::name(isa::Engine(kind))] =
          llvm::json::Object{{"busy_ns", toNs(busy[kind])}, {"instructions", instructions[kind]}};
    report["engines"] = std::move(sum);
    report["cores"] = std::move(cores);
  }

  void print(llvm::raw_ostream &os) const override {
    os << "Engines\n";
    for (size_t core = 0; core < engines.size(); ++core)
      for (unsigned kind = 0; kind < isa::numEngines; ++kind) {
        const Use &use = engines[core][kind];
        if (engines.size() > 1)
          os << "  nc" << core;
        os << llvm::formatv("  {0,-5} {1,9} instructions, busy {2,14:f3} ns {3,6:f1} %\n", isa::name(isa::Engine(kind)),
                            use.instructions, toNs(use.busy), total ? 100.0 * use.busy / total : 0.0);
      }
  }

private:
  struct Use {
    Intervals intervals;
    Picoseconds busy = 0;
    int64_t instructions = 0;
  };
  std::vector<std::array<Use, isa::numEngines>> engines;
  Picoseconds total = 0;
};

} // namespace

std::unique_ptr<View> makeUtilizationView(const isa::Program &program, const Chip &) {
  return std::make_unique<Utilization>(program);
}

} // namespace tarn::sim
