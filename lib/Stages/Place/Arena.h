// A stretch of memory that hands out ranges and takes them back.
#pragma once
#include <cstdint>
#include <map>
#include <optional>

namespace tarn::place {

class Arena {
public:
  enum class Fit { first, next };
  /// `fit` first: the lowest gap (compact). next: the first gap after the range handed out last, then from the start
  /// (late reuse).
  Arena(int64_t size, int64_t alignment, Fit fit) : size(size), alignment(alignment), fit(fit) {}

  /// Start of a free range of `bytes`, now taken; nothing when no gap is large enough.
  std::optional<int64_t> take(int64_t bytes);
  void giveBack(int64_t start);
  int64_t getPeak() const { return peak; }
  int64_t getSize() const { return size; }
  int64_t getTaken() const { return taken; }
  int64_t getLargestGap() const;

private:
  std::optional<int64_t> findGap(int64_t from, int64_t to, int64_t bytes) const;

  int64_t size, alignment;
  Fit fit;
  int64_t cursor = 0, peak = 0, taken = 0;
  std::map<int64_t, int64_t> ranges; // start -> end of what is taken
};

} // namespace tarn::place
