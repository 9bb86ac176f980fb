#include "tarn/Proof/BoundedSystem.h"
#include "llvm/ADT/STLExtras.h"
#include <map>
#include <numeric>
#include <set>

namespace tarn::proof {

static constexpr unsigned maxNodes = 20000;
static constexpr unsigned nodesBeforeSums = 100;
static constexpr size_t maxSums = 120;
static constexpr int64_t maxFactor = int64_t(1) << 40;
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

BoundedSystem::Answer BoundedSystem::search(Box box, unsigned &budget, llvm::SmallVectorImpl<int64_t> *solution) const {
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

namespace {
// sum(factor * variable) + constant >= 0, by variable.
struct AtLeastZero {
  std::map<unsigned, int64_t> terms;
  Wide constant = 0;

  int64_t factor(unsigned variable) const {
    auto found = terms.find(variable);
    return found == terms.end() ? 0 : found->second;
  }
};

// The sum of multiples in which `variable` has gone; nothing when its numbers are too large or it says
// nothing.
std::optional<AtLeastZero> eliminate(const AtLeastZero &positive, const AtLeastZero &negative, unsigned variable) {
  int64_t p = positive.factor(variable), n = -negative.factor(variable), common = std::gcd(p, n);
  std::map<unsigned, Wide> terms;
  for (auto [v, factor] : positive.terms)
    terms[v] += Wide(factor) * (n / common);
  for (auto [v, factor] : negative.terms)
    terms[v] += Wide(factor) * (p / common);
  AtLeastZero sum;
  int64_t divisor = 0;
  for (auto [v, factor] : terms) {
    if (factor == 0)
      continue;
    if (factor > maxFactor || factor < -maxFactor)
      return std::nullopt;
    sum.terms[v] = static_cast<int64_t>(factor);
    divisor = std::gcd(divisor, std::abs(sum.terms[v]));
  }
  sum.constant = positive.constant * (n / common) + negative.constant * (p / common);
  if (divisor > 1) { // of integers
    for (auto &[v, factor] : sum.terms)
      factor /= divisor;
    sum.constant = divideDown(sum.constant, divisor);
  }
  if (sum.constant > INT64_MAX / 2 || sum.constant < INT64_MIN / 2)
    return std::nullopt;
  return sum;
}
} // namespace

// Two rounds, so that two variables may go.
BoundedSystem BoundedSystem::withSums() const {
  std::vector<AtLeastZero> all;
  for (const Constraint &constraint : constraints) {
    AtLeastZero low, high;
    for (auto [variable, factor] : constraint.terms) {
      low.terms[variable] += factor;
      high.terms[variable] -= factor;
    }
    low.constant = Wide(constraint.constant) - constraint.low;
    high.constant = Wide(constraint.high) - constraint.constant;
    all.push_back(std::move(low));
    if (constraint.high != unbounded)
      all.push_back(std::move(high));
  }
  BoundedSystem result = *this;
  std::set<std::pair<std::map<unsigned, int64_t>, Wide>> known;
  for (const AtLeastZero &one : all)
    known.insert({one.terms, one.constant});
  for (unsigned round = 0; round < 2; ++round)
    for (size_t i = 0, size = all.size(); i < size; ++i)
      for (size_t j = 0; j < size && all.size() < maxSums; ++j)
        for (unsigned variable = 0; variable < variables.size(); ++variable) {
          if (all[i].factor(variable) <= 0 || all[j].factor(variable) >= 0)
            continue;
          std::optional<AtLeastZero> sum = eliminate(all[i], all[j], variable);
          if (!sum || !known.insert({sum->terms, sum->constant}).second)
            continue;
          Constraint constraint;
          for (auto [v, factor] : sum->terms)
            constraint.add(v, factor);
          constraint.constant = static_cast<int64_t>(sum->constant);
          result.addAtLeast(std::move(constraint), 0);
          all.push_back(std::move(*sum));
        }
  return result;
}

BoundedSystem::Answer BoundedSystem::solve(llvm::SmallVectorImpl<int64_t> *solution) const {
  if (llvm::any_of(variables, [](Range range) { return range.low > range.high; }))
    return Answer::no;
  unsigned budget = nodesBeforeSums;
  Answer answer = search(variables, budget, solution);
  if (answer != Answer::unknown)
    return answer;
  budget = maxNodes;
  return withSums().search(variables, budget, solution);
}

} // namespace tarn::proof
