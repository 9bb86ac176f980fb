// What an execution decided by comparing numbers, written down so that a period of a loop can be compared
// with the one before it (Repetition.h). All else that the analysis computes is a sum of earlier numbers; so
// if two periods decided alike and each number moved by a constant, the next period does the same until a
// comparison comes out differently, and when that will be follows from the numbers written down.
#pragma once
#include "llvm/ADT/ArrayRef.h"
#include <cstdint>
#include <vector>

namespace tarn::proof {

struct Decision {
  enum class Kind : uint8_t {
    sign,     // whether the amount is below 0
    threeWay, // whether it is below 0, 0 or above
    constant, // must not change
    product,  // a factor; of it and the next decision one must not change
    value,    // may change; says nothing by itself
    number,   // of an update of the semaphore `tag`: must not change, or with its semaphore
    place     // the same as a place in the list of updates
  };
  int64_t amount;
  uint16_t tag; // what is compared; equal periods have equal tags
  Kind kind;
};

/// For how many more steps a comparison comes out as it does, when each step adds what was added from
/// `before` to `last`. 0: not even for one, or the two differ already.
inline int64_t stepsAlike(const Decision &before, const Decision &last) {
  int64_t a = before.amount, b = last.amount, step = b - a, steps = INT64_MAX;
  bool isThreeWay = last.kind == Decision::Kind::threeWay;
  if ((a < 0) != (b < 0) || (isThreeWay && (a == 0) != (b == 0)))
    return 0;
  if (b >= 0 && step < 0)
    steps = (isThreeWay && b > 0 ? b - 1 : b) / -step;
  if (b < 0 && step > 0)
    steps = (-b - 1) / step;
  if (isThreeWay && b == 0 && step)
    steps = 0;
  return steps;
}

class Decisions {
public:
  bool isOn = false;

  bool atLeast(int64_t a, int64_t b, uint16_t tag = 0) {
    note(Decision::Kind::sign, a - b, tag);
    return a >= b;
  }
  bool equal(int64_t a, int64_t b, uint16_t tag = 0) {
    note(Decision::Kind::threeWay, a - b, tag);
    return a == b;
  }
  void note(Decision::Kind kind, int64_t amount, uint16_t tag = 0) {
    if (isOn)
      list.push_back({amount, tag, kind});
  }

  size_t size() const { return list.size(); }
  llvm::ArrayRef<Decision> slice(size_t begin, size_t end) const {
    return llvm::ArrayRef<Decision>(list).slice(begin, end - begin);
  }
  void add(const Decision &decision) { list.push_back(decision); }
  void clear() { list.clear(); }

private:
  std::vector<Decision> list;
};

} // namespace tarn::proof
