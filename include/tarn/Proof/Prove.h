// Whether a program is free of races and deadlock in all executions, for all inputs: Checker on a greedy run, in which
// registers and branches are executed and values are not. Periods of loops that repeat themselves are jumped over
// (Repetition.h), so that trip counts cost nothing; other loops are executed. A program that takes more steps than the
// budget is `unproven`, never proven.
#pragma once
#include "tarn/ISA/Program.h"
#include "tarn/Proof/Checker.h"

namespace tarn::proof {

struct ProveOptions {
  uint64_t maxSteps = 5'000'000; // instructions executed one by one, of all engines
  bool jumpsOverPeriods = true;
};

struct Proof {
  std::vector<Finding> findings; // none: proven
  uint64_t steps = 0;        // instructions executed one by one
  uint64_t instructions = 0; // those that were jumped over included
  bool isProven() const { return findings.empty(); }
};

Proof prove(const isa::Core &core, const Chip &chip, const ProveOptions &options = {});

/// All cores, each by itself, and no two of them in conflict over HBM; messages name the nodes that the instructions were made for.
Proof prove(const isa::Program &program, const Chip &chip, const ProveOptions &options = {});

/// The findings of all cores as text, one a line, and "proven: …" when there are none.
struct ProveReport {
  std::string text;
  bool isProven;
  uint64_t instructions; // executed
};
ProveReport proveReport(const isa::Program &program, const Chip &chip, const ProveOptions &options = {});

} // namespace tarn::proof
