// The static proof, the simulator's checks and a search of all states say the same.
#include "Loops.h"
#include "Oracle.h"
#include "tarn/Sim/Machine.h"
#include "gtest/gtest.h"

using namespace tarn;
using namespace tarn::isa;
using namespace tarn::proof::test;
using proof::Finding;

namespace {

/// Other latencies and rates, so that engines meet at other times.
Chip otherTiming(unsigned seed) {
  Chip chip = trn2();
  std::mt19937 random(seed);
  auto change = [&](double &value) { value *= std::exp2(static_cast<double>(random() % 9) - 4); };
  for (double *value :
       {&chip.semaphore.toPeNs, &chip.semaphore.toActNs, &chip.semaphore.toDveNs, &chip.semaphore.toPoolNs,
        &chip.semaphore.toSpNs, &chip.semaphore.toDmaTriggerNs, &chip.dma.notifyNs, &chip.pe.clockHz, &chip.act.clockHz,
        &chip.dve.clockHz, &chip.pool.clockHz, &chip.control.registerNs})
    change(*value);
  return chip;
}

struct Dynamic {
  bool races = false, deadlock = false, other = false;
};

Dynamic simulated(const Core &core, const Chip &chip) {
  Program program;
  program.cores[0] = core;
  program.hbmSize = 1 << 26;
  sim::RunOptions options;
  options.values = false;
  options.report = false;
  options.checks = {"races", "deadlock"};
  options.maxSteps = 20000;
  llvm::Expected<sim::RunResult> run = sim::simulate(program, chip, {}, options);
  Dynamic result;
  if (!run) {
    llvm::consumeError(run.takeError());
    result.other = true;
    return result;
  }
  for (const sim::Finding &finding : run->findings)
    (finding.check == "races" ? result.races : finding.check == "deadlock" ? result.deadlock : result.other) = true;
  return result;
}

Core randomCore(unsigned seed) {
  int turns = 3 + seed % 7;
  switch (seed % 8) {
  case 0:
    return damaged(barrierLoop(turns), seed);
  case 1:
    return damaged(matmulLoop(1 + seed % 3, turns), seed);
  case 2:
    return damaged(batchLoop(turns), seed);
  case 3:
    return damaged(twoProducersLoop(turns), seed);
  default:
    return damaged(randomLoops(seed, turns), seed);
  }
}

/// Semaphores only rise and waits are `>=`: then all runs come to the same end.
bool isMonotone(const Core &core) {
  for (const auto &stream : core.streams)
    for (const Instruction &instruction : stream)
      if ((instruction.wait && instruction.wait->condition == WaitCondition::equal) ||
          (instruction.update &&
           (instruction.update->action != UpdateAction::add || instruction.update->value.value < 0)) ||
          instruction.is<SemaphoreRangeClear>())
        return false;
  return true;
}

} // namespace

TEST(Agreement, aBarrierWithResetsIsProvenAtAnyLength) {
  for (int turns : {1, 2, 7, 100'000 / 16}) {
    proof::Proof proof = proof::prove(barrierLoop(turns), trn2());
    EXPECT_TRUE(proof.isProven()) << turns << "\n" << textOf(proof);
    EXPECT_LT(proof.steps, 1000u);
  }
}

// What is proven has no finding in any timing; what is not proven has one in each.
TEST(Agreement, theSimulatorsChecksSayWhatTheProofSays) {
  unsigned proven = 0, races = 0, deadlocks = 0, refused = 0, left = 0;
  for (unsigned seed = 0; seed < 4000; ++seed) {
    Core core = randomCore(seed);
    proof::Proof proof = proof::prove(core, trn2());
    Dynamic dynamic = simulated(core, seed % 2 ? trn2() : otherTiming(seed));
    if (dynamic.other) {
      ++left; // beyond memory, or too long
      continue;
    }
    EXPECT_EQ(proof.isProven(), !dynamic.races && !dynamic.deadlock)
        << "seed " << seed << ", races " << dynamic.races << ", deadlock " << dynamic.deadlock << "\n"
        << textOf(proof);
    if (proof.isProven()) {
      ++proven;
      continue;
    }
    auto has = [&](Finding::Kind kind) {
      return llvm::any_of(proof.findings, [&](const Finding &finding) { return finding.kind == kind; });
    };
    if (has(Finding::Kind::unanalysable) || !isMonotone(core)) {
      ++refused; // what is found besides hangs on the timing
      continue;
    }
    EXPECT_EQ(has(Finding::Kind::race), dynamic.races) << "seed " << seed << "\n" << textOf(proof);
    EXPECT_EQ(has(Finding::Kind::deadlock), dynamic.deadlock) << "seed " << seed << "\n" << textOf(proof);
    races += has(Finding::Kind::race);
    deadlocks += has(Finding::Kind::deadlock);
  }
  std::printf("%u proven, %u with races, %u with deadlock, %u refused, %u left out\n", proven, races, deadlocks,
              refused, left);
  EXPECT_GT(proven, 1000u);
  EXPECT_GT(races, 200u);
  EXPECT_GT(deadlocks, 100u);
  EXPECT_GT(refused, 100u);
  EXPECT_LT(left, 60u);
}

// Two or three engines of two to four instructions: copies, DMAs, waits of both kinds, adds, sets, subtracts.
static Core smallProgram(unsigned seed) {
  std::mt19937 random(seed);
  auto below = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
  Builder b;
  const Engine all[] = {Engine::dve, Engine::act, Engine::sp};
  unsigned numUsed = 2 + below(2);
  for (unsigned e = 0; e < numUsed; ++e)
    for (unsigned i = 0, length = 2 + below(3 - (numUsed == 3)); i < length; ++i) {
      Engine engine = all[e];
      Instruction &instruction = engine == Engine::sp ? b.add(engine, DmaCopy{inSbuf(32 * below(3), 2, 1), inHbm(0, 2)})
                                 : below(4) == 0 ? b.add(engine, EventSemaphore{})
                                                 : b.add(engine, TensorCopy{onChip(Memory::sbuf, 32 * below(3), 2, 1),
                                                                            onChip(Memory::sbuf, 32 * below(3), 2, 1)});
      if (below(2))
        instruction.wait = Wait{static_cast<uint16_t>(below(3)),
                                below(3) ? WaitCondition::greaterOrEqual : WaitCondition::equal,
                                {false, static_cast<int32_t>(1 + below(2))}};
      if (below(3)) {
        unsigned action = below(8);
        instruction.update = Update{static_cast<uint16_t>(below(3)),
                                    action == 0   ? UpdateAction::set
                                    : action == 1 ? UpdateAction::subtract
                                                  : UpdateAction::add,
                                    {false, static_cast<int32_t>(action == 0 ? below(2) : 1)}};
      }
    }
  return b.core;
}

TEST(Agreement, aSearchOfAllStatesSaysWhatTheProofSays) {
  unsigned right = 0, wrong = 0, refused = 0, open = 0;
  for (unsigned seed = 0; seed < 20000; ++seed) {
    Core core = smallProgram(seed);
    proof::oracle::Search search(core);
    if (!search.isFinished()) {
      ++open;
      continue;
    }
    proof::Proof proof = proof::prove(core, trn2());
    bool isWrong = search.hasRace() || search.hasDeadlock();
    if (proof.isProven()) {
      EXPECT_FALSE(isWrong) << "seed " << seed << ", race " << search.hasRace();
      ++right;
      continue;
    }
    bool isRefused =
        llvm::any_of(proof.findings, [](const Finding &f) { return f.kind == Finding::Kind::unanalysable; });
    if (isRefused) {
      ++refused;
      continue;
    }
    for (const Finding &finding : proof.findings)
      EXPECT_TRUE(finding.kind == Finding::Kind::race ? search.hasRace() : search.hasDeadlock())
          << "seed " << seed << "\n"
          << textOf(proof);
    ++wrong;
  }
  std::printf("all states: %u proven, %u wrong, %u refused, %u not finished\n", right, wrong, refused, open);
  EXPECT_GT(right, 100u);
  EXPECT_GT(wrong, 3000u);
  EXPECT_GT(refused, 300u);
  EXPECT_LT(open, 200u);
}

// Loops, unrolled for the search.
TEST(Agreement, aSearchOfAllStatesSaysTheSameOfLoops) {
  unsigned right = 0, wrong = 0, refused = 0, open = 0;
  for (unsigned seed = 0; seed < 400; ++seed) {
    Core core = damaged(seed % 2 ? barrierLoop(2) : randomLoops(seed, 2), seed);
    std::optional<Core> line = unroll(core, 1000);
    if (!line)
      continue;
    size_t size = 0;
    for (auto &stream : line->streams) { // registers are read; what only computes them is in the way
      llvm::erase_if(stream, [](const Instruction &instruction) {
        bool isControl = instruction.is<RegisterMove>() || instruction.is<RegisterAlu>() || instruction.is<Nop>();
        return isControl && !instruction.wait && !instruction.update;
      });
      size += stream.size();
      for (const Instruction &instruction : stream)
        size += instruction.is<SemaphoreRangeClear>() ? 1000 : 0; // not in the search
    }
    if (size > 24)
      continue;
    proof::oracle::Search search(*line);
    if (!search.isFinished()) {
      ++open;
      continue;
    }
    proof::Proof proof = proof::prove(core, trn2());
    bool isWrong = search.hasRace() || search.hasDeadlock();
    bool isRefused =
        llvm::any_of(proof.findings, [](const Finding &f) { return f.kind == Finding::Kind::unanalysable; });
    EXPECT_FALSE(isWrong && proof.isProven()) << "seed " << seed;
    EXPECT_FALSE(!isWrong && !proof.isProven() && !isRefused) << "seed " << seed << "\n" << textOf(proof);
    ++(proof.isProven() ? right : isRefused ? refused : wrong);
  }
  std::printf("all states of loops: %u proven, %u wrong, %u refused, %u not finished\n", right, wrong, refused, open);
  EXPECT_GT(right, 100u);
  EXPECT_GT(wrong, 40u);
  EXPECT_LT(open, 10u);
}
