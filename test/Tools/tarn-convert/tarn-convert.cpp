// Usage: tarn-convert widen|narrow TYPE < IN > OUT: a stream of TYPE's bits to fp32, or fp32 to TYPE's bits.
#include "tarn/Support/HostTensor.h"
#include "tarn/Support/LowPrecision.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"
#include <cstring>

using namespace tarn;

int main(int argc, char **argv) {
  bool isFp4 = argc == 3 && llvm::StringRef(argv[2]) == "fp4_e2m1fn";
  auto type = argc == 3 ? parseDType(argv[2]) : std::nullopt;
  auto input = llvm::MemoryBuffer::getSTDIN();
  if (!input || !(type || isFp4) || !(argv[1] == llvm::StringRef("widen") || argv[1] == llvm::StringRef("narrow"))) {
    llvm::errs() << "usage: tarn-convert widen|narrow TYPE < IN > OUT\n";
    return 2;
  }
  bool widens = argv[1] == llvm::StringRef("widen");
  llvm::StringRef bytes = (*input)->getBuffer();
  if (isFp4) {
    for (size_t i = 0, e = bytes.size() / (widens ? 1 : 4); i < e; ++i) {
      float value;
      if (widens) {
        value = fp4ToFloat(bytes[i]);
        llvm::outs().write(reinterpret_cast<char *>(&value), 4);
      } else {
        std::memcpy(&value, bytes.data() + 4 * i, 4);
        llvm::outs() << static_cast<char>(floatToFp4(value));
      }
    }
    return 0;
  }
  DType from = widens ? *type : DType::fp32;
  HostTensor tensor(from, {int64_t(bytes.size() / sizeInBytes(from))});
  std::memcpy(tensor.mutableBytes().data(), bytes.data(), tensor.sizeInBytes());
  HostTensor result = tensor.cast(widens ? DType::fp32 : *type);
  llvm::outs().write(result.bytes().data(), result.bytes().size());
  return 0;
}
