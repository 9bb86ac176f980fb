// What the fuzz targets share: the bytes of one input, and the check that what was read can be written and read again.
#pragma once
#include "tarn/ISA/Program.h"
#include "llvm/Support/MemoryBuffer.h"
#include <cstdio>
#include <cstdlib>

namespace tarn::fuzz {

inline llvm::StringRef textOf(const uint8_t *data, size_t size) { return {reinterpret_cast<const char *>(data), size}; }

/// Ends the process as a finding.
[[noreturn]] inline void complain(llvm::StringRef text) {
  std::fprintf(stderr, "finding: %s\n", text.str().c_str());
  std::abort();
}

/// Reads an object file from memory, aligned as mapped files are.
llvm::Expected<isa::Program> readObject(llvm::StringRef bytes);
/// What tools do with a program that was read: rules, proof; then object file and assembly of it must read as the same.
void use(const isa::Program &program);

} // namespace tarn::fuzz
