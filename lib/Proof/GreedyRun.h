// One execution of a core's program that drives Checker: registers and branches are executed, values are not,
// DMAs complete at once, and the engine whose turn it is goes on as soon as its wait is fulfilled.
//
// A number that is loaded from HBM and steers the program (a trip count) is what `loads` says. Nothing that
// the program does may write such an element: a run that meets a write to one ends with a finding.
#pragma once
#include "tarn/ISA/DataDependence.h"
#include "tarn/ISA/Registers.h"
#include "tarn/Proof/Prove.h"
#include "tarn/Proof/Repetition.h"

namespace tarn::proof {

// Which of the engines that can go on does. Any order gives the same verdict (Checker.h); but periods appear
// only when producers do not run ahead of their consumers.
enum class Turn : uint8_t {
  leastFar, // in its stream; close to the order in which the program was written
  byLoop    // the same, but within the same outermost loops the engine that has made fewer turns
};

/// What a tensor_load of an element of HBM gives.
struct KnownLoad {
  uint64_t address = 0;
  DType dtype = DType::int32;
  int32_t value = 0;
  std::string name; // "'n'[0]"
};

class GreedyRun {
public:
  struct Listener {
    llvm::function_ref<void(InstructionRef, const int32_t *registers)> onStart;
    llvm::function_ref<void(llvm::ArrayRef<Family>)> onJump;
  };
  enum class Way : uint8_t {
    executed, // every turn of every loop
    jumping,  // over periods of loops
    recorded  // the same, and all that was decided is written down (Generalization.h)
  };
  GreedyRun(const isa::Core &core, const Chip &chip, Turn turn, Way way, uint64_t maxSteps,
            llvm::ArrayRef<KnownLoad> loads = {});

  Proof run(Listener listener);
  /// The run says nothing about the program; another way may.
  bool isInconclusive() const { return inconclusive; }

private:
  friend class Generalization;
  friend class WaitReader;

  void findLoops();
  void noteOperand(const Sequencer &sequencer, isa::RegisterOrImmediate operand);
  int32_t read(const Sequencer &sequencer, isa::RegisterOrImmediate operand) {
    noteOperand(sequencer, operand);
    return isa::valueOf(operand, sequencer.registers);
  }
  bool isFulfilled(const Sequencer &sequencer, const isa::Wait &wait);
  bool goesBefore(unsigned e, unsigned other);
  Repetition::Outcome step(unsigned engine, Listener listener);
  void execute(unsigned engine, const isa::Instruction &instruction);
  void executeAlu(const isa::RegisterAlu &alu, Sequencer &sequencer);
  void lookForWrite(InstructionRef ref, llvm::ArrayRef<Footprint> footprints);
  Finding describeDeadlock();
  Finding describeEndless(unsigned engine, uint32_t index) const;

  const isa::Core &core;
  const Chip &chip;
  Turn turn;
  Way way;
  uint64_t maxSteps;
  llvm::ArrayRef<KnownLoad> loads;
  isa::SteeringRegisters steering;
  Checker checker;
  Repetition repetition;
  Sequencers sequencers;
  // Outermost loops of each engine: [first, last] instruction, ascending.
  std::array<std::vector<std::pair<uint32_t, uint32_t>>, isa::numEngines> loops;
  std::optional<Finding> obstacle;
  bool inconclusive = false;
};

/// The element's bytes as a footprint that is written, to look for overlaps.
Footprint bytesOf(const KnownLoad &load);

} // namespace tarn::proof
