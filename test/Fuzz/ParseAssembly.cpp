// Any text as assembly: an error or a program, which can be used.
#include "Fuzz.h"
#include "tarn/ISA/Assembly.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  // A folder that does not exist: incbin reads nothing of this machine.
  auto program = tarn::isa::parseAssembly(tarn::fuzz::textOf(data, size), "fuzz.s", "/nonexistent", /*unchecked=*/true);
  if (program)
    tarn::fuzz::use(*program);
  else
    llvm::consumeError(program.takeError());
  return 0;
}
