// Conflicts between cores. Cores share HBM and nothing orders one after another (semaphores belong to a core), so two
// cores may both read a byte of HBM, but where one of them writes it no other may touch it.
#pragma once
#include "tarn/ISA/Program.h"
#include "tarn/Proof/AccessMap.h"
#include "tarn/Proof/Checker.h"

namespace tarn::proof {

class SharedMemory {
public:
  struct CoreFinding {
    Finding finding;
    unsigned firstCore, secondCore; // of finding.first and finding.second
  };
  SharedMemory(const isa::Program &program, const Chip &chip) : program(program), chip(chip) {}

  /// An instruction of a core starts, in any order of cores; `registers` as for Checker::start.
  void start(unsigned core, InstructionRef instruction, const int32_t *registers);
  /// Accesses that were jumped over; `families` of a core stand for all of their members.
  void add(unsigned core, llvm::ArrayRef<Family> families);
  std::vector<CoreFinding> takeFindings() { return std::move(findings); }

private:
  struct Access {
    unsigned core;
    InstructionRef instruction;
  };
  void add(const Access &access, llvm::ArrayRef<Footprint> footprints);

  const isa::Program &program;
  const Chip &chip;
  std::vector<Access> accesses;
  AccessMap map;
  std::vector<CoreFinding> findings;
};

} // namespace tarn::proof
