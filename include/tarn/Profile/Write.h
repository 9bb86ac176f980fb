// Writes what a run did in the schema of the vendor's profiler, so that one tool compares model and machine.
// What the schema has no place for stands in extra keys (lib/Profile/ExtraKeys.h), so that importProfile
// gives the program that ran.
#pragma once
#include "tarn/Chip/Chip.h"
#include "tarn/Sim/Events.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/Support/JSON.h"
#include <map>
#include <memory>

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
  const isa::Origin *originOf(const isa::Instruction &instruction) const;

  const isa::Program &program;
  const Chip &chip;
  bool isFinished = false;
  llvm::json::OStream json;
  std::vector<llvm::json::Object> packets;
  std::vector<sim::ClockChanged> clocks;
  struct Text {
    int64_t turn = 0;
    std::string operands, instruction; // the latter where operands do not read back
  };
  llvm::DenseMap<uint32_t, Text> texts; // of steps in flight
  struct CoreState;
  std::vector<std::unique_ptr<CoreState>> cores;
  std::vector<std::string> queues; // in the order of their first DMA
  // Until when core, queue and DMA engine were busy.
  std::map<std::tuple<unsigned, size_t, unsigned>, sim::Picoseconds> lastPacket;
};

/// An instruction's waits, updates and operands as the profiler prints them.
std::string operandText(const isa::Instruction &instruction, isa::Engine engine);
/// "MATMUL"
std::string opcodeText(const isa::Instruction &instruction, isa::Engine engine);

} // namespace tarn::profile
