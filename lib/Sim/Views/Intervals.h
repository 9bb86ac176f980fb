// The union of intervals of time.
#pragma once
#include "tarn/Sim/Events.h"

namespace tarn::sim {

class Intervals {
public:
  void add(Picoseconds begin, Picoseconds end) {
    if (begin >= end)
      return;
    // Mostly in order: grow the last one where possible.
    if (!list.empty() && begin >= list.back().first && begin <= list.back().second) {
      list.back().second = std::max(list.back().second, end);
      return;
    }
    list.push_back({begin, end});
  }
  /// Sorted and disjoint from here on.
  llvm::ArrayRef<std::pair<Picoseconds, Picoseconds>> normalize() {
    llvm::sort(list);
    size_t kept = 0;
    for (size_t i = 0; i < list.size(); ++i) {
      if (kept && list[i].first <= list[kept - 1].second)
        list[kept - 1].second = std::max(list[kept - 1].second, list[i].second);
      else
        list[kept++] = list[i];
    }
    list.resize(kept);
    return list;
  }
  Picoseconds total() {
    Picoseconds sum = 0;
    for (auto [begin, end] : normalize())
      sum += end - begin;
    return sum;
  }

private:
  std::vector<std::pair<Picoseconds, Picoseconds>> list;
};

/// When an instruction counts as busy on its engine: a DMA while its trigger lasts.
inline std::pair<Picoseconds, Picoseconds> busyTime(const Step &step) {
  return {step.start, step.instruction->info().isDma ? step.triggerEnd : step.completion};
}

} // namespace tarn::sim
