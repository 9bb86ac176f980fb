// Writes what a run did in the schema of the vendor's profiler, so that one tool compares model and machine.
#pragma once
#include "tarn/Chip/Chip.h"
#include "tarn/Sim/Events.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/Support/JSON.h"

namespace tarn::profile {

class Writer : public sim::Listener {
public:
  Writer(const isa::Program &program, const Chip &chip, llvm::raw_ostream &os);
  /// Of a run that failed; what was written is to be thrown away.
  ~Writer() override;
  void on(const sim::Started &event) override;
  void on(const sim::Completed &event) override;
  void on(const sim::ClockChanged &event) override;
  void finish(sim::Picoseconds time);

private:
  void writeDma(const sim::Step &step);

  const isa::Program &program;
  const Chip &chip;
  bool isFinished = false;
  llvm::json::OStream json;
  std::vector<llvm::json::Object> packets;
  std::vector<sim::ClockChanged> clocks;
  llvm::DenseMap<uint32_t, std::string> texts; // of steps in flight
  std::vector<std::string> queues;             // in the order of their first DMA
};

/// An instruction's waits, updates and operands as the profiler prints them.
std::string operandText(const isa::Instruction &instruction, isa::Engine engine);
/// "MATMUL"
std::string opcodeText(const isa::Instruction &instruction, isa::Engine engine);

} // namespace tarn::profile
