// Times of small programs against the formulas of the chip file and the instruction records.
#include "Programs.h"
#include "tarn/ISA/Cost.h"

using namespace tarn;
using namespace tarn::sim;
using namespace tarn::sim::test;

namespace {

isa::TensorScalar scale(unsigned elements) {
  isa::TensorScalar instruction;
  instruction.dst = sbuf(4096, 128, elements);
  instruction.data = sbuf(0, 128, elements);
  instruction.op0 = isa::AluOp::mult;
  instruction.operand0 = 2.0f;
  return instruction;
}

isa::Memset clear(uint32_t address, unsigned elements) {
  isa::Memset instruction;
  instruction.dst = sbuf(address, 128, elements);
  instruction.value = 0;
  return instruction;
}

Picoseconds sumOfStalls(const RunResult &result) {
  double sum = 0;
  for (const auto &[cause, time] : *result.report.getObject("stalls"))
    sum += *time.getAsNumber() * 1000;
  return std::llround(sum);
}

TEST(Timing, AnInstructionTakesItsCompletion) {
  Builder builder;
  builder.add(isa::Engine::dve, clear(0, 512));
  isa::Cost cost = isa::costOf(builder.program.cores[0].stream(isa::Engine::dve)[0], isa::Engine::dve, trn2());
  EXPECT_EQ(builder.run().time, fromNs(cost.completionNs));
}

TEST(Timing, TheNextInstructionStartsAfterTheIssueInterval) {
  Builder builder;
  builder.add(isa::Engine::dve, clear(0, 512));
  builder.add(isa::Engine::dve, clear(4096, 256));
  auto &stream = builder.program.cores[0].stream(isa::Engine::dve);
  isa::Cost first = isa::costOf(stream[0], isa::Engine::dve, trn2());
  isa::Cost second = isa::costOf(stream[1], isa::Engine::dve, trn2());
  EXPECT_EQ(builder.run().time, fromNs(first.issueNs) + fromNs(second.completionNs));
}

TEST(Timing, ATransposeBetweenOtherQuadrantsHoldsTheDataPathLonger) {
  auto transpose = [](unsigned from, unsigned to) {
    isa::StreamTranspose instruction;
    instruction.src = sbuf(0, 32, 32);
    instruction.dst = sbuf(4096, 32, 32);
    instruction.src.startPartition = from;
    instruction.dst.startPartition = to;
    return instruction;
  };
  auto timeOf = [&](unsigned second) {
    Builder builder;
    builder.add(isa::Engine::dve, transpose(0, 0));
    builder.add(isa::Engine::dve, transpose(0, second));
    builder.add(isa::Engine::dve, transpose(0, second));
    return builder.run().time;
  };
  EXPECT_EQ(timeOf(32) - timeOf(0), fromNs(trn2().dve.transposeChangeNs));
}

TEST(Timing, AWaitAddsTheWakeUpOfTheWaitingEngine) {
  Builder builder;
  builder.then(isa::Engine::dve, clear(0, 512));
  builder.then(isa::Engine::dve, scale(512));
  auto &stream = builder.program.cores[0].stream(isa::Engine::dve);
  isa::Cost first = isa::costOf(stream[0], isa::Engine::dve, trn2());
  isa::Cost second = isa::costOf(stream[1], isa::Engine::dve, trn2());
  RunResult result = builder.run();
  EXPECT_EQ(result.time, fromNs(first.completionNs) + fromNs(trn2().semaphore.toDveNs) + fromNs(second.completionNs));
  EXPECT_DOUBLE_EQ(*result.report.getObject("stalls")->getNumber("semaphore"), trn2().semaphore.toDveNs);
}

TEST(Timing, AnIdleLoadTakesItsCostTheFirstTriggerAndAColdRead) {
  Builder builder;
  uint64_t x = builder.input("x", {128, 512}, std::vector<double>(128 * 512, 1));
  builder.load(sbufRows(0, 128, 512), hbmRows(x, 128, 512));
  const auto &instruction = builder.program.cores[0].stream(isa::Engine::sp)[0];
  isa::DmaCost cost = isa::dmaCostOf(std::get<isa::DmaCopy>(instruction.payload), isa::Engine::sp, trn2());
  double expected =
      cost.triggerNs + trn2().dma.triggerFirstNs + cost.latencyNs + cost.transferNs + trn2().dma.coldShortRowNs;
  EXPECT_NEAR(toNs(builder.run().time), expected, 0.01);
}

TEST(Timing, DmasOfTwoQueuesShareTheEngines) {
  auto timeOf = [](bool both) {
    Builder builder;
    uint64_t x = builder.input("x", {128, 4096}, std::vector<double>(128 * 4096, 1));
    isa::DmaCopy copy;
    copy.src = hbmRows(x, 128, 4096);
    copy.dst = sbufRows(0, 128, 4096);
    builder.add(isa::Engine::sp, copy);
    copy.dst = sbufRows(16384, 128, 4096);
    if (both)
      builder.add(isa::Engine::act, copy);
    return builder.run().time;
  };
  // 2 MiB each: the second waits for the first on all 16 engines.
  double transfer = (2 << 20) / (16 * trn2().dma.bytesPerNs);
  EXPECT_GT(toNs(timeOf(true) - timeOf(false)), transfer);
}

TEST(Timing, ALoadHidesBehindTheStreamOfTheMatmulBefore) {
  // bf16: a load streams 32 cycles, a matmul 512; in steady state only the matmuls count.
  auto timeOf = [](unsigned pairs) {
    Builder builder;
    isa::Memset one;
    one.dst = sbuf(0, 128, 1024, DType::bf16);
    one.value = 1;
    builder.then(isa::Engine::dve, one);
    isa::LoadStationary load;
    load.data = sbuf(0, 128, 128, DType::bf16);
    isa::Matmul matmul;
    matmul.moving = sbuf(1024, 128, 512, DType::bf16);
    for (unsigned i = 0; i < pairs; ++i) {
      isa::Instruction &instruction = builder.add(isa::Engine::pe, load);
      if (i == 0)
        instruction.wait = isa::Wait{0, isa::WaitCondition::greaterOrEqual, {false, 1}};
      matmul.dst = psum(2048 * (i % 8), 128, 512);
      builder.add(isa::Engine::pe, matmul);
    }
    return builder.run().time;
  };
  // Far from the start the array is hot: 512 cycles at 2.4 GHz and the gap between streams.
  double interval = toNs(timeOf(120) - timeOf(100)) / 20;
  EXPECT_NEAR(interval, 512 / 2.4 + trn2().pe.issueGapNs, 0.01);
  // At the start it is throttled to half of that.
  double cold = toNs(timeOf(3) - timeOf(2));
  EXPECT_NEAR(cold, 512 / 1.2 + trn2().pe.throttledIssueGapNs, 0.01);
}

/// Loads and matmuls of bf16 or fp32, one pair behind the other, and what each takes from start to completion.
struct Watch : Listener {
  std::vector<Picoseconds> durations, starts;
  void on(const Started &event) override {
    if (event.step.engine == isa::Engine::pe) {
      durations.push_back(event.step.completion - event.step.start);
      starts.push_back(event.step.start);
    }
  }
};
Watch watch(unsigned pairs, DType dtype, bool isTranspose, const Chip &chip) {
  Builder builder;
  isa::LoadStationary load;
  load.data = sbuf(0, 128, 128, dtype);
  load.is_transpose = isTranspose;
  isa::Matmul matmul;
  matmul.moving = sbuf(4096, 128, 128, dtype);
  matmul.dst = psum(0, 128, 128, isTranspose ? dtype : DType::fp32);
  matmul.is_transpose = isTranspose;
  for (unsigned i = 0; i < pairs; ++i) {
    builder.add(isa::Engine::pe, load);
    builder.add(isa::Engine::pe, matmul);
  }
  Watch watch;
  RunOptions options;
  options.values = false;
  options.checks.clear();
  options.listeners = {&watch};
  llvm::cantFail(simulate(builder.program, chip, {}, options));
  return watch;
}

TEST(Timing, TheFirstWorkAfterIdlingIsFreeOfTheThrottle) {
  // replay 4, rule 3: a load of 128 fp32 columns takes 180 ns instead of 229, the matmul behind it starts 58 ns later; of
  // narrow columns the first matmul takes the place of the load.
  Watch wide = watch(3, DType::fp32, false, trn2());
  EXPECT_NEAR(toNs(wide.durations[0]), 180, 1);
  EXPECT_NEAR(toNs(wide.starts[1] - wide.starts[0]), 128 / 1.2 - 48 + trn2().pe.emptyPipelineNs, 0.1);
  EXPECT_NEAR(toNs(wide.durations[2]), 229, 2);
  Watch narrow = watch(3, DType::bf16, false, trn2());
  EXPECT_NEAR(toNs(narrow.durations[0]), 148, 2);
  EXPECT_NEAR(toNs(narrow.durations[3] - narrow.durations[1]), 48, 0.1);
}

TEST(Timing, AChainOfTransposesStreamsInHalfTheTimeWhereTheChipDoesSo) {
  Chip trn3 = llvm::cantFail(Chip::load("trn3"));
  for (const Chip *chip : {&trn2(), static_cast<const Chip *>(&trn3)}) {
    Watch transposes = watch(4, DType::bf16, true, *chip), products = watch(4, DType::bf16, false, *chip);
    auto interval = [](const Watch &watch) { return toNs(watch.starts[7] - watch.starts[5]); };
    double stream = 128 / 1.2; // throttled
    EXPECT_NEAR(interval(products), stream, 3) << chip->name;
    EXPECT_NEAR(interval(transposes), chip == &trn3 ? stream / 2 : stream, 3) << chip->name;
  }
}

TEST(Timing, AnUpdateAtReadComesWhenItsInstructionStarts) {
  auto run = [](bool isAtRead) {
    Builder builder;
    builder.add(isa::Engine::dve, scale(4096)).update = isa::Update{3, isa::UpdateAction::add, {false, 1}, isAtRead};
    builder.add(isa::Engine::pool, clear(65536, 64)).wait =
        isa::Wait{3, isa::WaitCondition::greaterOrEqual, {false, 1}};
    RunOptions options;
    options.checks = {"deadlock"};
    return builder.run(options);
  };
  auto &law = trn2().dve.tensorScalarFp32;
  Picoseconds busy = fromNs(law.fixedNs + law.nsPerElement * 4096);
  EXPECT_EQ(run(true).time, busy);
  EXPECT_GT(run(false).time, busy + fromNs(trn2().semaphore.toPoolNs));
  EXPECT_EQ(sumOfStalls(run(true)), busy);
}

TEST(Timing, DisjointTilesOfTheArrayWorkAtTheSameTime) {
  auto timeOf = [](bool disjoint) {
    Builder builder;
    isa::Memset one;
    one.dst = sbuf(0, 128, 1024, DType::bf16);
    one.value = 1;
    builder.then(isa::Engine::dve, one);
    for (unsigned i = 0; i < 4; ++i) {
      uint8_t row = disjoint ? 32 * i : 0;
      auto tile = [&](isa::AccessPattern pattern, uint8_t start) {
        pattern.startPartition = start;
        return pattern;
      };
      isa::LoadStationary load;
      load.data = tile(sbuf(0, 32, 32, DType::bf16), row);
      load.row = load.col = row;
      load.tile_rows = load.tile_cols = 32;
      isa::Instruction &instruction = builder.add(isa::Engine::pe, load);
      if (i == 0)
        instruction.wait = isa::Wait{0, isa::WaitCondition::greaterOrEqual, {false, 1}};
      isa::Matmul matmul;
      matmul.dst = tile(psum(2048 * i, 32, 512), row);
      matmul.moving = tile(sbuf(1024, 32, 512, DType::bf16), row);
      matmul.row = matmul.col = row;
      matmul.tile_rows = matmul.tile_cols = 32;
      builder.add(isa::Engine::pe, matmul);
    }
    return builder.run().time;
  };
  // One after the other three more streams; the loads beside them take a few cycles each.
  double streams = 3 * 512 / 1.2; // throttled at the start
  EXPECT_NEAR(toNs(timeOf(false) - timeOf(true)), streams, 0.1 * streams);
}

TEST(Timing, StallsAddUpToTheTime) {
  Builder builder;
  uint64_t x = builder.input("x", {128, 128}, std::vector<double>(128 * 128, 1));
  uint64_t y = builder.tensor("y", isa::TensorKind::output, {128, 128});
  builder.load(sbufRows(0, 128, 128), hbmRows(x, 128, 128));
  isa::ActTableLoad table;
  builder.add(isa::Engine::act, table);
  isa::LoadStationary load;
  load.data = sbuf(0, 128, 128);
  load.fp32_mode = isa::Fp32Mode::high;
  isa::Matmul matmul;
  matmul.moving = sbuf(0, 128, 128);
  matmul.dst = psum(0, 128, 128);
  builder.then(isa::Engine::pe, load);
  builder.then(isa::Engine::pe, matmul);
  isa::Activation relu;
  relu.dst = sbuf(4096, 128, 128);
  relu.data = psum(0, 128, 128);
  relu.op = isa::ActivationFunction::relu;
  builder.then(isa::Engine::act, relu);
  isa::DmaCopy store;
  store.dst = hbmRows(y, 128, 128);
  store.src = sbufRows(4096, 128, 128);
  builder.then(isa::Engine::act, store, 16);
  RunResult result = builder.run();
  EXPECT_TRUE(result.findings.empty()) << result.findings[0].message;
  EXPECT_EQ(sumOfStalls(result), result.time);
  EXPECT_EQ(valuesOf(result.outputs["y"])[0], 128);
  const llvm::json::Object *engines = result.report.getObject("engine_stalls");
  for (const auto &[engine, parts] : *engines) {
    double sum = 0;
    for (const auto &[cause, time] : *parts.getAsObject())
      sum += *time.getAsNumber();
    EXPECT_NEAR(sum, toNs(result.time), 1e-6) << engine.str();
  }
}

TEST(Timing, WithoutValuesTheTimeIsTheSame) {
  Builder builder;
  builder.then(isa::Engine::dve, clear(0, 512));
  builder.then(isa::Engine::dve, scale(512));
  RunOptions options;
  options.values = false;
  EXPECT_EQ(builder.run(options).time, builder.run().time);
}

TEST(Timing, ALoopRunsAsOftenAsItsRegisterSays) {
  Builder builder;
  isa::RegisterMove zero;
  zero.dst = 1;
  builder.add(isa::Engine::dve, zero);
  isa::Memset set = clear(0, 64);
  set.dst.offset = isa::RegisterOffset{1, 256};
  builder.add(isa::Engine::dve, set);
  isa::RegisterAlu increment;
  increment.dst = 1;
  increment.op = isa::RegisterOp::add;
  increment.lhs = {true, 1};
  increment.rhs = {false, 1};
  builder.add(isa::Engine::dve, increment);
  isa::CompareBranch branch;
  branch.cmp = isa::Comparison::lt;
  branch.lhs = {true, 1};
  branch.rhs = {false, 10};
  branch.target = 1;
  builder.add(isa::Engine::dve, branch);
  RunResult result = builder.run();
  EXPECT_EQ(result.steps, 1u + 10 * 3);
  EXPECT_EQ(*result.report.getInteger("peak_sbuf_bytes_per_partition"), 9 * 256 + 256);
  EXPECT_EQ(sumOfStalls(result), result.time);
}

} // namespace
