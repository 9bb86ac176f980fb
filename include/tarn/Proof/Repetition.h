// Jumps over the periods of loops. Each time a branch goes back the state of all engines is written down.
// When two successive periods between such states are equal but for constants (same instructions, same
// decisions, each number moved by as much as in the period before), the next period is, too, as long as every
// comparison comes out as before. For how many periods that holds follows from the numbers compared
// (Decisions.h). The state then moves as far at once; the accesses that were jumped over stay behind as
// families (Family.h), updates that a later wait may ask for are copied.
//
// A jump is part of the period of an outer loop like an instruction, so nested loops cost no more than their
// bodies.
#pragma once
#include "tarn/ISA/DataDependence.h"
#include "tarn/Proof/Checker.h"
#include <deque>

namespace tarn::proof {

/// Where an engine is in its stream.
struct Sequencer {
  uint32_t pc = 0;
  uint64_t turns = 0; // of its present outermost loop
  std::array<int32_t, isa::numRegisters> registers{};
};
using Sequencers = std::array<Sequencer, isa::numEngines>;

class Repetition {
public:
  Repetition(const isa::Core &core, Checker &checker, const isa::SteeringRegisters &steering);

  enum class Outcome : uint8_t { nothing, jumped, endless };
  /// To be called after each instruction; `sequencers` are those behind it.
  Outcome afterStep(InstructionRef instruction, Checker::Ticket ticket, Sequencers &sequencers);
  /// Families of the last jump.
  llvm::ArrayRef<Family> lastFamilies() const;

private:
  friend class Generalization; // compares whole runs as this class compares periods

  struct Step {
    InstructionRef instruction;
    Checker::Ticket ticket;
    int jump = -1; // a jump rather than an instruction
    Footprints footprints;
  };
  struct Jump {
    uint64_t count;             // periods
    std::vector<int64_t> shape; // all that a period adds to the state
    size_t firstFamily, numFamilies;
    size_t firstDecision, numDecisions; // of the two periods that it was concluded from, one behind the other
  };
  struct CounterState {
    int64_t value;
    uint64_t number;
    uint32_t size, epoch, claimed;
    uint16_t sources;
    bool isInIssueOrder, hasInexactClaim;
    std::array<uint64_t, isa::numEngines> waits, exactWaits;
  };
  struct Snapshot {
    InstructionRef branch;
    size_t step, decision, executed; // numbers of them before it
    Sequencers sequencers;
    std::array<uint64_t, isa::numEngines> positions;
    std::array<uint32_t, isa::numEngines> clocks;
    std::vector<CounterState> counters; // of `used`
  };
  struct Shift;

  Snapshot takeSnapshot(InstructionRef branch, const Sequencers &sequencers) const;
  bool repeatsSteps(const Snapshot &s0, const Snapshot &s1, const Snapshot &s2) const;
  bool compareDecisions(const Snapshot &s0, const Snapshot &s1, const Snapshot &s2, Shift &shift) const;
  bool compareStates(const Snapshot &s0, const Snapshot &s1, const Snapshot &s2, Shift &shift) const;
  bool compareEntries(unsigned used, const Snapshot &s0, const Snapshot &s1, const Snapshot &s2, Shift &shift) const;
  bool makeFamilies(const Snapshot &s0, const Snapshot &s1, const Snapshot &s2, const Shift &shift,
                    std::vector<Family> &families) const;
  void apply(const Snapshot &s0, const Snapshot &s1, const Snapshot &s2, const Shift &shift,
             std::vector<Family> families, Sequencers &sequencers);
  Outcome tryJump(const Snapshot &s0, const Snapshot &s1, const Snapshot &s2, Sequencers &sequencers);

  const isa::Core &core;
  Checker &checker;
  const isa::SteeringRegisters &steering; // others need not move evenly
  std::vector<uint16_t> used;             // semaphores of the program
  std::vector<Step> steps;
  std::vector<Jump> jumps;
  bool forgot = false; // steps and decisions are not those of the whole run
  struct History {
    std::deque<Snapshot> snapshots;
    unsigned failures = 0, skipped = 0;
  };
  std::map<std::pair<unsigned, uint32_t>, History> histories; // of each branch
};

} // namespace tarn::proof
