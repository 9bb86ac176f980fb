#include "tarn/Support/HostTensor.h"
#include "gtest/gtest.h"

using namespace tarn;

TEST(HostTensor, copies_share_bytes_until_one_is_written) {
  HostTensor a = HostTensor::of<float>(DType::fp32, {2}, {1, 2});
  HostTensor b = a;
  EXPECT_EQ(a.bytes().data(), b.bytes().data());
  b.setDouble(0, 5);
  EXPECT_EQ(a.getDouble(0), 1);
  EXPECT_EQ(b.getDouble(0), 5);
}

TEST(HostTensor, cast_truncates_and_saturates_floats) {
  HostTensor x = HostTensor::of<double>(DType::fp32, {5}, {1.9, -1.9, 300, -300, NAN});
  HostTensor y = x.cast(DType::int8);
  EXPECT_EQ(y.data<int8_t>(), (llvm::ArrayRef<int8_t>{1, -1, 127, -128, 0}));
  EXPECT_EQ(x.cast(DType::boolean).data<uint8_t>(), (llvm::ArrayRef<uint8_t>{1, 1, 1, 1, 1}));
}

TEST(HostTensor, cast_of_integers_keeps_the_low_bits) {
  HostTensor x(DType::int64, {3});
  x.setInt(0, 257);
  x.setInt(1, -1);
  x.setInt(2, int64_t(1) << 40);
  EXPECT_EQ(x.cast(DType::uint8).data<uint8_t>(), (llvm::ArrayRef<uint8_t>{1, 255, 0}));
  EXPECT_EQ(x.cast(DType::boolean).data<uint8_t>(), (llvm::ArrayRef<uint8_t>{1, 1, 1}));
}

TEST(HostTensor, every_pair_of_types_keeps_small_numbers) {
  for (unsigned from = 0; from < numDTypes; ++from)
    for (unsigned to = 0; to < numDTypes; ++to) {
      // A power of two has no 0; a word of four elements is no number to floats.
      if (from == unsigned(DType::fp8_e8m0fnu) || to == unsigned(DType::fp8_e8m0fnu))
        continue;
      HostTensor x = HostTensor::of<int>(static_cast<DType>(from), {2}, {0, 1});
      HostTensor y = x.cast(static_cast<DType>(to));
      EXPECT_EQ(y.type(), static_cast<DType>(to));
      EXPECT_EQ(y.getDouble(0), 0);
      EXPECT_EQ(y.getDouble(1), 1);
    }
}
