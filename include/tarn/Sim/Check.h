// Checks: listeners that can fail a run.
#pragma once
#include "tarn/Chip/Chip.h"
#include "tarn/Sim/Events.h"

namespace tarn::sim {

struct Finding {
  std::string check; // "races", …
  std::string message;
  std::vector<std::string> instructions; // "pe[12] matmul"
  std::vector<std::string> nodes;        // ONNX nodes
};

class Check : public Listener {
public:
  virtual llvm::StringRef name() const = 0;
  /// Every engine has come to the end of its stream.
  virtual void finish() {}
  virtual std::vector<Finding> takeFindings() = 0;
};

/// "pe[12]", or "nc1.pe[12]" in a program of several cores.
std::string placeOf(const isa::Program &program, unsigned core, isa::Engine engine, uint32_t index);
/// "pe[12] matmul", with " (line 34)" behind it where there was a text.
std::string describe(const isa::Program &program, unsigned core, isa::Engine engine, uint32_t index);
/// The ONNX node of an instruction; empty when it has none.
std::string nodeOf(const isa::Program &program, const isa::Instruction &instruction);
/// A finding about instructions.
struct Place {
  unsigned core;
  isa::Engine engine;
  uint32_t index;
};
Finding makeFinding(llvm::StringRef check, std::string message, const isa::Program &program,
                    llvm::ArrayRef<Place> places);

/// The names of all checks, in the order of their reports.
llvm::ArrayRef<llvm::StringLiteral> checkNames();
std::unique_ptr<Check> makeCheck(llvm::StringRef name, const isa::Program &program, const Chip &chip);

std::unique_ptr<Check> makeUninitializedCheck(const isa::Program &program, const Chip &chip);
std::unique_ptr<Check> makeBoundsCheck(const isa::Program &program, const Chip &chip);
std::unique_ptr<Check> makeDeadlockCheck(const isa::Program &program, const Chip &chip);
std::unique_ptr<Check> makeRacesCheck(const isa::Program &program, const Chip &chip);

/// Why an instruction's operands do not lie within the memories; empty when they do. The machine stops there
/// whether or not the check is on.
std::string outOfBounds(const isa::Instruction &resolved, const Chip &chip, uint64_t hbmSize);

} // namespace tarn::sim
