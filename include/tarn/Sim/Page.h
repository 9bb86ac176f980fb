// The report as one page of HTML that needs nothing else: text, style and scripts of lib/Sim/Page with the
// report and every executed instruction as JSON inside.
#pragma once
#include "tarn/Sim/View.h"

namespace tarn::sim {

/// Collects what the page shows of each executed instruction, as columns of JSON.
class PageSteps : public Listener {
public:
  explicit PageSteps(const isa::Program &program) : program(program) {}
  void on(const Started &event) override;
  void on(const Completed &event) override;
  /// The columns; to be called once, after the run.
  std::string take();

private:
  const isa::Program &program;
  std::vector<Step> steps;
  uint64_t left = 0; // instructions behind the last one that is kept
};

/// `steps` is what PageSteps took. Text that comes from the model cannot end a script or become a tag.
void writePage(const llvm::json::Object &report, llvm::StringRef steps, llvm::raw_ostream &os);

} // namespace tarn::sim
