// Profiles of the vendor's profiler (neuron-profile, JSON dumps): what a machine was seen to do, instruction by
// instruction with its operands, and when.
#pragma once
#include "tarn/ISA/Program.h"

namespace tarn::profile {

/// One record of `instruction[]`.
struct Record {
  isa::Engine engine = isa::Engine::pe;
  int64_t pc = 0;
  std::string opcode;   // "MATMUL"
  std::string operands; // waits, updates, key=value
  std::string name;     // of the compiler's instruction; empty in the runtime's preamble and postamble
  int64_t line = 0;     // index in `instruction[]`, for messages
};

/// The instructions of the active core in program order of each engine. Errors: not gzip or JSON, too deep or too
/// large, records that are not as the schema says. Reads gzip by its first bytes, whatever the name of the file.
llvm::Expected<std::vector<Record>> readProfile(llvm::StringRef path);
/// The same of the text of a profile; `fileName` is for messages.
llvm::Expected<std::vector<Record>> parseProfile(llvm::StringRef text, llvm::StringRef fileName);

/// The program that a profile shows: streams, operands, waits, updates, DMAs. No time is taken over. Waits that
/// nothing in the profile fulfils hold from the start.
llvm::Expected<isa::Program> importProfile(llvm::ArrayRef<Record> records, llvm::StringRef fileName);

} // namespace tarn::profile
