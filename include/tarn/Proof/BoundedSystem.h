// Whether integers within bounds fulfil linear inequalities: sum(c_k * v_k) + c in [low, high]. An equation is one with
// low = high. Bounds are narrowed until nothing changes, strides compared by their greatest common divisor, then the
// variable with the largest stride is cut in two. Exact when it ends within its budget.
//
// Bounds say nothing of two inequalities that contradict each other along a diagonal (a < n and a > n - 1, both far from
// their bounds). Where cutting does not come to an end soon, sums of inequalities that lack one of the variables are added.
#pragma once
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include <cstdint>
#include <optional>

namespace tarn::proof {

class BoundedSystem {
public:
  using Wide = __int128;
  enum class Answer : uint8_t { no, yes, unknown };

  /// Index of the variable.
  unsigned addVariable(int64_t low, int64_t high) {
    variables.push_back({low, high});
    return variables.size() - 1;
  }
  struct Constraint {
    llvm::SmallVector<std::pair<unsigned, int64_t>, 8> terms;
    int64_t constant = 0, low = 0, high = 0;
    void add(unsigned variable, int64_t factor) {
      if (factor)
        terms.push_back({variable, factor});
    }
  };
  void add(Constraint constraint) {
    llvm::erase_if(constraint.terms, [](const auto &term) { return term.second == 0; });
    constraints.push_back(std::move(constraint));
  }
  void addAtLeast(Constraint constraint, int64_t low) {
    constraint.low = low;
    constraint.high = unbounded;
    add(std::move(constraint));
  }

  /// `solution`: one value for each variable when the answer is yes.
  Answer solve(llvm::SmallVectorImpl<int64_t> *solution = nullptr) const;

private:
  static constexpr int64_t unbounded = INT64_MAX;
  struct Range {
    int64_t low, high;
  };
  using Box = llvm::SmallVector<Range, 12>;
  std::optional<bool> narrow(Box &box) const;
  Answer search(Box box, unsigned &budget, llvm::SmallVectorImpl<int64_t> *solution) const;
  BoundedSystem withSums() const;

  Box variables;
  llvm::SmallVector<Constraint, 4> constraints;
};

} // namespace tarn::proof
