// Branches on data in a run without values (--trips LABEL=N). LABEL is the place of the branch as every
// message spells it, "pe[12]" or "nc1.pe[12]"; N is how often what it decides about, the instructions between
// it and its target, is executed each time the program comes there: of a branch back the turns of its loop, 1
// or more; of a branch ahead how often it is not taken before it is, so 0 or 1 for a condition.
#pragma once
#include "tarn/ISA/Program.h"
#include "llvm/Support/Error.h"
#include <map>
#include <string>

namespace tarn::sim {

class Trips {
public:
  /// Errors: a place that is no branch on data, or a number that it cannot take.
  static llvm::Expected<Trips> make(const isa::Program &program, const std::map<std::string, int64_t> &given);

  bool isGiven(unsigned core, isa::Engine engine, uint32_t index) const {
    return branches.count({core, engine, index});
  }
  /// Whether the branch is taken this time, if that was given.
  std::optional<bool> decide(unsigned core, isa::Engine engine, uint32_t index);

private:
  struct Branch {
    bool goesBack;
    int64_t trips, done = 0;
  };
  std::map<std::tuple<unsigned, isa::Engine, uint32_t>, Branch> branches;
};

/// Errors: something but branches depends on data, or a branch whose trips were not given.
llvm::Error checkDependence(const isa::Program &program, const Trips &trips);

} // namespace tarn::sim
