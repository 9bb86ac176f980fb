// What planSemaphores() orders, prove() accepts; and it accepts nothing less: each wait that is taken away is missed.
#include "../Proof/Programs.h"
#include "tarn/Stages/Sync/FoldLoop.h"
#include "gtest/gtest.h"
#include <random>

using namespace tarn;
using namespace tarn::isa;
using namespace tarn::proof::test;

namespace {

using Line = std::vector<PlannedInstruction>;

// As Emit does: a stream for each engine, second waits in event_semaphores in front.
Core toCore(const Line &line, const SemaphorePlan &plan) {
  Core core;
  for (auto [planned, entry] : llvm::zip_equal(line, plan.entries)) {
    auto &stream = core.stream(planned.engine);
    for (const Wait &wait : llvm::drop_begin(entry.waits, entry.waits.empty() ? 0 : 1))
      stream.push_back({EventSemaphore{}, wait, std::nullopt, 0});
    stream.push_back(planned.instruction);
    if (!entry.waits.empty())
      stream.back().wait = entry.waits.front();
    stream.back().update = entry.update;
  }
  return core;
}

Line randomLine(unsigned seed, unsigned count) {
  std::mt19937 random(seed);
  auto below = [&](unsigned n) { return static_cast<unsigned>(random() % n); };
  Line line;
  unsigned room = 4 + below(60);
  auto sbuf = [&] {
    uint32_t address = 4 * below(room), count = 1 + below(4);
    uint8_t start = below(3), partitions = 1 + below(3);
    return onChip(Memory::sbuf, address, count, partitions, start, 1 + below(2));
  };
  auto psum = [&] { return onChip(Memory::psum, 2048 * below(3) + 4 * below(8), 1 + below(4)); };
  auto add = [&](Engine engine, Payload payload) {
    line.push_back({engine, {std::move(payload), std::nullopt, std::nullopt, 0}});
  };
  while (line.size() < count) {
    switch (below(8)) {
    case 0:
      add(below(2) ? Engine::sp : Engine::act, DmaCopy{inSbuf(4 * below(room), 2), inHbm(16 * below(8), 4)});
      break;
    case 1:
      add(below(2) ? Engine::sp : Engine::pool, DmaCopy{inHbm(16 * below(8), 4), inSbuf(4 * below(room), 2)});
      break;
    case 2:
      add(Engine::pe, LoadStationary{sbuf()});
      add(Engine::pe, Matmul{psum(), sbuf(), MatmulGroup::first});
      add(Engine::pe, Matmul{psum(), sbuf(), MatmulGroup::last});
      break;
    case 3:
      add(Engine::act, Activation{sbuf(), psum()});
      break;
    case 4:
      add(Engine::dve, TensorTensor{sbuf(), below(2) ? psum() : sbuf(), sbuf(), AluOp::add});
      break;
    case 5:
      add(Engine::dve, CopyPredicated{sbuf(), sbuf(), sbuf()});
      break;
    case 6:
      add(Engine::pool, Memset{below(2) ? psum() : sbuf(), 0.0f});
      break;
    case 7:
      add(Engine::act, Activation{psum(), sbuf()});
      break;
    }
  }
  return line;
}

} // namespace

TEST(PlanSemaphores, isProvenAndNeedsEachOfItsWaits) {
  unsigned numWaits = 0;
  for (unsigned seed = 0; seed < 400; ++seed) {
    Line line = randomLine(seed, 3 + seed % 40);
    SemaphorePlan plan = planSemaphores(line, trn2());
    proof::Proof proof = proof::prove(toCore(line, plan), trn2());
    ASSERT_TRUE(proof.isProven()) << "seed " << seed << "\n" << textOf(proof);
    for (size_t i = 0; i < line.size(); ++i)
      for (size_t w = 0; w < plan.entries[i].waits.size(); ++w, ++numWaits) {
        SemaphorePlan less = plan;
        less.entries[i].waits.erase(less.entries[i].waits.begin() + w);
        EXPECT_FALSE(proof::prove(toCore(line, less), trn2()).isProven())
            << "seed " << seed << ": wait " << w << " of instruction " << i << " is needless";
      }
  }
  EXPECT_GT(numWaits, 1000u);
}

// With few semaphores DMAs are held back, never mixed up.
TEST(PlanSemaphores, makesDoWithFewSemaphores) {
  for (unsigned seed = 0; seed < 200; ++seed) {
    Line line = randomLine(seed, 60);
    SemaphorePlan plan = planSemaphores(line, trn2(), 7);
    EXPECT_LE(plan.numSemaphores, 7u);
    proof::Proof proof = proof::prove(toCore(line, plan), trn2());
    EXPECT_TRUE(proof.isProven()) << "seed " << seed << "\n" << textOf(proof);
  }
}

// A last store is awaited by nobody and has no semaphore.
TEST(PlanSemaphores, leavesLastStoresAlone) {
  Line line;
  line.push_back({Engine::sp, {DmaCopy{inSbuf(0, 8), inHbm(0, 16)}, {}, {}, 0}});
  line.push_back({Engine::dve, {TensorCopy{onChip(Memory::sbuf, 64, 8), onChip(Memory::sbuf, 0, 8)}, {}, {}, 0}});
  line.push_back({Engine::sp, {DmaCopy{inHbm(4096, 16), inSbuf(64, 8)}, {}, {}, 0}});
  SemaphorePlan plan = planSemaphores(line, trn2());
  EXPECT_EQ(plan.numWaits, 2u);
  EXPECT_EQ(plan.numSemaphores, 2u);
  EXPECT_FALSE(plan.entries[2].update.has_value());
  EXPECT_EQ(plan.entries[1].waits.front().value.value, 16);
  EXPECT_EQ(plan.entries[2].waits.front().value.value, 1);
}

// Two loads for one matmul are awaited by their sum; the next pair waits for the matmul.
TEST(PlanSemaphores, waitsOnceForABatch) {
  Line line;
  for (int turn = 0; turn < 2; ++turn) {
    line.push_back({Engine::sp, {DmaCopy{inSbuf(0, 8), inHbm(0, 16)}, {}, {}, 0}});
    line.push_back({Engine::sp, {DmaCopy{inSbuf(64, 8), inHbm(64, 16)}, {}, {}, 0}});
    line.push_back({Engine::dve,
                    {TensorTensor{onChip(Memory::sbuf, 128, 8), onChip(Memory::sbuf, 0, 8), onChip(Memory::sbuf, 64, 8),
                                  AluOp::add},
                     {},
                     {},
                     0}});
  }
  SemaphorePlan plan = planSemaphores(line, trn2());
  EXPECT_EQ(plan.numWaits, 3u);
  EXPECT_EQ(plan.numSemaphores, 2u);
  EXPECT_EQ(plan.entries[2].waits.front().value.value, 32);
  EXPECT_EQ(plan.entries[3].waits.size(), 1u);
  EXPECT_EQ(plan.entries[4].waits.size(), 0u);
  EXPECT_EQ(plan.entries[5].waits.front().value.value, 64);
}

TEST(PlanSemaphores, longProgramsAreProven) {
  Line line = randomLine(1, 100000);
  SemaphorePlan plan = planSemaphores(line, trn2());
  proof::Proof proof = proof::prove(toCore(line, plan), trn2());
  EXPECT_TRUE(proof.isProven()) << textOf(proof);
}

namespace {

// A random line whose middle is `turns` turns of a body; the DMAs of the body walk through HBM.
Line lineWithLoop(unsigned seed, LoopRange &loop) {
  Line line = randomLine(seed, 1 + seed % 7), body = randomLine(seed + 1000, 3 + seed % 13),
       after = randomLine(seed + 2000, 1 + seed % 5);
  loop = {static_cast<uint32_t>(line.size()), static_cast<uint32_t>(body.size()), 2 + seed % 9};
  for (uint32_t turn = 0; turn < loop.turns; ++turn)
    for (PlannedInstruction planned : body) {
      if (auto *dma = std::get_if<DmaCopy>(&planned.instruction.payload))
        for (DmaPattern *side : {&dma->dst, &dma->src})
          if (side->memory == Memory::hbm)
            side->address += seed % 2 * 128 * turn;
      line.push_back(planned);
    }
  line.insert(line.end(), after.begin(), after.end());
  return line;
}

// As the queues run: turns of the folded loop with the body's waits, everything else with its own.
Core toCore(const Line &line, const SemaphorePlan &plan, const LoopRange &loop, const FoldedLoop &folded) {
  Core core;
  for (auto [id, planned] : llvm::enumerate(line)) {
    auto &stream = core.stream(planned.engine);
    uint32_t turn = id < loop.first ? loop.turns : (id - loop.first) / loop.length;
    std::vector<Wait> waits(plan.entries[id].waits.begin(), plan.entries[id].waits.end());
    if (turn >= folded.firstTurn && turn < folded.endTurn) {
      if (turn == folded.firstTurn && id == loop.first + turn * loop.length)
        for (unsigned e = 0; e < numEngines; ++e)
          for (const Wait &wait : folded.before[e])
            core.streams[e].push_back({EventSemaphore{}, wait, std::nullopt, 0});
      waits.clear();
      for (const LoopWait &wait : folded.waits[(id - loop.first) % loop.length])
        waits.push_back({static_cast<uint16_t>(wait.semaphore),
                         WaitCondition::greaterOrEqual,
                         {false, static_cast<int32_t>(wait.value + wait.step * (turn - folded.firstTurn))}});
    }
    for (const Wait &wait : waits)
      stream.push_back({EventSemaphore{}, wait, std::nullopt, 0});
    stream.push_back(planned.instruction);
    stream.back().update = plan.entries[id].update;
  }
  return core;
}

} // namespace

TEST(FoldLoop, foldedLoopsAreProven) {
  unsigned numFolded = 0, numTurns = 0, numFoldedTurns = 0;
  for (unsigned seed = 0; seed < 1500; ++seed) {
    LoopRange loop;
    Line line = lineWithLoop(seed, loop);
    SemaphorePlan plan = planSemaphores(line, trn2(), seed % 3 ? numSemaphores : 5 + 2 + seed % 4, loop);
    proof::Proof straight = proof::prove(toCore(line, plan), trn2());
    ASSERT_TRUE(straight.isProven()) << "seed " << seed << "\n" << textOf(straight);
    std::optional<FoldedLoop> folded = foldLoop(line, plan, loop);
    numTurns += loop.turns;
    if (!folded)
      continue;
    ++numFolded;
    numFoldedTurns += folded->endTurn - folded->firstTurn;
    proof::Proof proof = proof::prove(toCore(line, plan, loop, *folded), trn2());
    ASSERT_TRUE(proof.isProven()) << "seed " << seed << "\n" << textOf(proof);
  }
  // Most loops have a steady state, and it begins early.
  EXPECT_GT(numFolded, 1000u);
  EXPECT_GT(numFoldedTurns, numTurns / 2);
}
