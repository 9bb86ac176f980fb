// Each check with a program that it finds something in, and with one that it does not.
#include "Programs.h"

using namespace tarn;
using namespace tarn::sim;
using namespace tarn::sim::test;

namespace {

isa::Memset clear(uint32_t address, unsigned elements = 64) {
  isa::Memset instruction;
  instruction.dst = sbuf(address, 128, elements);
  instruction.value = 0;
  return instruction;
}
isa::TensorCopy copy(uint32_t to, uint32_t from, unsigned elements = 64) {
  isa::TensorCopy instruction;
  instruction.dst = sbuf(to, 128, elements);
  instruction.src = sbuf(from, 128, elements);
  return instruction;
}

TEST(Checks, AnOrderedProgramHasNoFindings) {
  Builder builder;
  builder.then(isa::Engine::dve, clear(0));
  builder.then(isa::Engine::act, copy(1024, 0));
  EXPECT_TRUE(builder.run().findings.empty());
}

TEST(Checks, AReadOnAnotherEngineWithoutAWaitIsARace) {
  Builder builder;
  builder.program.origins = {{"/clear", "Constant", ""}, {"/copy", "Identity", ""}};
  builder.add(isa::Engine::dve, clear(0)).origin = 0;
  // Delayed by its own work, so that the values happen to be right.
  builder.add(isa::Engine::act, isa::ActTableLoad());
  builder.add(isa::Engine::act, copy(1024, 0)).origin = 1;
  RunResult result = builder.run();
  ASSERT_EQ(result.findings.size(), 1u);
  EXPECT_EQ(result.findings[0].check, "races");
  EXPECT_EQ(result.findings[0].instructions, (std::vector<std::string>{"dve[0] memset", "act[1] tensor_copy"}));
  EXPECT_EQ(result.findings[0].nodes, (std::vector<std::string>{"/clear", "/copy"}));
}

TEST(Checks, OfUpdatesAtReadNobodyKnowsTheOrder) {
  Builder builder;
  isa::Memset clear;
  clear.dst = sbuf(0, 128, 64);
  clear.value = 0;
  isa::TensorCopy copy;
  copy.dst = sbuf(4096, 128, 64);
  copy.src = sbuf(0, 128, 64);
  builder.add(isa::Engine::dve, clear);
  builder.then(isa::Engine::dve, copy).update->isAtRead = true;
  builder.then(isa::Engine::pool, clear); // overwrites what may not be read yet
  RunOptions options;
  options.checks = {"races"};
  RunResult result = builder.run(options);
  ASSERT_EQ(result.findings.size(), 1u);
  EXPECT_NE(result.findings[0].message.find("updates S[0] at read"), std::string::npos) << result.findings[0].message;
}

TEST(Checks, AReadOfBytesThatNothingWroteIsFound) {
  Builder builder;
  builder.then(isa::Engine::dve, clear(0, 32));
  builder.then(isa::Engine::dve, copy(1024, 0, 64));
  RunResult result = builder.run();
  ASSERT_EQ(result.findings.size(), 1u);
  EXPECT_EQ(result.findings[0].check, "uninitialized");
  EXPECT_NE(result.findings[0].message.find("from byte 128 on"), std::string::npos) << result.findings[0].message;
}

TEST(Checks, FewerPartitionsThanReadAreFoundToo) {
  Builder builder;
  isa::Memset half = clear(0);
  half.dst.numPartitions = 64;
  builder.then(isa::Engine::dve, half);
  builder.then(isa::Engine::dve, copy(1024, 0));
  RunResult result = builder.run();
  ASSERT_EQ(result.findings.size(), 1u);
  EXPECT_EQ(result.findings[0].check, "uninitialized");
}

TEST(Checks, AnOperandBeyondSbufStopsTheRun) {
  Builder builder;
  builder.then(isa::Engine::dve, clear(trn2().sbuf.bytesPerPartition - 4, 2));
  RunResult result = builder.run();
  ASSERT_EQ(result.findings.size(), 1u);
  EXPECT_EQ(result.findings[0].check, "bounds");
  EXPECT_TRUE(result.outputs.empty());
}

TEST(Checks, AWaitThatNobodyFulfilsIsADeadlock) {
  Builder builder;
  builder.add(isa::Engine::dve, clear(0)).wait = isa::Wait{3, isa::WaitCondition::greaterOrEqual, {false, 2}};
  builder.program.cores[0].stream(isa::Engine::dve)[0].update = isa::Update{4, isa::UpdateAction::add, {false, 1}};
  isa::Instruction &other = builder.add(isa::Engine::act, isa::EventSemaphore());
  other.wait = isa::Wait{4, isa::WaitCondition::greaterOrEqual, {false, 1}};
  other.update = isa::Update{3, isa::UpdateAction::add, {false, 2}};
  RunResult result = builder.run();
  ASSERT_EQ(result.findings.size(), 1u);
  EXPECT_EQ(result.findings[0].check, "deadlock");
  EXPECT_EQ(result.findings[0].message,
            "act[0] event_semaphore waits for S[4]>=1, which has reached 0 (next updated by dve[0] memset); "
            "dve[0] memset waits for S[3]>=2, which has reached 0 (next updated by act[0] event_semaphore)");
}

TEST(Checks, ALoopThatCannotEndIsSeen) {
  Builder builder;
  // Turns of two lengths: R1 is 0 and 1 by turns.
  builder.add(isa::Engine::sp, isa::RegisterAlu{1, isa::RegisterOp::bitwise_xor, {true, 1}, {false, 1}});
  isa::CompareBranch forever;
  forever.cmp = isa::Comparison::eq;
  builder.add(isa::Engine::sp, forever);
  RunResult result = builder.run();
  ASSERT_EQ(result.findings.size(), 1u);
  EXPECT_EQ(result.findings[0].check, "deadlock");
  EXPECT_EQ(result.findings[0].message,
            "sp[1] compare_branch: goes back to instruction 0 for ever: no register changes "
            "and it waits for nobody");
}

TEST(Checks, ALoopThatMayEndIsGivenUp) {
  Builder builder;
  builder.add(isa::Engine::sp, isa::RegisterAlu{1, isa::RegisterOp::add, {true, 1}, {false, 1}});
  isa::CompareBranch forever;
  forever.cmp = isa::Comparison::eq;
  builder.add(isa::Engine::sp, forever);
  RunOptions options;
  options.maxSteps = 1000;
  EXPECT_NE(builder.error(options).find("gave up after 1000 instructions"), std::string::npos);
}

TEST(Checks, InputsAreCheckedByNameShapeAndType) {
  Builder builder;
  builder.input("x", {2, 3}, {1, 2, 3, 4, 5, 6});
  builder.inputs["y"] = builder.inputs["x"];
  EXPECT_EQ(builder.error(), "no input is named 'y'; the program's inputs: 'x'");
  builder.inputs.erase("y");
  builder.inputs["x"] = HostTensor(DType::fp32, {3, 2});
  EXPECT_EQ(builder.error(), "input 'x' has shape 3x2, the program takes 2x3");
  builder.inputs["x"] = HostTensor(DType::int32, {2, 3});
  EXPECT_EQ(builder.error(), "input 'x' has type int32, the program takes fp32");
  builder.inputs.clear();
  EXPECT_NE(builder.error().find("input 'x' (fp32 2x3) is missing"), std::string::npos);
}

} // namespace
