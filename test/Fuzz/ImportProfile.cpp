// Any text as a profile: an error, or records; and of those an error or a program, which can be used.
#include "Fuzz.h"
#include "tarn/Profile/Profile.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  auto dump = tarn::profile::parseProfile(tarn::fuzz::textOf(data, size), "fuzz.json");
  if (!dump) {
    llvm::consumeError(dump.takeError());
    return 0;
  }
  auto program = tarn::profile::importProfile(*dump, "fuzz.json");
  if (program)
    tarn::fuzz::use(*program);
  else
    llvm::consumeError(program.takeError());
  return 0;
}
