// When outputs match, and what is said when they do not.
#include "tarn/Sim/Compare.h"
#include "Programs.h"

using namespace tarn;
using namespace tarn::sim;

namespace {

HostTensor floats(llvm::ArrayRef<double> values, DType type = DType::fp32) {
  return HostTensor::of<double>(type, {int64_t(values.size())}, values);
}
const double nan = std::numeric_limits<double>::quiet_NaN();
const double inf = std::numeric_limits<double>::infinity();

TEST(Compare, TheToleranceIsRelativeToTheLargestValue) {
  EXPECT_TRUE(compare(floats({1000, 0.9}), floats({1000, 0})).matches);
  EXPECT_FALSE(compare(floats({1000, 1.1}), floats({1000, 0})).matches);
  EXPECT_TRUE(compare(floats({1000, 1.1}), floats({1000, 0}), {std::nullopt, 0.2}).matches);
}

TEST(Compare, SixteenBitTypesGetAHundredth) {
  EXPECT_TRUE(compare(floats({1.008}, DType::fp16), floats({1}, DType::fp16)).matches);
  EXPECT_FALSE(compare(floats({1.008}), floats({1})).matches);
}

TEST(Compare, IntegersAreExact) {
  EXPECT_TRUE(compare(floats({7}, DType::int32), floats({7}, DType::int64)).matches);
  EXPECT_FALSE(compare(floats({1000000}, DType::int32), floats({1000001}, DType::int32)).matches);
}

TEST(Compare, NanEqualsNanAndInfinityItself) {
  EXPECT_TRUE(compare(floats({nan, inf, -inf}), floats({nan, inf, -inf})).matches);
  EXPECT_FALSE(compare(floats({nan}), floats({1})).matches);
  EXPECT_FALSE(compare(floats({1}), floats({nan})).matches);
  EXPECT_FALSE(compare(floats({inf}), floats({-inf})).matches);
}

TEST(Compare, TheWorstElementsComeFirst) {
  Comparison comparison = compare(floats({1, 2, 3, 4}), floats({1, 2.5, 3.1, 14}));
  ASSERT_EQ(comparison.worst.size(), 3u);
  EXPECT_EQ(comparison.worst[0].index, 3);
  EXPECT_EQ(comparison.worst[1].index, 1);
  EXPECT_DOUBLE_EQ(comparison.maxAbsoluteError, 10);
}

TEST(Compare, OtherShapesDoNotMatch) {
  EXPECT_EQ(compare(floats({1, 2}), floats({1})).problem, "shape 2 where 1 is expected");
}

TEST(Inputs, IntegersThatDoNotFitTheMachineAreErrors) {
  test::Builder builder;
  builder.tensor("i", isa::TensorKind::input, {1}, DType::int32);
  builder.program.tensors[0].hostType = DType::int64;
  builder.inputs["i"] = HostTensor(DType::int64, {1});
  builder.inputs["i"].setInt(0, int64_t(1) << 40);
  EXPECT_EQ(builder.error(), "tensor 'i' holds 1099511627776, which does not fit the machine's int32");
  builder.inputs["i"].setInt(0, -5);
  EXPECT_EQ(builder.error(), "");
}

TEST(Cores, TwoCoresRunSideBySide) {
  test::Builder builder;
  isa::Memset set;
  set.dst = test::sbuf(0, 128, 512);
  builder.then(isa::Engine::dve, set);
  Picoseconds alone = builder.run().time;
  builder.program.cores.push_back(builder.program.cores[0]);
  RunResult both = builder.run();
  EXPECT_EQ(both.time, alone);
  EXPECT_EQ(both.steps, 2u);
  EXPECT_TRUE(both.findings.empty());
}

} // namespace
