// One engine: an in-order stream, a sequencer that runs a few instructions ahead of the data path, and the
// times at which each of them is free.
#pragma once
#include "tarn/Sim/Events.h"
#include <deque>

namespace tarn::sim {

struct Engine {
  uint8_t core = 0;
  isa::Engine kind = isa::Engine::pe;
  const std::vector<isa::Instruction> *stream = nullptr;
  uint32_t pc = 0;
  size_t queueDepth = 1;

  // The sequencer. `lastStep` is the instruction before; the next one is dispatched behind it.
  uint32_t lastStep = noStep;
  Picoseconds sequencerFree = 0;
  bool isBlocked = false;
  std::optional<Step> held; // a trigger that waits for room in its ring; completion: not before

  // The data path: when it is free, whom it is busy with, and what waits in front of it.
  Picoseconds dataPathFree = 0;
  uint32_t dataPathStep = noStep;
  struct Queued {
    Picoseconds start;
    uint32_t step;
  };
  std::deque<Queued> queue;

  // Instructions that are not DMAs complete in order.
  Picoseconds lastCompletion = 0;
  uint32_t lastCompletionStep = noStep;
  // Loads of weights that complete beside matmuls: what tells others that the engine has come so far waits for them.
  Picoseconds lastBesideCompletion = 0;
  uint32_t lastBesideStep = noStep;
  // From and to which partitions the last transpose of blocks went.
  std::optional<std::pair<uint8_t, uint8_t>> lastTranspose;
  Picoseconds lastPsumCompletion = -1; // of the Scalar engine's instructions that read PSUM

  // How it went back since it last waited, loaded a register or was told how often to: what it saw at one of these
  // branches. To come there again with the same registers means to come there for ever.
  struct Return {
    uint32_t pc;
    std::array<int32_t, isa::numRegisters> registers;
  };
  std::optional<Return> seenReturn;
  uint64_t returns = 0, nextSeen = 1;

  /// Of a branch back that is taken: whether it will be for ever.
  bool returnsForEver(const std::array<int32_t, isa::numRegisters> &registers) {
    if (seenReturn && seenReturn->pc == pc && seenReturn->registers == registers)
      return true;
    if (++returns >= nextSeen) {
      seenReturn = {pc, registers};
      nextSeen = 2 * returns;
    }
    return false;
  }
  void forgetReturns() {
    seenReturn.reset();
    returns = 0;
    nextSeen = 1;
  }

  bool isDone() const { return pc >= stream->size(); }
};

} // namespace tarn::sim
