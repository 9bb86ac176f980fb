// 32-bit integers on the GpSimd engine: every instruction that takes them computes them exactly; a store wraps.
#include "SingleCore.h"
#include <limits>

using namespace tarn;
using namespace tarn::sim;
using namespace tarn::isa;

namespace {
using Integers = std::vector<int64_t>;
constexpr int64_t least = std::numeric_limits<int32_t>::min(), most = std::numeric_limits<int32_t>::max();

AccessPattern tile(uint32_t address, unsigned partitions, uint32_t elements, DType dtype = DType::int32) {
  return test::tile(isa::Memory::sbuf, address, partitions, elements, dtype);
}

struct Pool : test::SingleCore {
  Pool() : SingleCore("trn2") {}
  template <typename Instruction> Integers run(const Instruction &instruction, const AccessPattern &result) {
    Context context{state, isa::Engine::pool};
    beginInstruction(context);
    llvm::Error error = execute(instruction, context);
    EXPECT_EQ(error ? llvm::toString(std::move(error)) : "", "");
    return getBits(result);
  }
  Integers binary(AluOp op, const Integers &a, const Integers &b) {
    unsigned size = a.size();
    putBits(tile(0, 1, size), a);
    putBits(tile(4096, 1, size), b);
    TensorTensor instruction;
    instruction.dst = tile(8192, 1, size);
    instruction.data1 = tile(0, 1, size);
    instruction.data2 = tile(4096, 1, size);
    instruction.op = op;
    return run(instruction, instruction.dst);
  }
};
} // namespace

TEST(Integers, powers_are_exact_and_wrap) {
  Pool pool;
  EXPECT_EQ(pool.binary(AluOp::power, {7, 3, -3, 5, 10, 2, 2, 46341, -2, 9}, {11, 19, 19, 13, 9, 30, 31, 2, 31, 0}),
            (Integers{1977326743, 1162261467, -1162261467, 1220703125, 1000000000, 1 << 30, least,
                      int64_t(46341) * 46341 - (int64_t(1) << 32), least, 1}));
  // Fractions are 0, and so is what 0 would divide.
  EXPECT_EQ(pool.binary(AluOp::power, {1, -1, -1, 2, -2, 0}, {-5, -5, -4, -1, -3, -1}), (Integers{1, -1, 1, 0, 0, 0}));
}

TEST(Integers, chains_of_operators_do_not_overflow) {
  Pool pool;
  Integers values{most, least, 3};
  pool.putBits(tile(0, 1, 3), values);
  TensorScalar scalar;
  scalar.dst = tile(8192, 1, 3);
  scalar.data = tile(0, 1, 3);
  for (auto [op0, operand0, op1, operand1, expected] :
       {std::tuple(AluOp::mult, 0x1p62f, AluOp::mult, 0x1p62f, Integers{0, 0, 0}),
        std::tuple(AluOp::square, 0.0f, AluOp::square, 0.0f, Integers{1, 0, 81}),
        // -2^31 * 2^32 is the least number of 64 bits: its negative is not one.
        std::tuple(AluOp::mult, 0x1p32f, AluOp::divide, -1.0f, Integers{0, 0, 0}),
        std::tuple(AluOp::mult, 0x1p32f, AluOp::mod, -1.0f, Integers{0, 0, 0}),
        std::tuple(AluOp::mult, 0x1p32f, AluOp::abs, 0.0f, Integers{0, 0, 0}),
        std::tuple(AluOp::add, 0x1p63f, AluOp::add, 0x1p63f, Integers{most - 2, least - 2 + (int64_t(1) << 32), 1}),
        std::tuple(AluOp::add, std::numeric_limits<float>::quiet_NaN(), AluOp::subtract, -0x1p64f,
                   Integers{most, least, 3})}) {
    scalar.op0 = op0;
    scalar.operand0 = operand0;
    scalar.op1 = op1;
    scalar.operand1 = operand1;
    EXPECT_EQ(pool.run(scalar, scalar.dst), expected) << name(op0).str() << " " << name(op1).str();
  }
}

TEST(Integers, partitions_are_joined_exactly) {
  Pool pool;
  TensorPartitionReduce reduce;
  reduce.data = tile(0, 4, 4);
  reduce.dst = tile(8192, 1, 4);
  // 2^24 + 1 is no float; the second column wraps; the last two have halves in their averages.
  pool.putBits(reduce.data, {16777217, most, 1, -1, 1, 1, 2, -2, 1, 0, 2, -2, -3, 0, 5, -5});
  reduce.op = PartitionOp::add;
  EXPECT_EQ(pool.run(reduce, reduce.dst), (Integers{16777216, least, 10, -10}));
  reduce.op = PartitionOp::max;
  EXPECT_EQ(pool.run(reduce, reduce.dst), (Integers{16777217, most, 5, -1}));
  reduce.op = PartitionOp::average; // to nearest even
  EXPECT_EQ(pool.run(reduce, reduce.dst), (Integers{4194304, 536870912, 2, -2}));
  reduce.op = PartitionOp::bitwise_or;
  EXPECT_EQ(pool.run(reduce, reduce.dst), (Integers{-3, most, 7, -1}));
}

TEST(Integers, ids_of_a_sequence_are_told_apart) {
  Pool pool;
  SequenceBounds bounds;
  bounds.segment_ids = tile(0, 1, 5);
  bounds.dst = tile(8192, 1, 10);
  pool.putBits(bounds.segment_ids, {16777216, 16777217, 16777217, 0, 16777218});
  EXPECT_EQ(pool.run(bounds, bounds.dst), (Integers{0, 1, 1, 5, 4, 1, 3, 3, -1, 5}));
}

TEST(Integers, a_selection_keeps_what_it_chose) {
  Pool pool;
  AffineSelect select;
  select.on_true = tile(0, 1, 4);
  select.dst = tile(8192, 1, 4);
  select.pattern.rank = 1;
  select.pattern.dims[0] = {1, 4};
  select.cmp = Comparison::ge;
  select.offset = -1;
  select.on_false = -1e30f; // saturates
  pool.putBits(select.on_true, {5, 16777217, most, -16777219});
  EXPECT_EQ(pool.run(select, select.dst), (Integers{least, 16777217, most, -16777219}));
}

TEST(Integers, a_gather_to_another_integer_keeps_bits) {
  Pool pool;
  AccessPattern index = tile(4096, 1, 2, DType::uint16), dst = tile(8192, 1, 2, DType::uint32);
  pool.putBits(tile(0, 1, 3), {16777217, 5, -1});
  pool.putBits(index, {2, 0});
  EXPECT_EQ(pool.run(TensorGather{dst, tile(0, 1, 3), index}, dst), (Integers{4294967295, 16777217}));
}
