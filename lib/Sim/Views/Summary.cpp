// The run in a few lines.
#include "tarn/Sim/View.h"

namespace tarn::sim {

namespace {

class Summary : public View {
public:
  Summary(const isa::Program &program, const Chip &chip) : program(program), chip(chip) {}
  llvm::StringRef name() const override { return "summary"; }
  void on(const Started &) override { ++instructions; }
  void finish(Picoseconds end) override { time = end; }

  void addTo(llvm::json::Object &report) const override {
    report["program"] = program.name;
    report["target"] = chip.name;
    report["time_ns"] = toNs(time);
    report["launch_ns"] = chip.launch.overheadNs;
    report["instructions"] = instructions;
  }

  void print(llvm::raw_ostream &os) const override {
    os << llvm::formatv("{0} on {1}: {2:f3} ns ({3:f3} ns of launch apart), {4} instructions executed of {5} written\n",
                        program.name, chip.name, toNs(time), chip.launch.overheadNs, instructions,
                        program.numInstructions());
  }

private:
  const isa::Program &program;
  const Chip &chip;
  int64_t instructions = 0;
  Picoseconds time = 0;
};

} // namespace

std::unique_ptr<View> makeSummaryView(const isa::Program &program, const Chip &chip) {
  return std::make_unique<Summary>(program, chip);
}

} // namespace tarn::sim
