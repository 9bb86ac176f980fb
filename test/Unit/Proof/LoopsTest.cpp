// Programs with loops: jumping over periods gives the verdict of executing them, and costs nothing more at 10^5 turns.
#include "Loops.h"
#include "Oracle.h"
#include "gtest/gtest.h"

using namespace tarn;
using namespace tarn::isa;
using namespace tarn::proof::test;
using proof::Finding;

TEST(Loops, longLoopsCostNoMoreThanShortOnes) {
  struct Case {
    const char *name;
    std::function<Core(int)> make;
  };
  for (const Case &one : {Case{"matmul 1", [](int n) { return matmulLoop(1, n); }},
                          Case{"matmul 2", [](int n) { return matmulLoop(2, n); }},
                          Case{"matmul 3", [](int n) { return matmulLoop(3, n); }},
                          Case{"two producers", twoProducersLoop}, Case{"batch", batchLoop}}) {
    proof::Proof small = proof::prove(one.make(50), trn2()), large = proof::prove(one.make(100000), trn2());
    EXPECT_TRUE(small.isProven()) << one.name << "\n" << textOf(small);
    EXPECT_TRUE(large.isProven()) << one.name << "\n" << textOf(large);
    EXPECT_EQ(small.steps, large.steps) << one.name;
    EXPECT_LT(large.steps, 1000u) << one.name;
    // The jumped-over instructions are counted.
    EXPECT_EQ(small.instructions, proof::prove(one.make(50), trn2(), executed()).steps) << one.name;
  }
}

TEST(Loops, nestedLoopsCostNoMoreThanTheirBodies) {
  EXPECT_TRUE(proof::prove(nestedLoop(6, 7), trn2(), executed()).isProven());
  proof::Proof proof = proof::prove(nestedLoop(50000, 100000), trn2());
  EXPECT_TRUE(proof.isProven()) << textOf(proof);
  EXPECT_LT(proof.steps, 2000u);
  EXPECT_GT(proof.instructions, 30'000'000'000u); // 10^10 turns of three instructions
  std::printf("%llu instructions in %llu steps\n", (unsigned long long)proof.instructions,
              (unsigned long long)proof.steps);
}

// Jumping decides as executing does, and as it does at 10^5 turns.
TEST(Loops, mutantsHaveTheSameVerdictsShortAndLong) {
  auto make = [](unsigned which, int turns) {
    return which < 3 ? matmulLoop(which + 1, turns) : which == 3 ? twoProducersLoop(turns) : batchLoop(turns);
  };
  unsigned wrong = 0, right = 0, unproven = 0;
  for (unsigned which = 0; which < 5; ++which) {
    auto small = mutantsOf(make(which, 20)), large = mutantsOf(make(which, 100000));
    for (auto [a, b] : llvm::zip_equal(small, large)) {
      proof::Proof truth = proof::prove(a.second, trn2(), executed());
      proof::Proof jumped = proof::prove(a.second, trn2());
      EXPECT_EQ(truth.isProven(), jumped.isProven()) << which << ", " << a.first << "\n"
                                                     << textOf(truth) << textOf(jumped);
      proof::ProveOptions options;
      options.maxSteps = 20000;
      proof::Proof longer = proof::prove(b.second, trn2(), options);
      if (!longer.isProven() && longer.findings.front().kind == Finding::Kind::unproven) {
        ++unproven;
        EXPECT_FALSE(truth.isProven()) << which << ", " << b.first << "\n" << textOf(longer);
        continue;
      }
      ++(truth.isProven() ? right : wrong);
      EXPECT_EQ(truth.isProven(), longer.isProven()) << which << ", " << b.first << "\n"
                                                     << textOf(truth) << textOf(longer);
    }
  }
  std::printf("mutants: %u wrong, %u right, %u unproven at 10^5 turns\n", wrong, right, unproven);
  EXPECT_GT(wrong, 100u);
  EXPECT_LT(unproven, 20u);
}

TEST(Loops, jumpingDecidesAsExecutingDoes) {
  unsigned proven = 0, found = 0, jumped = 0, refused = 0;
  for (unsigned seed = 0; seed < 3000; ++seed) {
    // The last jump of a loop may be over few periods or many.
    Core core = randomLoops(seed, seed < 1000 ? 40 : 5 + seed / 7 % 40);
    proof::Proof truth = proof::prove(core, trn2(), executed()), fast = proof::prove(core, trn2());
    ASSERT_EQ(truth.isProven(), fast.isProven()) << "seed " << seed << "\n"
                                                 << textOf(truth) << "with jumps:\n"
                                                 << textOf(fast);
    ++(truth.isProven() ? proven : found);
    jumped += fast.instructions > fast.steps;
    refused += !truth.isProven() && truth.findings.front().kind == Finding::Kind::unanalysable;
  }
  std::printf("random loops: %u proven, %u found (%u of them refused), %u with jumps\n", proven, found, refused,
              jumped);
  EXPECT_GT(proven, 100u);
  EXPECT_GT(jumped, 300u);
}

// The oracle unrolls a few turns and knows nothing of periods or vector clocks.
TEST(Loops, agreeWithTheOracle) {
  unsigned right = 0, wrong = 0, refused = 0;
  for (unsigned seed = 0; seed < 800; ++seed) {
    Core core = randomLoops(seed, 9);
    std::optional<Core> line = unroll(core, 1000);
    ASSERT_TRUE(line);
    proof::oracle::Judge judge(*line);
    proof::Proof proof = proof::prove(core, trn2());
    bool isWrong = judge.hasDeadlock() || judge.hasRace();
    if (isWrong) {
      EXPECT_FALSE(proof.isProven()) << "seed " << seed;
      ++wrong;
    } else if (!proof.isProven()) {
      EXPECT_EQ(proof.findings.front().kind, Finding::Kind::unanalysable) << "seed " << seed << "\n" << textOf(proof);
      ++refused;
    } else {
      ++right;
    }
  }
  std::printf("oracle: %u wrong, %u right, %u refused though right\n", wrong, right, refused);
  EXPECT_GT(right, 50u);
  EXPECT_GT(wrong, 100u);
}
