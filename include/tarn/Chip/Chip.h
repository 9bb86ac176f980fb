// What a machine is: capacities, clocks, costs. Read from a YAML file in which each number has a source.
#pragma once
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <cstdint>
#include <string>
#include <vector>

namespace tarn {

/// A resolved chip. The members mirror the keys of the file: `sbuf.usable_bytes_per_partition` is
/// `sbuf.usableBytesPerPartition`. Further groups (pe, act, dve, pool, dma, semaphore, branch …) hold the parameters of
/// the cost formulas of the instruction records.
struct Chip {
  std::string name;
  struct Sbuf {
    int64_t usableBytesPerPartition = 0; // what the compiler may use
    int64_t bytesPerPartition = 0;       // what the bounds check allows
  } sbuf;
  struct Psum {
    int64_t banks = 0;
    int64_t bankBytesPerPartition = 0;
  } psum;
  struct Hbm {
    int64_t bytes = 0;
    double bytesPerNs = 0;
  } hbm;
  int64_t partitions = 0;

  /// A chip by name (trn2), or by path of a YAML file, with `KEY=VALUE` overrides. Errors: an unknown name (the known
  /// ones are listed), a missing, unknown or repeated key, a value out of range, each with file and line.
  static llvm::Expected<Chip> load(llvm::StringRef nameOrPath, llvm::ArrayRef<std::string> overrides = {});
  /// From the text of a file, as it travels in a program.
  static llvm::Expected<Chip> parse(llvm::StringRef yaml, llvm::StringRef fileName);
  /// The resolved file as YAML; `parse` of it gives the same chip.
  std::string toYaml() const;
};

} // namespace tarn
