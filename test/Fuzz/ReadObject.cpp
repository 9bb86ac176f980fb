// Any bytes as an object file: an error or a program, which can be used.
#include "Fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  auto program = tarn::fuzz::readObject(tarn::fuzz::textOf(data, size));
  if (program)
    tarn::fuzz::use(*program);
  else
    llvm::consumeError(program.takeError());
  return 0;
}
