#include "Progress.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"

namespace tarn::driver {

static constexpr unsigned width = 30;                     // of the bar
static constexpr std::chrono::milliseconds patience{700}; // shorter work shows no bar

Progress::Progress(unsigned total)
    : total(total),
      isWatched(llvm::sys::Process::StandardErrIsDisplayed() && llvm::sys::Process::StandardErrHasColors()) {}

void Progress::show(unsigned done, llvm::StringRef next) {
  if (!isWatched || std::chrono::steady_clock::now() - begin < patience)
    return;
  unsigned filled = width * std::min(done, total) / total;
  // The cursor goes back to the beginning, so that a message overwrites the bar.
  llvm::errs() << llvm::formatv("\r\033[K[{0}{1}] {2}\r", std::string(filled, '#'), std::string(width - filled, '.'),
                                next);
  llvm::errs().flush();
  isShown = true;
}

void Progress::clear() {
  if (isShown)
    llvm::errs() << "\r\033[K";
  isShown = false;
}

} // namespace tarn::driver
