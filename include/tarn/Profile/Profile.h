// Profiles of the vendor's profiler (neuron-profile, JSON dumps): what a machine was seen to do, instruction
// by instruction with its operands, and when.
#pragma once
#include "tarn/ISA/Program.h"

namespace tarn::profile {

/// One record of `instruction[]`.
struct Record {
  unsigned core = 0;
  isa::Engine engine = isa::Engine::pe;
  int64_t pc = 0;
  std::string opcode;   // "MATMUL"
  std::string operands; // waits, updates, key=value
  std::string name;     // of the compiler's instruction; empty in the runtime's preamble and postamble
  int64_t line = 0;     // index in `instruction[]`, for messages
  int64_t timestamp = 0;

  // What only profiles of runs of ours say.
  std::string instruction; // all of it as assembly, where the operands do not carry it
  int64_t turn = -1;       // number in what the engine executed
  int64_t origin = -1;     // number in the program's table of origins
};

struct Dump {
  std::vector<Record> records; // by core and engine, in program order
  unsigned numCores = 1;
  std::optional<isa::Program> program; // of a run of ours: name, chip, tensors, origins; no instructions
};

/// The instructions of the active cores in program order of each engine. A core is active when it has
/// instructions of the user; of a logical pair that is one or both. Errors: not gzip or JSON, too deep or too
/// large, records that are not as the schema says. Reads gzip by its first bytes, whatever the name of the
/// file.
llvm::Expected<Dump> readProfile(llvm::StringRef path);
/// The same of the text of a profile; `fileName` is for messages.
llvm::Expected<Dump> parseProfile(llvm::StringRef text, llvm::StringRef fileName);

/// The program that a profile shows: streams, operands, waits, updates, DMAs; turns of loops one after the
/// other. No time is taken over. Waits that nothing in the profile fulfils hold from the start, unless it is
/// of a run of ours: that lacks nothing.
llvm::Expected<isa::Program> importProfile(const Dump &dump, llvm::StringRef fileName);

} // namespace tarn::profile
