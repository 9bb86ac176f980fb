// Files that claim things: external data, offsets, sizes.
#include "tarn/OnnxFile/OnnxFile.h"
#include "tarn/Support/AtomicFile.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <gtest/gtest.h>

using namespace tarn;
using namespace tarn::onnxfile;

namespace {

// The wire format, as far as these tests need it.
std::string varint(uint64_t value) {
  std::string out;
  for (; value >= 0x80; value >>= 7)
    out += static_cast<char>(value | 0x80);
  return out + static_cast<char>(value);
}
std::string number(unsigned field, uint64_t value) { return varint(field << 3) + varint(value); }
std::string bytes(unsigned field, llvm::StringRef text) {
  return varint(field << 3 | 2) + varint(text.size()) + text.str();
}
std::string entry(llvm::StringRef key, llvm::StringRef value) { return bytes(13, bytes(1, key) + bytes(2, value)); }

std::string tensor(uint64_t elements, const std::string &rest) {
  return bytes(5, number(1, elements) + number(2, 1) + bytes(8, "w") + rest);
}
std::string modelWith(const std::string &graph) {
  return number(1, 8) + bytes(7, bytes(2, "graph") + graph) + bytes(8, number(2, 17));
}

class OnnxFileTest : public testing::Test {
protected:
  llvm::SmallString<128> folder;
  void SetUp() override { ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("tarn-onnxfile", folder)); }
  void TearDown() override { llvm::sys::fs::remove_directories(folder); }

  std::string write(llvm::StringRef name, llvm::StringRef contents) {
    llvm::SmallString<128> path(folder);
    llvm::sys::path::append(path, name);
    EXPECT_FALSE(llvm::errorToBool(writeFileAtomically(path, contents)));
    return path.str().str();
  }
  std::string errorOf(const std::string &model) {
    llvm::Expected<Model> read = readModel(write("model.onnx", model));
    return read ? "no error" : llvm::toString(read.takeError());
  }
  std::string errorOfExternal(llvm::StringRef location, llvm::StringRef offset = "0") {
    return errorOf(modelWith(tensor(4, entry("location", location) + entry("offset", offset) + number(14, 1))));
  }
};

TEST_F(OnnxFileTest, ExternalDataLiesBesideTheModel) {
  write("weights.bin", std::string("\0\0\0\0\0\0\x80\x3f\0\0\0\x40\0\0\x40\x40\0\0\x80\x40", 20));
  std::string path = write(
      "model.onnx", modelWith(tensor(4, entry("location", "weights.bin") + entry("offset", "4") + number(14, 1))));
  llvm::Expected<Model> model = readModel(path);
  ASSERT_TRUE(bool(model)) << llvm::toString(model.takeError());
  ASSERT_EQ(model->graph.initializers.size(), 1u);
  float values[4];
  ASSERT_EQ(model->graph.initializers[0].bytes.size(), 16u);
  std::memcpy(values, model->graph.initializers[0].bytes.data(), 16);
  EXPECT_EQ(values[0], 1.0f);
  EXPECT_EQ(values[3], 4.0f);
}

TEST_F(OnnxFileTest, ExternalDataMayNotLeaveTheFolder) {
  EXPECT_NE(errorOfExternal("../secret.bin").find("leaves the model's folder"), std::string::npos);
  EXPECT_NE(errorOfExternal("/etc/passwd").find("is not a relative path"), std::string::npos);
  llvm::SmallString<128> link(folder);
  llvm::sys::path::append(link, "link.bin");
  ASSERT_FALSE(llvm::sys::fs::create_link("/etc/passwd", link));
  EXPECT_NE(errorOfExternal("link.bin").find("leads out of the model's folder"), std::string::npos);
}

TEST_F(OnnxFileTest, ExternalDataMustBeThereAndLongEnough) {
  EXPECT_NE(errorOfExternal("missing.bin").find("cannot be opened"), std::string::npos);
  write("short.bin", "12345678");
  EXPECT_NE(errorOfExternal("short.bin").find("needs bytes 0 to 16, 'short.bin' has 8"), std::string::npos);
  EXPECT_NE(errorOfExternal("short.bin", "18446744073709551600").find("'short.bin' has 8"), std::string::npos);
}

TEST_F(OnnxFileTest, ATensorHasAsManyBytesAsItsShapeNeeds) {
  EXPECT_NE(errorOf(modelWith(tensor(4, bytes(9, "1234567")))).find("need 16 bytes, 7 are given"), std::string::npos);
  EXPECT_NE(errorOf(modelWith(tensor(1024, bytes(9, std::string(4000, 'x'))))).find("need 4096 bytes, 4000"),
            std::string::npos);
}

TEST_F(OnnxFileTest, LargeTensorsStayInTheMappedFile) {
  std::string data(1 << 16, 'x');
  std::string path = write("model.onnx", modelWith(tensor(1 << 14, bytes(9, data))));
  llvm::Expected<Model> model = readModel(path);
  ASSERT_TRUE(bool(model)) << llvm::toString(model.takeError());
  EXPECT_EQ(llvm::StringRef(model->graph.initializers[0].bytes.data(), data.size()), data);
}

TEST_F(OnnxFileTest, ErrorsNameTheFileAndSayWhatIsWrong) {
  std::string whole = modelWith(tensor(1024, bytes(9, std::string(4096, 'x'))));
  std::string error = errorOf(whole.substr(0, 2000));
  EXPECT_NE(error.find("model.onnx: is no ONNX model: truncated"), std::string::npos) << error;
  EXPECT_NE(errorOf("").find("model.onnx: is no ONNX model: it has no graph"), std::string::npos);
  llvm::Expected<Model> missing = readModel((folder + "/none.onnx").str());
  ASSERT_FALSE(bool(missing));
  EXPECT_NE(llvm::toString(missing.takeError()).find("none.onnx: No such file"), std::string::npos);
}

} // namespace
