// prove() against the oracle: sane programs are proven, and each mutant of them that is wrong is found.
#include "Oracle.h"
#include "Programs.h"
#include "gtest/gtest.h"
#include <random>

using namespace tarn;
using namespace tarn::isa;
using namespace tarn::proof::test;
using proof::Finding;

namespace {

// load (sp) -> matmul (pe) -> activation (act) -> store (sp queue of act), rings of `depth`.
Core matmulPipeline(int depth, int iterations) {
  Builder b;
  constexpr uint16_t pe = 0, act = 1, load = 2; // load + slot, then store + slot
  const uint16_t store = load + depth;
  for (int i = 0; i < iterations; ++i) {
    int slot = i % depth, turn = i / depth;
    uint32_t in = 1024 * slot, out = 65536 + 1024 * slot, bank = 2048 * slot;
    // The consumer of the slot's previous content is done.
    b.wait(Engine::sp, pe, i - depth + 1);
    b.add(Engine::sp, DmaCopy{inSbuf(in, 8), inHbm(i * 64, 16)});
    b.update(Engine::sp, load + slot, 16);

    b.wait(Engine::pe, load + slot, 16 * (turn + 1));
    b.add(Engine::pe, LoadStationary{onChip(Memory::sbuf, in, 2)});
    b.wait(Engine::pe, act, i - depth + 1);
    b.add(Engine::pe, Matmul{onChip(Memory::psum, bank, 8), onChip(Memory::sbuf, in, 8), MatmulGroup::first});
    b.add(Engine::pe, Matmul{onChip(Memory::psum, bank, 8), onChip(Memory::sbuf, in, 8), MatmulGroup::last});
    b.update(Engine::pe, pe);

    b.wait(Engine::act, pe, i + 1);
    b.wait(Engine::act, store + slot, 16 * turn);
    b.add(Engine::act, Activation{onChip(Memory::sbuf, out, 8), onChip(Memory::psum, bank, 8)});
    b.update(Engine::act, act);
    b.wait(Engine::act, act, i + 1);
    b.add(Engine::act, DmaCopy{inHbm(1 << 20 | i * 64, 16), inSbuf(out, 8)});
    b.update(Engine::act, store + slot, 16);
  }
  return b.core;
}

// Two producers, on dve and pool, of one sum that act awaits.
Core twoProducers(int iterations) {
  Builder b;
  for (int i = 0; i < iterations; ++i) {
    for (Engine engine : {Engine::dve, Engine::pool}) {
      b.wait(engine, 1, i);
      b.add(engine, Memset{onChip(Memory::sbuf, engine == Engine::dve ? 0 : 512, 4), 1.0f});
      b.update(engine, 0);
    }
    b.wait(Engine::act, 0, 2 * (i + 1));
    b.add(Engine::act, Activation{onChip(Memory::sbuf, 1024, 4), onChip(Memory::sbuf, 0, 4)});
    b.add(Engine::act, Activation{onChip(Memory::sbuf, 2048, 4), onChip(Memory::sbuf, 512, 4)});
    b.update(Engine::act, 1);
  }
  return b.core;
}

// A batch of DMAs on one semaphore, awaited by its sum.
Core dmaBatch(int iterations) {
  Builder b;
  for (int i = 0; i < iterations; ++i) {
    b.wait(Engine::sp, 1, i);
    for (int k = 0; k < 3; ++k) {
      b.add(Engine::sp, DmaCopy{inSbuf(256 * k, 4), inHbm(64 * k, 8)});
      b.update(Engine::sp, 0, 16);
    }
    b.wait(Engine::dve, 0, 48 * (i + 1));
    for (int k = 0; k < 3; ++k)
      b.add(Engine::dve, TensorCopy{onChip(Memory::sbuf, 4096 + 256 * k, 4), onChip(Memory::sbuf, 256 * k, 4)});
    b.update(Engine::dve, 1);
  }
  return b.core;
}

struct Tally {
  int wrong = 0, harmless = 0, refused = 0;
};

void judge(const Core &mutant, Tally &tally, const std::string &what) {
  proof::oracle::Judge judge(mutant);
  proof::Proof proof = proof::prove(mutant, trn2());
  bool isWrong = judge.hasDeadlock() || judge.hasRace();
  if (isWrong) {
    EXPECT_FALSE(proof.isProven()) << what << " is wrong and not found";
    ++tally.wrong;
  } else if (!proof.isProven()) {
    // Only a refusal may be overcautious; a race or deadlock is never reported in vain.
    EXPECT_EQ(proof.findings.front().kind, Finding::Kind::unanalysable) << what << ": " << textOf(proof);
    ++tally.refused;
  } else {
    ++tally.harmless;
  }
}

Tally mutate(const Core &core) {
  Tally tally;
  for (unsigned e = 0; e < numEngines; ++e)
    for (unsigned i = 0; i < core.streams[e].size(); ++i) {
      std::string where = (isa::name(static_cast<Engine>(e)) + "[" + std::to_string(i) + "]").str();
      Core mutant = core;
      Instruction &instruction = mutant.streams[e][i];
      if (instruction.wait) {
        instruction.wait.reset();
        judge(mutant, tally, "without the wait of " + where);
        for (int change : {-16, -1, 1, 16}) {
          mutant = core;
          mutant.streams[e][i].wait->value.value += change;
          judge(mutant, tally, "wait " + std::to_string(change) + " of " + where);
        }
      }
      if (mutant = core; mutant.streams[e][i].update) {
        mutant.streams[e][i].update.reset();
        judge(mutant, tally, "without the update of " + where);
      }
    }
  return tally;
}

} // namespace

TEST(Prove, findsEveryWrongMutantOfSanePrograms) {
  Tally sum;
  for (const Core &core :
       {matmulPipeline(1, 4), matmulPipeline(2, 6), matmulPipeline(3, 5), twoProducers(4), dmaBatch(3)}) {
    proof::Proof proof = proof::prove(core, trn2());
    EXPECT_TRUE(proof.isProven()) << textOf(proof);
    Tally tally = mutate(core);
    sum.wrong += tally.wrong;
    sum.harmless += tally.harmless;
    sum.refused += tally.refused;
  }
  EXPECT_GT(sum.wrong, 100);
  EXPECT_GT(sum.harmless, 10);
  std::printf("mutants: %d wrong, %d harmless, %d refused though harmless\n", sum.wrong, sum.harmless, sum.refused);
}

// `isRagged`: half of the operands have more runs than a footprint lists.
static Core randomProgram(unsigned seed, bool isRagged = false) {
  std::mt19937 random(seed);
  auto below = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
  // Half of the seeds crowd a few bytes, the others leave room for programs without a race.
  unsigned room = seed % 2 ? 8 : 60;
  Builder b;
  const Engine engines[] = {Engine::act, Engine::dve, Engine::sp};
  std::array<int32_t, 3> updates{};
  for (unsigned i = 0, count = 3 + below(10); i < count; ++i) {
    unsigned which = below(3);
    Engine engine = engines[which];
    auto place = [&] {
      AccessPattern p = onChip(Memory::sbuf, 4 * below(room), 1 + below(3), 1 + below(3));
      p.startPartition = below(2);
      if (below(3) == 0)
        p.dims[0].step = 2;
      if (isRagged && below(2))
        p.dims[0] = {2, below(2) ? 300u : 40u};
      return p;
    };
    for (unsigned c = 0; c < 3; ++c)
      if (updates[c] && below(2))
        b.wait(engine, c, updates[c] - (below(4) == 0) + (below(30) == 0));
    if (engine == Engine::sp)
      b.add(engine, DmaCopy{inSbuf(4 * below(room) + sbufPartitionPitch * below(2), 2), inHbm(0, 4)});
    else
      b.add(engine, TensorCopy{place(), place()});
    if (below(4)) {
      b.update(engine, which);
      ++updates[which];
    }
  }
  return b.core;
}

TEST(Prove, agreesWithTheOracleOnRandomPrograms) {
  Tally tally;
  for (unsigned seed = 0; seed < 1500; ++seed)
    judge(randomProgram(seed), tally, "seed " + std::to_string(seed));
  EXPECT_GT(tally.wrong, 100);
  EXPECT_GT(tally.harmless, 50);
  std::printf("random: %d wrong, %d right, %d refused though right\n", tally.wrong, tally.harmless, tally.refused);
}

TEST(Prove, agreesWithTheOracleOnRaggedPatterns) {
  Tally tally;
  for (unsigned seed = 0; seed < 400; ++seed)
    judge(randomProgram(seed, true), tally, "ragged seed " + std::to_string(seed));
  EXPECT_GT(tally.wrong, 100);
  EXPECT_GT(tally.harmless, 20);
  std::printf("ragged: %d wrong, %d right, %d refused though right\n", tally.wrong, tally.harmless, tally.refused);
}

// One execution with the timing of `seed`, watched by Checker as a simulator does: engines complete in order, DMAs in
// any order. What was found, without the text; "stuck" when it does not come to its end.
static std::vector<std::string> watchRun(const Core &core, unsigned seed, bool isOnline) {
  std::mt19937 random(seed);
  proof::Checker checker(core, trn2(), isOnline);
  std::array<uint32_t, numEngines> pcs{};
  std::array<std::vector<proof::Checker::Ticket>, numEngines> running; // not DMAs, oldest first
  std::vector<proof::Checker::Ticket> dmas;
  while (true) {
    std::vector<std::pair<int, unsigned>> choices; // what, of which
    for (unsigned e = 0; e < numEngines; ++e) {
      if (pcs[e] < core.streams[e].size()) {
        auto &wait = core.streams[e][pcs[e]].wait;
        if (!wait || checker.value(wait->semaphore) >= wait->value.value)
          choices.push_back({0, e});
      }
      if (!running[e].empty())
        choices.push_back({1, e});
    }
    for (unsigned d = 0; d < dmas.size(); ++d)
      choices.push_back({2, d});
    if (choices.empty())
      break;
    auto [what, which] = choices[random() % choices.size()];
    if (what == 0) {
      uint32_t index = pcs[which]++;
      auto ticket = checker.start(static_cast<Engine>(which), index);
      (core.streams[which][index].info().isDma ? dmas : running[which]).push_back(ticket);
    } else {
      auto &from = what == 1 ? running[which] : dmas;
      auto at = from.begin() + (what == 1 ? 0 : which);
      checker.complete(*at);
      from.erase(at);
    }
  }
  bool isStuck = false;
  for (unsigned e = 0; e < numEngines; ++e)
    isStuck |= pcs[e] < core.streams[e].size();
  std::vector<std::string> found;
  for (const proof::Finding &finding : checker.takeFindings())
    found.push_back((proof::name(finding.kind) + " " + proof::describe(finding.first, core) + " " +
                     proof::describe(finding.second, core))
                        .str());
  if (isStuck)
    found.push_back("stuck");
  return found;
}

// What is claimed does not depend on the execution that is watched.
TEST(Checker, agreesWithTheProofUnderAnyTiming) {
  std::vector<Core> cores{matmulPipeline(1, 4), matmulPipeline(2, 6), matmulPipeline(3, 5), twoProducers(4),
                          dmaBatch(3)};
  for (unsigned seed = 0; seed < 1500; ++seed)
    cores.push_back(randomProgram(seed));
  for (const Core &sane : {matmulPipeline(2, 4), twoProducers(3), dmaBatch(3)})
    for (unsigned e = 0; e < numEngines; ++e)
      for (unsigned i = 0; i < sane.streams[e].size(); ++i)
        if (sane.streams[e][i].wait) {
          cores.push_back(sane);
          cores.back().streams[e][i].wait.reset();
          cores.push_back(sane);
          cores.back().streams[e][i].wait->value.value -= 1;
        }
  for (auto [number, core] : llvm::enumerate(cores)) {
    proof::Proof proof = proof::prove(core, trn2());
    for (unsigned timing = 0; timing < 5; ++timing)
      EXPECT_EQ(watchRun(core, timing, /*isOnline=*/true).empty(), proof.isProven())
          << "program " << number << ", timing " << timing << "\n"
          << textOf(proof);
  }
}

// The lists of recent accesses find the pairs that the map of accesses finds. Which of the bytes that a pair shares a text
// shows may differ, as accesses that were forgotten do not cut cells.
TEST(Checker, findsTheSameWithListsAsWithTheMap) {
  unsigned numFound = 0, numClear = 0;
  auto compare = [&](const Core &core, unsigned timing, const std::string &what) {
    std::vector<std::string> online = watchRun(core, timing, /*isOnline=*/true);
    EXPECT_EQ(online, watchRun(core, timing, /*isOnline=*/false)) << what;
    ++(online.empty() ? numClear : numFound);
  };
  for (unsigned seed = 0; seed < 1500; ++seed)
    for (bool isRagged : {false, true})
      compare(randomProgram(seed, isRagged), seed % 7, "seed " + std::to_string(seed));
  // Long enough for accesses to be forgotten.
  Core sane = matmulPipeline(3, 400);
  compare(sane, 0, "sane");
  for (Engine engine : {Engine::pe, Engine::act, Engine::dve})
    if (auto &stream = sane.stream(engine); stream.size() > 300 && stream[300].wait) {
      Core mutant = sane;
      mutant.stream(engine)[300].wait.reset();
      compare(mutant, 1, "mutant");
    }
  EXPECT_GT(numFound, 500u);
  EXPECT_GT(numClear, 100u);
}

TEST(Prove, saysWhatWouldOrderARace) {
  Builder b;
  b.add(Engine::dve, Memset{onChip(Memory::sbuf, 0, 8), 0.0f});
  b.add(Engine::dve, Nop{});
  b.update(Engine::dve, 3);
  b.add(Engine::pool, TensorCopy{onChip(Memory::sbuf, 64, 8), onChip(Memory::sbuf, 16, 8)});
  proof::Proof proof = proof::prove(b.core, trn2());
  ASSERT_EQ(proof.findings.size(), 1u) << textOf(proof);
  EXPECT_EQ(proof.findings.front().kind, Finding::Kind::race);
  EXPECT_EQ(textOf(proof),
            "race: `dve[0] memset` writes sbuf partitions 0 to 1, bytes 16 to 31 and `pool[0] tensor_copy` "
            "reads there, neither ordered after the other; `S[3]>=1` at `pool[0] tensor_copy` would "
            "order them\n");
}

TEST(Prove, namesTheProviderInADeadlock) {
  Core core = matmulPipeline(2, 2);
  for (Instruction &instruction : core.stream(Engine::pe))
    if (instruction.update)
      instruction.update.reset();
  proof::Proof proof = proof::prove(core, trn2());
  ASSERT_EQ(proof.findings.size(), 1u) << textOf(proof);
  EXPECT_EQ(proof.findings.front().kind, Finding::Kind::deadlock);
  EXPECT_NE(textOf(proof).find("nothing is left that updates it"), std::string::npos) << textOf(proof);
}

// for (r0 = 0; r0 != 5; ++r0): memset by dve, read by act, one buffer, registers in waits and addresses.
TEST(Prove, executesLoopsWithRegisters) {
  auto loop = [](bool isThrottled) {
    Builder b;
    for (Engine engine : {Engine::dve, Engine::act}) {
      b.add(engine, RegisterMove{0, {false, 0}});
      b.add(engine, RegisterMove{1, {false, 1}});
      AccessPattern place = onChip(Memory::sbuf, 0, 4);
      if (engine == Engine::dve) {
        Instruction &memset = b.add(engine, Memset{place, 0.0f});
        if (isThrottled)
          memset.wait = Wait{1, WaitCondition::greaterOrEqual, {true, 0}};
        b.update(engine, 0);
      } else {
        AccessPattern out = onChip(Memory::sbuf, 4096, 4);
        out.offset = RegisterOffset{0, 16};
        b.add(engine, Activation{out, place}).wait = Wait{0, WaitCondition::greaterOrEqual, {true, 1}};
        b.update(engine, 1);
      }
      b.add(engine, RegisterAlu{0, RegisterOp::add, {true, 0}, {false, 1}});
      b.add(engine, RegisterAlu{1, RegisterOp::add, {true, 1}, {false, 1}});
      b.add(engine, CompareBranch{Comparison::ne, {true, 0}, {false, 5}, 2});
    }
    return b.core;
  };
  proof::Proof good = proof::prove(loop(true), trn2());
  EXPECT_TRUE(good.isProven()) << textOf(good);
  EXPECT_FALSE(proof::prove(loop(false), trn2()).isProven());
  proof::ProveOptions few;
  few.maxSteps = 10;
  proof::Proof cut = proof::prove(loop(true), trn2(), few);
  ASSERT_FALSE(cut.isProven());
  EXPECT_EQ(cut.findings.front().kind, Finding::Kind::unproven);
}

// dve and pool write, act awaits both (exactly 2), sets the barrier back and releases them. Act must know that its reset
// is complete before it waits again.
TEST(Prove, acceptsABarrierThatIsSetBack) {
  auto program = [](bool awaitsReset, bool isReleasedBehindReset) {
    Builder b;
    for (int i = 0; i < 3; ++i) {
      for (Engine engine : {Engine::dve, Engine::pool}) {
        b.wait(engine, 1, i);
        b.add(engine, Memset{onChip(Memory::sbuf, engine == Engine::dve ? 0 : 512, 4), 1.0f});
        b.update(engine, 0);
      }
      Activation read{onChip(Memory::sbuf, 1024, 4), onChip(Memory::sbuf, 0, 4)};
      AccessPattern second = onChip(Memory::sbuf, 512, 4);
      read.bias = second;
      b.add(Engine::act, read).wait = Wait{0, WaitCondition::equal, {false, 2}};
      if (!isReleasedBehindReset)
        b.update(Engine::act, 1);
      b.add(Engine::act, EventSemaphore{}).update = Update{0, UpdateAction::set, {false, 0}};
      if (isReleasedBehindReset) {
        b.add(Engine::act, EventSemaphore{});
        b.update(Engine::act, 1);
      }
      if (awaitsReset)
        b.wait(Engine::act, 1, i + 1);
    }
    return b.core;
  };
  proof::Proof good = proof::prove(program(true, true), trn2());
  EXPECT_TRUE(good.isProven()) << textOf(good);
  for (const Core &wrong : {program(false, true), program(true, false)}) {
    proof::Proof proof = proof::prove(wrong, trn2());
    ASSERT_FALSE(proof.isProven());
    EXPECT_EQ(proof.findings.front().kind, Finding::Kind::unanalysable) << textOf(proof);
  }
}

// Strided patterns of more runs than are listed: even and odd elements do not meet.
TEST(Prove, comparesRaggedPatternsExactly) {
  auto program = [](uint32_t oddAddress) {
    Builder b;
    AccessPattern even = onChip(Memory::sbuf, 0, 1000), odd = onChip(Memory::sbuf, oddAddress, 1000);
    even.dims[0].step = odd.dims[0].step = 2;
    b.add(Engine::dve, Memset{even, 0.0f});
    b.add(Engine::pool, Memset{odd, 0.0f});
    return b.core;
  };
  EXPECT_TRUE(proof::prove(program(4), trn2()).isProven());
  EXPECT_FALSE(proof::prove(program(8), trn2()).isProven());
}

// Two cores may read the same bytes of HBM; a core that writes them races with every other that touches them.
TEST(Prove, findsConflictsBetweenCores) {
  auto program = [](uint64_t firstDst, uint64_t secondDst) {
    Program result;
    result.cores.resize(2);
    for (auto [core, dst] : {std::pair(0, firstDst), std::pair(1, secondDst)}) {
      Builder b;
      b.add(Engine::sp, DmaCopy{inSbuf(0, 4), inHbm(0, 8)});
      b.add(Engine::sp, DmaCopy{inHbm(dst, 8), inSbuf(64, 4)});
      result.cores[core] = b.core;
    }
    return result;
  };
  EXPECT_TRUE(proof::prove(program(256, 512), trn2()).isProven());
  proof::Proof both = proof::prove(program(256, 272), trn2());
  ASSERT_EQ(both.findings.size(), 1u);
  EXPECT_EQ(both.findings[0].kind, Finding::Kind::race);
  EXPECT_EQ(both.findings[0].message,
            "core 0: `sp[1] dma_copy` writes hbm bytes 272 to 287 and core 1: `sp[1] dma_copy` writes there; nothing "
            "orders one core after another");
  EXPECT_FALSE(proof::prove(program(0, 512), trn2()).isProven()); // core 0 writes what core 1 reads
}

// An engine's own order is none between cores, nor is a sequencer's access less than a DMA's.
TEST(Prove, findsConflictsBetweenCoresOfLoadsAndStores) {
  auto word = [](uint64_t address) {
    DmaPattern pattern;
    pattern.address = address;
    return pattern;
  };
  auto program = [&](uint64_t stored, uint64_t loaded) {
    Program result;
    result.cores.resize(2);
    Builder first, second;
    first.add(Engine::sp, TensorStore{word(stored), {false, 1}});
    second.add(Engine::sp, TensorLoad{1, word(loaded)});
    result.cores[0] = first.core;
    result.cores[1] = second.core;
    return result;
  };
  EXPECT_TRUE(proof::prove(program(0, 4), trn2()).isProven());
  EXPECT_FALSE(proof::prove(program(4, 4), trn2()).isProven());
}

TEST(Prove, longProgramsTakeOneStepAnInstruction) {
  Core core = matmulPipeline(2, 12000); // over 100,000 instructions
  uint64_t instructions = 0;
  for (const std::vector<Instruction> &stream : core.streams)
    instructions += stream.size();
  proof::Proof proof = proof::prove(core, trn2());
  EXPECT_TRUE(proof.isProven()) << textOf(proof);
  EXPECT_GT(instructions, 100000u);
  EXPECT_EQ(proof.steps, instructions);
}
