// Each rule of the instruction records refuses an instruction that breaks it and nothing else; the table must be complete.
#include "tarn/ISA/Check.h"
#include "gtest/gtest.h"
#include <set>

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
LoadStationaryGather loadGather() { return {tile(DType::bf16, 512), tile(DType::uint16, 64)}; }
MatmulGather matmulGather() { return {psum(64), tile(DType::bf16, 512), tile(DType::uint16, 64)}; }
TensorTensor tensorTensor() { return {tile(64), tile(64), tile(64), AluOp::add}; }
TensorScalar tensorScalar() { return {tile(64), tile(64), AluOp::mult}; }
ScalarTensorTensor scalarTensorTensor() { return {tile(64), tile(64), AluOp::mult, 0.0f, false, AluOp::add, tile(64)}; }
TensorReduce reduce() { return {tile(4), plane(16, 4), AluOp::add}; }
CopyPredicated predicated() { return {tile(64), tile(64), ints(64)}; }
BnStats stats() { return {tile(6), tile(512)}; }
BnAggr aggregate() { return {tile(2), tile(6)}; }
StreamShuffle shuffle() { return {tile(64), tile(64)}; }
StreamTranspose transpose() { return {tile(64), tile(64)}; }
Iota iota() { return {tile(64), index(64)}; }
AffineSelect affineSelect() { return {tile(64), tile(64), index(64), 0, 0, Comparison::ge}; }
Extents shape(std::initializer_list<uint32_t> sizes) {
  Extents extents;
  for (uint32_t size : sizes)
    extents.sizes[extents.rank++] = size;
  return extents;
}
DmaPattern narrow(Memory memory, uint32_t elements) {
  return with(side(memory, elements), [](DmaPattern &p) { p.dtype = DType::bf16, p.dims[0].step = 2; });
}
DmaTranspose dmaTranspose() { return {narrow(Memory::sbuf, 16 * 64), narrow(Memory::hbm, 16 * 64), shape({16, 64})}; }
DmaGather dmaGather() { return {side(Memory::sbuf, 128), side(Memory::hbm, 4096), ints(1)}; }
DmaScatter dmaScatter() { return {side(Memory::hbm, 4096), side(Memory::sbuf, 128), ints(1)}; }
DmaCompute compute() { return {side(Memory::sbuf, 64), {side(Memory::hbm, 64), side(Memory::hbm, 64)}}; }
LocalGather localGather() { return {tile(64), tile(256), tile(DType::uint16, 4), 2, 32}; }
NGather nGather() { return {tile(64), tile(256), tile(DType::uint32, 64)}; }
SequenceBounds bounds() { return {tile(DType::fp32, 16, Memory::sbuf, 1), tile(DType::fp32, 8, Memory::sbuf, 1)}; }
NonzeroWithCount nonzero() { return {ints(65), tile(64)}; }
TopK topk() { return {tile(DType::bf16, 2), tile(DType::uint32, 2), tile(DType::bf16, 8), 100}; }
TensorPartitionReduce partitionReduce() { return {tile(DType::fp32, 64, Memory::sbuf, 1), tile(64), PartitionOp::add}; }
DmaCopy dma() { return {side(Memory::sbuf, 64), side(Memory::hbm, 64)}; }

TensorTensorScan scan() { return {tile(64), tile(64), tile(64), 0.0f, AluOp::mult, false, AluOp::add}; }
TensorScalarCumulative cumulative() { return {tile(64), tile(64), AluOp::mult, 2.0f, AluOp::add}; }
TensorScalarReduce scalarReduce() { return {tile(64), tile(64), AluOp::mult, 2.0f, false, AluOp::max}; }
SelectReduce selectReduce() { return {tile(64), ints(64), tile(64)}; }
RangeSelect rangeSelect() { return {tile(64), tile(64), AluOp::is_ge, 0.0f, AluOp::is_lt, 9.0f}; }
Activate2 activate2() { return {tile(64), tile(64), AluOp::mult, 2.0f, AluOp::add, 1.0f, ActivationFunction::exp}; }
FindIndex8 findIndex() { return {tile(DType::uint16, 8), tile(64)}; }
MatchReplaceIndex8 replaceIndex() { return {tile(64), tile(DType::uint32, 8), tile(64)}; }
TensorGather gather() { return {tile(16), tile(64), tile(DType::uint16, 16)}; }
TensorScatter scatter() { return {tile(64), tile(16), tile(DType::uint16, 16)}; }
RandSetState setState() { return {tile(DType::uint32, 6)}; }
RandGetState getState() { return {tile(DType::uint32, 6)}; }
Dropout dropout() { return {tile(64), tile(64), 0.1f}; }
AccessPattern words(uint32_t elements, unsigned partitions = 32) {
  return tile(DType::fp8x4_e4m3fn, elements, Memory::sbuf, partitions);
}
AccessPattern scales(uint32_t elements, unsigned partitions = 4) {
  return tile(DType::fp8_e8m0fnu, elements, Memory::sbuf, partitions);
}
QuantizeMx quantize() { return {words(16), scales(16), tile(DType::bf16, 64)}; }
LoadStationaryMx loadMx() { return {words(64), scales(64)}; }
MatmulMx matmulMx() { return {psum(64), words(64), scales(64)}; }
AccessPattern at(unsigned startPartition, AccessPattern pattern) {
  pattern.startPartition = startPartition;
  return pattern;
}
AccessPattern bytePlanes() {
  AccessPattern pattern = plane(64, 2);
  pattern.dtype = DType::fp8_e4m3;
  return pattern;
}
AccessPattern narrow() { return tile(DType::fp32, 1, Memory::sbuf, 16); } // a scalar of too few partitions

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
      {"dma_c6", onDma([](DmaPattern &p) { p.dims[0] = {int64_t(1) << 40, 1 << 20}; }), sp},
      {"dma_c6", onDma([](DmaPattern &p) { p.dims[0] = {std::numeric_limits<int64_t>::min(), 2}; }), sp},
      {"dma_c6", onDma([](DmaPattern &p) { p.rank = 2, p.dims[0] = p.dims[1] = {0, 1u << 31}; }), sp},
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
      {"activation_c3", with(activation(), [](Activation &i) { i.scale = tile(DType::fp32, 1, Memory::sbuf, 16); }),
       act},
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
      {"tensor_scalar_c5",
       with(tensorScalar(), [](TensorScalar &i) { i.operand0 = tile(DType::fp32, 1, Memory::sbuf, 8); }), dve},
      {"scalar_tensor_tensor_c1", with(scalarTensorTensor(), [](auto &i) { i.dst = tile(1); }), dve},
      {"scalar_tensor_tensor_c2", with(scalarTensorTensor(), [](auto &i) { i.operand1 = tile(1); }), dve},
      {"scalar_tensor_tensor_c3", with(scalarTensorTensor(), [](auto &i) { i.data = i.operand1 = psum(64); }), dve},
      {"scalar_tensor_tensor_c4", with(scalarTensorTensor(), [](auto &i) { i.op1 = AluOp::shift_left; }), dve},
      {"scalar_tensor_tensor_c5",
       with(scalarTensorTensor(), [](auto &i) { i.operand0 = tile(DType::fp32, 1, Memory::sbuf, 8); }), dve},
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
      {"dma_transpose_c1", with(dmaTranspose(), [](auto &i) { i.shape = shape({16, 63}); }), sp},
      {"dma_transpose_c2", with(dmaTranspose(), [](auto &i) { i.shape = shape({16 * 64}); }), sp},
      {"dma_transpose_c3", with(dmaTranspose(), [](auto &i) { i.dst = side(Memory::sbuf, 16 * 64); }), sp},
      {"dma_transpose_c4", dmaTranspose(), pool},
      {"dma_transpose_c5", with(dmaTranspose(), [](auto &i) { i.shape = shape({32, 32}); }), sp},
      {"dma_gather_c1", with(dmaGather(), [](auto &i) { i.table.memory = Memory::sbuf; }), pool},
      {"dma_gather_c2", with(dmaGather(), [](auto &i) { i.index = tile(1); }), pool},
      {"dma_gather_c3", with(dmaGather(), [](auto &i) { i.index = ints(3); }), pool},
      {"dma_scatter_c1", with(dmaScatter(), [](auto &i) { i.table.memory = Memory::sbuf; }), pool},
      {"dma_scatter_c2", with(dmaScatter(), [](auto &i) { i.index = tile(1); }), pool},
      {"dma_scatter_c3", with(dmaScatter(), [](auto &i) { i.table = side(Memory::hbm, 4095); }), pool},
      {"dma_compute_c1", with(compute(), [](auto &i) { i.srcs.clear(); }), sp},
      {"dma_compute_c2", with(compute(), [](auto &i) { i.srcs[1] = side(Memory::hbm, 63); }), sp},
      {"dma_compute_c3", with(compute(), [](auto &i) { i.scales = {1}; }), sp},
      {"dma_compute_c4", compute(), pool},
      {"dma_compute_c6", with(compute(), [](auto &i) { i.srcs[1] = i.dst; }), sp},
      {"local_gather_c1", with(localGather(), [](auto &i) { i.src = tile(DType::fp32, 256, Memory::sbuf, 16); }), pool},
      {"local_gather_c2", with(localGather(), [](auto &i) { i.index = ints(4); }), pool},
      {"local_gather_c3", with(localGather(), [](auto &i) { i.elements = 3; }), pool},
      {"local_gather_c4", with(localGather(), [](auto &i) { i.count = 65; }), pool},
      {"local_gather_c5", with(localGather(), [](auto &i) { i.dst = tile(63); }), pool},
      {"local_gather_c6", with(localGather(), [](auto &i) { i.src = tile(255); }), pool},
      {"local_gather_c7", with(localGather(), [](auto &i) { i.src = ints(256); }), pool},
      {"n_gather_c1", with(nGather(), [](auto &i) { i.dst = tile(63); }), pool},
      {"n_gather_c2", with(nGather(), [](auto &i) { i.data = tile(DType::fp32, 256, Memory::sbuf, 16); }), pool},
      {"n_gather_c3", with(nGather(), [](auto &i) { i.indices = ints(64); }), pool},
      {"n_gather_c4", with(nGather(), [](auto &i) { i.data = ints(256); }), pool},
      {"sequence_bounds_c1", SequenceBounds{tile(16), tile(8)}, pool},
      {"sequence_bounds_c2", with(bounds(), [](auto &i) { i.dst = i.segment_ids; }), pool},
      {"nonzero_with_count_c1", with(nonzero(), [](auto &i) { i.src.numPartitions = i.dst.numPartitions = 8; }), pool},
      {"nonzero_with_count_c2", with(nonzero(), [](auto &i) { i.dst = ints(64); }), pool},
      {"nonzero_with_count_c3", with(nonzero(), [](auto &i) { i.dst = tile(65); }), pool},
      {"topk_c1", with(topk(), [](auto &i) { i.src.numPartitions = 16; }), pool},
      {"topk_c2", with(topk(), [](auto &i) { i.n = 129; }), pool},
      {"topk_c3", with(topk(), [](auto &i) { i.n = 31; }), pool},
      {"topk_c4", with(topk(), [](auto &i) { i.src = tile(8); }), pool},
      {"tensor_partition_reduce_c1", with(partitionReduce(), [](auto &i) { i.dst = tile(64); }), pool},
      {"tensor_partition_reduce_c2", with(partitionReduce(), [](auto &i) { i.op = PartitionOp::bitwise_or; }), pool},
      {"tensor_load_c1", TensorLoad{64, side(Memory::hbm, 1)}, sp},
      {"tensor_load_c2", TensorLoad{0, side(Memory::hbm, 2)}, sp},
      {"tensor_store_c1", TensorStore{side(Memory::hbm, 1), {true, 64}}, sp},
      {"tensor_store_c2", TensorStore{side(Memory::hbm, 2), {}}, sp},
      {"semaphore_range_clear_c1", SemaphoreRangeClear{250, 7}, sp},
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
  std::vector<Legal> legal = {{copy(), Engine::act},
                              {matmul(), Engine::pe},
                              {load(), Engine::pe},
                              {activation(), Engine::act},
                              {tensorTensor(), Engine::dve},
                              {tensorScalar(), Engine::act},
                              {scalarTensorTensor(), Engine::dve},
                              {reduce(), Engine::dve},
                              {predicated(), Engine::dve},
                              {stats(), Engine::dve},
                              {aggregate(), Engine::dve},
                              {shuffle(), Engine::dve},
                              {transpose(), Engine::dve},
                              {iota(), Engine::pool},
                              {affineSelect(), Engine::pool},
                              {dma(), Engine::sp},
                              {dmaTranspose(), Engine::sp},
                              {dmaGather(), Engine::pool},
                              {dmaScatter(), Engine::pool},
                              {compute(), Engine::act},
                              {localGather(), Engine::pool},
                              {nGather(), Engine::pool},
                              {bounds(), Engine::pool},
                              {nonzero(), Engine::pool},
                              {topk(), Engine::pool},
                              {partitionReduce(), Engine::pool},
                              {TensorLoad{1, side(Memory::hbm, 1)}, Engine::pe},
                              {TensorStore{side(Memory::sbuf, 1), {true, 1}}, Engine::pool},
                              {SemaphoreRangeClear{250, 6}, Engine::sp}};
  for (const Legal &instruction : legal)
    EXPECT_EQ(messageOf(instruction.payload, instruction.engine, chip), "");
}

/// "matmul_c1: found 600, allowed: …": the rule's number, something found, something allowed.
static void expectRefusal(llvm::StringRef rule, llvm::StringRef message) {
  llvm::StringRef rest = message;
  bool isWhole = rest.consume_front(rule.str() + ": found ");
  auto [found, allowed] = rest.split(", allowed: ");
  EXPECT_TRUE(isWhole && !found.trim().empty() && !allowed.trim().empty()) << rule.str() << " gives: " << message.str();
}

TEST(Rules, each_rule_refuses_what_breaks_it) {
  Chip chip = llvm::cantFail(Chip::load("trn2"));
  for (const Violation &violation : violations()) {
    std::string message = messageOf(violation.payload, violation.engine, chip);
    expectRefusal(violation.rule, message);
  }
  // No chip of ours misses a function, so these rules need another chip.
  Chip later = llvm::cantFail(Chip::load("trn3"));
  later.act.tables.pop_back();
  later.pe.maxMoving = 32;
  EXPECT_TRUE(llvm::StringRef(messageOf(matmulMx(), Engine::pe, later)).starts_with("matmul_mx_c1: found 64"));
  EXPECT_TRUE(llvm::StringRef(messageOf(matmulGather(), Engine::pe, later)).starts_with("matmul_gather_c1: found 64"));
  EXPECT_TRUE(llvm::StringRef(messageOf(with(activate2(), [](Activate2 &i) { i.op = ActivationFunction::reciprocal; }),
                                        Engine::act, later))
                  .starts_with("activate2_c3: found reciprocal"));
  chip.act.tables.pop_back();
  EXPECT_TRUE(
      llvm::StringRef(messageOf(with(activation(), [](Activation &i) { i.op = ActivationFunction::reciprocal; }),
                                Engine::act, chip))
          .starts_with("activation_c2: found reciprocal"));
}

/// What one chip refuses and trn2 allows.
static std::vector<std::pair<const char *, Violation>> violationsOfChips() {
  const Engine act = Engine::act, dve = Engine::dve, sp = Engine::sp;
  const Engine pe = Engine::pe, pool = Engine::pool;
  return {
      {"trn3", {"operand_c8", TensorTensor{words(64), words(64), words(64), AluOp::add}, dve}},
      {"trn3", {"memset_c1", Memset{words(64), 1.0f}, dve}},
      {"trn3", {"tensor_copy_c3", TensorCopy{tile(64), words(64)}, dve}},
      {"trn3", {"dma_copy_c4", with(dma(), [](DmaCopy &i) { i.src.dtype = DType::fp8x4_e5m2; }), sp}},
      {"trn2", {"load_stationary_c4", with(load(), [](auto &i) { i.perf_mode = PerfMode::double_row; }), pe}},
      {"trn2", {"load_stationary_c5", LoadStationary{tile(DType::fp8_e4m3, 64), {}, false, PerfMode::double_row}, pe}},
      {"trn1", {"load_stationary_c6", with(load(), [](auto &i) { i.tile_rows = i.tile_cols = 32; }), pe}},
      {"trn2", {"load_stationary_c7", with(load(), [](auto &i) { i.row = i.tile_rows = 64; }), pe}},
      {"trn2",
       {"load_stationary_c8", LoadStationary{bytePlanes(), {}, false, PerfMode::double_row, 0, 0, 128, 64}, pe}},
      {"trn1", {"matmul_c7", Matmul{psum(64), bytePlanes(), {}, false, PerfMode::double_row}, pe}},
      {"trn2", {"matmul_c8", Matmul{psum(32), tile(DType::fp8_e5m2, 64), {}, false, PerfMode::double_row}, pe}},
      {"trn2", {"matmul_c9", with(matmul(), [](auto &i) { i.tile_rows = 48; }), pe}},
      {"trn2", {"matmul_c10", with(matmul(), [](auto &i) { i.row = i.tile_rows = 64; }), pe}},
      {"trn2", {"matmul_c11", with(matmul(), [](auto &i) { i.col = i.tile_cols = 64; }), pe}},
      {"trn2", {"matmul_c12", Matmul{psum(64), bytePlanes(), {}, false, PerfMode::double_row, 0, 0, 128, 64}, pe}},
      {"trn2", {"matmul_c13", Matmul{psum(64), tile(DType::bf16, 64), {}, false, {}, 0, 0, 128, 128, true}, pe}},
      {"trn3",
       {"load_stationary_gather_c1", with(loadGather(), [](auto &i) { i.index = tile(DType::uint16, 129); }), pe}},
      {"trn3", {"load_stationary_gather_c2", with(loadGather(), [](auto &i) { i.data = tile(512); }), pe}},
      {"trn3", {"load_stationary_gather_c3", with(loadGather(), [](auto &i) { i.index = ints(64); }), pe}},
      {"trn3", {"load_stationary_gather_c4", with(loadGather(), [](auto &i) { i.data.numPartitions = 16; }), pe}},
      {"trn3", {"load_stationary_gather_c5", with(loadGather(), [](auto &i) { i.data.startPartition = 32; }), pe}},
      {"trn3", {"matmul_gather_c2", with(matmulGather(), [](auto &i) { i.dst.dtype = DType::fp16; }), pe}},
      {"trn3", {"matmul_gather_c3", with(matmulGather(), [](auto &i) { i.dst.address = 16384 - 128; }), pe}},
      {"trn3", {"matmul_gather_c4", with(matmulGather(), [](auto &i) { i.moving = tile(512); }), pe}},
      {"trn3", {"matmul_gather_c5", with(matmulGather(), [](auto &i) { i.dst = psum(63); }), pe}},
      {"trn3", {"matmul_gather_c6", with(matmulGather(), [](auto &i) { i.index = ints(64); }), pe}},
      {"trn3", {"matmul_gather_c7", with(matmulGather(), [](auto &i) { i.moving.numPartitions = 16; }), pe}},
      {"trn3", {"matmul_gather_c8", with(matmulGather(), [](auto &i) { i.moving.startPartition = 32; }), pe}},
      {"trn2", {"activation_c5", with(activation(), [](auto &i) { i.reduce_cmd = ReduceCommand::load_reduce; }), act}},
      {"trn1",
       {"activation_c6",
        with(activation(),
             [](auto &i) {
               i.op = ActivationFunction::reciprocal;
               i.bias = tile(1);
             }),
        act}},
      {"trn3", {"activate2_c1", with(activate2(), [](auto &i) { i.dst = tile(63); }), act}},
      {"trn3", {"activate2_c2", with(activate2(), [](auto &i) { i.op0 = AluOp::max; }), act}},
      {"trn3", {"activate2_c4", with(activate2(), [](auto &i) { i.reduce_op = AluOp::mult; }), act}},
      {"trn3", {"activate2_c5", with(activate2(), [](auto &i) { i.reduce_cmd = ReduceCommand::load_reduce; }), act}},
      {"trn3", {"activate2_c6", with(activate2(), [](auto &i) { i.imm1 = narrow(); }), act}},
      {"trn2", {"tensor_tensor_scan_c1", with(scan(), [](auto &i) { i.dst = tile(63); }), dve}},
      {"trn2", {"tensor_tensor_scan_c2", with(scan(), [](auto &i) { i.data1 = tile(63); }), dve}},
      {"trn2", {"tensor_tensor_scan_c3", with(scan(), [](auto &i) { i.data0 = i.data1 = psum(64); }), dve}},
      {"trn2", {"tensor_tensor_scan_c4", with(scan(), [](auto &i) { i.op1 = AluOp::bitwise_or; }), dve}},
      {"trn2", {"tensor_tensor_scan_c5", with(scan(), [](auto &i) { i.initial = narrow(); }), dve}},
      {"trn2", {"tensor_scalar_cumulative_c1", with(cumulative(), [](auto &i) { i.dst = tile(63); }), dve}},
      {"trn2", {"tensor_scalar_cumulative_c2", with(cumulative(), [](auto &i) { i.op1 = AluOp::divide; }), dve}},
      {"trn2", {"tensor_scalar_cumulative_c3", with(cumulative(), [](auto &i) { i.op0 = AluOp::bitwise_or; }), dve}},
      {"trn2", {"tensor_scalar_cumulative_c4", with(cumulative(), [](auto &i) { i.src = ints(64); }), dve}},
      {"trn2",
       {"tensor_scalar_cumulative_c5", with(cumulative(), [](auto &i) { i.reduce_cmd = ReduceCommand::idle; }), dve}},
      {"trn2", {"tensor_scalar_cumulative_c6", with(cumulative(), [](auto &i) { i.imm0 = narrow(); }), dve}},
      {"trn2", {"tensor_scalar_reduce_c1", with(scalarReduce(), [](auto &i) { i.dst = tile(63); }), dve}},
      {"trn2", {"tensor_scalar_reduce_c2", with(scalarReduce(), [](auto &i) { i.reduce_op = AluOp::divide; }), dve}},
      {"trn2", {"tensor_scalar_reduce_c3", with(scalarReduce(), [](auto &i) { i.op0 = AluOp::bitwise_or; }), dve}},
      {"trn2", {"tensor_scalar_reduce_c4", with(scalarReduce(), [](auto &i) { i.operand0 = narrow(); }), dve}},
      {"trn2", {"select_reduce_c1", with(selectReduce(), [](auto &i) { i.dst = tile(63); }), dve}},
      {"trn2", {"select_reduce_c2", with(selectReduce(), [](auto &i) { i.predicate = ints(63); }), dve}},
      {"trn2", {"select_reduce_c3", with(selectReduce(), [](auto &i) { i.predicate = tile(64); }), dve}},
      {"trn2", {"select_reduce_c4", with(selectReduce(), [](auto &i) { i.reduce_op = AluOp::add; }), dve}},
      {"trn2", {"select_reduce_c5", with(selectReduce(), [](auto &i) { i.on_false = narrow(); }), dve}},
      {"trn2", {"range_select_c1", with(rangeSelect(), [](auto &i) { i.dst = tile(63); }), dve}},
      {"trn2", {"range_select_c2", with(rangeSelect(), [](auto &i) { i.comp_op0 = AluOp::add; }), dve}},
      {"trn2", {"range_select_c3", with(rangeSelect(), [](auto &i) { i.range_start = 16777200; }), dve}},
      {"trn2", {"range_select_c4", with(rangeSelect(), [](auto &i) { i.reduce_op = AluOp::min; }), dve}},
      {"trn2",
       {"range_select_c5", with(rangeSelect(), [](auto &i) { i.reduce_cmd = ReduceCommand::load_reduce; }), dve}},
      {"trn2", {"range_select_c6", with(rangeSelect(), [](auto &i) { i.bound1 = narrow(); }), dve}},
      {"trn3", {"exponential_c1", Exponential{tile(64), tile(63)}, dve}},
      {"trn3", {"exponential_c2", Exponential{tile(64), tile(64), narrow()}, dve}},
      {"trn2", {"dve_read_accumulator_c1", DveReadAccumulator{tile(2)}, dve}},
      {"trn2", {"max8_c1", Max8{tile(8), tile(7)}, dve}},
      {"trn2", {"max8_c2", Max8{tile(9), tile(64)}, dve}},
      {"trn2", {"match_value_load_c1", MatchValueLoad{tile(9)}, dve}},
      {"trn2", {"find_index8_c1", with(findIndex(), [](auto &i) { i.data = tile(7); }), dve}},
      {"trn2", {"find_index8_c2", with(findIndex(), [](auto &i) { i.dst = tile(DType::uint16, 9); }), dve}},
      {"trn2", {"find_index8_c3", with(findIndex(), [](auto &i) { i.dst = tile(8); }), dve}},
      {"trn2", {"match_replace8_c1", MatchReplace8{tile(7), tile(7)}, dve}},
      {"trn2", {"match_replace8_c2", MatchReplace8{tile(63), tile(64)}, dve}},
      {"trn2", {"match_replace_index8_c1", with(replaceIndex(), [](auto &i) { i.data = tile(7); }), dve}},
      {"trn2", {"match_replace_index8_c2", with(replaceIndex(), [](auto &i) { i.dst = tile(63); }), dve}},
      {"trn2",
       {"match_replace_index8_c3", with(replaceIndex(), [](auto &i) { i.dst_idx = tile(DType::uint32, 9); }), dve}},
      {"trn2", {"match_replace_index8_c4", with(replaceIndex(), [](auto &i) { i.dst_idx = tile(8); }), dve}},
      {"trn3", {"tensor_gather_c1", with(gather(), [](auto &i) { i.dst = tile(15); }), dve}},
      {"trn3",
       {"tensor_gather_c2", with(gather(), [](auto &i) { i.src = tile(DType::fp32, 64, Memory::sbuf, 16); }), dve}},
      {"trn3", {"tensor_gather_c3", with(gather(), [](auto &i) { i.index = ints(16); }), dve}},
      {"trn3", {"tensor_gather_c4", with(gather(), [](auto &i) { i.src.startPartition = 32; }), dve}},
      {"trn3", {"tensor_scatter_c1", with(scatter(), [](auto &i) { i.src = tile(15); }), dve}},
      {"trn3",
       {"tensor_scatter_c2", with(scatter(), [](auto &i) { i.dst = tile(DType::fp32, 64, Memory::sbuf, 16); }), dve}},
      {"trn3", {"tensor_scatter_c3", with(scatter(), [](auto &i) { i.index = ints(16); }), dve}},
      {"trn3", {"tensor_scatter_c4", with(scatter(), [](auto &i) { i.src.startPartition = 32; }), dve}},
      {"trn3", {"tensor_scatter_c5", with(scatter(), [](auto &i) { i.dst = psum(64); }), act}},
      {"trn2", {"set_rng_seed_c1", SetRngSeed{tile(1)}, dve}},
      {"trn2", {"rng_c1", Rng{tile(4)}, dve}},
      {"trn1", {"rng_c2", Rng{ints(4)}, pool}},
      {"trn2", {"rand_set_state_c1", with(setState(), [](auto &i) { i.src = tile(DType::uint32, 24); }), dve}},
      {"trn3", {"rand_set_state_c2", setState(), dve}},
      {"trn2", {"rand_set_state_c3", with(setState(), [](auto &i) { i.src = tile(6); }), pool}},
      {"trn2", {"rand_get_state_c1", with(getState(), [](auto &i) { i.dst = tile(DType::uint32, 24); }), dve}},
      {"trn3", {"rand_get_state_c2", getState(), dve}},
      {"trn2", {"rand_get_state_c3", with(getState(), [](auto &i) { i.dst = tile(6); }), pool}},
      {"trn3", {"rand2_c1", Rand2{ints(4)}, dve}},
      {"trn3", {"rand2_c2", Rand2{tile(4), narrow()}, dve}},
      {"trn2", {"dropout_c1", with(dropout(), [](auto &i) { i.dst = tile(63); }), dve}},
      {"trn2", {"dropout_c2", with(dropout(), [](auto &i) { i.prob = 1.5f; }), dve}},
      {"trn2", {"dropout_c3", with(dropout(), [](auto &i) { i.prob = narrow(); }), dve}},
      {"trn3", {"quantize_mx_c1", with(quantize(), [](auto &i) { i.src = tile(DType::bf16, 60); }), dve}},
      {"trn3", {"quantize_mx_c2", with(quantize(), [](auto &i) { i.src = tile(64); }), dve}},
      {"trn3", {"quantize_mx_c3", with(quantize(), [](auto &i) { i.dst.dtype = DType::fp4x4_e2m1fn; }), dve}},
      {"trn3", {"quantize_mx_c4", with(quantize(), [](auto &i) { i.dst_scale = scales(16, 32); }), dve}},
      {"trn3", {"quantize_mx_c5", with(quantize(), [](auto &i) { i.dst_scale.dtype = DType::int8; }), dve}},
      {"trn3", {"quantize_mx_c6", with(quantize(), [](auto &i) { i.src.memory = Memory::psum; }), dve}},
      {"trn3",
       {"quantize_mx_c7", QuantizeMx{words(16, 16), scales(16, 2), tile(DType::bf16, 64, Memory::sbuf, 16)}, dve}},
      {"trn3",
       {"quantize_mx_c8",
        with(quantize(),
             [](auto &i) {
               i.scale_offset = 2;
               i.dst_scale.numPartitions = 6;
             }),
        dve}},
      {"trn3", {"quantize_mx_c9", with(quantize(), [](auto &i) { i.dst_scale.startPartition = 32; }), dve}},
      {"trn3", {"load_stationary_mx_c1", LoadStationaryMx{words(63), scales(63)}, pe}},
      {"trn3", {"load_stationary_mx_c2", with(loadMx(), [](auto &i) { i.data.dtype = DType::bf16; }), pe}},
      {"trn3", {"load_stationary_mx_c3", LoadStationaryMx{words(64, 16), scales(64, 2)}, pe}},
      {"trn3", {"load_stationary_mx_c4", with(loadMx(), [](auto &i) { i.scale = scales(16); }), pe}},
      {"trn3", {"load_stationary_mx_c5", with(loadMx(), [](auto &i) { i.scale.dtype = DType::int8; }), pe}},
      {"trn3",
       {"load_stationary_mx_c6",
        with(loadMx(),
             [](auto &i) {
               i.scale_offset = 2;
               i.scale.numPartitions = 6;
             }),
        pe}},
      {"trn3", {"load_stationary_mx_c7", with(loadMx(), [](auto &i) { i.tile_rows = 48; }), pe}},
      {"trn3", {"load_stationary_mx_c8", with(loadMx(), [](auto &i) { i.row = i.tile_rows = 64; }), pe}},
      {"trn3", {"load_stationary_mx_c9", with(loadMx(), [](auto &i) { i.scale.startPartition = 32; }), pe}},
      {"trn3", {"matmul_mx_c2", with(matmulMx(), [](auto &i) { i.dst.dtype = DType::fp16; }), pe}},
      {"trn3", {"matmul_mx_c3", with(matmulMx(), [](auto &i) { i.dst.address = 16384 - 128; }), pe}},
      {"trn3", {"matmul_mx_c4", with(matmulMx(), [](auto &i) { i.moving.dtype = DType::bf16; }), pe}},
      {"trn3", {"matmul_mx_c5", with(matmulMx(), [](auto &i) { i.dst = psum(63); }), pe}},
      {"trn3", {"matmul_mx_c6", MatmulMx{psum(64), words(64, 16), scales(64, 2)}, pe}},
      {"trn3", {"matmul_mx_c7", with(matmulMx(), [](auto &i) { i.scale = scales(16); }), pe}},
      {"trn3", {"matmul_mx_c8", with(matmulMx(), [](auto &i) { i.scale.dtype = DType::int8; }), pe}},
      {"trn3",
       {"matmul_mx_c9",
        with(matmulMx(),
             [](auto &i) {
               i.scale_offset = 2;
               i.scale.numPartitions = 6;
             }),
        pe}},
      {"trn3", {"matmul_mx_c10", with(matmulMx(), [](auto &i) { i.tile_rows = 48; }), pe}},
      {"trn3", {"matmul_mx_c11", with(matmulMx(), [](auto &i) { i.row = i.tile_rows = 64; }), pe}},
      {"trn3", {"matmul_mx_c12", with(matmulMx(), [](auto &i) { i.scale.startPartition = 32; }), pe}},
      {"trn2", {"instruction_c3", quantize(), dve}},
      {"trn1", {"instruction_c3", rangeSelect(), dve}},
      {"inf2", {"tensor_copy_c2", copy(), act}},
      {"trn1", {"tensor_scalar_c6", tensorScalar(), act}},
      {"trn1", {"activation_c4", with(activation(), [](Activation &i) { i.bias = 1.0f; }), act}},
      {"trn1", {"dma_copy_c3", dma(), sp}},
      {"trn1", {"dma_transpose_c6", dmaTranspose(), sp}},
      {"trn1", {"dma_compute_c5", compute(), sp}},
      {"trn1", {"instruction_c3", nonzero(), Engine::pool}},
  };
}

TEST(Rules, chips_refuse_what_they_lack) {
  for (const auto &[target, violation] : violationsOfChips()) {
    Chip chip = llvm::cantFail(Chip::load(target));
    std::string message = messageOf(violation.payload, violation.engine, chip);
    expectRefusal(violation.rule, message);
  }
}

TEST(Rules, each_rule_has_a_negative_test) {
  // Those that stand by themselves below.
  std::set<std::string> tested = {"activation_c2",   "instruction_c1",      "instruction_c2", "activate2_c3",
                                  "matmul_mx_c1",    "matmul_gather_c1",    "instruction_c4", "compare_branch_c2",
                                  "nc_matmul_c1",    "nc_matmul_c2",        "nc_matmul_c3",   "nc_transpose_c1",
                                  "nc_transpose_c2", "activation_reduce_c1"};
  for (const auto &[target, violation] : violationsOfChips())
    tested.insert(violation.rule);
  for (const Violation &violation : violations())
    tested.insert(violation.rule);
  for (const RuleInfo &rule : allRules())
    EXPECT_TRUE(tested.count(rule.number.str())) << rule.number.str();
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
  Chip chip = llvm::cantFail(Chip::load("inf2"));
  EXPECT_EQ(messageOf(rangeSelect(), Engine::dve, chip),
            "instruction_c3: found range_select on inf2, a NeuronCore-v2, allowed: from NeuronCore-v3 on");
}

TEST(Rules, instructions_of_later_cores_are_legal_there) {
  Chip chip = llvm::cantFail(Chip::load("trn3"));
  const Engine pe = Engine::pe, act = Engine::act, dve = Engine::dve, pool = Engine::pool;
  std::vector<Legal> legal = {
      {scan(), dve},
      {cumulative(), dve},
      {scalarReduce(), dve},
      {selectReduce(), dve},
      {rangeSelect(), dve},
      {activate2(), act},
      {findIndex(), dve},
      {replaceIndex(), dve},
      {gather(), dve},
      {scatter(), dve},
      {setState(), pool},
      {getState(), pool},
      {dropout(), dve},
      {quantize(), dve},
      {loadMx(), pe},
      {matmulMx(), pe},
      {loadGather(), pe},
      {matmulGather(), pe},
      {with(compute(), [](auto &i) { i.srcs[1] = i.dst; }), Engine::sp},
      {Rand2{tile(4)}, dve},
      {QuantizeMx{words(16, 128), scales(16, 128), tile(DType::bf16, 64, Memory::sbuf, 128), 12}, dve},
      {LoadStationary{bytePlanes(), {}, false, PerfMode::double_row}, pe},
      {Matmul{psum(64), bytePlanes(), {}, false, PerfMode::double_row}, pe},
      {LoadStationary{at(32, tile(32)), {}, false, {}, 32, 64, 32, 32}, pe},
      {Matmul{at(64, psum(64)), at(32, tile(64)), {}, false, {}, 32, 64, 32, 32}, pe},
      {Matmul{tile(DType::bf16, 8192, Memory::psum), tile(8192)}, pe}};
  for (const Legal &instruction : legal)
    EXPECT_EQ(messageOf(instruction.payload, instruction.engine, chip), "");
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

TEST(Rules, an_update_at_read_needs_something_read_on_a_data_path) {
  Chip chip = llvm::cantFail(Chip::load("trn2"));
  Update update;
  update.isAtRead = true;
  EXPECT_FALSE(bool(check({copy(), {}, update, 0}, Engine::dve, chip, Needs::queues)));
  for (auto [payload, engine, name] : {std::tuple(Payload(Memset{tile(64), 0}), Engine::dve, "memset"),
                                       std::tuple(Payload(dma()), Engine::sp, "dma_copy"),
                                       std::tuple(Payload(EventSemaphore{}), Engine::pe, "event_semaphore")})
    EXPECT_EQ(llvm::toString(check({payload, {}, update, 0}, engine, chip, Needs::queues)),
              std::string("instruction_c4: found ") + name +
                  " with an update at read, allowed: an update at read of an instruction with a data path that reads "
                  "something");
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
  EXPECT_TRUE(llvm::StringRef(message).contains(
      "compare_branch_c2: found 2, allowed: an instruction of this stream, or its end"))
      << message;
}

TEST(Rules, each_function_of_the_scalar_engine_lies_in_a_table) {
  Chip chip = llvm::cantFail(Chip::load("trn2"));
  for (unsigned i = 0; i < numActivationFunctions; ++i)
    EXPECT_LT(chip.actTableOf(name(static_cast<ActivationFunction>(i))), chip.act.tables.size());
}
