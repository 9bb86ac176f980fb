// Programs whose trip count is loaded from HBM: proven for all counts, or a count is named that shows what is
// wrong. Truth is the same program with the count as an immediate, executed turn by turn for each count.
#include "Loops.h"
#include "Oracle.h"
#include "gtest/gtest.h"

using namespace tarn;
using namespace tarn::isa;
using namespace tarn::proof::test;
using proof::Finding;

namespace {

constexpr uint64_t countAt = uint64_t(1) << 44;
constexpr uint8_t count = 20; // register

DmaPattern countInHbm(DType dtype = DType::int32) {
  DmaPattern pattern;
  pattern.dtype = dtype;
  pattern.address = countAt;
  return pattern;
}

Program withInput(Core core, TensorKind kind = TensorKind::input, DType dtype = DType::int32) {
  Program program;
  ProgramTensor tensor;
  tensor.name = "n";
  tensor.kind = kind;
  tensor.dtype = tensor.hostType = dtype;
  tensor.shape.push_back(1);
  tensor.address = countAt;
  program.tensors.push_back(tensor);
  program.hbmSize = countAt + 64;
  program.cores[0] = std::move(core);
  return program;
}

struct Limits {
  std::optional<int32_t> low, high;
};

/// Loops of `turns` get their number of turns from HBM, within limits. `spares`: an engine that keeps the
/// constant.
Core fromMemory(const Core &core, int turns, Limits limits, std::optional<Engine> spares = std::nullopt) {
  Core result;
  for (unsigned e = 0; e < numEngines; ++e) {
    if (core.streams[e].empty())
      continue;
    auto engine = static_cast<Engine>(e);
    Builder b;
    b.add(engine, TensorLoad{count, countInHbm()});
    if (limits.low)
      b.add(engine, RegisterAlu{count, RegisterOp::max, {true, count}, {false, *limits.low}});
    if (limits.high)
      b.add(engine, RegisterAlu{count, RegisterOp::min, {true, count}, {false, *limits.high}});
    uint32_t shift = b.here(engine);
    for (Instruction instruction : core.streams[e]) {
      if (auto *branch = std::get_if<CompareBranch>(&instruction.payload)) {
        branch->target += shift;
        if (!branch->rhs.isRegister && branch->rhs.value == turns && spares != engine)
          branch->rhs = {true, count};
      }
      b.core.stream(engine).push_back(instruction);
    }
    result.streams[e] = b.core.stream(engine);
  }
  return result;
}

/// The program for one count: loads become moves of an immediate.
Core forCount(Core core, int32_t value) {
  for (auto &stream : core.streams)
    for (Instruction &instruction : stream)
      if (auto *load = std::get_if<TensorLoad>(&instruction.payload))
        instruction.payload = RegisterMove{load->dst, {false, value}};
  return core;
}

bool isExactKind(const proof::Proof &proof) {
  return !proof.isProven() && proof.findings.front().kind != Finding::Kind::unproven;
}

/// The count that a finding names.
std::optional<int64_t> countOf(const proof::Proof &proof) {
  llvm::StringRef text = proof.findings.front().message;
  int64_t value;
  if (!text.consume_front("when 'n'[0] is ") || text.consumeInteger(10, value))
    return std::nullopt;
  return value;
}

struct Score {
  unsigned proven = 0, found = 0, unproven = 0, provenByRule = 0;
};

/// Compares the verdict for all counts with the truth for each of low … high, which are the program's limits.
void compare(const Core &core, int32_t low, int32_t high, const std::string &what, Score &score) {
  proof::Proof proof = proof::prove(withInput(core), trn2());
  std::optional<int32_t> wrong;
  for (int32_t n = low; n <= high && !wrong; ++n)
    if (!proof::prove(forCount(core, n), trn2(), executed()).isProven())
      wrong = n;
  if (proof.isProven()) {
    EXPECT_FALSE(wrong) << what << ": proven, but wrong for " << *wrong;
    ++score.proven;
  } else if (!isExactKind(proof)) {
    ++score.unproven;
    return;
  } else {
    EXPECT_TRUE(wrong) << what << ": right for all counts\n" << textOf(proof);
    std::optional<int64_t> named = countOf(proof);
    ASSERT_TRUE(named) << what << "\n" << textOf(proof);
    EXPECT_FALSE(proof::prove(forCount(core, *named), trn2(), executed()).isProven()) << what << "\n" << textOf(proof);
    ++score.found;
  }
}

Core loopOf(unsigned which, int turns) {
  return which < 3 ? matmulLoop(which + 1, turns) : which == 3 ? twoProducersLoop(turns) : batchLoop(turns);
}

} // namespace

TEST(TripCount, loopsAreProvenForEveryCountWithinTheirLimits) {
  for (unsigned which = 0; which < 5; ++which) {
    proof::Proof proof = proof::prove(withInput(fromMemory(loopOf(which, 777), 777, {1, 1'000'000})), trn2());
    EXPECT_TRUE(proof.isProven()) << which << "\n" << textOf(proof);
    EXPECT_EQ(proof.element, "'n'[0]");
    EXPECT_LT(proof.steps, 60'000u) << which;
  }
}

// Without a limit a semaphore goes beyond its 32 bits some day; the count is named.
TEST(TripCount, aCountWithoutLimitsIsFollowedToWhereItGoesWrong) {
  proof::Proof proof = proof::prove(withInput(fromMemory(matmulLoop(2, 777), 777, {})), trn2());
  ASSERT_FALSE(proof.isProven());
  EXPECT_EQ(proof.findings.front().kind, Finding::Kind::unanalysable) << textOf(proof);
  EXPECT_EQ(countOf(proof), 134217728) << textOf(proof); // 2^31 / 16
}

TEST(TripCount, nestedLoopsWithOneConstantLevelAreProven) {
  for (bool isInner : {false, true}) {
    Core core = isInner ? nestedLoop(9, 777) : nestedLoop(777, 9);
    proof::Proof proof = proof::prove(withInput(fromMemory(core, 777, {1, 100'000})), trn2());
    EXPECT_TRUE(proof.isProven()) << isInner << "\n" << textOf(proof);
  }
}

TEST(TripCount, enginesThatTakeDifferentCountsDeadlock) {
  proof::Proof proof = proof::prove(withInput(fromMemory(matmulLoop(1, 50), 50, {1, 100'000}, Engine::act)), trn2());
  ASSERT_FALSE(proof.isProven());
  EXPECT_EQ(proof.findings.front().kind, Finding::Kind::deadlock) << textOf(proof);
}

// dve writes one place a turn, from 0 on; pool reads far away and waits for nothing.
TEST(TripCount, aRaceOfALateTurnIsFound) {
  auto make = [](int32_t high) {
    Builder b;
    b.set(Engine::dve, 0, 0);
    uint32_t top = b.here(Engine::dve);
    b.add(Engine::dve, Memset{moved(onChip(Memory::sbuf, 0, 4), 0, 16), 1.0f});
    b.step(Engine::dve, 0, 1);
    b.repeat(Engine::dve, 0, 777, top);
    b.add(Engine::pool, TensorCopy{onChip(Memory::sbuf, 65536, 4), onChip(Memory::sbuf, 16 * 1000, 4)});
    return withInput(fromMemory(b.core, 777, {1, high}));
  };
  EXPECT_TRUE(proof::prove(make(1000), trn2()).isProven());
  proof::Proof proof = proof::prove(make(4000), trn2());
  ASSERT_FALSE(proof.isProven());
  EXPECT_EQ(proof.findings.front().kind, Finding::Kind::race) << textOf(proof);
  ASSERT_TRUE(countOf(proof)) << textOf(proof);
  EXPECT_GT(*countOf(proof), 1000);
  EXPECT_LE(*countOf(proof), 4000);
}

TEST(TripCount, aCountThatAProofCannotKnowIsRefusedWithTheWayOut) {
  Core core = fromMemory(matmulLoop(1, 777), 777, {1, 64});
  auto refusal = [](const Program &program) {
    proof::Proof proof = proof::prove(program, trn2());
    return proof.isProven() ? "" : textOf(proof);
  };
  auto expect = [&](const std::string &found, const char *reason) {
    EXPECT_NE(found.find(reason), std::string::npos) << found;
    EXPECT_EQ(found.rfind("unproven: ", 0), 0u) << found;
  };
  expect(refusal(withInput(core, TensorKind::scratch)), "from 'n', which is no input");
  expect(refusal(withInput(core, TensorKind::input, DType::fp32)), "as int32 from 'n', which holds fp32");
  Program elsewhere = withInput(core);
  elsewhere.tensors[0].address += 64;
  expect(refusal(elsewhere), "from outside of all tensors");
  Core other = core;
  std::get<TensorLoad>(other.stream(Engine::pe)[0].payload).src.address += 4;
  Program two = withInput(other);
  two.tensors[0].shape[0] = 2;
  expect(refusal(two), "from 'n'[0], another from 'n'[1]");
  Core onChipCount = core;
  std::get<TensorLoad>(onChipCount.stream(Engine::pe)[0].payload).src.memory = Memory::sbuf;
  expect(refusal(withInput(onChipCount)), "from SBUF");
  Core moving = core;
  std::get<TensorLoad>(moving.stream(Engine::pe)[0].payload).src.offset = RegisterOffset{3, 1};
  expect(refusal(withInput(moving)), "from an address that a register moves");
  // The last instruction of act writes the count, behind everybody's load.
  Core writing = core;
  writing.stream(Engine::act).push_back({TensorStore{countInHbm(), {false, 5}}, std::nullopt, std::nullopt, 0});
  expect(refusal(withInput(writing)), "may write 'n'[0], which steers the program");
}

TEST(TripCount, theContentsOfConstantsAreKnown) {
  for (int32_t n : {3, 50}) {
    Program program = withInput(fromMemory(matmulLoop(1, 50), 50, {}, Engine::act), TensorKind::constant);
    program.tensors[0].contents = HostTensor(DType::int32, {1});
    std::memcpy(program.tensors[0].contents.mutableBytes().data(), &n, 4);
    proof::Proof proof = proof::prove(program, trn2());
    EXPECT_EQ(proof.isProven(), n == 50) << textOf(proof);
  }
}

TEST(TripCount, mutantsHaveTheVerdictOfAllTheirCounts) {
  Score score;
  for (unsigned which = 0; which < 5; ++which)
    for (const auto &[what, mutant] : mutantsOf(loopOf(which, 777)))
      compare(fromMemory(mutant, 777, {1, 24}), 1, 24, std::to_string(which) + ", " + what, score);
  std::printf("mutants: %u proven, %u found, %u unproven\n", score.proven, score.found, score.unproven);
  EXPECT_GT(score.found, 200u);
  EXPECT_GT(score.proven, 20u);
  EXPECT_EQ(score.unproven, 0u);
}

TEST(TripCount, randomProgramsHaveTheVerdictOfAllTheirCounts) {
  Score score;
  for (unsigned seed = 0; seed < 1000; ++seed) {
    std::optional<Engine> spares;
    if (seed % 11 == 10)
      spares = Engine::act;
    Core core = fromMemory(randomLoops(seed, 777), 777, {static_cast<int>(seed % 5), 30}, spares);
    if (spares)
      for (Instruction &instruction : core.stream(Engine::act))
        if (auto *branch = std::get_if<CompareBranch>(&instruction.payload))
          branch->rhs.value = 20;
    compare(core, seed % 5, 30, "seed " + std::to_string(seed), score);
  }
  std::printf("random programs: %u proven, %u found, %u unproven\n", score.proven, score.found, score.unproven);
  EXPECT_GT(score.proven, 50u);
  EXPECT_GT(score.found, 200u);
  EXPECT_LT(score.unproven, 10u);
}

// Beyond the counts that a rule was made from: nothing is proven that is wrong at a count far away.
TEST(TripCount, rulesHoldFarAway) {
  unsigned proven = 0, unproven = 0;
  for (unsigned seed = 0; seed < 400; ++seed) {
    Core core = fromMemory(randomLoops(seed, 777), 777, {std::nullopt, 900}); // as far as SBUF goes
    proof::Proof proof = proof::prove(withInput(core), trn2());
    if (!proof.isProven() && !isExactKind(proof) && ++unproven < 10)
      std::printf("seed %u: %s", seed, textOf(proof).c_str());
    if (!proof.isProven())
      continue;
    ++proven;
    for (int32_t n : {-5, 97, 432, 433, 899, 900, 100'000})
      EXPECT_TRUE(proof::prove(forCount(core, n), trn2()).isProven()) << "seed " << seed << ", " << n;
    EXPECT_TRUE(proof::prove(forCount(core, 200), trn2(), executed()).isProven()) << "seed " << seed;
  }
  std::printf("far away: %u proven, %u unproven\n", proven, unproven);
  EXPECT_GT(proven, 30u);
  EXPECT_LT(unproven, 10u);
}

// An independent judge for each count: it knows nothing of clocks, periods and rules.
TEST(TripCount, theOracleAgrees) {
  unsigned right = 0, wrong = 0, refused = 0;
  for (unsigned seed = 0; seed < 150; ++seed) {
    Core core = fromMemory(randomLoops(seed, 777), 777, {1, 8});
    bool isWrong = false;
    for (int32_t n = 1; n <= 8 && !isWrong; ++n) {
      std::optional<Core> line = unroll(forCount(core, n), 1000);
      ASSERT_TRUE(line);
      proof::oracle::Judge judge(*line);
      isWrong = judge.hasDeadlock() || judge.hasRace();
    }
    proof::Proof proof = proof::prove(withInput(core), trn2());
    EXPECT_FALSE(isWrong && proof.isProven()) << "seed " << seed;
    ++(isWrong ? wrong : proof.isProven() ? right : refused);
    if (!isWrong && !proof.isProven())
      EXPECT_NE(proof.findings.front().kind, Finding::Kind::race) << "seed " << seed << "\n" << textOf(proof);
  }
  std::printf("oracle: %u wrong, %u right, %u refused though right\n", wrong, right, refused);
  EXPECT_GT(right, 10u);
  EXPECT_GT(wrong, 20u);
}
