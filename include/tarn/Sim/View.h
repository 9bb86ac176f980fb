// Views: listeners that collect, and tell what they collected as text and as JSON.
#pragma once
#include "tarn/Chip/Chip.h"
#include "tarn/Sim/Events.h"
#include "llvm/Support/JSON.h"
#include <map>

namespace tarn::sim {

/// Keys that views add to the report are those of tarn-sim's JSON; views not asked for are not printed as
/// text, but summary, utilization, stalls, traffic and roofline always fill their keys.
class View : public Listener {
public:
  virtual llvm::StringRef name() const = 0;
  /// After the run, which took `time`.
  virtual void finish(Picoseconds time) {}
  virtual void addTo(llvm::json::Object &report) const = 0;
  virtual void print(llvm::raw_ostream &os) const = 0;
};

/// In the order in which reports print them.
llvm::ArrayRef<llvm::StringLiteral> viewNames();
std::unique_ptr<View> makeView(llvm::StringRef name, const isa::Program &program, const Chip &chip);

std::unique_ptr<View> makeSummaryView(const isa::Program &program, const Chip &chip);
std::unique_ptr<View> makeTimelineView(const isa::Program &program, const Chip &chip);
std::unique_ptr<View> makeUtilizationView(const isa::Program &program, const Chip &chip);
std::unique_ptr<View> makeStallsView(const isa::Program &program, const Chip &chip);
std::unique_ptr<View> makeTrafficView(const isa::Program &program, const Chip &chip);
std::unique_ptr<View> makeRooflineView(const isa::Program &program, const Chip &chip);
std::unique_ptr<View> makeMemoryView(const isa::Program &program, const Chip &chip);
std::unique_ptr<View> makeInstructionsView(const isa::Program &program, const Chip &chip);

class TraceFormat;

/// Writes a trace while the run goes on: Perfetto's binary form when `file` ends with .pftrace, else Chrome
/// trace events.
class TraceWriter : public Listener {
public:
  TraceWriter(const isa::Program &program, llvm::StringRef file, llvm::raw_ostream &os);
  ~TraceWriter() override;
  void on(const Started &event) override;
  void on(const Completed &event) override;
  void finish();

private:
  struct Pending {
    Step step;
    Picoseconds begin, end;
  };
  struct Start {
    Picoseconds time = 0;
    uint16_t core = 0, track = 0;
  };

  std::unique_ptr<TraceFormat> format;
  std::vector<std::optional<Pending>> pending;    // the last slice of each engine, core-major
  std::vector<std::vector<Picoseconds>> dmaLanes; // until when a track is taken, by core
  std::vector<Start> starts;                      // where arrows begin, by step
};

} // namespace tarn::sim
