// Instructions by ONNX node: how many, how long, how many bytes.
#include "Intervals.h"
#include "tarn/Sim/Check.h"
#include "tarn/Sim/View.h"

namespace tarn::sim {

namespace {

class Instructions : public View {
public:
  explicit Instructions(const isa::Program &program) : program(program) {}
  llvm::StringRef name() const override { return "instructions"; }

  void on(const Started &event) override {
    Use &use = uses[event.step.instruction->origin];
    ++use.count;
    auto [begin, end] = busyTime(event.step);
    use.busy[unsigned(event.step.engine)] += end - begin;
    use.first = std::min(use.first, event.step.start);
    isa::forEachAccess(
        event.resolved, [](const isa::FieldInfo &, const isa::AccessPattern &) {},
        [&](const isa::FieldInfo &, const isa::DmaPattern &pattern) {
          if (pattern.memory == isa::Memory::hbm)
            use.hbmBytes += pattern.numElements() * sizeInBytes(pattern.dtype);
        });
  }

  void on(const Completed &event) override {
    Use &use = uses[event.step.instruction->origin];
    use.last = std::max(use.last, event.step.completion);
  }

  void addTo(llvm::json::Object &report) const override {
    llvm::json::Array nodes;
    for (const auto &[origin, use] : uses) {
      llvm::json::Object engines;
      for (unsigned kind = 0; kind < isa::numEngines; ++kind)
        if (use.busy[kind])
          engines[isa::name(isa::Engine(kind))] = toNs(use.busy[kind]);
      bool isKnown = origin < program.origins.size();
      nodes.push_back(llvm::json::Object{{"node", isKnown ? program.origins[origin].node : ""},
                                         {"op", isKnown ? program.origins[origin].op : ""},
                                         {"kernel", isKnown ? program.origins[origin].kernel : ""},
                                         {"instructions", use.count},
                                         {"busy_ns", std::move(engines)},
                                         {"first_start_ns", toNs(use.first)},
                                         {"last_completion_ns", toNs(use.last)},
                                         {"hbm_bytes", use.hbmBytes}});
    }
    report["nodes"] = std::move(nodes);
  }

  void print(llvm::raw_ostream &os) const override {
    os << "Instructions by node\n";
    os << llvm::formatv("  {0,9} {1,14} {2,14} {3,12}  {4}\n", "count", "first start ns", "last end ns", "HBM bytes",
                        "node");
    for (const auto &[origin, use] : uses) {
      bool isKnown = origin < program.origins.size();
      os << llvm::formatv("  {0,9} {1,14:f1} {2,14:f1} {3,12}  {4}{5}\n", use.count, toNs(use.first), toNs(use.last),
                          use.hbmBytes, isKnown ? program.origins[origin].node : "(no node)",
                          isKnown && !program.origins[origin].op.empty() ? " (" + program.origins[origin].op + ")"
                                                                         : "");
    }
  }

private:
  struct Use {
    int64_t count = 0, hbmBytes = 0;
    std::array<Picoseconds, isa::numEngines> busy{};
    Picoseconds first = std::numeric_limits<Picoseconds>::max(), last = 0;
  };
  const isa::Program &program;
  std::map<uint32_t, Use> uses; // by origin
};

} // namespace

std::unique_ptr<View> makeInstructionsView(const isa::Program &program, const Chip &) {
  return std::make_unique<Instructions>(program);
}

} // namespace tarn::sim
