// Vector clocks: what an instruction may assume to have happened before it starts. Components are, for each engine E,
// the number of instructions that have started and the number that have completed (DMAs not counted as completed), and
// for each semaphore the number of its updates. Clocks change only at waits, so instructions share them by index.
#pragma once
#include "tarn/ISA/Operands.h"
#include "llvm/ADT/SmallVector.h"
#include <deque>

namespace tarn::proof {

class Clock {
public:
  static constexpr unsigned started(unsigned engine) { return engine; }
  static constexpr unsigned completed(unsigned engine) { return isa::numEngines + engine; }
  static constexpr unsigned updates(unsigned counter) { return 2 * isa::numEngines + counter; }

  uint64_t operator[](unsigned component) const { return component < entries.size() ? entries[component] : 0; }
  /// Raises a component; returns whether it was lower.
  bool raise(unsigned component, uint64_t value) {
    if ((*this)[component] >= value)
      return false;
    if (component >= entries.size())
      entries.resize(component + 1, 0);
    entries[component] = value;
    return true;
  }
  bool join(const Clock &other) {
    bool changed = other.entries.size() > entries.size();
    if (changed)
      entries.resize(other.entries.size(), 0);
    for (unsigned i = 0; i < other.entries.size(); ++i) {
      changed |= entries[i] < other.entries[i];
      entries[i] = std::max(entries[i], other.entries[i]);
    }
    return changed;
  }
  unsigned size() const { return entries.size(); }
  bool operator!=(const Clock &other) const { return entries != other.entries; }

private:
  llvm::SmallVector<uint64_t, 0> entries;
};

/// Clocks by index; index 0 knows nothing.
class Clocks {
public:
  Clocks() : clocks(1) {}
  const Clock &operator[](uint32_t index) const { return clocks[index]; }
  uint32_t add(Clock clock) {
    clocks.push_back(std::move(clock));
    return clocks.size() - 1;
  }

private:
  std::deque<Clock> clocks;
};

} // namespace tarn::proof
