#include "Arena.h"
#include <algorithm>
#include <cassert>

namespace tarn::place {

std::optional<int64_t> Arena::findGap(int64_t from, int64_t to, int64_t bytes) const {
  auto next = ranges.upper_bound(from);
  int64_t start = from;
  if (next != ranges.begin())
    start = std::max(start, std::prev(next)->second);
  while (start + bytes <= to) {
    if (next == ranges.end() || start + bytes <= next->first)
      return start;
    start = next->second;
    ++next;
  }
  return std::nullopt;
}

std::optional<int64_t> Arena::take(int64_t bytes) {
  bytes = (std::max<int64_t>(bytes, 1) + alignment - 1) / alignment * alignment;
  std::optional<int64_t> start;
  if (fit == Fit::next)
    start = findGap(cursor, size, bytes);
  if (!start)
    start = findGap(0, size, bytes);
  if (!start)
    return std::nullopt;
  ranges[*start] = *start + bytes;
  cursor = *start + bytes;
  taken += bytes;
  peak = std::max(peak, fit == Fit::next ? taken : *start + bytes);
  return start;
}

void Arena::giveBack(int64_t start) {
  auto range = ranges.find(start);
  assert(range != ranges.end() && "a range is given back once");
  taken -= range->second - range->first;
  ranges.erase(range);
}

int64_t Arena::getLargestGap() const {
  int64_t largest = 0, start = 0;
  for (auto [begin, end] : ranges) {
    largest = std::max(largest, begin - start);
    start = end;
  }
  return std::max(largest, size - start);
}

} // namespace tarn::place
