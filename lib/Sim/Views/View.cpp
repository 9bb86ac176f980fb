#include "tarn/Sim/View.h"

namespace tarn::sim {

namespace {
struct Entry {
  llvm::StringLiteral name;
  std::unique_ptr<View> (*make)(const isa::Program &, const Chip &);
};
constexpr Entry views[] = {
    {"summary", makeSummaryView}, {"timeline", makeTimelineView},         {"utilization", makeUtilizationView},
    {"stalls", makeStallsView},   {"traffic", makeTrafficView},           {"roofline", makeRooflineView},
    {"memory", makeMemoryView},   {"instructions", makeInstructionsView},
};
constexpr llvm::StringLiteral names[] = {"summary", "timeline", "utilization", "stalls",
                                         "traffic", "roofline", "memory",      "instructions"};
} // namespace

llvm::ArrayRef<llvm::StringLiteral> viewNames() { return names; }

std::unique_ptr<View> makeView(llvm::StringRef name, const isa::Program &program, const Chip &chip) {
  for (const Entry &entry : views)
    if (entry.name == name)
      return entry.make(program, chip);
  return nullptr;
}

} // namespace tarn::sim
