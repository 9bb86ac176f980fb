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

/// Writes Chrome trace events while the run goes on.
class TraceWriter : public Listener {
public:
  TraceWriter(const isa::Program &program, llvm::raw_ostream &os);
  void on(const Started &event) override;
  void finish();

private:
  struct Pending {
    Step step;
    Picoseconds begin, end;
    unsigned track;
  };
  struct Slice {
    Picoseconds begin = 0;
    unsigned process = 0, track = 0;
  };
  void write(llvm::json::Object event);
  void emit(const Pending &pending, Picoseconds end);

  const isa::Program &program;
  llvm::raw_ostream &os;
  bool isFirst = true;
  uint64_t nextFlow = 1;
  std::map<std::pair<unsigned, unsigned>, std::optional<Pending>> pending; // the last slice of each engine
  std::map<unsigned, std::vector<Picoseconds>> dmaLanes; // until when a track is taken, by core
  std::vector<Slice> slices;                             // by step
};

} // namespace tarn::sim
