// A bar on stderr while a terminal watches and the work is long.
#pragma once
#include "llvm/ADT/StringRef.h"
#include <chrono>

namespace tarn::driver {

class Progress {
public:
  explicit Progress(unsigned total);
  ~Progress() { clear(); }
  /// `done` of all steps are behind us, `next` is being worked on.
  void show(unsigned done, llvm::StringRef next);
  /// Leaves an empty line for what is printed next.
  void clear();

private:
  unsigned total;
  bool isWatched, isShown = false;
  std::chrono::steady_clock::time_point begin = std::chrono::steady_clock::now();
};

} // namespace tarn::driver
