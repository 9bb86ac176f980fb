// Costs against the published measurements of Trainium2 (facts 5.3 and appendix B).
#include "tarn/ISA/Cost.h"
#include "gtest/gtest.h"

using namespace tarn;
using namespace tarn::isa;

static AccessPattern tile(DType dtype, uint32_t elements, Memory memory = Memory::sbuf, int step = 1) {
  AccessPattern pattern;
  pattern.memory = memory;
  pattern.dtype = dtype;
  pattern.numPartitions = 128;
  pattern.rank = 1;
  pattern.dims[0] = {step, elements};
  return pattern;
}
static const Chip &trn2() {
  static const Chip chip = llvm::cantFail(Chip::load("trn2"));
  return chip;
}
static Cost cost(Payload payload, Engine engine) { return costOf({payload, {}, {}, 0}, engine, trn2()); }

TEST(Cost, matmul_takes_as_long_as_measured) {
  Matmul bf16{tile(DType::fp32, 512, Memory::psum), tile(DType::bf16, 512)};
  EXPECT_NEAR(cost(bf16, Engine::pe).issueNs, 216, 2);
  EXPECT_NEAR(cost(bf16, Engine::pe).completionNs, 379, 2);
  Matmul fp32{tile(DType::fp32, 128, Memory::psum), tile(DType::fp32, 128)};
  EXPECT_NEAR(cost(fp32, Engine::pe).issueNs, 110, 2);
  EXPECT_NEAR(cost(fp32, Engine::pe).completionNs, 274, 3);
}

TEST(Cost, load_stationary_is_fast_for_16_bits) {
  EXPECT_NEAR(cost(LoadStationary{tile(DType::bf16, 128)}, Engine::pe).completionNs, 97, 1);
  EXPECT_NEAR(cost(LoadStationary{tile(DType::fp32, 128)}, Engine::pe).completionNs, 138, 3);
  EXPECT_NEAR(cost(LoadStationary{tile(DType::fp32, 128), Fp32Mode::low}, Engine::pe).completionNs, 190, 2);
}

TEST(Cost, copies_depend_on_dtype_memory_and_stride) {
  TensorCopy copy{tile(DType::fp32, 512), tile(DType::fp32, 512)};
  EXPECT_NEAR(cost(copy, Engine::dve).completionNs, 427, 1);
  copy.src = tile(DType::fp32, 512, Memory::psum);
  EXPECT_NEAR(cost(copy, Engine::act).completionNs, 585, 1);
  EXPECT_NEAR(cost(copy, Engine::act).issueNs, 477, 1);
  // Published staging copies with a stride of 16 elements: DVE 591 ns, ACT 1,045 ns.
  copy.src = tile(DType::fp32, 512, Memory::sbuf, 16);
  EXPECT_NEAR(cost(copy, Engine::dve).completionNs, 591, 3);
  EXPECT_NEAR(cost(copy, Engine::act).completionNs, 1045, 25);
}

TEST(Cost, pointers_and_functions_cost_more) {
  Activation exp{tile(DType::fp32, 512), tile(DType::fp32, 512, Memory::psum), ActivationFunction::exp};
  exp.bias = tile(DType::fp32, 1);
  EXPECT_NEAR(cost(exp, Engine::act).completionNs, 251 + 512 / 1.2, 1); // captures: 679 to 695
  exp.dst = tile(DType::bf16, 512);
  EXPECT_NEAR(cost(exp, Engine::act).completionNs, 251 + 0.9743 * 512, 1);
  TensorScalar scale{tile(DType::fp32, 512), tile(DType::fp32, 512)};
  scale.operand0 = tile(DType::fp32, 1);
  EXPECT_NEAR(cost(scale, Engine::dve).completionNs, 484, 5);
  EXPECT_NEAR(cost(scale, Engine::dve).issueNs, 398, 5);
}

TEST(Cost, scans_and_searches_take_as_long_as_measured) {
  for (auto [elements, measured] :
       {std::pair(64, 291), std::pair(256, 691), std::pair(1024, 2291), std::pair(2048, 4424)}) {
    AccessPattern row = tile(DType::fp32, elements);
    TensorTensorScan scan{row, row, row, 0.0f, AluOp::mult, false, AluOp::add};
    EXPECT_NEAR(cost(scan, Engine::dve).completionNs, measured, 1);
  }
  FindIndex8 find{tile(DType::uint16, 8), tile(DType::fp32, 15520)};
  EXPECT_NEAR(cost(find, Engine::dve).completionNs, 16309, 80);
}

TEST(Cost, narrow_formats_do_more_in_the_time_of_bf16) {
  Chip trn3 = llvm::cantFail(Chip::load("trn3"));
  auto on3 = [&](Payload payload) { return costOf({payload, {}, {}, 0}, Engine::pe, trn3).issueNs; };
  AccessPattern result = tile(DType::fp32, 512, Memory::psum), planes = tile(DType::fp8_e4m3, 1024);
  double bf16 = on3(Matmul{result, tile(DType::bf16, 512)});
  EXPECT_EQ(on3(Matmul{result, planes, MatmulGroup::whole, false, PerfMode::double_row}), bf16);
  EXPECT_EQ(on3(MatmulMx{result, tile(DType::fp8x4_e4m3fn, 512), tile(DType::uint8, 512)}), bf16);
  EXPECT_NEAR(on3(Matmul{result, tile(DType::fp32r, 512)}), bf16, 1);
}

TEST(Cost, a_dma_of_128_rows_uses_all_engines) {
  DmaCopy load;
  load.dst = {Memory::sbuf, DType::fp32, 0, std::nullopt, 2, {{{4, 512}, {int64_t(sbufPartitionPitch), 128}}}};
  load.src = {Memory::hbm, DType::fp32, 0, std::nullopt, 1, {{{4, 512 * 128}}}};
  DmaElements elements = dmaElementsOf(load, trn2());
  EXPECT_EQ(elements.elements, 128u);
  EXPECT_EQ(elements.elementBytes, 2048u);
  EXPECT_EQ(elements.engines, 16u);
  EXPECT_EQ(elements.perEngine, 8u);
  load.dge_mode = DgeMode::swdge; // merges rows that follow one another in HBM
  EXPECT_EQ(dmaElementsOf(load, trn2()).elements, 64u);
  load.dge_mode = DgeMode::hwdge;
  EXPECT_NEAR(dmaCostOf(load, Engine::sp, trn2()).triggerNs, 517, 1);
}
