#include "Trips.h"
#include "tarn/ISA/DataDependence.h"
#include "tarn/Sim/Check.h"
#include "tarn/Support/AtomicFile.h"
#include <set>

namespace tarn::sim {
using namespace isa;

namespace {

/// The branches of a program that depend on data, by place.
std::map<std::string, std::tuple<unsigned, Engine, uint32_t>> branchesOnData(const Program &program) {
  std::map<std::string, std::tuple<unsigned, Engine, uint32_t>> found;
  for (unsigned core = 0; core < program.cores.size(); ++core) {
    std::set<std::pair<Engine, uint32_t>> seen;
    auto known = [&](Engine engine, uint32_t index) { return seen.count({engine, index}) > 0; };
    while (std::optional<DataDependence> next = findDataDependence(program.cores[core], known)) {
      seen.insert({next->engine, next->index});
      if (next->isBranch)
        found[placeOf(program, core, next->engine, next->index)] = {core, next->engine, next->index};
    }
  }
  return found;
}

} // namespace

llvm::Expected<Trips> Trips::make(const Program &program, const std::map<std::string, int64_t> &given) {
  Trips trips;
  if (given.empty())
    return trips;
  auto known = branchesOnData(program);
  std::string allowed;
  for (const auto &[place, branch] : known)
    allowed += (allowed.empty() ? "" : ", ") + place;
  for (const auto &[place, count] : given) {
    auto found = known.find(place);
    if (found == known.end())
      return makeError("--trips {0}={1}: no branch on data stands at '{0}'; there are: {2}", place, count,
                       allowed.empty() ? "none" : allowed);
    auto [core, engine, index] = found->second;
    const auto &branch = std::get<CompareBranch>(program.cores[core].stream(engine)[index].payload);
    bool goesBack = branch.target <= index;
    if (count < goesBack)
      return makeError("--trips {0}={1}: the branch {2}: allowed is {3} or more", place, count,
                       goesBack ? "ends a loop whose body has been executed when it is reached" : "goes ahead",
                       int(goesBack));
    trips.branches[found->second] = {goesBack, count};
  }
  return trips;
}

std::optional<bool> Trips::decide(unsigned core, Engine engine, uint32_t index) {
  auto found = branches.find({core, engine, index});
  if (found == branches.end())
    return std::nullopt;
  Branch &branch = found->second;
  bool isLast = branch.done + branch.goesBack == branch.trips;
  branch.done = isLast ? 0 : branch.done + 1;
  return branch.goesBack != isLast;
}

llvm::Error checkDependence(const Program &program, const Trips &trips) {
  for (unsigned core = 0; core < program.cores.size(); ++core) {
    auto isGiven = [&](Engine engine, uint32_t index) { return trips.isGiven(core, engine, index); };
    std::optional<DataDependence> found = findDataDependence(program.cores[core], isGiven);
    if (!found)
      continue;
    std::string wayOut = "run with values";
    if (found->isBranch)
      wayOut = llvm::formatv("give --trips {0}=N, how often what it decides about is executed, or run with values",
                             placeOf(program, core, found->engine, found->index));
    return makeError("{0}: {1} comes from tensor data (tensor_load); time alone does not tell it: {2}",
                     describe(program, core, found->engine, found->index), found->what, wayOut);
  }
  return llvm::Error::success();
}

} // namespace tarn::sim
