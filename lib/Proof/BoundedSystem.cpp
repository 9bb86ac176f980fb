#include "tarn/Proof/BoundedSystem.h"
#include "llvm/ADT/STLExtras.h"
#include <numeric>

namespace tarn::proof {

static constexpr unsigned maxNodes = 20000;
static constexpr unsigned maxRounds = 24; // of narrowing; bounds that creep are cut instead

using Wide = BoundedSystem::Wide;

static Wide divideDown(Wide a, Wide b) { return a / b - ((a % b != 0) && ((a < 0) != (b < 0))); }
static Wide divideUp(Wide a, Wide b) { return -divideDown(-a, b); }

/// False: no solution within the box. True: all points of it are solutions. Nothing: it must be cut.
std::optional<bool> BoundedSystem::narrow(Box &box) const {
  bool isWhole = false;
  for (unsigned round = 0; round < maxRounds; ++round) {
    bool changed = false;
    isWhole = true;
    for (const Constraint &constraint : constraints) {
      Wide low = constraint.constant, high = constraint.constant, fixed = constraint.constant;
      uint64_t divisor = 0;
      for (auto [variable, factor] : constraint.terms) {
        Range range = box[variable];
        low += Wide(factor) * (factor > 0 ? range.low : range.high);
        high += Wide(factor) * (factor > 0 ? range.high : range.low);
        if (range.low == range.high)
          fixed += Wide(factor) * range.low;
        else
          divisor = std::gcd(divisor, static_cast<uint64_t>(std::abs(factor)));
      }
      Wide upper = constraint.high == unbounded ? high : Wide(constraint.high);
      if (low > upper || high < constraint.low)
        return false;
      if (low >= constraint.low && high <= upper)
        continue;
      isWhole = false;
      if (divisor > 1 && constraint.high != unbounded &&
          divideDown(upper - fixed, divisor) < divideUp(constraint.low - fixed, divisor))
        return false;
      for (auto [variable, factor] : constraint.terms) {
        Range &range = box[variable];
        if (range.low == range.high)
          continue;
        Wide ownLow = Wide(factor) * (factor > 0 ? range.low : range.high);
        Wide ownHigh = Wide(factor) * (factor > 0 ? range.high : range.low);
        // factor * v in [atLeast, atMost], given the least and the most of the others.
        Wide atLeast = constraint.low - (high - ownHigh), atMost = upper - (low - ownLow);
        Wide first = factor > 0 ? divideUp(atLeast, factor) : divideUp(atMost, factor);
        Wide last = factor > 0 ? divideDown(atMost, factor) : divideDown(atLeast, factor);
        if (first > range.high || last < range.low || first > last)
          return false;
        if (first > range.low || last < range.high) {
          range.low = std::max<Wide>(first, range.low);
          range.high = std::min<Wide>(last, range.high);
          low += Wide(factor) * (factor > 0 ? range.low : range.high) - ownLow;
          high += Wide(factor) * (factor > 0 ? range.high : range.low) - ownHigh;
          changed = true;
        }
      }
    }
    if (!changed)
      break;
  }
  if (isWhole)
    return true;
  return std::nullopt;
}

BoundedSystem::Answer BoundedSystem::search(Box box, unsigned &budget,
                                            llvm::SmallVectorImpl<int64_t> *solution) const {
  if (budget == 0)
    return Answer::unknown;
  --budget;
  std::optional<bool> decided = narrow(box);
  if (decided && !*decided)
    return Answer::no;
  if (decided) {
    if (solution) {
      solution->clear();
      for (Range range : box)
        solution->push_back(range.low);
    }
    return Answer::yes;
  }
  // Cut the variable that moves an undecided sum most.
  int cut = -1;
  Wide largest = 0;
  for (const Constraint &constraint : constraints)
    for (auto [variable, factor] : constraint.terms) {
      Wide reach = (Wide(box[variable].high) - box[variable].low) * (factor < 0 ? -Wide(factor) : Wide(factor));
      if (reach > largest) {
        largest = reach;
        cut = variable;
      }
    }
  if (cut < 0)
    return Answer::no; // all are fixed, and narrow() was not content
  int64_t middle = box[cut].low + (box[cut].high - box[cut].low) / 2;
  Box half = box;
  half[cut].high = middle;
  Answer lower = search(std::move(half), budget, solution);
  if (lower == Answer::yes)
    return lower;
  box[cut].low = middle + 1;
  Answer upper = search(std::move(box), budget, solution);
  return upper == Answer::no ? lower : upper;
}

BoundedSystem::Answer BoundedSystem::solve(llvm::SmallVectorImpl<int64_t> *solution) const {
  if (llvm::any_of(variables, [](Range range) { return range.low > range.high; }))
    return Answer::no;
  unsigned budget = maxNodes;
  return search(variables, budget, solution);
}

} // namespace tarn::proof
