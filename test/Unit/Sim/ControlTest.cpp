// Registers and memory, clearing semaphores, and what can be known without values.
#include "Programs.h"
#include "tarn/Proof/Prove.h"

using namespace tarn;
using namespace tarn::sim;
using namespace tarn::sim::test;
using namespace tarn::isa;

namespace {
DmaPattern word(uint64_t address, DType dtype = DType::int32) {
  DmaPattern pattern;
  pattern.dtype = dtype;
  pattern.address = address;
  return pattern;
}
RegisterOrImmediate reg(int32_t number) { return {true, number}; }

/// Sums 1 … x[0] in a loop whose trip count is data, and stores the sum.
Builder loopOverData() {
  Builder b;
  uint64_t x = b.input("x", {1}, {5}, DType::int32), y = b.tensor("y", TensorKind::output, {1}, DType::int32);
  b.add(isa::Engine::sp, TensorLoad{1, word(x)});
  b.add(isa::Engine::sp, RegisterMove{2, {}});
  b.add(isa::Engine::sp, RegisterAlu{2, RegisterOp::add, reg(2), reg(1)});
  b.add(isa::Engine::sp, RegisterAlu{1, RegisterOp::subtract, reg(1), {false, 1}});
  b.add(isa::Engine::sp, CompareBranch{Comparison::gt, reg(1), {}, 2});
  b.add(isa::Engine::sp, TensorStore{word(y), reg(2)});
  return b;
}
} // namespace

TEST(Control, ALoopTakesItsTripCountFromMemory) {
  RunResult result = loopOverData().run();
  EXPECT_EQ(valuesOf(result.outputs["y"]), (std::vector<double>{15}));
}

TEST(Control, WithoutValuesNobodyKnowsABranchOnData) {
  RunOptions options;
  options.values = false;
  Builder b = loopOverData();
  EXPECT_NE(b.error(options).find("sp[4] compare_branch: its condition comes from tensor data"), std::string::npos)
      << b.error(options);
  // --trips says how often the loop turns.
  options.trips = {{"sp[4]", 5}};
  EXPECT_EQ(b.run(options).steps, 2u + 3 * 5 + 1);
  // The proof needs no trips: it holds for all of them.
  proof::Proof proof = proof::prove(b.program, trn2());
  EXPECT_TRUE(proof.isProven());
  EXPECT_EQ(proof.element, "'x'[0]");
  options.trips.clear();
  // Data that only travels through registers is no question of order.
  Builder plain;
  uint64_t x = plain.input("x", {1}, {5}, DType::int32), y = plain.tensor("y", TensorKind::output, {1}, DType::int32);
  plain.add(isa::Engine::sp, TensorLoad{1, word(x)});
  plain.add(isa::Engine::sp, TensorStore{word(y), reg(1)});
  EXPECT_EQ(plain.error(options), "");
  EXPECT_TRUE(proof::prove(plain.program, trn2()).isProven());
}

TEST(Control, ARegisterHoldsIntegersByValueAndTheBitsOfFloats) {
  Builder b;
  uint64_t x = b.input("x", {1}, {-3}, DType::int8), w = b.input("w", {1}, {1}),
           y = b.tensor("y", TensorKind::output, {2}, DType::int32);
  b.add(isa::Engine::pe, TensorLoad{1, word(x, DType::int8)});
  b.add(isa::Engine::pe, TensorLoad{2, word(w, DType::fp32)});
  b.add(isa::Engine::pe, TensorStore{word(y), reg(1)});
  b.add(isa::Engine::pe, TensorStore{word(y + 4), reg(2)});
  EXPECT_EQ(valuesOf(b.run().outputs["y"]), (std::vector<double>{-3, 0x3f800000}));
}

TEST(Control, ARangeOfSemaphoresIsCleared) {
  Builder b;
  uint64_t y = b.tensor("y", TensorKind::output, {1}, DType::int32);
  auto raise = [&](uint16_t semaphore) {
    b.add(isa::Engine::act, Nop{}).update = Update{semaphore, UpdateAction::add, {false, 3}};
  };
  raise(7);
  raise(8);
  b.add(isa::Engine::act, SemaphoreRangeClear{7, 2}).update = Update{0, UpdateAction::add, {false, 1}};
  // After the clearing both count from 0 again.
  b.add(isa::Engine::act, Nop{}).update = Update{8, UpdateAction::add, {false, 1}};
  b.add(isa::Engine::sp, EventSemaphore{}).wait = Wait{0, WaitCondition::greaterOrEqual, {false, 1}};
  b.add(isa::Engine::sp, EventSemaphore{}).wait = Wait{7, WaitCondition::equal, {false, 0}};
  b.add(isa::Engine::sp, TensorStore{word(y), {false, 1}}).wait = Wait{8, WaitCondition::equal, {false, 1}};
  EXPECT_EQ(valuesOf(b.run().outputs["y"]), (std::vector<double>{1}));
  EXPECT_TRUE(proof::prove(b.program, trn2()).isProven()) << proof::proveReport(b.program, trn2()).text;
}

TEST(Control, ClearingASemaphoreThatOthersUseIsNoOrder) {
  Builder b;
  b.add(isa::Engine::act, Nop{}).update = Update{7, UpdateAction::add, {false, 1}};
  b.add(isa::Engine::sp, SemaphoreRangeClear{7, 1}); // before or after?
  proof::Proof proof = proof::prove(b.program, trn2());
  ASSERT_EQ(proof.findings.size(), 1u);
  EXPECT_EQ(proof.findings[0].kind, proof::Finding::Kind::unanalysable);
}

TEST(Control, NotificationsAndOrderTakeTheirTime) {
  Builder b;
  b.add(isa::Engine::sp, Notify{3});
  b.add(isa::Engine::sp, SetOrderingMode{OrderingMode::relaxed});
  EXPECT_EQ(b.run().time, fromNs(trn2().control.notifyNs) + fromNs(trn2().control.orderingModeNs));
}
