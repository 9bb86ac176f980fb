// Whether a program is free of races and deadlock in all executions, for all inputs: Checker on a greedy run,
// in which registers and branches are executed and values are not. Periods of loops that repeat themselves
// are jumped over (Repetition.h), so that trip counts cost nothing; other loops are executed. A program that
// takes more steps than the budget is `unproven`, never proven.
//
// A number that the program loads from an input and that steers it (a trip count) is proven for every value
// that its type can hold, as the program limits it (register_alu min, max): value by value until three runs
// follow a rule, then by that rule (lib/Proof/Generalization.h). A finding names a value that shows it.
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
  uint64_t steps = 0;            // instructions executed one by one
  uint64_t instructions = 0;     // those that were jumped over included
  std::string element;           // "'n'[0]": the number in memory that the proof is for all values of
  bool isProven() const { return findings.empty(); }
};

Proof prove(const isa::Core &core, const Chip &chip, const ProveOptions &options = {});

/// All cores, each by itself, and no two of them in conflict over HBM; messages name the nodes that the
/// instructions were made for.
Proof prove(const isa::Program &program, const Chip &chip, const ProveOptions &options = {});

/// The first update at read of a core, of which neither the proof nor a run's race check can say what it orders.
std::optional<Finding> updateAtRead(const isa::Core &core);

/// The findings of all cores as text, one a line, and "proven: …" when there are none.
struct ProveReport {
  std::string text;
  bool isProven;
  uint64_t instructions; // executed
};
ProveReport proveReport(const isa::Program &program, const Chip &chip, const ProveOptions &options = {});

} // namespace tarn::proof
