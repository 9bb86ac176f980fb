#include "tarn/Proof/RecentAccesses.h"
#include "llvm/ADT/STLExtras.h"

namespace tarn::proof {

std::vector<std::pair<Footprint, Actor>> RecentAccesses::take() {
  std::vector<std::pair<Footprint, Actor>> all;
  for (auto &ofMemory : lists)
    for (auto &ofSource : ofMemory)
      for (List &list : ofSource) {
        for (Entry &entry : list.entries)
          all.push_back({std::move(entry.footprint), entry.actor});
        list = List();
      }
  // An instruction reads before it writes.
  llvm::sort(all, [](const auto &a, const auto &b) {
    return std::make_pair(a.second.id, a.first.isWrite) < std::make_pair(b.second.id, b.first.isWrite);
  });
  number = 0;
  return all;
}

} // namespace tarn::proof
