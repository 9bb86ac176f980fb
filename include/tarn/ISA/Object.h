// Programs as ELF files: 64-bit, little endian, of no host machine.
//
// | section             | contents                                                                             |
// | .note.tarn          | note "Tarn", type 1: version of the format, cores, bytes of HBM, name, chip file     |
// | .nc0.pe …           | encoded instructions of an engine of a core; empty streams have no section           |
// | .nc0.pe.origins …   | for each instruction the number of its origin, 4 bytes                               |
// | .tarn.origins       | nodes, operators and kernels that instructions come from                             |
// | .tarn.tensors       | name, kind, dtypes, shape, address, place in .rodata of each tensor                  |
// | .rodata             | constants, each at a multiple of 64 bytes; mapped at loading, not copied             |
// | .symtab, .strtab    | the tensors for other tools: value = address in HBM, size in bytes                   |
#pragma once
#include "tarn/ISA/Program.h"

namespace tarn::isa {

constexpr uint32_t objectVersion = 1;

/// Writes by temporary file and rename; the same program gives the same bytes.
llvm::Error writeObject(llvm::StringRef path, const Program &program);
/// The bytes that `writeObject` writes.
llvm::Error writeObject(llvm::raw_ostream &os, const Program &program);

/// Reads a file; constants stay in the mapped file for as long as a tensor refers to them. Any file that is not exactly
/// in form gives an error that names it.
llvm::Expected<Program> readObject(llvm::StringRef path);
/// The same of bytes in memory that `owner` keeps.
llvm::Expected<Program> readObject(llvm::StringRef bytes, llvm::StringRef fileName, std::shared_ptr<void> owner);

/// Whether the bytes begin as an ELF file.
bool isObject(llvm::StringRef bytes);

} // namespace tarn::isa
