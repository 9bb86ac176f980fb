// Each rule of the instruction records refuses an instruction that breaks it and nothing else; the table must be complete.
#include "tarn/ISA/Check.h"
#include "gtest/gtest.h"

using namespace tarn;
using namespace tarn::isa;

namespace {
AccessPattern tile(DType dtype, uint32_t elements, Memory memory = Memory::sbuf, unsigned partitions = 32) {
  AccessPattern pattern;
  pattern.memory = memory;
  pattern.dtype = dtype;
  pattern.numPartitions = partitions;
  pattern.rank = 1;
  pattern.dims[0] = {1, elements};
  return pattern;
}
AccessPattern tile(uint32_t elements) { return tile(DType::fp32, elements); }
AccessPattern psum(uint32_t elements) { return tile(DType::fp32, elements, Memory::psum); }
AccessPattern ints(uint32_t elements) { return tile(DType::int32, elements); }
AccessPattern plane(uint32_t inner, uint32_t outer) {
  AccessPattern pattern = tile(inner);
  pattern.rank = 2;
  pattern.dims[1] = {int32_t(inner), outer};
  return pattern;
}
IndexPattern index(uint32_t elements) { return {1, {{{1, elements}}}}; }
DmaPattern side(Memory memory, uint32_t elements) {
  DmaPattern pattern;
  pattern.memory = memory;
  pattern.rank = 1;
  pattern.dims[0] = {4, elements};
  return pattern;
}
template <typename T, typename F> T with(T value, F change) {
  change(value);
  return value;
}

struct Legal {
  Payload payload;
  Engine engine;
};
/// Legal instructions, one of each that has rules.
TensorCopy copy() { return {tile(64), tile(64)}; }
Matmul matmul() { return {psum(64), tile(64)}; }
LoadStationary load() { return {tile(64)}; }
Activation activation() { return {tile(64), tile(64), ActivationFunction::exp}; }
TensorTensor tensorTensor() { return {tile(64), tile(64), tile(64), AluOp::add}; }
TensorScalar tensorScalar() { return {tile(64), tile(64), AluOp::mult}; }
ScalarTensorTensor scalarTensorTensor() {
  return {tile(64), tile(64), AluOp::mult, 0.0f, false, AluOp::add, tile(64)};
}
TensorReduce reduce() { return {tile(4), plane(16, 4), AluOp::add}; }
CopyPredicated predicated() { return {tile(64), tile(64), ints(64)}; }
BnStats stats() { return {tile(6), tile(512)}; }
BnAggr aggregate() { return {tile(2), tile(6)}; }
StreamShuffle shuffle() { return {tile(64), tile(64)}; }
StreamTranspose transpose() { return {tile(64), tile(64)}; }
Iota iota() { return {tile(64), index(64)}; }
AffineSelect affineSelect() { return {tile(64), tile(64), index(64), 0, 0, Comparison::ge}; }
DmaCopy dma() { return {side(Memory::sbuf, 64), side(Memory::hbm, 64)}; }

struct Violation {
  const char *rule;
  Payload payload;
  Engine engine;
};

std::vector<Violation> violations() {
  const Engine pe = Engine::pe, act = Engine::act, dve = Engine::dve, pool = Engine::pool, sp = Engine::sp;
  auto onCopy = [](auto change) { return with(copy(), [&](TensorCopy &i) { change(i.dst); }); };
  auto onDma = [](auto change) { return with(dma(), [&](DmaCopy &i) { change(i.src); }); };
  return {
      {"operand_c1", onCopy([](AccessPattern &p) { p.numPartitions = 0; }), dve},
      {"operand_c2", onCopy([](AccessPattern &p) { p.startPartition = 1; }), dve},
      {"operand_c3", onCopy([](AccessPattern &p) { p.dims[0].step = 40000; }), dve},
      {"operand_c4", Memset{plane(512, 256), 0}, dve},
      {"operand_c5", onCopy([](AccessPattern &p) { p.dtype = DType::int64; }), dve},
      {"operand_c6", onCopy([](AccessPattern &p) { p.address = 2; }), dve},
      {"operand_c7", onCopy([](AccessPattern &p) { p.dtype = DType::fp8_e4m3fn; }), dve},
      {"dma_c5", onDma([](DmaPattern &p) { p.dtype = DType::fp8_e8m0fnu; }), sp},
      {"read_c1", with(copy(), [](TensorCopy &i) { i.src = psum(64); }), pool},
      {"write_c1", with(matmul(), [](Matmul &i) { i.dst = tile(64); }), pe},
      {"scalar_c1", with(activation(), [](Activation &i) { i.bias = tile(2); }), act},
      {"dma_c1", onDma([](DmaPattern &p) { p.memory = Memory::psum; }), sp},
      {"dma_c2", onDma([](DmaPattern &p) { p.dims[0].num = 0; }), sp},
      {"dma_c3", onDma([](DmaPattern &p) { p.dtype = DType::fp64; }), sp},
      {"dma_c4", onDma([](DmaPattern &p) { p.address = uint64_t(1) << 50; }), sp},
      {"load_stationary_c1", LoadStationary{tile(129)}, pe},
      {"load_stationary_c2", LoadStationary{ints(64)}, pe},
      {"load_stationary_c3", LoadStationary{tile(DType::bf16, 64), Fp32Mode::low}, pe},
      {"matmul_c1", Matmul{psum(513), tile(513)}, pe},
      {"matmul_c2", with(matmul(), [](Matmul &i) { i.dst.dtype = DType::int32; }), pe},
      {"matmul_c3", with(matmul(), [](Matmul &i) { i.dst.address = 2048 - 128; }), pe},
      {"matmul_c4", Matmul{psum(64), ints(64)}, pe},
      {"matmul_c5", Matmul{psum(64), tile(63)}, pe},
      {"matmul_c6", with(matmul(), [](Matmul &i) { i.is_transpose = true, i.group = MatmulGroup::first; }), pe},
      {"act_table_load_c1", ActTableLoad{200}, act},
      {"activation_c1", Activation{tile(64), tile(63), ActivationFunction::exp}, act},
      {"activation_c3", with(activation(), [](Activation &i) { i.scale = tile(DType::fp32, 1, Memory::sbuf, 16); }), act},
      {"act_read_accumulator_c1", ActReadAccumulator{tile(2)}, act},
      {"tensor_copy_c1", TensorCopy{tile(64), tile(63)}, dve},
      {"tensor_tensor_c1", with(tensorTensor(), [](TensorTensor &i) { i.dst = tile(63); }), dve},
      {"tensor_tensor_c2", with(tensorTensor(), [](TensorTensor &i) { i.data2 = tile(63); }), dve},
      {"tensor_tensor_c3", TensorTensor{tile(64), psum(64), psum(64), AluOp::add}, dve},
      {"tensor_tensor_c4", with(tensorTensor(), [](TensorTensor &i) { i.op = AluOp::square; }), dve},
      {"tensor_tensor_c5", with(tensorTensor(), [](TensorTensor &i) { i.op = AluOp::bitwise_and; }), dve},
      {"tensor_scalar_c1", TensorScalar{tile(64), tile(63), AluOp::mult}, dve},
      {"tensor_scalar_c2", with(tensorScalar(), [](TensorScalar &i) { i.op0 = AluOp::max; }), act},
      {"tensor_scalar_c3", with(tensorScalar(), [](TensorScalar &i) { i.op1 = AluOp::bitwise_or; }), dve},
      {"tensor_scalar_c4", with(tensorScalar(), [](TensorScalar &i) { i.op0 = AluOp::bitwise_or; }), dve},
      {"tensor_scalar_c5", with(tensorScalar(), [](TensorScalar &i) { i.operand0 = tile(DType::fp32, 1, Memory::sbuf, 8); }), dve},
      {"scalar_tensor_tensor_c1", with(scalarTensorTensor(), [](auto &i) { i.dst = tile(1); }), dve},
      {"scalar_tensor_tensor_c2", with(scalarTensorTensor(), [](auto &i) { i.operand1 = tile(1); }), dve},
      {"scalar_tensor_tensor_c3", with(scalarTensorTensor(), [](auto &i) { i.data = i.operand1 = psum(64); }), dve},
      {"scalar_tensor_tensor_c4", with(scalarTensorTensor(), [](auto &i) { i.op1 = AluOp::shift_left; }), dve},
      {"scalar_tensor_tensor_c5", with(scalarTensorTensor(), [](auto &i) { i.operand0 = tile(DType::fp32, 1, Memory::sbuf, 8); }), dve},
      {"tensor_reduce_c1", with(reduce(), [](TensorReduce &i) { i.num_dims = 3; }), dve},
      {"tensor_reduce_c2", with(reduce(), [](TensorReduce &i) { i.num_dims = 2; }), dve},
      {"tensor_reduce_c3", with(reduce(), [](TensorReduce &i) { i.op = AluOp::divide; }), dve},
      {"reciprocal_c1", Reciprocal{tile(64), tile(63)}, dve},
      {"copy_predicated_c1", with(predicated(), [](CopyPredicated &i) { i.dst = tile(63); }), dve},
      {"copy_predicated_c2", with(predicated(), [](CopyPredicated &i) { i.predicate = ints(63); }), dve},
      {"copy_predicated_c3", with(predicated(), [](CopyPredicated &i) { i.predicate = tile(64); }), dve},
      {"bn_stats_c1", BnStats{tile(6), tile(513)}, dve},
      {"bn_stats_c2", BnStats{tile(5), tile(512)}, dve},
      {"bn_aggr_c1", BnAggr{tile(2), tile(7)}, dve},
      {"bn_aggr_c2", BnAggr{tile(3), tile(6)}, dve},
      {"stream_shuffle_c1", StreamShuffle{tile(64), tile(63)}, dve},
      {"stream_shuffle_c2", StreamShuffle{tile(64), ints(64)}, dve},
      {"stream_shuffle_c3", with(shuffle(), [](StreamShuffle &i) { i.mask[3] = 32; }), dve},
      {"stream_transpose_c1", StreamTranspose{tile(64), tile(32)}, dve},
      {"stream_transpose_c2", StreamTranspose{tile(64), ints(64)}, dve},
      {"stream_transpose_c3", StreamTranspose{tile(48), tile(48)}, dve},
      {"iota_c1", Iota{tile(64), index(63)}, pool},
      {"affine_select_c1", with(affineSelect(), [](AffineSelect &i) { i.on_true = tile(63); }), pool},
      {"affine_select_c2", with(affineSelect(), [](AffineSelect &i) { i.pattern = index(63); }), pool},
      {"affine_select_c3", with(affineSelect(), [](AffineSelect &i) { i.cmp = Comparison::lt; }), pool},
      {"dma_copy_c1", DmaCopy{side(Memory::sbuf, 64), side(Memory::hbm, 63)}, sp},
      {"dma_copy_c2", dma(), pool},
      {"register_move_c1", RegisterMove{64, {}}, sp},
      {"register_alu_c1", RegisterAlu{0, RegisterOp::add, {true, 64}, {}}, sp},
      {"compare_branch_c1", CompareBranch{Comparison::eq, {true, -1}, {}, 0}, sp},
  };
}

std::string messageOf(const Payload &payload, Engine engine, const Chip &chip, Needs upTo = Needs::queues) {
  llvm::Error error = check({payload, {}, {}, 0}, engine, chip, upTo);
  return error ? llvm::toString(std::move(error)) : std::string();
}
} // namespace

TEST(Rules, legal_instructions_pass) {
  Chip chip = llvm::cantFail(Chip::load("trn2"));
  std::vector<Legal> legal = {{copy(), Engine::act},          {matmul(), Engine::pe},      {load(), Engine::pe},
                              {activation(), Engine::act},    {tensorTensor(), Engine::dve}, {tensorScalar(), Engine::act},
                              {scalarTensorTensor(), Engine::dve}, {reduce(), Engine::dve}, {predicated(), Engine::dve},
                              {stats(), Engine::dve},         {aggregate(), Engine::dve},  {shuffle(), Engine::dve},
                              {transpose(), Engine::dve},     {iota(), Engine::pool},      {affineSelect(), Engine::pool},
                              {dma(), Engine::sp}};
  for (const Legal &instruction : legal)
    EXPECT_EQ(messageOf(instruction.payload, instruction.engine, chip), "");
}

TEST(Rules, each_rule_refuses_what_breaks_it) {
  Chip chip = llvm::cantFail(Chip::load("trn2"));
  for (const Violation &violation : violations()) {
    std::string message = messageOf(violation.payload, violation.engine, chip);
    EXPECT_TRUE(llvm::StringRef(message).starts_with(std::string(violation.rule) + ": found "))
        << violation.rule << " gives: " << message;
  }
  // No chip of ours misses a function, so this rule needs another chip.
  chip.act.tables.pop_back();
  EXPECT_TRUE(llvm::StringRef(messageOf(with(activation(), [](Activation &i) { i.op = ActivationFunction::reciprocal; }),
                                        Engine::act, chip))
                  .starts_with("activation_c2: found reciprocal"));
}

/// What one chip refuses and trn2 allows.
static std::vector<std::pair<const char *, Violation>> violationsOfChips() {
  const Engine act = Engine::act, dve = Engine::dve, sp = Engine::sp;
  auto words = [](uint32_t elements) { return tile(DType::fp8x4_e4m3fn, elements); };
  return {
      {"trn3", {"operand_c8", TensorTensor{words(64), words(64), words(64), AluOp::add}, dve}},
      {"trn3", {"memset_c1", Memset{words(64), 1.0f}, dve}},
      {"trn3", {"tensor_copy_c3", TensorCopy{tile(64), words(64)}, dve}},
      {"trn3", {"dma_copy_c4", with(dma(), [](DmaCopy &i) { i.src.dtype = DType::fp8x4_e5m2; }), sp}},
      {"inf2", {"tensor_copy_c2", copy(), act}},
      {"trn1", {"tensor_scalar_c6", tensorScalar(), act}},
      {"trn1", {"activation_c4", with(activation(), [](Activation &i) { i.bias = 1.0f; }), act}},
      {"trn1", {"dma_copy_c3", dma(), sp}},
  };
}

TEST(Rules, chips_refuse_what_they_lack) {
  for (const auto &[target, violation] : violationsOfChips()) {
    Chip chip = llvm::cantFail(Chip::load(target));
    std::string message = messageOf(violation.payload, violation.engine, chip);
    EXPECT_TRUE(llvm::StringRef(message).starts_with(std::string(violation.rule) + ": found "))
        << violation.rule << " gives: " << message;
  }
}

TEST(Rules, each_rule_has_a_negative_test) {
  // Those that stand by themselves below.
  std::vector<std::string> tested = {"activation_c2", "instruction_c1", "instruction_c2", "instruction_c3",
                                     "compare_branch_c2", "nc_matmul_c1", "nc_matmul_c2", "nc_matmul_c3",
                                     "nc_transpose_c1", "nc_transpose_c2", "activation_reduce_c1"};
  for (const auto &[target, violation] : violationsOfChips())
    tested.push_back(violation.rule);
  for (const Violation &violation : violations())
    tested.push_back(violation.rule);
  for (const RuleInfo &rule : allRules())
    EXPECT_TRUE(llvm::is_contained(tested, rule.number.str())) << rule.number.str();
  EXPECT_EQ(tested.size(), allRules().size());
}

TEST(Rules, addresses_are_asked_only_when_decided) {
  Chip chip = llvm::cantFail(Chip::load("trn2"));
  Matmul unplaced = with(matmul(), [](Matmul &i) { i.dst.address = 2048 - 128; });
  EXPECT_EQ(messageOf(unplaced, Engine::pe, chip, Needs::shapes), "");
  EXPECT_NE(messageOf(unplaced, Engine::pe, chip, Needs::addresses), "");
}

TEST(Rules, an_instruction_runs_on_its_engines) {
  Chip chip = llvm::cantFail(Chip::load("trn2"));
  EXPECT_EQ(messageOf(matmul(), Engine::dve, chip), "instruction_c1: found matmul on dve, allowed: pe");
}

TEST(Rules, an_instruction_exists_from_some_core_on) {
  Chip chip = llvm::cantFail(Chip::load("trn2"));
  chip.coreVersion = 1;
  EXPECT_EQ(messageOf(matmul(), Engine::pe, chip),
            "instruction_c3: found matmul on trn2, a NeuronCore-v1, allowed: from NeuronCore-v2 on");
}

TEST(Rules, macro_operations_have_rules_of_their_own) {
  Chip chip = llvm::cantFail(Chip::load("trn2"));
  auto messageOf = [&](const auto &macro) {
    llvm::Error error = check(macro, chip);
    return error ? llvm::toString(std::move(error)) : std::string();
  };
  auto starts = [](const std::string &message, llvm::StringRef rule) {
    EXPECT_TRUE(llvm::StringRef(message).starts_with(rule.str() + ": found ")) << rule.str() << " gives: " << message;
  };
  NcMatmul matmul{psum(64), tile(32), tile(64)};
  EXPECT_EQ(messageOf(matmul), "");
  starts(messageOf(with(matmul, [](NcMatmul &i) { i.moving.numPartitions = 16; })), "nc_matmul_c1");
  starts(messageOf(with(matmul, [](NcMatmul &i) { i.dst.numPartitions = 64; })), "nc_matmul_c2");
  starts(messageOf(with(matmul, [](NcMatmul &i) { i.moving.dtype = DType::bf16; })), "nc_matmul_c3");
  NcTranspose transpose{psum(32), tile(32)};
  EXPECT_EQ(messageOf(transpose), "");
  starts(messageOf(with(transpose, [](NcTranspose &i) { i.data = tile(64); })), "nc_transpose_c1");
  starts(messageOf(with(transpose, [](NcTranspose &i) { i.dst.dtype = DType::bf16; })), "nc_transpose_c2");
  ActivationReduce reduce{tile(64), tile(64), tile(1)};
  EXPECT_EQ(messageOf(reduce), "");
  starts(messageOf(with(reduce, [](ActivationReduce &i) { i.reduce_res = tile(2); })), "activation_reduce_c1");
}

TEST(Rules, semaphores_exist) {
  Chip chip = llvm::cantFail(Chip::load("trn2"));
  Instruction instruction{copy(), Wait{}, Update{}, 0};
  instruction.wait->semaphore = 255;
  instruction.update->semaphore = 256;
  EXPECT_EQ(llvm::toString(check(instruction, Engine::dve, chip, Needs::queues)),
            "instruction_c2: found semaphore 256, allowed: semaphores 0 to 255");
  std::swap(instruction.wait->semaphore, instruction.update->semaphore);
  EXPECT_EQ(llvm::toString(check(instruction, Engine::dve, chip, Needs::queues)),
            "instruction_c2: found semaphore 256, allowed: semaphores 0 to 255");
}

TEST(Rules, branches_stay_in_their_stream) {
  Chip chip = llvm::cantFail(Chip::load("trn2"));
  Program program;
  CompareBranch branch;
  branch.target = 1; // the end
  program.cores.front().stream(Engine::sp).push_back({branch, {}, {}, 0});
  EXPECT_FALSE(bool(check(program, chip)));
  std::get<CompareBranch>(program.cores.front().stream(Engine::sp).front().payload).target = 2;
  std::string message = llvm::toString(check(program, chip));
  EXPECT_TRUE(llvm::StringRef(message).contains("compare_branch_c2: found 2, allowed: an instruction of this stream, or its end"))
      << message;
}

TEST(Rules, each_function_of_the_scalar_engine_lies_in_a_table) {
  Chip chip = llvm::cantFail(Chip::load("trn2"));
  for (unsigned i = 0; i < numActivationFunctions; ++i)
    EXPECT_LT(chip.actTableOf(name(static_cast<ActivationFunction>(i))), chip.act.tables.size());
}
