// What a trace is written as: TraceWriter decides which slices lie on which tracks, a format writes them while
// the run goes on.
#pragma once
#include "tarn/Sim/Events.h"
#include "llvm/Support/raw_ostream.h"

namespace tarn::sim {

struct TraceSlice {
  const Step &step;
  Picoseconds begin, end;
  unsigned track;
  bool isFlight; // of a DMA behind its trigger, on a track of DMAs
};

class TraceFormat {
public:
  virtual ~TraceFormat() = default;
  virtual void process(unsigned core, llvm::StringRef name) = 0;
  virtual void track(unsigned core, unsigned track, llvm::StringRef name) = 0;
  /// The slices of a track come in order and do not overlap.
  virtual void slice(const TraceSlice &slice) = 0;
  /// From a slice that has begun at `from` to the one that begins at `to`: a semaphore.
  struct End {
    unsigned core, track;
    Picoseconds time;
  };
  virtual void arrow(const End &from, const End &to) = 0;
  virtual void finish() = 0;
};

std::unique_ptr<TraceFormat> makeChromeTrace(const isa::Program &program, llvm::raw_ostream &os);
std::unique_ptr<TraceFormat> makePerfettoTrace(const isa::Program &program, llvm::raw_ostream &os);

} // namespace tarn::sim
