// .npy and .pb files: what was written is read back, and no damaged file is taken for a good one or crashes
// the reader.
#include "tarn/Support/AtomicFile.h"
#include "tarn/Support/HostTensor.h"
#include "llvm/Support/FileSystem.h"
#include "gtest/gtest.h"
#include <random>

using namespace tarn;

namespace {

class TensorFiles : public testing::Test {
protected:
  void SetUp() override { ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("tarn-tensor-files", folder)); }
  void TearDown() override { llvm::sys::fs::remove_directories(folder); }

  std::string write(llvm::StringRef name, llvm::StringRef bytes) {
    std::string path = (folder + "/" + name).str();
    llvm::cantFail(writeFileAtomically(path, bytes));
    return path;
  }
  std::string npy(llvm::StringRef header, llvm::StringRef data) {
    std::string bytes("\x93NUMPY\x01\x00", 8);
    bytes += char(header.size() & 0xff);
    bytes += char(header.size() >> 8);
    return write("x.npy", bytes + header.str() + data.str());
  }
  void expectError(const std::string &path, llvm::StringRef part) {
    auto tensor = readTensorFile(path);
    ASSERT_FALSE(bool(tensor)) << "read " << part.str();
    std::string message = llvm::toString(tensor.takeError());
    EXPECT_TRUE(llvm::StringRef(message).contains(part)) << message;
    EXPECT_TRUE(llvm::StringRef(message).contains(path)) << message;
  }

  llvm::SmallString<128> folder;
};

} // namespace

TEST_F(TensorFiles, npy_round_trip_keeps_type_shape_and_bytes) {
  std::string path = (folder + "/t.npy").str();
  for (unsigned i = 0; i < numHostDTypes; ++i)
    for (Shape shape : {Shape{}, Shape{0}, Shape{3}, Shape{2, 3, 1}}) {
      HostTensor x(static_cast<DType>(i), shape);
      for (int64_t k = 0; k < x.size(); ++k)
        x.setDouble(k, k % 2);
      ASSERT_FALSE(bool(writeNpy(path, x)));
      auto y = readTensorFile(path);
      ASSERT_TRUE(bool(y)) << llvm::toString(y.takeError());
      EXPECT_EQ(y->type(), x.type());
      EXPECT_EQ(y->shape(), x.shape());
      EXPECT_EQ(y->bytes(), x.bytes());
    }
}

TEST_F(TensorFiles, fortran_order_is_turned_into_row_major) {
  auto x = readTensorFile(
      npy("{'descr': '|u1', 'fortran_order': True, 'shape': (2, 3), }\n", llvm::StringRef("\0\3\1\4\2\5", 6)));
  ASSERT_TRUE(bool(x)) << llvm::toString(x.takeError());
  EXPECT_EQ(x->data<uint8_t>(), (llvm::ArrayRef<uint8_t>{0, 1, 2, 3, 4, 5}));
}

TEST_F(TensorFiles, damaged_npy_files_are_errors) {
  expectError(write("x.npy", "hello"), "NUMPY");
  expectError(write("x.npy", llvm::StringRef("\x93NUMPY\x01\x00", 8)), "cut off");
  expectError(write("x.npy", llvm::StringRef("\x93NUMPY\x09\x00\x01\x00{", 11)), "version 9");
  expectError(write("x.npy", llvm::StringRef("\x93NUMPY\x02\x00\xff\xff\xff\xff{", 13)), "cut off");
  expectError(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }", "1234"), "needs 8 bytes");
  expectError(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (-1,), }", ""), "negative");
  expectError(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (4294967296, 4294967296), }", ""), "too large");
  expectError(npy("{'descr': '<f4', 'fortran_order': False, 'shape': (99999999999999999999999,), }", ""), "tuple");
  expectError(npy("{'descr': '>f4', 'fortran_order': False, 'shape': (1,), }", "1234"), "big endian");
  expectError(npy("{'descr': '|O', 'fortran_order': False, 'shape': (1,), }", "1234"), "'|O'");
  expectError(npy("{'descr': '', 'fortran_order': False, 'shape': (1,), }", "1234"), "''");
  expectError(npy("{'descr': '<f4', 'shape': (1,), }", "1234"), "fortran_order");
  expectError(npy("{'descr': '<f4", ""), "npy header");
  expectError((folder + "/absent.npy").str(), "No such file");
  expectError(write("x.txt", ""), ".npy");
}

TEST_F(TensorFiles, tensor_proto_fields_are_read) {
  // dims: 2; data_type: FLOAT; raw_data: 1.0, 2.0
  auto raw = readTensorFile(write("raw.pb", llvm::StringRef("\x08\x02\x10\x01\x4a\x08\0\0\x80\x3f\0\0\0\x40", 14)));
  ASSERT_TRUE(bool(raw)) << llvm::toString(raw.takeError());
  EXPECT_EQ(raw->data<float>(), (llvm::ArrayRef<float>{1, 2}));
  // dims: 2; data_type: FLOAT16; int32_data: 0x3c00, 0x4000, packed
  auto half = readTensorFile(
      write("half.pb", llvm::StringRef("\x08\x02\x10\x0a\x2a\x06\x80\x78\x80\x80\x01\x00", 12).drop_back(1)));
  EXPECT_FALSE(bool(half)); // the last number is cut off
  llvm::consumeError(half.takeError());
  half = readTensorFile(write("half.pb", llvm::StringRef("\x08\x02\x10\x0a\x2a\x05\x80\x78\x80\x80\x01", 11)));
  ASSERT_TRUE(bool(half)) << llvm::toString(half.takeError());
  EXPECT_EQ(half->getDouble(0), 1);
  EXPECT_EQ(half->getDouble(1), 2);
}

TEST_F(TensorFiles, damaged_tensor_protos_are_errors) {
  expectError(write("x.pb", "garbage that is no message"), "TensorProto");
  expectError(write("x.pb", llvm::StringRef("\x08\x03\x10\x01\x4a\x08\0\0\x80\x3f\0\0\0\x40", 14)), "needs 12 bytes");
  expectError(write("x.pb", llvm::StringRef("\x08\x01\x10\x08\x32\x01x", 7)), "element type 8");
  expectError(write("x.pb", ""), "element type 0");
}

TEST_F(TensorFiles, mutated_files_never_crash_the_reader) {
  std::string path = (folder + "/t.npy").str();
  llvm::cantFail(writeNpy(path, HostTensor(DType::fp32, {2, 3})));
  std::string good = llvm::cantFail(llvm::errorOrToExpected(llvm::MemoryBuffer::getFile(path)))->getBuffer().str();
  std::string proto("\x08\x02\x10\x01\x4a\x08\0\0\x80\x3f\0\0\0\x40", 14);
  std::mt19937 random(1);
  unsigned errors = 0;
  for (unsigned i = 0; i < 600; ++i) {
    bool isNpy = i % 2;
    std::string bytes = isNpy ? good : proto;
    for (unsigned k = 0; k <= random() % 3; ++k)
      bytes[random() % bytes.size()] = static_cast<char>(random());
    if (random() % 4 == 0)
      bytes.resize(random() % bytes.size());
    auto tensor = readTensorFile(write(isNpy ? "m.npy" : "m.pb", bytes));
    if (!tensor) {
      llvm::consumeError(tensor.takeError());
      ++errors;
    }
  }
  EXPECT_GT(errors, 100u);
}
