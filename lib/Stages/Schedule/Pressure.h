// How much of SBUF and PSUM the tiles of a stream take while instructions change places. A tile whose first use comes
// earlier than in the stream is extra; extras and what the stream itself keeps at once must fit together, so that the
// stream can go on in its own order whenever nothing else does.
#pragma once
#include "tarn/Chip/Chip.h"
#include "tarn/Dialect/NISA/NISA.h"
#include <array>
#include <vector>

namespace tarn::schedule {

class Pressure {
public:
  /// `window`: how far ahead of the oldest instruction that waits another may be taken.
  Pressure(llvm::ArrayRef<nisa::InstructionInterface> instructions, unsigned window, const Chip &chip);
  /// Whether the tiles that begin with the instruction fit, `oldest` being the first that was not taken.
  bool mayTake(unsigned instruction, unsigned oldest) const;
  void take(unsigned instruction);
  /// All before `oldest` have been taken.
  void advance(unsigned oldest);

private:
  enum { sbuf, psum, numMemories };
  using Amounts = std::array<int64_t, numMemories>; // bytes a partition, banks

  std::vector<Amounts> begins; // of tiles with their first use there
  std::vector<Amounts> peaks;  // kept at once in the window from there on, in the order of the stream
  std::vector<bool> isTaken;
  Amounts extra = {}, limits = {};
  unsigned oldest = 0;
};
} // namespace tarn::schedule
