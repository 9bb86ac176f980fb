// What single instructions do to the memory and the state of a core, against the arithmetic written out.
#include "SingleCore.h"
#include "tarn/Support/LowPrecision.h"
#include "gtest/gtest.h"
#include <numeric>
#include <random>

using namespace tarn;
using namespace tarn::sim;
using namespace tarn::isa;

namespace {

using Values = test::SingleCore::Values;

using Core = test::SingleCore;

const isa::Engine pe = isa::Engine::pe, act = isa::Engine::act, dve = isa::Engine::dve, pool = isa::Engine::pool;

AccessPattern tile(uint32_t address, unsigned partitions, uint32_t elements, DType dtype = DType::fp32,
                   isa::Memory memory = isa::Memory::sbuf) {
  return test::tile(memory, address, partitions, elements, dtype);
}
AccessPattern psum(unsigned partitions, uint32_t elements, DType dtype = DType::fp32) {
  return tile(0, partitions, elements, dtype, isa::Memory::psum);
}
AccessPattern planes(AccessPattern pattern, uint32_t columns) {
  pattern.rank = 2;
  pattern.dims[0] = {1, columns};
  pattern.dims[1] = {int32_t(columns), 2};
  return pattern;
}
const AccessPattern out = tile(65536, 1, 4);

Values small(unsigned count, unsigned seed) {
  std::mt19937 random(seed);
  Values values(count);
  for (float &value : values)
    value = float(int(random() % 17) - 8) / 4;
  return values;
}

/// sum over k of a[k, m] * b[k, n]
Values product(const Values &a, const Values &b, unsigned k, unsigned m, unsigned n) {
  Values result(m * n);
  for (unsigned i = 0; i < m; ++i)
    for (unsigned j = 0; j < n; ++j) {
      double sum = 0;
      for (unsigned l = 0; l < k; ++l)
        sum += double(a[l * m + i]) * b[l * n + j];
      result[i * n + j] = float(sum);
    }
  return result;
}

// ---- Vector engine

TEST(Instructions, a_scan_carries_its_result_along) {
  Core core("trn2");
  core.put(tile(0, 2, 4), {1, 2, 3, 4, 2, 2, 2, 2});
  core.put(tile(64, 2, 4), {1, 1, 1, 1, 0, 1, 0, 1});
  core.put(tile(128, 2, 1), {10, 1});
  AccessPattern dst = tile(256, 2, 4);
  core.run(dve, TensorTensorScan{dst, tile(0, 2, 4), tile(64, 2, 4), tile(128, 2, 1), AluOp::mult, false, AluOp::add});
  EXPECT_EQ(core.get(dst), (Values{11, 23, 70, 281, 2, 5, 10, 21}));
  // reverse0: result - data0; reverse1: data1 - that
  core.run(dve,
           TensorTensorScan{out, tile(0, 1, 4), tile(64, 1, 4), 10.0f, AluOp::subtract, true, AluOp::subtract, true});
  EXPECT_EQ(core.get(out), (Values{1 - (10 - 1), 1 - (-8 - 2), 1 - (11 - 3), 1 - (-7 - 4)}));
}

TEST(Instructions, cumulation_goes_on_from_the_accumulator) {
  Core core("trn2");
  core.put(tile(0, 1, 4), {1, 2, 3, 4});
  TensorScalarCumulative sum{out, tile(0, 1, 4), AluOp::mult, 2.0f, AluOp::add};
  core.run(dve, sum);
  EXPECT_EQ(core.get(out), (Values{2, 6, 12, 20}));
  sum.reduce_cmd = ReduceCommand::reduce;
  core.run(dve, sum);
  EXPECT_EQ(core.get(out), (Values{22, 26, 32, 40}));
  sum.reduce_cmd = ReduceCommand::load_reduce;
  sum.imm1 = 100.0f;
  core.run(dve, sum);
  EXPECT_EQ(core.get(out), (Values{102, 106, 112, 120}));
  core.run(dve, TensorScalarCumulative{out, tile(0, 1, 4), AluOp::bypass, 0.0f, AluOp::min});
  EXPECT_EQ(core.get(out), (Values{1, 1, 1, 1}));
}

TEST(Instructions, tensor_scalar_reduces_beside_its_result) {
  Core core("trn2");
  core.put(tile(0, 2, 3), {1, -2, 3, 4, 5, -6});
  AccessPattern dst = tile(512, 2, 3), read = tile(1024, 2, 1);
  core.run(dve, TensorScalarReduce{dst, tile(0, 2, 3), AluOp::mult, 2.0f, false, AluOp::max});
  EXPECT_EQ(core.get(dst), (Values{2, -4, 6, 8, 10, -12}));
  core.run(dve, DveReadAccumulator{read, true});
  EXPECT_EQ(core.get(read), (Values{-6, -10}));
  core.run(dve, TensorScalarReduce{dst, tile(0, 2, 3), AluOp::bypass, 0.0f, false, AluOp::add,
                                   ReduceCommand::load_reduce, 7.0f});
  core.run(dve, DveReadAccumulator{read, false});
  EXPECT_EQ(core.get(read), (Values{9, 10}));
}

TEST(Instructions, accumulators_that_nothing_set_are_refused) {
  Core core("trn3");
  core.put(tile(0, 4, 4), Values(16, 1.0f));
  AccessPattern dst = tile(512, 4, 4), read = tile(1024, 4, 1), data = tile(0, 4, 4);
  auto refuses = [&](isa::Engine engine, const Payload &payload, unsigned partition) {
    std::string commands = engine == act ? "reset or reset_reduce" : "reset, reset_reduce or load_reduce";
    EXPECT_EQ(core.messageOf(engine, payload), "the accumulator of partition " + std::to_string(partition) +
                                                   " holds nothing; an instruction with reduce_cmd=" + commands +
                                                   " goes before it");
  };
  TensorScalarReduce reduce{dst, data, AluOp::bypass, 0.0f, false, AluOp::add, ReduceCommand::reduce};
  TensorScalarCumulative cumulation{dst, data, AluOp::bypass, 0.0f, AluOp::add, 0.0f, ReduceCommand::reduce};
  RangeSelect select{dst, data, AluOp::is_ge, 0.0f, AluOp::is_lt, 3.0f, 0, -5, ReduceCommand::reduce};
  refuses(dve, DveReadAccumulator{read, false}, 0);
  refuses(dve, reduce, 0);
  refuses(dve, cumulation, 0);
  refuses(dve, select, 0);
  Activation activation;
  activation.dst = dst;
  activation.data = data;
  activation.op = ActivationFunction::copy;
  activation.reduce_cmd = ReduceCommand::reduce;
  refuses(act, ActReadAccumulator{read}, 0);
  refuses(act, activation, 0);
  // `idle` sets nothing, and the others what their partitions are.
  reduce.reduce_cmd = select.reduce_cmd = activation.reduce_cmd = ReduceCommand::idle;
  core.run(dve, reduce);
  core.run(act, activation);
  refuses(dve, DveReadAccumulator{read, false}, 0);
  refuses(act, ActReadAccumulator{read}, 0);
  reduce.dst = tile(512, 3, 4);
  reduce.data = tile(0, 3, 4);
  reduce.reduce_cmd = ReduceCommand::reset;
  activation.reduce_cmd = ReduceCommand::reset_reduce;
  core.run(dve, reduce);
  core.run(act, activation);
  refuses(dve, DveReadAccumulator{read, false}, 3);
  core.run(dve, DveReadAccumulator{tile(1024, 3, 1), false});
  EXPECT_EQ(core.get(tile(1024, 3, 1)), (Values{0, 0, 0}));
  core.run(act, ActReadAccumulator{read});
  EXPECT_EQ(core.get(read), (Values{4, 4, 4, 4}));
}

TEST(Instructions, values_to_look_for_go_before) {
  Core core("trn3");
  core.put(tile(0, 2, 8), Values(16, 1.0f));
  core.run(dve, MatchValueLoad{tile(0, 1, 8)});
  std::string message = "partition 1 has no values to look for; match_value_load goes before it";
  EXPECT_EQ(core.messageOf(dve, FindIndex8{tile(512, 2, 8, DType::uint16), tile(0, 2, 8)}), message);
  EXPECT_EQ(core.messageOf(dve, MatchReplace8{tile(512, 2, 8), tile(0, 2, 8), -1}), message);
  EXPECT_EQ(
      core.messageOf(dve, MatchReplaceIndex8{tile(512, 2, 8), tile(1024, 2, 8, DType::uint32), tile(0, 2, 8), -1}),
      message);
  core.run(dve, FindIndex8{tile(512, 1, 8, DType::uint16), tile(0, 1, 8)});
}

TEST(Instructions, selections_reduce_what_they_chose) {
  Core core("trn2");
  core.put(tile(0, 1, 4), {1, 2, 3, 4});
  core.putBits(tile(64, 1, 4, DType::uint8), {1, 0, 255, 0});
  SelectReduce select{out, tile(64, 1, 4, DType::uint8), tile(0, 1, 4), -1.0f, false, ReduceCommand::reset_reduce};
  core.run(dve, select);
  EXPECT_EQ(core.get(out), (Values{1, -1, 3, -1}));
  EXPECT_EQ(*core.state.vectorAccumulators[0], 3);
  select.reverse_pred = true;
  core.run(dve, select);
  EXPECT_EQ(core.get(out), (Values{-1, 2, -1, 4}));
  core.run(dve,
           RangeSelect{out, tile(0, 1, 4), AluOp::is_ge, 11.0f, AluOp::is_lt, 13.0f, 10, -5, ReduceCommand::reduce});
  EXPECT_EQ(core.get(out), (Values{-5, 2, 3, -5}));
  EXPECT_EQ(*core.state.vectorAccumulators[0], 4); // of select_reduce
}

TEST(Instructions, exponential_subtracts_the_largest_and_sums) {
  Core core("trn3");
  core.put(tile(0, 1, 4), {1, 2, 3, -200});
  core.put(tile(64, 1, 1), {3});
  core.run(dve, Exponential{out, tile(0, 1, 4), tile(64, 1, 1), ReduceCommand::reset_reduce});
  Values result = core.get(out);
  for (unsigned i = 0; i < 4; ++i)
    EXPECT_FLOAT_EQ(result[i], std::exp(double(core.get(tile(0, 1, 4))[i]) - 3));
  EXPECT_FLOAT_EQ(*core.state.vectorAccumulators[0], 1 + std::exp(-1.0) + std::exp(-2.0));
}

TEST(Instructions, the_eight_largest_are_found_and_replaced) {
  Core core("trn2");
  Values row = {3, 9, 9, 1, 7, 5, 2, 8, 6, 9, 4, 0};
  core.put(tile(0, 1, 12), row);
  core.run(dve, Max8{tile(256, 1, 8), tile(0, 1, 12)});
  EXPECT_EQ(core.get(tile(256, 1, 8)), (Values{9, 9, 9, 8, 7, 6, 5, 4}));
  core.put(tile(256, 1, 8), {9, 8, 9, 100, 9, 9, 0, 3});
  core.run(dve, MatchValueLoad{tile(256, 1, 8)});
  core.run(dve, FindIndex8{tile(512, 1, 8, DType::uint16), tile(0, 1, 12)});
  std::vector<int64_t> places = core.getBits(tile(512, 1, 8, DType::uint16));
  EXPECT_EQ(places, (std::vector<int64_t>{1, 7, 2, 65535, 9, 65535, 11, 0}));
  core.run(dve, MatchReplaceIndex8{tile(1024, 1, 12), tile(512, 1, 8, DType::uint32), tile(0, 1, 12), -1});
  Values replaced = {-1, -1, -1, 1, 7, 5, 2, -1, 6, -1, 4, -1};
  EXPECT_EQ(core.get(tile(1024, 1, 12)), replaced);
  places = core.getBits(tile(512, 1, 8, DType::uint32)); // of the nines the last loaded one has the first place
  EXPECT_EQ(places, (std::vector<int64_t>{4294967295, 7, 9, 4294967295, 2, 1, 11, 0}));
  core.run(dve, MatchReplace8{tile(2048, 1, 12), tile(0, 1, 12), -1});
  EXPECT_EQ(core.get(tile(2048, 1, 12)), replaced);
}

TEST(Instructions, gathers_and_scatters_follow_their_index) {
  Core core("trn3");
  AccessPattern index = tile(64, 1, 3, DType::uint16);
  core.putBits(tile(0, 1, 4, DType::int32), {2147483647, 5, -7, 16777217});
  core.putBits(index, {3, 0, 3});
  core.run(dve, TensorGather{tile(128, 1, 3, DType::int32), tile(0, 1, 4, DType::int32), index});
  EXPECT_EQ(core.getBits(tile(128, 1, 3, DType::int32)), (std::vector<int64_t>{16777217, 2147483647, 16777217}));
  core.put(out, {1, 2, 3, 4});
  core.put(tile(128, 1, 3), {10, 20, 30});
  core.run(dve, TensorScatter{out, tile(128, 1, 3), index});
  EXPECT_EQ(core.get(out), (Values{20, 2, 3, 30}));
  core.putBits(index, {3, 4, 0});
  EXPECT_EQ(core.messageOf(dve, TensorScatter{out, tile(128, 1, 3), index}),
            "index 1 of partition 0 is 4, allowed: below 4, the elements of a partition");
}

// ---- Random numbers

TEST(Instructions, random_numbers_are_those_of_their_generator) {
  Core core("trn2");
  // XORWOW from Marsaglia's paper, begun with its own numbers.
  core.putBits(tile(0, 1, 6, DType::uint32), {123456789, 362436069, 521288629, 88675123, 5783321, 6615241});
  core.run(pool, RandSetState{tile(0, 1, 6, DType::uint32)});
  AccessPattern bits = tile(64, 1, 3, DType::uint32);
  core.run(pool, Rng{bits});
  uint32_t x = 123456789, y = 362436069, z = 521288629, w = 88675123, v = 5783321, d = 6615241;
  for (int64_t found : core.getBits(bits)) {
    uint32_t t = x ^ (x >> 2);
    x = y, y = z, z = w, w = v, v = (v ^ (v << 4)) ^ (t ^ (t << 1));
    EXPECT_EQ(uint32_t(found), (d += 362437) + v);
  }
  core.run(pool, RandGetState{tile(0, 1, 6, DType::uint32)});
  EXPECT_EQ(core.getBits(tile(0, 1, 6, DType::uint32)), (std::vector<int64_t>{x, y, z, w, v, d}));
}

TEST(Instructions, a_seed_repeats_and_lanes_differ) {
  Core core("trn1");
  core.putBits(tile(0, 1, 1, DType::uint32), {42});
  AccessPattern bits = tile(64, 2, 64, DType::uint32);
  core.run(dve, SetRngSeed{tile(0, 1, 1, DType::uint32)});
  core.run(dve, Rng{bits});
  std::vector<int64_t> first = core.getBits(bits);
  core.run(dve, Rng{bits});
  EXPECT_NE(core.getBits(bits), first);
  core.run(dve, SetRngSeed{tile(0, 1, 1, DType::uint32)});
  core.run(dve, Rng{bits});
  EXPECT_EQ(core.getBits(bits), first);
  EXPECT_NE(std::vector<int64_t>(first.begin(), first.begin() + 64),
            std::vector<int64_t>(first.begin() + 64, first.end()));
}

TEST(Instructions, uniform_numbers_and_dropout_have_their_rates) {
  Core core("trn3");
  AccessPattern wide = tile(1024, 128, 1000), dropped = tile(65536, 128, 1000);
  core.run(dve, Rand2{wide, -1.0f, 3.0f});
  Values values = core.get(wide);
  auto [least, most] = std::minmax_element(values.begin(), values.end());
  EXPECT_GE(*least, -1);
  EXPECT_LE(*most, 3);
  double mean = std::accumulate(values.begin(), values.end(), 0.0) / values.size();
  EXPECT_NEAR(mean, 1, 0.02); // 128,000 samples: six standard deviations
  core.put(wide, Values(128000, 1.0f));
  core.run(dve, Dropout{dropped, wide, 0.25f});
  values = core.get(dropped);
  EXPECT_NEAR(std::accumulate(values.begin(), values.end(), 0.0) / values.size(), 0.75, 0.01);
  core.run(dve, Dropout{dropped, wide, 0.25f, DropoutRate::keep});
  values = core.get(dropped);
  EXPECT_NEAR(std::accumulate(values.begin(), values.end(), 0.0) / values.size(), 0.25, 0.01);
}

TEST(Instructions, stochastic_rounding_is_right_on_average_and_repeats) {
  AccessPattern from = tile(0, 128, 1000), to = tile(65536, 128, 1000, DType::fp8_e4m3);
  std::vector<Values> runs;
  for (const char *seed : {"numerics.seed=1", "numerics.seed=1", "numerics.seed=2"}) {
    Core core("trn2", {"numerics.stochastic_rounding=true", seed});
    core.put(from, Values(128000, 1.03125f)); // a quarter of the way from 1 to 1.125
    core.run(dve, TensorCopy{to, from});
    runs.push_back(core.get(to));
  }
  EXPECT_EQ(runs[0], runs[1]);
  EXPECT_NE(runs[0], runs[2]);
  EXPECT_EQ(std::count(runs[0].begin(), runs[0].end(), 1.0f) + std::count(runs[0].begin(), runs[0].end(), 1.125f),
            128000);
  EXPECT_NEAR(std::count(runs[0].begin(), runs[0].end(), 1.125f) / 128000.0, 0.25, 0.01);
}

// ---- Tensor engine

TEST(Instructions, tiles_of_the_array_multiply_by_themselves) {
  Core core("trn2");
  Values a = small(32 * 8, 1), b = small(32 * 16, 2), c = small(32 * 8, 3);
  AccessPattern left = tile(0, 32, 8, DType::bf16), right = tile(64, 32, 16, DType::bf16), result = psum(8, 16);
  auto on = [](AccessPattern pattern, unsigned start) {
    pattern.startPartition = start;
    return pattern;
  };
  core.put(on(left, 32), a);
  core.put(on(left, 64), c);
  core.put(on(right, 32), b);
  core.put(on(right, 64), b);
  // Two tiles hold their operands at once.
  core.run(pe, LoadStationary{on(left, 32), {}, false, {}, 32, 0, 32, 32});
  core.run(pe, LoadStationary{on(left, 64), {}, false, {}, 64, 96, 32, 32});
  core.run(pe, Matmul{on(result, 0), on(right, 32), MatmulGroup::whole, false, {}, 32, 0, 32, 32});
  core.run(pe, Matmul{on(result, 96), on(right, 64), MatmulGroup::whole, false, {}, 64, 96, 32, 32});
  EXPECT_EQ(core.get(on(result, 0)), product(a, b, 32, 8, 16));
  EXPECT_EQ(core.get(on(result, 96)), product(c, b, 32, 8, 16));
  // A load of the whole array takes their place.
  core.run(pe, LoadStationary{left});
  EXPECT_NE(core.messageOf(pe, Matmul{on(result, 0), on(right, 32), MatmulGroup::whole, false, {}, 32, 0, 32, 32}), "");
}

TEST(Instructions, double_row_multiplies_two_planes) {
  Core core("trn2");
  Values a = small(4 * 2 * 6, 4), b = small(4 * 2 * 10, 5);
  AccessPattern left = planes(tile(0, 4, 12, DType::fp8_e4m3), 6), right = planes(tile(64, 4, 20, DType::fp8_e5m2), 10);
  core.put(left, a);
  core.put(right, b);
  core.run(pe, LoadStationary{left, {}, false, PerfMode::double_row});
  core.run(pe, Matmul{psum(6, 10), right, MatmulGroup::whole, false, PerfMode::double_row});
  // [K, 2, M] as [2 K, M]: the same sum in another order, exact here.
  EXPECT_EQ(core.get(psum(6, 10)), product(core.get(left), core.get(right), 8, 6, 10));
}

TEST(Instructions, the_array_multiplies_narrow_floats_and_refuses_mixtures) {
  Core core("trn3");
  for (DType type : {DType::fp8_e4m3, DType::fp8_e5m2, DType::fp8_e4m3fn, DType::fp16, DType::tf32, DType::fp32r}) {
    AccessPattern left = tile(0, 4, 5, type), right = tile(64, 4, 6, type);
    core.put(left, small(20, 6));
    core.put(right, small(24, 7));
    core.run(pe, LoadStationary{left});
    core.run(pe, Matmul{psum(5, 6), right});
    EXPECT_EQ(core.get(psum(5, 6)), product(small(20, 6), small(24, 7), 4, 5, 6)) << name(type).str();
  }
  core.run(pe, LoadStationary{tile(0, 4, 5, DType::fp8_e4m3)});
  EXPECT_EQ(core.messageOf(pe, Matmul{psum(5, 6), tile(64, 4, 6, DType::fp8_e4m3fn)}),
            "the array does not multiply fp8_e4m3 (stationary) by fp8_e4m3fn (moving)");
  EXPECT_NE(core.messageOf(pe, Matmul{psum(5, 6), tile(64, 4, 6)}), "");
}

TEST(Instructions, the_array_takes_operands_that_an_index_finds) {
  Core core("trn3");
  AccessPattern left = tile(0, 4, 9, DType::bf16), right = tile(64, 4, 11, DType::fp16);
  AccessPattern leftIndex = tile(128, 4, 5, DType::uint16), rightIndex = tile(192, 4, 6, DType::uint32);
  Values a = small(4 * 9, 8), b = small(4 * 11, 9), gatheredA, gatheredB;
  std::vector<int64_t> atA, atB;
  for (unsigned k = 0; k < 4; ++k) {
    for (unsigned m = 0; m < 5; ++m) {
      atA.push_back((3 * k + 2 * m) % 9);
      gatheredA.push_back(a[k * 9 + atA.back()]);
    }
    for (unsigned n = 0; n < 6; ++n) {
      atB.push_back((5 * k + 7 * n) % 11);
      gatheredB.push_back(b[k * 11 + atB.back()]);
    }
  }
  core.put(left, a);
  core.put(right, b);
  core.putBits(leftIndex, atA);
  core.putBits(rightIndex, atB);
  core.run(pe, LoadStationaryGather{left, leftIndex});
  core.run(pe, MatmulGather{psum(5, 6), right, rightIndex});
  Values once = product(gatheredA, gatheredB, 4, 5, 6);
  EXPECT_EQ(core.get(psum(5, 6)), once);
  // A group goes on; the stationary operand may come from a plain load.
  core.put(tile(256, 4, 5, DType::bf16), gatheredA);
  core.run(pe, LoadStationary{tile(256, 4, 5, DType::bf16)});
  core.run(pe, MatmulGather{psum(5, 6), right, rightIndex, MatmulGroup::last});
  for (float &value : once)
    value *= 2;
  EXPECT_EQ(core.get(psum(5, 6)), once);
  // An index beyond the operand, and another stationary operand than needed.
  core.putBits(rightIndex, std::vector<int64_t>(24, 11));
  EXPECT_EQ(core.messageOf(pe, MatmulGather{psum(5, 6), right, rightIndex}),
            "index 0 of partition 0 is 11, allowed: below 11, the elements of a partition");
  core.run(pe, LoadStationary{tile(256, 3, 5, DType::bf16)});
  EXPECT_TRUE(llvm::StringRef(core.messageOf(pe, MatmulGather{psum(5, 6), right, rightIndex}))
                  .starts_with("stationary [3, 5] times moving [4, 6] does not give [5, 6]"));
}

TEST(Instructions, of_a_moving_operand_of_zeros_and_ones_the_upper_part_will_do) {
  Core core("trn2");
  core.put(tile(0, 1, 1), {3});
  core.put(tile(64, 1, 3), {1, 0, 1.0f + 0x1p-20f});
  core.run(pe, LoadStationary{tile(0, 1, 1)});
  Matmul matmul{psum(1, 3), tile(64, 1, 3)};
  core.run(pe, matmul);
  EXPECT_EQ(core.get(psum(1, 3)), (Values{3, 0, 3.0f + 0x3p-20f}));
  matmul.is_moving_onezero = true;
  core.run(pe, matmul);
  EXPECT_EQ(core.get(psum(1, 3)), (Values{3, 0, 3})); // what is neither loses its lower part
}

TEST(Instructions, fp32r_is_rounded_where_the_array_reads_it) {
  Core core("trn2");
  AccessPattern left = tile(0, 1, 1, DType::fp32r), right = tile(64, 1, 1, DType::fp32r);
  core.put(left, {1.0f + 0x1p-12f});
  core.put(right, {1.0f + 0x3p-12f});
  EXPECT_EQ(core.get(left)[0], 1.0f + 0x1p-12f);
  core.run(pe, LoadStationary{left});
  core.run(pe, Matmul{psum(1, 1), right});
  EXPECT_EQ(core.get(psum(1, 1))[0], 1.0f + 0x1p-10f);
}

TEST(Instructions, psum_of_bf16_rounds_each_sum) {
  Core core("trn3");
  core.put(tile(0, 1, 1, DType::bf16), {1});
  core.put(tile(64, 1, 1, DType::bf16), {1});
  core.put(tile(128, 1, 1, DType::bf16), {0x1p-9f});
  core.run(pe, LoadStationary{tile(0, 1, 1, DType::bf16)});
  core.run(pe, Matmul{psum(1, 1, DType::bf16), tile(64, 1, 1, DType::bf16), MatmulGroup::first});
  for (unsigned i = 0; i < 4; ++i)
    core.run(pe, Matmul{psum(1, 1, DType::bf16), tile(128, 1, 1, DType::bf16), MatmulGroup::middle});
  EXPECT_EQ(core.get(psum(1, 1, DType::bf16))[0], 1); // in fp32 it would be 1 + 2^-7
}

TEST(Instructions, a_transposed_byte_comes_as_sixteen_bits) {
  Core core("trn2");
  AccessPattern data = tile(0, 2, 3, DType::fp8_e5m2), identity = tile(64, 2, 2, DType::fp8_e5m2);
  core.putBits(data, {0x01, 0x7f, 0xfc, 0x80, 0x3c, 0xff}); // NaNs and all
  core.put(identity, {1, 0, 0, 1});
  core.run(pe, LoadStationary{data, {}, true});
  core.run(pe, Matmul{psum(3, 2, DType::uint16), identity, MatmulGroup::whole, true});
  EXPECT_EQ(core.getBits(psum(3, 2, DType::uint16)), (std::vector<int64_t>{0x01, 0x80, 0x7f, 0x3c, 0xfc, 0xff}));
}

// ---- MX

TEST(Instructions, quantization_keeps_powers_of_two_and_its_error_small) {
  for (DType packed : {DType::fp8x4_e4m3fn, DType::fp8x4_e5m2}) {
    Core core("trn3");
    Values values = small(64 * 64, 8);
    for (unsigned i = 0; i < values.size(); ++i)
      values[i] *= std::ldexp(1.0f, int(i / 512) * 5 - 20); // another size in each group of 8 partitions
    std::fill_n(values.begin() + 8 * 64, 8 * 64, 0.0f);     // the second group is 0
    AccessPattern src = tile(0, 64, 64, DType::bf16), dst = tile(1024, 64, 16, packed),
                  scale = tile(2048, 64, 16, DType::fp8_e8m0fnu);
    core.put(src, values);
    core.run(dve, QuantizeMx{dst, scale, src, 4});
    std::vector<int64_t> words = core.getBits(dst), bytes = core.getBits(scale);
    int largestExponent = packed == DType::fp8x4_e5m2 ? 15 : 8;
    for (unsigned group = 0; group < 8; ++group)
      for (unsigned n = 0; n < 16; ++n) {
        float most = 0;
        for (unsigned p = 8 * group; p < 8 * group + 8; ++p)
          for (unsigned i = 0; i < 4; ++i)
            most = std::max(most, std::fabs(values[64 * p + 4 * n + i]));
        unsigned scalePartition = group / 4 * 32 + 4 + group % 4;
        int expected = most ? std::ilogb(most) - (largestExponent - 1) + 127 : 0;
        ASSERT_EQ(bytes[16 * scalePartition + n], expected) << group;
        for (unsigned p = 8 * group; p < 8 * group + 8; ++p)
          for (unsigned i = 0; i < 4; ++i) {
            float element = fp8ToFloat(elementOf(packed), words[16 * p + n] >> 8 * i & 255);
            ASSERT_NEAR(std::ldexp(element, expected - 127), values[64 * p + 4 * n + i],
                        most / (packed == DType::fp8x4_e5m2 ? 8 : 16));
          }
      }
  }
}

TEST(Instructions, an_mx_product_is_that_of_the_numbers_its_operands_mean) {
  for (DType packed : {DType::fp8x4_e4m3fn, DType::fp8x4_e5m2, DType::fp4x4_e2m1fn}) {
    Core core("trn3");
    std::mt19937 random(9);
    const unsigned partitions = 32, m = 6, n = 10;
    auto operand = [&](uint32_t address, unsigned columns, Values &numbers) {
      AccessPattern data = tile(address, partitions, columns, packed),
                    scale = tile(address + 4096, 4, columns, DType::fp8_e8m0fnu);
      std::vector<int64_t> words(partitions * columns), bytes(4 * columns);
      for (int64_t &byte : bytes)
        byte = 125 + random() % 5;
      numbers.resize(4 * partitions * columns);
      for (unsigned p = 0; p < partitions; ++p)
        for (unsigned c = 0; c < columns; ++c)
          for (unsigned i = 0; i < 4; ++i) {
            // Small whole numbers: sums of their products are exact.
            float value = float(int(random() % 5) - 2),
                  scaleOf = std::ldexp(1.0f, int(bytes[p / 8 * columns + c]) - 127);
            int64_t bits = packed == DType::fp4x4_e2m1fn ? int64_t(floatToFp4(value)) << 4 * i
                                                         : int64_t(floatToFp8(elementOf(packed), value)) << 8 * i;
            words[p * columns + c] |= bits;
            numbers[(4 * p + i) * columns + c] = value * scaleOf;
          }
      core.putBits(data, words);
      core.putBits(scale, bytes);
      return std::pair(data, scale);
    };
    Values a, b;
    auto [left, leftScale] = operand(0, m, a);
    auto [right, rightScale] = operand(16384, n, b);
    core.run(pe, LoadStationaryMx{left, leftScale});
    core.run(pe, MatmulMx{psum(m, n), right, rightScale});
    EXPECT_EQ(core.get(psum(m, n)), product(a, b, 4 * partitions, m, n)) << name(packed).str();
    core.run(pe, MatmulMx{psum(m, n), right, rightScale, MatmulGroup::last});
    Values twice = product(a, b, 4 * partitions, m, n);
    for (float &value : twice)
      value *= 2;
    EXPECT_EQ(core.get(psum(m, n)), twice);
  }
}

// ---- Scalar engine

TEST(Instructions, activate2_chains_operators_and_reduces) {
  Core core("trn3");
  core.put(tile(0, 1, 4), {1, -2, 3, -4});
  core.put(tile(64, 1, 1), {0.5f});
  core.run(act, Activate2{out, tile(0, 1, 4), AluOp::mult, 2.0f, AluOp::subtract, tile(64, 1, 1),
                          ActivationFunction::prelu, 0.5f, AluOp::abs_max, ReduceCommand::reset_reduce});
  EXPECT_EQ(core.get(out), (Values{1.5f, -2.25f, 5.5f, -4.25f}));
  core.run(act, ActReadAccumulator{tile(128, 1, 1)});
  EXPECT_EQ(core.get(tile(128, 1, 1))[0], 5.5f);
  core.run(act, Activate2{out, tile(0, 1, 4), AluOp::bypass, 0.0f, AluOp::bypass, 0.0f, ActivationFunction::copy, 0.0f,
                          AluOp::min, ReduceCommand::reset_reduce});
  core.run(act, ActReadAccumulator{tile(128, 1, 1)});
  EXPECT_EQ(core.get(tile(128, 1, 1))[0], -4);
}

} // namespace
