// From three runs of a program to all. A trip count is loaded from HBM and steers the program; the runs are
// those for v, v + d and v + 2 d, each proven. When they executed the same instructions with the same
// decisions, jumps over periods included, and each number moved evenly from run to run, then the run for v +
// k d does, too, as long as every comparison comes out as before: all that a run computes is a sum of earlier
// numbers, or was written down (Decisions.h). The numbers of a jump are those of a period plus (number of
// periods) x (what a period adds); one of the two factors must not change.
//
// What is left is memory. Accesses move evenly with k, those that were jumped over are more for a larger k: k
// is one more axis of families (Family.h), which both sides of a question share.
#pragma once
#include "GreedyRun.h"

namespace tarn::proof {

class Generalization {
public:
  Generalization(const GreedyRun &first, const GreedyRun &second, const GreedyRun &third)
      : runs{&first, &second, &third} {}

  /// For how many steps of d beyond the third run the program takes the same course; 0: it does not follow a
  /// rule.
  int64_t findSteps();

  struct Verdict {
    Answer race = Answer::no; // unknown: `reason` says why
    int64_t step = 0;         // yes: the run that shows it, counted from the first
    std::string reason;
  };
  /// Whether no accesses race in the runs up to `steps` beyond the third.
  Verdict judge(int64_t steps);

private:
  struct Sample; // an access or a family in one of the runs
  using Samples = std::array<Sample, 3>;

  bool compareSteps();
  bool compareJumps(size_t step);
  bool compareDecisions();
  bool addItems(size_t step);
  bool addItem(const Samples &samples, InstructionRef instruction, const Actor &actor, uint16_t counter);
  bool isOrdered(const Family &x, const Family &y) const;
  Verdict judgePairs();
  const Checker &checkerOf(unsigned run) const { return runs[run]->checker; }
  void limit(int64_t count) { steps = std::min(steps, count); }

  std::array<const GreedyRun *, 3> runs;
  int64_t steps = INT64_MAX;
  uint64_t numTrips = 0; // members along the axis of trip counts
  std::string reason;
  Clocks clocks;
  std::vector<Family> items;
  std::vector<Footprint> boxes;
};

} // namespace tarn::proof
