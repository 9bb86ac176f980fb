// What instructions do: inputs loaded into SBUF, one instruction, its result stored.
#include "Programs.h"
#include <random>

using namespace tarn;
using namespace tarn::sim;
using namespace tarn::sim::test;
using namespace tarn::isa;

namespace {

/// Loads [P, F] tensors to bytes 0, 8192, … of SBUF, runs instructions one after the other, stores the result
/// that lies at byte 65536.
class Fixture : public Builder {
public:
  void operand(unsigned partitions, unsigned elements, llvm::ArrayRef<double> values, DType dtype = DType::fp32) {
    std::string name = "x" + std::to_string(count);
    uint64_t at = input(name, {partitions, elements}, values, dtype);
    load(sbufRows(8192 * count, partitions, elements, dtype), hbmRows(at, partitions, elements, dtype));
    ++count;
  }
  std::vector<double> result(unsigned partitions, unsigned elements, DType dtype = DType::fp32) {
    uint64_t at = tensor("y", TensorKind::output, {partitions, elements}, dtype);
    DmaCopy store;
    store.dst = hbmRows(at, partitions, elements, dtype);
    store.src = sbufRows(65536, partitions, elements, dtype);
    then(isa::Engine::sp, store, 16);
    RunResult result = run();
    for (const Finding &finding : result.findings)
      ADD_FAILURE() << finding.message;
    return valuesOf(result.outputs["y"]);
  }
  unsigned count = 0;
};

std::vector<double> doubles(llvm::ArrayRef<float> values) { return {values.begin(), values.end()}; }

TEST(Execute, TensorCopyCastsToNearestEvenAndSaturates) {
  Fixture f;
  f.operand(1, 6, {0.5, 1.5, -2.5, 300, -300, 7.4});
  TensorCopy copy;
  copy.dst = sbuf(65536, 1, 6, DType::int8);
  copy.src = sbuf(0, 1, 6);
  f.then(isa::Engine::dve, copy);
  EXPECT_EQ(f.result(1, 6, DType::int8), (std::vector<double>{0, 2, -2, 127, -128, 7}));
}

TEST(Execute, TensorCopyOfOneTypeKeepsTheBits) {
  Fixture f;
  f.operand(1, 3, {16777217, -1, 2147483647}, DType::int32);
  TensorCopy copy;
  copy.dst = sbuf(65536, 1, 3, DType::int32);
  copy.src = sbuf(0, 1, 3, DType::int32);
  f.then(isa::Engine::dve, copy);
  EXPECT_EQ(f.result(1, 3, DType::int32), (std::vector<double>{16777217, -1, 2147483647}));
}

TEST(Execute, TensorCopyFollowsStrides) {
  Fixture f;
  f.operand(2, 6, {0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15});
  TensorCopy copy; // [2, 3] transposed in the free dimensions, backwards in the outer one
  copy.dst = sbuf(65536, 2, 6);
  copy.src = sbuf(8, 2, 6);
  copy.src.rank = 2;
  copy.src.dims[0] = {3, 2};
  copy.src.dims[1] = {-1, 3};
  f.then(isa::Engine::dve, copy);
  EXPECT_EQ(f.result(2, 6), (std::vector<double>{2, 5, 1, 4, 0, 3, 12, 15, 11, 14, 10, 13}));
}

TEST(Execute, TensorTensorAddsInFp32AndIntegersExactlyOnPool) {
  for (auto [engine, expected] : {std::pair(isa::Engine::dve, 16777216.0), std::pair(isa::Engine::pool, 16777217.0)}) {
    Fixture f;
    f.operand(1, 1, {16777216}, DType::int32);
    f.operand(1, 1, {1}, DType::int32);
    TensorTensor add;
    add.dst = sbuf(65536, 1, 1, DType::int32);
    add.data1 = sbuf(0, 1, 1, DType::int32);
    add.data2 = sbuf(8192, 1, 1, DType::int32);
    add.op = AluOp::add;
    f.then(engine, add);
    EXPECT_EQ(f.result(1, 1, DType::int32)[0], expected);
  }
}

TEST(Execute, TensorScalarTakesOneScalarAPartitionAndReverses) {
  Fixture f;
  f.operand(2, 2, {1, 2, 3, 4});
  f.operand(2, 1, {10, 20});
  TensorScalar instruction; // (operand0 - data) * 2
  instruction.dst = sbuf(65536, 2, 2);
  instruction.data = sbuf(0, 2, 2);
  instruction.op0 = AluOp::subtract;
  instruction.operand0 = sbuf(8192, 2, 1);
  instruction.reverse0 = true;
  instruction.op1 = AluOp::mult;
  instruction.operand1 = 2.0f;
  f.then(isa::Engine::dve, instruction);
  EXPECT_EQ(f.result(2, 2), (std::vector<double>{18, 16, 34, 32}));
}

TEST(Execute, TensorScalarShiftsBits) {
  Fixture f;
  f.operand(1, 2, {-8, 5}, DType::int32);
  TensorScalar shift;
  shift.dst = sbuf(65536, 1, 2, DType::int32);
  shift.data = sbuf(0, 1, 2, DType::int32);
  shift.op0 = AluOp::arith_shift_right;
  shift.operand0 = 1.0f;
  f.then(isa::Engine::dve, shift);
  EXPECT_EQ(f.result(1, 2, DType::int32), (std::vector<double>{-4, 2}));
}

TEST(Execute, ScalarTensorTensorChainsTwoOperators) {
  Fixture f;
  f.operand(1, 3, {1, 2, 3});
  f.operand(1, 3, {10, 20, 30});
  ScalarTensorTensor instruction; // (data * 2) + operand1
  instruction.dst = sbuf(65536, 1, 3);
  instruction.data = sbuf(0, 1, 3);
  instruction.op0 = AluOp::mult;
  instruction.operand0 = 2.0f;
  instruction.op1 = AluOp::add;
  instruction.operand1 = sbuf(8192, 1, 3);
  f.then(isa::Engine::dve, instruction);
  EXPECT_EQ(f.result(1, 3), (std::vector<double>{12, 24, 36}));
}

TEST(Execute, TensorReduceReducesInnermostDimensions) {
  Fixture f;
  f.operand(1, 6, {1, 7, 3, 4, 5, 6});
  TensorReduce reduce;
  reduce.dst = sbuf(65536, 1, 2);
  reduce.data = sbuf(0, 1, 6);
  reduce.data.rank = 2;
  reduce.data.dims[0] = {1, 3};
  reduce.data.dims[1] = {3, 2};
  reduce.op = AluOp::max;
  reduce.negate = true;
  f.then(isa::Engine::dve, reduce);
  EXPECT_EQ(f.result(1, 2), (std::vector<double>{-7, -6}));
}

TEST(Execute, MemsetAndReciprocal) {
  Fixture f;
  Memset set;
  set.dst = sbuf(0, 2, 2);
  set.value = 4;
  f.then(isa::Engine::pool, set);
  Reciprocal reciprocal;
  reciprocal.dst = sbuf(65536, 2, 2);
  reciprocal.data = sbuf(0, 2, 2);
  f.then(isa::Engine::dve, reciprocal);
  EXPECT_EQ(f.result(2, 2), (std::vector<double>(4, 0.25)));
}

TEST(Execute, CopyPredicatedKeepsTheRest) {
  Fixture f;
  f.operand(1, 4, {1, 2, 3, 4});
  f.operand(1, 4, {0, 1, 0, 255}, DType::uint8);
  Memset set;
  set.dst = sbuf(65536, 1, 4);
  set.value = -1;
  f.then(isa::Engine::dve, set);
  CopyPredicated copy;
  copy.dst = sbuf(65536, 1, 4);
  copy.src = sbuf(0, 1, 4);
  copy.predicate = sbuf(8192, 1, 4, DType::uint8);
  f.then(isa::Engine::dve, copy);
  EXPECT_EQ(f.result(1, 4), (std::vector<double>{-1, 2, -1, 4}));
}

TEST(Execute, BatchNormStatisticsGiveMeanAndVariance) {
  Fixture f;
  f.operand(1, 5, {1, 2, 3, 4, 10});
  BnStats stats;
  stats.dst = sbuf(4096, 1, 6);
  stats.data = sbuf(0, 1, 5);
  f.then(isa::Engine::dve, stats);
  BnAggr aggregate;
  aggregate.dst = sbuf(65536, 1, 2);
  aggregate.data = sbuf(4096, 1, 6);
  f.then(isa::Engine::dve, aggregate);
  EXPECT_EQ(f.result(1, 2), (std::vector<double>{4, 10}));
}

TEST(Execute, StreamShuffleMovesPartitionsOfEachQuadrant) {
  Fixture f;
  std::vector<double> rows(64);
  std::iota(rows.begin(), rows.end(), 0);
  f.operand(64, 1, rows);
  Memset set;
  set.dst = sbuf(65536, 64, 1);
  set.value = -1;
  f.then(isa::Engine::dve, set);
  StreamShuffle shuffle;
  shuffle.dst = sbuf(65536, 64, 1);
  shuffle.src = sbuf(0, 64, 1);
  for (unsigned i = 0; i < 32; ++i)
    shuffle.mask[i] = 31 - i;
  shuffle.mask[5] = 255;
  f.then(isa::Engine::dve, shuffle);
  std::vector<double> result = f.result(64, 1);
  EXPECT_EQ(result[0], 31);
  EXPECT_EQ(result[5], -1);
  EXPECT_EQ(result[32], 63);
}

TEST(Execute, StreamTransposeTransposesBlocks) {
  Fixture f;
  std::vector<double> values(32 * 64);
  std::iota(values.begin(), values.end(), 0);
  f.operand(32, 64, values);
  StreamTranspose transpose;
  transpose.dst = sbuf(65536, 32, 64);
  transpose.src = sbuf(0, 32, 64);
  f.then(isa::Engine::dve, transpose);
  std::vector<double> result = f.result(32, 64);
  EXPECT_EQ(result[3 * 64 + 5], 5 * 64 + 3);
  EXPECT_EQ(result[3 * 64 + 32 + 5], 5 * 64 + 32 + 3);
}

TEST(Execute, IotaCountsInIntegers) {
  Fixture f;
  Iota iota;
  iota.dst = sbuf(65536, 2, 4, DType::int32);
  iota.pattern.rank = 2;
  iota.pattern.dims[0] = {1, 2};
  iota.pattern.dims[1] = {10, 2};
  iota.offset = 16777217;
  iota.channel_multiplier = 100;
  f.then(isa::Engine::pool, iota);
  double o = 16777217;
  EXPECT_EQ(f.result(2, 4, DType::int32),
            (std::vector<double>{o, o + 1, o + 10, o + 11, o + 100, o + 101, o + 110, o + 111}));
}

TEST(Execute, AffineSelectMakesTriangles) {
  Fixture f;
  f.operand(3, 3, {1, 2, 3, 4, 5, 6, 7, 8, 9});
  AffineSelect select; // keep where p - i >= 0
  select.dst = sbuf(65536, 3, 3);
  select.on_true = sbuf(0, 3, 3);
  select.pattern.rank = 1;
  select.pattern.dims[0] = {-1, 3};
  select.channel_multiplier = 1;
  select.cmp = Comparison::ge;
  select.on_false = -1;
  f.then(isa::Engine::pool, select);
  EXPECT_EQ(f.result(3, 3), (std::vector<double>{1, -1, -1, 4, 5, -1, 7, 8, 9}));
}

TEST(Execute, ActivationScalesAddsAndAccumulates) {
  Fixture f;
  f.operand(2, 3, {1, -2, 3, -4, 5, -6});
  f.operand(2, 1, {1, 2});
  Activation relu;
  relu.dst = sbuf(4096, 2, 3);
  relu.data = sbuf(0, 2, 3);
  relu.op = ActivationFunction::relu;
  relu.scale = 2.0f;
  relu.bias = sbuf(8192, 2, 1);
  relu.reduce_cmd = ReduceCommand::reset_reduce;
  f.then(isa::Engine::act, relu);
  relu.reduce_cmd = ReduceCommand::reduce;
  f.then(isa::Engine::act, relu);
  ActReadAccumulator read;
  read.dst = sbuf(65536, 2, 1);
  f.then(isa::Engine::act, read);
  EXPECT_EQ(f.result(2, 1), (std::vector<double>{2 * (3 + 7), 2 * 12}));
}

TEST(Execute, ActivationFunctionsAreWithinOneUlp) {
  struct Case {
    ActivationFunction function;
    double argument, expected;
  };
  const double inf = std::numeric_limits<double>::infinity();
  const Case cases[] = {{ActivationFunction::sigmoid, 1, 0.7310585786300049},
                        {ActivationFunction::gelu, -1, -0.15865525393145707},
                        {ActivationFunction::gelu_apprx_tanh, 1, 0.8411919906082768},
                        {ActivationFunction::silu, 2, 1.7615941559557649},
                        {ActivationFunction::tanh, 0.5, 0.46211715726000973},
                        {ActivationFunction::softplus, 0, 0.6931471805599453},
                        {ActivationFunction::mish, 1, 0.8650983882673103},
                        {ActivationFunction::erf, 0.5, 0.5204998778130465},
                        {ActivationFunction::exp, 1, 2.718281828459045},
                        {ActivationFunction::sign, -3, -1},
                        {ActivationFunction::log, 0, -inf},
                        {ActivationFunction::sin, 9, 27.65},
                        {ActivationFunction::arctan, 1, 0.7853981633974483},
                        {ActivationFunction::sqrt, 2, 1.4142135623730951},
                        {ActivationFunction::rsqrt, 4, 0.5},
                        {ActivationFunction::reciprocal, 0, inf},
                        {ActivationFunction::gelu, -inf, 0},
                        {ActivationFunction::erf_dx, 0, 1.1283791670955126},
                        {ActivationFunction::silu_dx, 0, 0.5},
                        {ActivationFunction::gelu_dx, 0, 0.5},
                        {ActivationFunction::gelu_apprx_sigmoid, 1, 0.8457957659328212}};
  for (const Case &test : cases) {
    Fixture f;
    f.operand(1, 1, {test.argument});
    Activation activation;
    activation.dst = sbuf(65536, 1, 1);
    activation.data = sbuf(0, 1, 1);
    activation.op = test.function;
    f.then(isa::Engine::act, activation);
    double found = f.result(1, 1)[0];
    // The sine's value is documented to four digits.
    double tolerance = test.function == ActivationFunction::sin ? 0.005 : std::fabs(test.expected) * 1.2e-7;
    if (std::isinf(test.expected))
      EXPECT_EQ(found, test.expected) << isa::name(test.function).str();
    else
      EXPECT_NEAR(found, test.expected, tolerance) << isa::name(test.function).str();
  }
}

TEST(Execute, ArgumentsOutsideAFunctionsRangeGiveNanAndAreCounted) {
  Fixture f;
  f.operand(1, 2, {-1, 4});
  Activation activation;
  activation.dst = sbuf(65536, 1, 2);
  activation.data = sbuf(0, 1, 2);
  activation.op = ActivationFunction::sqrt;
  f.then(isa::Engine::act, activation);
  EXPECT_EQ(f.run().rangeWarnings.at("sqrt"), 1u);
  EXPECT_TRUE(std::isnan(f.result(1, 2)[0]));
}

/// stationary [K, M] and moving [K, N] of a dtype, into PSUM, to the result.
std::vector<double> product(unsigned k, unsigned m, unsigned n, llvm::ArrayRef<float> left, llvm::ArrayRef<float> right,
                            bool isSplit) {
  Fixture f;
  f.operand(k, m, doubles(left));
  f.operand(k, n, doubles(right));
  LoadStationary load;
  load.data = sbuf(0, k, m);
  Matmul matmul;
  matmul.moving = sbuf(8192, k, n);
  matmul.dst = psum(0, m, n);
  if (isSplit) {
    load.fp32_mode = Fp32Mode::low;
    matmul.group = MatmulGroup::first;
    f.then(isa::Engine::pe, load);
    f.then(isa::Engine::pe, matmul);
    load.fp32_mode = Fp32Mode::high;
    matmul.group = MatmulGroup::last;
    f.then(isa::Engine::pe, load);
    f.then(isa::Engine::pe, matmul);
  } else {
    f.then(isa::Engine::pe, load);
    f.then(isa::Engine::pe, matmul);
  }
  TensorCopy copy;
  copy.dst = sbuf(65536, m, n);
  copy.src = psum(0, m, n);
  f.then(isa::Engine::dve, copy);
  return f.result(m, n);
}

TEST(Execute, AnFp32ProductInTwoPartsIsFp32) {
  std::mt19937 random(1);
  std::normal_distribution<float> normal;
  const unsigned k = 96, m = 33, n = 50;
  std::vector<float> left(k * m), right(k * n);
  for (float &value : left)
    value = normal(random);
  for (float &value : right)
    value = normal(random);
  std::vector<double> result = product(k, m, n, left, right, /*isSplit=*/true);
  for (unsigned i = 0; i < m; ++i)
    for (unsigned j = 0; j < n; ++j) {
      double exact = 0, magnitude = 0;
      for (unsigned p = 0; p < k; ++p) {
        exact += double(left[p * m + i]) * right[p * n + j];
        magnitude += std::fabs(double(left[p * m + i]) * right[p * n + j]);
      }
      // Rounding errors of an fp32 sum of 2 * 96 products.
      ASSERT_NEAR(result[i * n + j], exact, magnitude * 1e-6);
    }
}

TEST(Execute, OnePartAloneIsNot) {
  // 1 + 2^-20 is cut to 1 in the high part.
  Fixture f;
  f.operand(1, 1, {1 + 0x1p-20});
  f.operand(1, 1, {1});
  LoadStationary load;
  load.data = sbuf(0, 1, 1);
  load.fp32_mode = Fp32Mode::high;
  Matmul matmul;
  matmul.moving = sbuf(8192, 1, 1);
  matmul.dst = psum(0, 1, 1);
  f.then(isa::Engine::pe, load);
  f.then(isa::Engine::pe, matmul);
  TensorCopy copy;
  copy.dst = sbuf(65536, 1, 1);
  copy.src = psum(0, 1, 1);
  f.then(isa::Engine::dve, copy);
  EXPECT_EQ(f.result(1, 1)[0], 1.0);
}

TEST(Execute, InfinityInAProductIsInfinity) {
  const float inf = std::numeric_limits<float>::infinity();
  EXPECT_EQ(product(2, 1, 1, {1, 2}, {inf, 3}, /*isSplit=*/true)[0], double(inf));
  EXPECT_EQ(product(2, 1, 1, {inf, 2}, {1, 3}, /*isSplit=*/true)[0], double(inf));
}

TEST(Execute, ATransposeKeepsBits) {
  Fixture f;
  f.operand(2, 3, {std::numeric_limits<double>::infinity(), 2, 3, 4, 5, 6}, DType::fp16);
  f.operand(2, 2, {1, 0, 0, 1}, DType::fp16);
  LoadStationary load;
  load.data = sbuf(0, 2, 3, DType::fp16);
  load.is_transpose = true;
  Matmul matmul;
  matmul.moving = sbuf(8192, 2, 2, DType::fp16);
  matmul.dst = psum(0, 3, 2, DType::fp16);
  matmul.is_transpose = true;
  f.then(isa::Engine::pe, load);
  f.then(isa::Engine::pe, matmul);
  TensorCopy copy;
  copy.dst = sbuf(65536, 3, 2, DType::fp16);
  copy.src = psum(0, 3, 2, DType::fp16);
  f.then(isa::Engine::dve, copy);
  EXPECT_EQ(f.result(3, 2, DType::fp16), (std::vector<double>{std::numeric_limits<double>::infinity(), 4, 2, 5, 3, 6}));
}

TEST(Execute, DmaWalksAnyShapesAndCasts) {
  Fixture f;
  uint64_t x = f.input("x", {2, 3}, {1, 2, 3, 4, 5, 6});
  DmaCopy copy; // transposed, to fp16
  copy.src = hbmRows(x, 2, 3);
  std::swap(copy.src.dims[0], copy.src.dims[1]);
  copy.dst = sbufRows(65536, 3, 2, DType::fp16);
  f.then(isa::Engine::sp, copy, 16);
  EXPECT_EQ(f.result(3, 2, DType::fp16), (std::vector<double>{1, 4, 2, 5, 3, 6}));
}

} // namespace
