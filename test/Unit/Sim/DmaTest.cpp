// The rules of DMA engines, one by one, against the keys of the chip file.
#include "Programs.h"
#include "tarn/ISA/Cost.h"
#include <random>

using namespace tarn;
using namespace tarn::sim;
using namespace tarn::sim::test;

namespace {

/// Keeps what is complete.
struct Recorder : Listener {
  void on(const Completed &event) override { steps[{event.step.engine, event.step.index}] = event.step; }
  std::map<std::pair<isa::Engine, uint32_t>, Step> steps;
};

struct Copies : Builder {
  uint64_t rows = tensor("x", isa::TensorKind::scratch, {128, 1024 * 16});
  /// 128 rows of 4 KiB: 8 elements an engine.
  isa::DmaCopy load(unsigned place) {
    isa::DmaCopy copy;
    copy.src = hbmRows(rows + place * 524288, 128, 1024);
    copy.dst = sbufRows(place * 4096, 128, 1024);
    return copy;
  }
  isa::DmaCopy store(unsigned place) {
    isa::DmaCopy copy = load(place);
    std::swap(copy.src, copy.dst);
    return copy;
  }
  Recorder record() {
    Recorder recorder;
    RunOptions options;
    options.values = false;
    options.checks.clear();
    options.listeners.push_back(&recorder);
    run(options);
    return recorder;
  }
};

double elementNs() { return trn2().dma.elementPeriodNs + 4096 / trn2().dma.bytesPerNs; }

TEST(Dma, WorkInFrontHidesAColdRead) {
  Copies one, two;
  one.add(isa::Engine::sp, one.load(0));
  two.add(isa::Engine::sp, two.load(0));
  two.add(isa::Engine::sp, two.load(1));
  Picoseconds first = one.record().steps[{isa::Engine::sp, 0}].completion;
  Picoseconds second = two.record().steps[{isa::Engine::sp, 1}].completion;
  EXPECT_NEAR(toNs(second - first), 8 * elementNs(), 20);
}

TEST(Dma, ALoadThatArrivesBesideAStoreHalvesItAndComesBehindIt) {
  Copies alone, both;
  alone.add(isa::Engine::act, alone.store(0));
  both.add(isa::Engine::act, both.store(0));
  both.add(isa::Engine::sp, both.load(1));
  Step without = alone.record().steps[{isa::Engine::act, 0}];
  Recorder recorder = both.record();
  Step store = recorder.steps[{isa::Engine::act, 0}], load = recorder.steps[{isa::Engine::sp, 0}];
  // The load arrives a little after the store: nearly every element of the store shares the reads.
  double added = toNs(store.completion - without.completion);
  EXPECT_GT(added, 4 * elementNs());
  EXPECT_LT(added, 9 * elementNs() + 8 * trn2().dma.slowEngineBesideLoadsNs);
  EXPECT_GT(load.completion, store.completion);
}

TEST(Dma, AStoresTriggerHoldsUntilItsRingHasRoom) {
  Copies copies;
  for (unsigned i = 0; i < 6; ++i)
    copies.add(isa::Engine::act, copies.store(i));
  Recorder recorder = copies.record();
  auto trigger = [&](uint32_t i) {
    const Step &step = recorder.steps[{isa::Engine::act, i}];
    return toNs(step.triggerEnd - step.start);
  };
  // 32 KiB an engine each: two and a half fit; then a trigger takes as long as a store.
  EXPECT_LT(trigger(1), trn2().dma.triggerSpacingNs + 1);
  EXPECT_NEAR(trigger(5), 8 * (elementNs() + trn2().dma.slowEngineQueuedNs), 60);
}

TEST(Dma, AfterATriggerItsEngineGoesOnAfterAGap) {
  Copies copies;
  copies.add(isa::Engine::sp, copies.load(0));
  copies.add(isa::Engine::sp, copies.load(1));
  Recorder recorder = copies.record();
  const Step &first = recorder.steps[{isa::Engine::sp, 0}], &second = recorder.steps[{isa::Engine::sp, 1}];
  EXPECT_EQ(second.start - first.triggerEnd, fromNs(trn2().dma.triggerGapNs[unsigned(isa::Engine::sp)]));
  EXPECT_EQ(second.triggerEnd - first.triggerEnd, fromNs(trn2().dma.triggerSpacingNs));
}

TEST(Dma, ASoftwareTriggerTakesLongerWithOthersInFlight) {
  Copies copies;
  for (unsigned i = 0; i < 6; ++i) {
    isa::DmaCopy load = copies.load(i);
    load.dge_mode = isa::DgeMode::swdge;
    copies.add(isa::Engine::pool, load);
  }
  Recorder recorder = copies.record();
  const Chip::Dma &dma = trn2().dma;
  for (unsigned i = 0; i < 3; ++i) {
    const Step &step = recorder.steps[{isa::Engine::pool, i}];
    EXPECT_EQ(step.triggerEnd - step.start, fromNs(dma.poolTriggerNs + i * dma.poolTriggerInFlightNs));
  }
  for (const auto &[key, step] : recorder.steps)
    EXPECT_LE(step.triggerEnd - step.start, fromNs(dma.poolTriggerMaxNs));
}

// Loads and stores of three rings in many mixtures: each completes once, not before it would alone, and all of them no
// later than one after the other.
TEST(Dma, EveryDmaCompletesWhateverElseItsEnginesDo) {
  for (unsigned mixture = 0; mixture < 64; ++mixture) {
    Copies copies;
    Picoseconds inTurn = 0;
    unsigned count[3] = {};
    const isa::Engine rings[] = {isa::Engine::sp, isa::Engine::act, isa::Engine::pool};
    for (unsigned i = 0; i < 24; ++i) {
      unsigned ring = (mixture >> (i % 3)) % 3, place = i % 12;
      isa::DmaCopy copy = (mixture * 7 + i * 5) % 4 ? copies.load(place) : copies.store(place);
      Copies alone;
      alone.add(rings[ring], copy);
      inTurn += alone.record().steps[{rings[ring], 0}].completion;
      copies.add(rings[ring], copy);
      ++count[ring];
    }
    Recorder recorder = copies.record();
    EXPECT_EQ(recorder.steps.size(), 24u);
    for (unsigned ring = 0; ring < 3; ++ring)
      for (uint32_t i = 0; i < count[ring]; ++i) {
        const Step &step = recorder.steps[{rings[ring], i}];
        EXPECT_LE(step.triggerEnd, step.firstElement);
        EXPECT_GE(step.completion, step.firstElement + fromNs(8 * elementNs() * 0.9)) << mixture;
        EXPECT_LE(step.completion, inTurn) << mixture;
      }
  }
}

/// A random program of 30 DMAs of three rings. Kinds: any; many loads that are alike, which the engines work on alike,
/// and now and then another DMA; stores of more than a ring holds, and small loads. Some DMAs wait for others, some for a clock of DVE.
Copies mixtureOf(unsigned number) {
  std::mt19937 random(number);
  Copies copies;
  const isa::Engine engines[] = {isa::Engine::sp, isa::Engine::act, isa::Engine::pool};
  unsigned updates = 0, ticks = 0;
  for (unsigned i = 0; i < 30; ++i) {
    unsigned kind = number % 3;
    bool isAlike = kind == 1 && random() % 6, isLarge = kind == 2 && random() % 2;
    isa::Engine engine = kind == 1 && !isAlike ? isa::Engine::pool : engines[random() % 3];
    bool isStore = kind == 2 ? isLarge : !isAlike && random() % 3 < (kind == 1 ? 2 : 1);
    isa::DmaCopy copy = isStore ? copies.store(i % 8) : copies.load(8 + i % 7);
    unsigned rows = 1 + random() % 128, elements = 1 + random() % (random() % 4 ? 1024 : 4096);
    if (isAlike) {
      rows = number % 2 ? 128 : 100;
      elements = 1024;
    } else if (kind == 2) {
      rows = isLarge ? 128 - random() % 2 : rows;
      elements = isLarge ? 4096 : 1 + random() % 512;
    }
    for (isa::DmaPattern *side : {&copy.src, &copy.dst}) {
      side->dims[0].num = elements;
      side->dims[1].num = rows;
    }
    copy.dge_mode = engine == isa::Engine::pool ? isa::DgeMode::swdge : isa::DgeMode::hwdge;
    isa::Instruction &instruction = copies.add(engine, copy);
    instruction.update = isa::Update{0, isa::UpdateAction::add, {false, 1}};
    ++updates;
    if (random() % 3 == 0) {
      isa::Memset memset;
      memset.dst = sbuf(65536, 128, 1 + random() % 2000);
      copies.add(isa::Engine::dve, memset).update = isa::Update{1, isa::UpdateAction::add, {false, 1}};
      ++ticks;
    }
    if (updates > 5 && random() % 4 == 0)
      instruction.wait = isa::Wait{0, isa::WaitCondition::greaterOrEqual, {false, int32_t(updates - 5)}};
    else if (ticks > 0 && random() % 2)
      instruction.wait = isa::Wait{1, isa::WaitCondition::greaterOrEqual, {false, int32_t(ticks)}};
  }
  return copies;
}

// The DMA engines work ahead by the smallest latency of a chip, and as far as that goes one engine stands for those that
// do the same. A latency that no DMA of the program has, set to zero, takes both from them and must change nothing else.
TEST(Dma, HowFarTheEnginesWorkAheadDoesNotMatter) {
  for (unsigned mixture = 0; mixture < 900; ++mixture) {
    Copies copies = mixtureOf(mixture);
    Chip chip = trn2();
    if (mixture % 2) // one that others wait for hides what they do
      chip.dma.slowEngine = -1;
    Chip stepwise = chip;
    stepwise.dma.prebuiltLatencyNs = 0;
    auto record = [&](const Chip &chip) {
      Recorder recorder;
      RunOptions options;
      options.values = false;
      options.checks.clear();
      options.listeners.push_back(&recorder);
      EXPECT_FALSE(llvm::errorToBool(simulate(copies.program, chip, {}, options).takeError()));
      return recorder.steps;
    };
    auto ahead = record(chip), step = record(stepwise);
    ASSERT_GE(ahead.size(), 30u);
    for (const auto &[place, of] : ahead) {
      ASSERT_EQ(of.triggerEnd, step[place].triggerEnd) << mixture;
      ASSERT_EQ(of.firstElement, step[place].firstElement) << mixture;
      ASSERT_EQ(of.completion, step[place].completion) << mixture;
    }
  }
}

TEST(Dma, SoftwareDescriptorsMergeRowsThatLieTogether) {
  isa::DmaCopy copy; // [4 blocks of 128 columns][128 partitions] into rows of 512 bytes
  copy.src = sbufRows(0, 128, 512);
  copy.src.rank = 3;
  copy.src.dims = {isa::DmaDim{4, 128}, isa::DmaDim{512, 4}, isa::DmaDim{isa::sbufPartitionPitch, 128}};
  copy.dst.rank = 3;
  copy.dst.dims = {isa::DmaDim{4, 128}, isa::DmaDim{65536, 4}, isa::DmaDim{512, 128}};
  copy.dge_mode = isa::DgeMode::swdge;
  isa::DmaElements merged = isa::dmaElementsOf(copy, trn2());
  EXPECT_EQ(merged.elements, 64u);
  EXPECT_EQ(merged.elementBytes, 4096u);
  EXPECT_TRUE(merged.isGathered);
  copy.dge_mode = isa::DgeMode::hwdge;
  EXPECT_EQ(isa::dmaElementsOf(copy, trn2()).elements, 512u);
}

TEST(Control, ABarrierPassesOnFromUpdateToUpdate) {
  Builder builder;
  auto step = [&](isa::Engine engine, int at) {
    isa::Instruction &instruction = builder.add(engine, isa::EventSemaphore());
    if (at)
      instruction.wait = isa::Wait{0, isa::WaitCondition::equal, {false, at}};
    instruction.update = isa::Update{0, isa::UpdateAction::add, {false, 1}};
  };
  step(isa::Engine::pe, 0);
  step(isa::Engine::act, 1);
  step(isa::Engine::pool, 2);
  step(isa::Engine::sp, 3);
  const auto &semaphore = trn2().semaphore;
  double expected =
      semaphore.eventUpdateNs[0] + semaphore.forwardNs[1] + semaphore.eventUpdateNs[3] + semaphore.forwardNs[4];
  EXPECT_NEAR(toNs(builder.run().time), expected, 10);
}

} // namespace
