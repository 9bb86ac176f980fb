// "Shift" is what a period adds to each number of the state: 0 or a constant.
#pragma once
#include "tarn/Proof/Repetition.h"

namespace tarn::proof {

// Periods a jump may take, and how far positions may go, so that sums of products stay within 64 bits.
constexpr int64_t unlimited = INT64_MAX;
constexpr int64_t maxPosition = int64_t(1) << 56;

struct Repetition::Shift {
  int64_t count = unlimited;
  std::vector<int64_t> shape;
  struct OfCounter {
    int64_t value = 0, number = 0, size = 0, claimed = 0, epoch = 0;
    uint32_t depth = 1; // how many of the last updates a wait of a period may ask for
  };
  std::vector<OfCounter> counters; // of `used`

  bool limit(int64_t periods) {
    count = std::min(count, periods);
    return count > 0;
  }
};

} // namespace tarn::proof
