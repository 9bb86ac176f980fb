// What the forms of DMA beyond copies do, and the GpSimd engine's gathers.
#include "Programs.h"
#include "tarn/ISA/Cost.h"
#include <numeric>

using namespace tarn;
using namespace tarn::sim;
using namespace tarn::sim::test;
using namespace tarn::isa;

namespace {
using Values = std::vector<double>;

Values counting(size_t count, double first = 0) {
  Values values(count);
  std::iota(values.begin(), values.end(), first);
  return values;
}

/// Operands at bytes 0, 8192, … of SBUF, results of a DMA in HBM or of an engine at byte 65536.
class Forms : public Builder {
public:
  uint64_t operand(unsigned partitions, unsigned elements, llvm::ArrayRef<double> values, DType dtype = DType::fp32) {
    uint64_t at = input("x" + std::to_string(count), {partitions, elements}, values, dtype);
    load(sbufRows(8192 * count, partitions, elements, dtype), hbmRows(at, partitions, elements, dtype));
    return 8192 * count++;
  }
  uint64_t table(unsigned rows, unsigned elements, llvm::ArrayRef<double> values, DType dtype = DType::fp32) {
    return input("x" + std::to_string(count++), {rows, elements}, values, dtype);
  }
  uint64_t output(unsigned rows, unsigned elements, DType dtype = DType::fp32) {
    return tensor("y", TensorKind::output, {rows, elements}, dtype);
  }
  /// Stores the engine's result.
  Values stored(unsigned partitions, unsigned elements, DType dtype = DType::fp32, uint32_t from = 65536) {
    DmaCopy store;
    store.dst = hbmRows(output(partitions, elements, dtype), partitions, elements, dtype);
    store.src = sbufRows(from, partitions, elements, dtype);
    then(isa::Engine::sp, store, 16);
    return finish();
  }
  Values finish() {
    RunResult result = run();
    for (const Finding &finding : result.findings)
      ADD_FAILURE() << finding.message;
    return valuesOf(result.outputs["y"]);
  }
  unsigned count = 0;
};
} // namespace

TEST(Forms, ATransposeExchangesTheOuterDimensions) {
  Forms f;
  DmaTranspose transpose; // [2, 3, 4] to [4, 3, 2]
  transpose.src = hbmRows(f.table(6, 4, counting(24), DType::bf16), 6, 4, DType::bf16);
  transpose.dst = hbmRows(f.output(12, 2, DType::bf16), 12, 2, DType::bf16);
  transpose.shape.rank = 3;
  transpose.shape.sizes = {2, 3, 4};
  transpose.dge_mode = DgeMode::none;
  f.then(isa::Engine::sp, transpose, 16);
  EXPECT_EQ(f.finish(), (Values{0, 12, 4, 16, 8, 20, 1, 13, 5, 17, 9, 21, 2, 14, 6, 18, 10, 22, 3, 15, 7, 19, 11, 23}));
}

// ---- More elements than a DMA holds at a time

constexpr unsigned many = 3000000;

TEST(Forms, ALongCastIsTheSameInBlocks) {
  Forms f;
  Values values = counting(many);
  for (double &value : values)
    value = int64_t(value) % 251;
  DmaCopy copy; // backwards
  copy.src = hbmRows(f.table(1, many, values), 1, many);
  copy.src.address += 4 * (many - 1);
  copy.src.dims[0].step = -4;
  copy.dst = hbmRows(f.output(1, many, DType::bf16), 1, many, DType::bf16);
  f.then(isa::Engine::pool, copy, 16);
  std::reverse(values.begin(), values.end());
  EXPECT_EQ(f.finish(), values);
}

TEST(Forms, ALongCopyWithinItselfReadsEverythingFirst) {
  Forms f;
  Values values = counting(many);
  DmaCopy copy;
  uint64_t table = f.table(1, many, values), to = f.output(1, many + 1);
  copy.src = hbmRows(table, 1, many);
  copy.dst = hbmRows(to, 1, many);
  f.then(isa::Engine::pool, copy, 16);
  copy.src = copy.dst;
  copy.dst.address += 4; // what the second element is read from is what the first was written to
  f.then(isa::Engine::pool, copy, 16);
  values.insert(values.begin(), 0);
  EXPECT_EQ(f.finish(), values);
}

TEST(Forms, ALongSumIntoASourceAddsEachElementOnce) {
  Forms f;
  Values values = counting(many);
  uint64_t to = f.output(1, many);
  DmaCopy copy;
  copy.src = hbmRows(f.table(1, many, values), 1, many);
  copy.dst = hbmRows(to, 1, many);
  f.then(isa::Engine::pool, copy, 16);
  DmaCompute sum;
  sum.dst = copy.dst;
  sum.srcs = {copy.src, copy.dst, copy.dst};
  f.then(isa::Engine::pool, sum, 16);
  for (double &value : values)
    value *= 3;
  EXPECT_EQ(f.finish(), values);
}

TEST(Forms, ALongRowIsGatheredAndScatteredInBlocks) {
  Forms f;
  Values values = counting(2 * many);
  DmaGather gather;
  gather.index = sbuf(f.operand(1, 1, {1}, DType::int32), 1, 1, DType::int32);
  gather.table = hbmRows(f.table(2, many, values), 2, many);
  uint64_t between = f.tensor("between", TensorKind::output, {1, many});
  gather.dst = hbmRows(between, 1, many);
  f.then(isa::Engine::pool, gather, 16);
  DmaScatter scatter;
  scatter.index = sbuf(f.operand(1, 1, {0}, DType::int32), 1, 1, DType::int32);
  scatter.src = gather.dst;
  scatter.table = hbmRows(f.output(2, many), 2, many);
  DmaCopy start; // the table as a scatter finds it
  start.src = hbmRows(f.table(2, many, Values(2 * many)), 2, many);
  start.dst = scatter.table;
  f.then(isa::Engine::sp, start, 16);
  f.then(isa::Engine::pool, scatter, 16);
  std::rotate(values.begin(), values.begin() + many, values.end());
  std::fill(values.begin() + many, values.end(), 0);
  EXPECT_EQ(f.finish(), values);
}

// ----

TEST(Forms, AGatherTakesRowsByIndexAndCasts) {
  Forms f;
  uint64_t table = f.table(5, 3, counting(15), DType::int32);
  DmaGather gather; // indices of two partitions, two each
  gather.index = sbuf(f.operand(2, 2, {4, 0, 2, 2}, DType::int32), 2, 2, DType::int32);
  gather.table = hbmRows(table, 5, 3, DType::int32);
  gather.dst = hbmRows(f.output(4, 3), 4, 3);
  f.then(isa::Engine::pool, gather, 16);
  EXPECT_EQ(f.finish(), (Values{12, 13, 14, 0, 1, 2, 6, 7, 8, 6, 7, 8}));
}

TEST(Forms, IndicesOutsideTheTableEndTheRunOrAreLeftOut) {
  for (BoundsMode bounds : {BoundsMode::error, BoundsMode::skip}) {
    Forms f;
    uint64_t table = f.table(2, 2, {1, 2, 3, 4});
    DmaGather gather;
    gather.index = sbuf(f.operand(1, 3, {1, 2, -1}, DType::int32), 1, 3, DType::int32);
    gather.table = hbmRows(table, 2, 2);
    gather.bounds = bounds;
    Memset before;
    before.dst = sbuf(65536, 1, 6);
    before.value = 9;
    f.then(isa::Engine::dve, before);
    gather.dst = sbufRows(65536, 1, 6);
    f.then(isa::Engine::pool, gather, 16);
    if (bounds == BoundsMode::skip)
      EXPECT_EQ(f.stored(1, 6), (Values{3, 4, 9, 9, 9, 9}));
    else
      EXPECT_NE(f.error().find("pool[0] dma_gather: index 1 is row 2, the table has rows 0 to 1"), std::string::npos)
          << f.error();
  }
}

TEST(Forms, AScatterReplacesOrJoinsRows) {
  for (auto [op, expected] :
       {std::pair(ScatterOp::copy, Values{3, 3, 0, 0, 1, 2}), std::pair(ScatterOp::add, Values{4, 4, 0, 0, 2, 4}),
        std::pair(ScatterOp::max, Values{3, 3, 0, 0, 1, 2})}) {
    Forms f;
    uint64_t rows = f.operand(3, 2, {1, 2, 1, 1, 3, 3});
    DmaScatter scatter;
    scatter.index = sbuf(f.operand(1, 3, {2, 0, 0}, DType::uint32), 1, 3, DType::uint32);
    // The table starts as [0 0; 0 0; 1 2].
    DmaCopy start;
    uint64_t table = f.output(3, 2);
    start.dst = hbmRows(table, 3, 2);
    start.src =
        hbmRows(f.table(3, 2, {0, 0, 0, 0, op == ScatterOp::add ? 1.0 : 0.0, op == ScatterOp::add ? 2.0 : 0.0}), 3, 2);
    f.then(isa::Engine::sp, start, 16);
    scatter.table = hbmRows(table, 3, 2);
    scatter.src = sbufRows(rows, 3, 2);
    scatter.op = op;
    f.then(isa::Engine::pool, scatter, 16);
    EXPECT_EQ(f.finish(), expected);
  }
}

TEST(Forms, ADmaJoinsScaledSources) {
  for (auto [op, expected] : {std::pair(DmaJoinOp::add, Values{-9, -16}), std::pair(DmaJoinOp::mult, Values{-20, -80}),
                              std::pair(DmaJoinOp::max, Values{2, 4})}) {
    Forms f;
    DmaCompute compute;
    compute.srcs = {hbmRows(f.table(1, 2, {1, 2}, DType::bf16), 1, 2, DType::bf16),
                    hbmRows(f.table(1, 2, {10, 20}, DType::int32), 1, 2, DType::int32)};
    if (op == DmaJoinOp::add)
      compute.srcs.push_back(hbmRows(f.table(1, 2, {1, 0}), 1, 2));
    compute.scales = {2, -1};
    if (op == DmaJoinOp::add)
      compute.scales.push_back(-1);
    compute.op = op;
    compute.dst = hbmRows(f.output(1, 2), 1, 2);
    f.then(isa::Engine::act, compute, 16);
    EXPECT_EQ(f.finish(), expected);
  }
}

TEST(Forms, ALocalGatherSharesTheIndicesOfACore) {
  Forms f;
  Values data, indices, expected;
  for (int p = 0; p < 16; ++p) {
    for (int i = 0; i < 6; ++i)
      data.push_back(100 * p + i);
    indices.push_back(p == 0 ? 2 : p == 1 ? 0 : 7); // the first two are used
    for (int i : {4, 5, 0, 1})
      expected.push_back(100 * p + i);
  }
  LocalGather gather;
  gather.src = sbuf(f.operand(16, 6, data), 16, 6);
  gather.index = sbuf(f.operand(16, 1, indices, DType::uint16), 16, 1, DType::uint16);
  gather.elements = 2;
  gather.count = 2;
  gather.dst = sbuf(65536, 16, 4);
  f.then(isa::Engine::pool, gather);
  EXPECT_EQ(f.stored(16, 4), expected);
}

TEST(Forms, NGatherTakesElementsByPartition) {
  Forms f;
  NGather gather;
  gather.data = sbuf(f.operand(2, 3, {1, 2, 3, 4, 5, 6}), 2, 3);
  gather.indices = sbuf(f.operand(2, 2, {2, 0, 1, 1}, DType::uint32), 2, 2, DType::uint32);
  gather.dst = sbuf(65536, 2, 2);
  f.then(isa::Engine::pool, gather);
  EXPECT_EQ(f.stored(2, 2), (Values{3, 1, 5, 5}));
}

TEST(Forms, SequenceBoundsFindsRunsAndPadding) {
  Forms f;
  SequenceBounds bounds;
  bounds.segment_ids = sbuf(f.operand(1, 6, {1, 1, 2, 2, 2, 0}), 1, 6);
  bounds.dst = sbuf(65536, 1, 12);
  f.then(isa::Engine::pool, bounds);
  EXPECT_EQ(f.stored(1, 12), (Values{0, 0, 2, 2, 2, 6, 2, 2, 5, 5, 5, -1}));
}

TEST(Forms, NonzeroListsPositionsAndTheirNumber) {
  Forms f;
  NonzeroWithCount nonzero;
  nonzero.src = sbuf(f.operand(1, 5, {0, 3, 0, -1, 0}), 1, 5);
  nonzero.index_offset = 10;
  nonzero.padding = -7;
  nonzero.dst = sbuf(65536, 1, 6, DType::int32);
  f.then(isa::Engine::pool, nonzero);
  EXPECT_EQ(f.stored(1, 6, DType::int32), (Values{11, 13, -7, -7, -7, 2}));
}

TEST(Forms, TopKWindsThroughTheSixteenPartitions) {
  // 20 elements: number i has value i, but 3 is as large as 19. The 16 largest, ascending: 5 … 18, then 19 and 3 (the
  // lower number is the larger).
  Values data(32, 0);
  for (int i = 0; i < 20; ++i)
    data[2 * (i / 16 % 2 ? 15 - i % 16 : i % 16) + i / 16] = i == 3 ? 19 : i;
  for (bool numbers : {false, true}) {
    Forms f;
    TopK topk;
    topk.src = sbuf(f.operand(16, 2, data, DType::bf16), 16, 2, DType::bf16);
    topk.n = 20;
    topk.val_dst = sbuf(65536, 16, 1, DType::bf16);
    topk.idx_dst = sbuf(73728, 16, 1, DType::uint32);
    f.then(isa::Engine::pool, topk);
    Values expected = counting(16, 5);
    expected[14] = 19;
    expected[15] = numbers ? 3 : 19;
    EXPECT_EQ(numbers ? f.stored(16, 1, DType::uint32, 73728) : f.stored(16, 1, DType::bf16), expected);
  }
}

TEST(Forms, APartitionReductionJoinsPartitions) {
  for (auto [op, expected] : {std::pair(PartitionOp::add, Values{9, 12}), std::pair(PartitionOp::average, Values{3, 4}),
                              std::pair(PartitionOp::max, Values{5, 6})}) {
    Forms f;
    TensorPartitionReduce reduce;
    reduce.data = sbuf(f.operand(3, 2, {1, 2, 3, 4, 5, 6}), 3, 2);
    reduce.dst = sbuf(65536, 1, 2);
    reduce.op = op;
    f.then(isa::Engine::pool, reduce);
    EXPECT_EQ(f.stored(1, 2), expected);
  }
}

TEST(Forms, AnIndirectRowCostsAnElement) {
  DmaGather gather;
  gather.index = sbuf(0, 64, 1, DType::int32);
  gather.table = hbmRows(0, 1000, 64);
  gather.dst = sbufRows(0, 64, 64);
  isa::DmaElements elements = isa::dmaElementsOf(gather, trn2());
  EXPECT_EQ(elements.elements, 64u);
  EXPECT_EQ(elements.elementBytes, 256u);
  EXPECT_EQ(elements.hbmBytes, 64u * 256);
  EXPECT_TRUE(elements.isIndirect && elements.isLoad && elements.mode == DgeMode::swdge);
}

TEST(Forms, ComputingTakesAsLongAsTheChipSays) {
  DmaCopy copy;
  copy.src = hbmRows(0, 128, 512);
  copy.dst = sbufRows(0, 128, 512);
  DmaCompute compute;
  compute.srcs = {copy.src, copy.src};
  compute.dst = copy.dst;
  auto perElement = [](const isa::DmaElements &elements) {
    isa::DmaElements one = elements, two = elements;
    two.perEngine += 1;
    return isa::dmaCostOf(two, isa::Engine::sp, trn2()).transferNs -
           isa::dmaCostOf(one, isa::Engine::sp, trn2()).transferNs;
  };
  isa::DmaElements plain = isa::dmaElementsOf(copy, trn2()), joined = isa::dmaElementsOf(compute, trn2());
  EXPECT_EQ(joined.elements, 2 * plain.elements);
  EXPECT_NEAR(perElement(joined), trn2().dma.computeFactor * perElement(plain), 1e-6);
}
