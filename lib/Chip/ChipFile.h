// A chip file as it is written: keys with dots, each with its value, provenance and place in the text. Knows no key.
#pragma once
#include "tarn/Chip/Chip.h"
#include <vector>

namespace tarn {

/// The value of a key: a scalar, or a list of values.
struct ChipValue {
  bool isList = false;
  std::string scalar;
  std::vector<ChipValue> list;
};

struct ChipEntry {
  std::string key; // "pe.clock_hz"
  ChipValue value;
  Provenance provenance;
  unsigned line = 0;
};

/// All entries in the order of the text. Errors name file and line.
llvm::Expected<std::vector<ChipEntry>> readChipFile(llvm::StringRef yaml, llvm::StringRef fileName);

/// The value of `--set KEY=VALUE`: 1.5, [1, 2] or [[a, b], [c]].
llvm::Expected<ChipValue> readChipValue(llvm::StringRef text);

llvm::StringRef name(Evidence evidence);
std::optional<Evidence> parseEvidence(llvm::StringRef name);

} // namespace tarn
