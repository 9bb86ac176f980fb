// The machine in motion: cores, engines, semaphores, DMA engines, and the order in which things happen.
#pragma once
#include "Dma.h"
#include "Engine.h"
#include "Semaphore.h"
#include "SharedPorts.h"
#include "TensorEngine.h"
#include "Trips.h"
#include "Views/CriticalPath.h"
#include "tarn/Sim/Execute.h"
#include "tarn/Sim/Machine.h"
#include "llvm/ADT/DenseMap.h"
#include <queue>

namespace tarn::sim {

class EventLoop {
public:
  EventLoop(const isa::Program &program, const Chip &chip, const RunOptions &options, std::shared_ptr<Hbm> hbm);

  void addListener(Listener &listener) { listeners.push_back(&listener); }
  /// Runs until nothing can happen any more. Errors: an instruction that cannot be executed.
  llvm::Error run();

  Picoseconds time() const { return lastCompletion; }
  uint64_t numSteps() const { return steps; }
  bool isStuck() const { return stuck; }
  /// An instruction that cannot be executed, or that is executed for ever: the run ends there.
  struct Halt {
    llvm::StringLiteral check;
    Place place;
    std::string text;
  };
  const std::optional<Halt> &halt() const { return halted; }
  Trips trips; // of branches whose data is not there
  const CoreState &core(unsigned index) const { return *cores[index].state; }

private:
  struct Core {
    std::unique_ptr<CoreState> state;
    std::vector<Semaphore> semaphores;
    DmaEngines dma;
    TensorEngine tensorEngine;
    SharedPorts ports;
    Picoseconds dmaWork = -1; // when the DMA engines are asked next
  };
  // At equal times in this order: a sequencer may ask what DMAs and completions of that time have done.
  enum class Kind : uint8_t { dma, completion, sequencer };
  struct Event {
    Event() = default;
    Event(Picoseconds time, Kind kind, uint64_t order, uint32_t subject)
        : time(time), rank(uint64_t(kind) << 62 | order), subject(subject) {}
    Kind kind() const { return static_cast<Kind>(rank >> 62); }
    bool operator>(const Event &other) const { return time != other.time ? time > other.time : rank > other.rank; }

    Picoseconds time = 0;
    uint64_t rank = 0;    // among events of the same time: by kind, then in the order in which they were scheduled
    uint32_t subject = 0; // core; step in flight; engine
  };
  struct InFlight {
    Step step;
    std::optional<isa::Update> update; // its value resolved
    bool isBegin = false;              // its inputs are being read; it completes by an entry of its own
  };

  void schedule(Picoseconds time, Kind kind, uint32_t subject) { events.push(Event(time, kind, nextOrder++, subject)); }
  /// Whether what the instruction itself takes is left out.
  bool isFree(const Step &step) const { return options.free && causeOf(step) == *options.free; }
  llvm::Error advance(Engine &engine);
  bool passWait(Engine &engine, const isa::Instruction &instruction, Step &step);
  Picoseconds wakeTime(const Engine &engine, const isa::Instruction &instruction, uint32_t producer) const;
  void tellClockChanges(unsigned core, Picoseconds until);
  double toEngineNs(isa::Engine engine) const;
  void runDmas(unsigned core);
  void scheduleDmas(unsigned core);
  bool startDma(Engine &engine, const isa::Instruction &instruction, Step &step);
  void runControl(Engine &engine, const isa::Instruction &instruction, Step &step);
  void leaveOutFree(Step &step) const;
  void runQueued(Engine &engine, const isa::Instruction &instruction, Step &step);
  void runDataPath(Engine &engine, const isa::Instruction &instruction, Step &step);
  void keepPsumDistance(Engine &engine, const isa::Instruction &instruction, Step &step);
  uint32_t addInFlight(const Step &step, const std::optional<isa::Update> &update, bool isBegin = false);
  void complete(uint32_t slot);

  const isa::Program &program;
  const Chip &chip;
  const RunOptions &options;
  uint64_t hbmSize;
  std::vector<Core> cores;
  std::vector<Engine> engines; // core-major
  std::vector<Listener *> listeners;
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events;
  std::optional<Event> nextTurn; // of the engine that was at it last, beside `events`
  uint64_t nextOrder = 0;
  std::vector<InFlight> inFlight;
  std::vector<uint32_t> freeSlots;
  llvm::DenseMap<uint32_t, uint32_t> dmaSlots; // in inFlight, by step id
  Picoseconds now = 0;
  std::vector<bool> isDmaStep; // by step id
  uint64_t steps = 0;
  Picoseconds lastCompletion = 0;
  bool stuck = false;
  std::optional<Halt> halted;
};

} // namespace tarn::sim
