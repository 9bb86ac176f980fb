// Watches one execution of a core's program and decides from it what holds in all executions: Rule W for waits, races by
// vector clocks. The static proof (Prove.h) drives it with a greedy run of its own; the simulator drives it with the run
// it makes anyway. Both get the same answers, since the claims of waits are the same sets in all executions.
//
// Rule W. Number the updates of a semaphore in the order of this execution; P(n) is its value after n of them. A wait for
// at least v claims the first n = min{n : P(n) >= v}. What the claims and program order imply is the order of the
// program, provided that
//   1. every later update happens after all of the first n (a DMA: its start does);
//   2. P(n) = v, unless all updates come from one engine's instructions, DMAs excepted;
//   3. a wait for exactly v: every later update happens after the wait's instruction has started;
//   4. a set or a subtract is ordered with every other wait and update of the semaphore; it opens a new count.
// Where one of them fails the program is refused as unanalysable. The first such finding ends the analysis.
//
// Use, for each instruction in the order of starts: start() when its wait is fulfilled and its registers are read,
// complete() when it completes (its update, if any, is counted then). Engines start in order, and complete in order
// but for DMAs. Registers are those of the engine before the instruction.
#pragma once
#include "tarn/ISA/Program.h"
#include "tarn/Proof/AccessMap.h"
#include "tarn/Proof/Clock.h"
#include "tarn/Proof/Decisions.h"
#include "tarn/Proof/Family.h"
#include "tarn/Proof/RecentAccesses.h"
#include <numeric>

namespace tarn::proof {

struct Finding {
  enum class Kind : uint8_t { race, deadlock, unanalysable, unproven };
  Kind kind;
  InstructionRef first, second; // race: the earlier and the later access
  std::string message;
};
llvm::StringRef name(Finding::Kind kind);

class Checker {
public:
  using Ticket = uint32_t;
  /// `isOnline`: it hears a run instruction by instruction and nothing is jumped over. Then accesses are kept as plain
  /// lists until one seems to race; what is found is the same.
  Checker(const isa::Core &core, const Chip &chip, bool isOnline = false)
      : core(core), chip(chip), remembersLists(isOnline) {}

  /// The instruction `index` of the engine's stream starts. `registers`: its 64 registers, or nullptr when the program
  /// uses none.
  Ticket start(isa::Engine engine, uint32_t index, const int32_t *registers = nullptr);
  void complete(Ticket ticket);

  int64_t value(uint16_t semaphore) const { return counters[semaphore % isa::numSemaphores].value; }
  /// Nothing more can be learnt: an obligation failed or there are too many findings.
  bool isStopped() const { return stopped; }
  /// The findings so far, races with what would have ordered them. Call it once, at the end.
  std::vector<Finding> takeFindings();
  /// What was decided so far, if it is written down.
  Decisions &written() { return decisions; }
  /// A wait asked for an update that was jumped over.
  bool askedBeyondRepetition() const { return isBeyondRepetition; }
  /// Instructions started, those that were jumped over included.
  uint64_t numStarted() const { return std::accumulate(positions.begin(), positions.end(), uint64_t(0)); }

private:
  friend class Repetition;     // jumps over periods of loops
  friend class Generalization; // compares runs
  friend class WaitReader;     // says which waits are implied

  struct Executed {
    uint32_t index, family;      // place in the stream; family: 1 + index of a family, whose last member this is
    uint64_t position, delivery; // number on its engine; delivery: number among the updates of its counter, DMAs only
    uint16_t counter;
    isa::Engine engine;
    bool isDma;
  };
  struct Pending {
    uint32_t clock;
    std::optional<isa::Update> update; // with an immediate value
  };
  // Which updates are among the first n of a count.
  struct Prefix {
    std::array<uint64_t, isa::numEngines> completed{};
    uint64_t lastDma = 0;
  };
  // What an executed wait claims, if somebody asks.
  struct Claim {
    uint32_t id;
    uint16_t semaphore;
    uint64_t number; // of the last update that it claims
    Prefix prefix;
  };
  struct Delivery {
    uint32_t instruction, clock;
    uint64_t number;       // from 1; has gaps where periods were jumped over
    int64_t before, value; // of the counter
    Prefix prefix;         // of it and all before
    // Clock that joins it and all before of its count, once it was asked for, and how many instructions had started then.
    uint32_t joined = 0, joinedAt = 0;
  };
  struct Counter {
    int64_t value = 0;
    uint64_t number = 0;              // of updates
    std::vector<Delivery> deliveries; // "place" below: 1 + index into it
    uint32_t epoch = 0;               // place of the reset that the present count follows, 0: none
    uint16_t sources = 0; // engines, and (shifted by numEngines) engines' DMAs, that updated it in this count
    bool isInIssueOrder = true;
    uint32_t claimed = 0; // largest place that a wait claims
    bool hasInexactClaim = false;
    InstructionRef claimer;
    std::array<uint64_t, isa::numEngines> waits{}, exactWaits{}; // 1 + position of the last wait of each engine
    std::array<uint32_t, isa::numEngines> exactWaiters{};        // the instruction of the last exact one
  };
  struct Race {
    uint32_t earlier, later;
    Conflict conflict;
  };

  void fail(Finding::Kind kind, InstructionRef first, InstructionRef second, std::string message);
  InstructionRef refOf(uint32_t id) const { return {executed[id].engine, executed[id].index}; }
  bool isKnown(const Clock &clock, uint32_t id) const;
  bool decideKnown(const Clock &clock, uint32_t id);
  bool isKnownToAll(uint32_t id) const;
  bool isAfterAll(const Delivery &update, const Prefix &prefix);
  static bool isInOrderSource(const Counter &counter);
  void join(Clock &clock, const Clock &other);
  void raise(Clock &clock, unsigned component, uint64_t value);
  void addDelivery(const Delivery &delivery, Clock &clock);
  void joinUpTo(uint16_t semaphore, uint32_t n, Clock &clock);
  bool claim(uint16_t semaphore, const isa::Wait &wait, int64_t value, uint32_t id, Clock &clock);
  void deliver(uint16_t semaphore, uint32_t id, const Pending &pending);
  Member memberOf(uint32_t id, const Footprint &footprint) const;
  bool isWithoutConflict(Footprints &footprints, const Actor &actor, const Clock &clock);
  void judge(const Conflict &conflict, uint32_t id, const Member &later);
  void report(const Conflict &conflict, uint32_t later);
  void addFamilies(llvm::MutableArrayRef<Family> added);
  std::string findWait(uint32_t first, uint32_t second) const;
  std::string whatIsMissing(const Race &race) const;

  const isa::Core &core;
  const Chip &chip;
  std::vector<Executed> executed;
  std::vector<Pending> pending;                        // of each executed
  std::array<uint64_t, isa::numEngines> positions{};   // number of instructions started
  std::array<uint32_t, isa::numEngines> lastStarted{}; // index of the last
  std::array<uint32_t, isa::numEngines> current{};     // clock
  Clocks clocks;
  std::array<Counter, isa::numSemaphores> counters;
  AccessMap accesses;
  RecentAccesses recent; // instead of the map, as long as remembersLists
  bool remembersLists;
  std::vector<Family> families;
  Decisions decisions;
  Footprints lastFootprints; // of the instruction that started last, while decisions are written down
  std::vector<Race> races;
  std::vector<Finding> findings;
  bool stopped = false;
  std::vector<Claim> *claims = nullptr;
  bool isBeyondRepetition = false; // a wait asks for an update that was jumped over
};

/// "`pe[12] matmul`", with " (line 34)" behind it where there was a text.
std::string describe(InstructionRef ref, const isa::Core &core);

} // namespace tarn::proof
