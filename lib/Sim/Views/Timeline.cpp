// Who is busy when: the run cut into equal slots, the share of each in which an engine (or a DMA) is busy.
#include "Intervals.h"
#include "tarn/Sim/View.h"

namespace tarn::sim {

namespace {

constexpr unsigned numSlots = 64;

class Timeline : public View {
public:
  explicit Timeline(const isa::Program &program) : rows(program.cores.size() * (isa::numEngines + 1)) {}
  llvm::StringRef name() const override { return "timeline"; }

  void on(const Started &event) override {
    unsigned first = event.step.core * (isa::numEngines + 1);
    auto [begin, end] = busyTime(event.step);
    rows[first + unsigned(event.step.engine)].busy.add(begin, end);
  }
  void on(const Completed &event) override {
    if (event.step.instruction->info().isDma)
      rows[event.step.core * (isa::numEngines + 1) + isa::numEngines].busy.add(event.step.firstElement,
                                                                               event.step.completion);
  }

  void finish(Picoseconds time) override {
    total = time;
    for (Row &row : rows) {
      row.share.fill(0);
      if (!time)
        continue;
      double slot = double(time) / numSlots;
      for (auto [begin, end] : row.busy.normalize())
        for (unsigned i = std::min<unsigned>(numSlots - 1, begin / slot); i < numSlots && i * slot < double(end); ++i)
          row.share[i] +=
              std::max(0.0, std::min(double(end), (i + 1) * slot) - std::max(double(begin), i * slot)) / slot;
    }
  }

  void addTo(llvm::json::Object &report) const override {
    llvm::json::Object timeline{{"slot_ns", toNs(total) / numSlots}};
    for (size_t i = 0; i < rows.size(); ++i) {
      llvm::json::Array shares;
      for (double share : rows[i].share)
        shares.push_back(std::round(share * 1000) / 1000);
      timeline[label(i)] = std::move(shares);
    }
    report["timeline"] = std::move(timeline);
  }

  void print(llvm::raw_ostream &os) const override {
    os << llvm::formatv("Timeline, a column is {0:f3} ns\n", toNs(total) / numSlots);
    for (size_t i = 0; i < rows.size(); ++i) {
      os << llvm::formatv("  {0,-8} |", label(i));
      for (double share : rows[i].share)
        os << " .:-=+*#%@"[std::min<unsigned>(9, share > 0 ? 1 + share * 8.999 : 0)];
      os << "|\n";
    }
  }

private:
  struct Row {
    Intervals busy;
    std::array<double, numSlots> share{};
  };
  std::string label(size_t row) const {
    unsigned kind = row % (isa::numEngines + 1);
    std::string name = kind == isa::numEngines ? "dma" : isa::name(isa::Engine(kind)).str();
    return rows.size() > isa::numEngines + 1 ? llvm::formatv("nc{0}.{1}", row / (isa::numEngines + 1), name).str()
                                             : name;
  }

  std::vector<Row> rows; // of each core its engines, then its DMAs
  Picoseconds total = 0;
};

} // namespace

std::unique_ptr<View> makeTimelineView(const isa::Program &program, const Chip &) {
  return std::make_unique<Timeline>(program);
}

} // namespace tarn::sim
