// The operand text of a profile's record, taken apart.
//
//   S[5] (Tensor)>=4 S[4] (Scalar)++@complete src=fp32@0x2000000[1,1][512,1] dst=… channels=128
//   waits            update                   fields; words without `=` are kept apart (EXP, 128*128)
#pragma once
#include "tarn/ISA/Instructions.h"
#include "tarn/Support/AtomicFile.h"
#include "llvm/ADT/StringMap.h"

namespace tarn::profile {

struct Wait {
  unsigned semaphore = 0;
  bool isEqual = false; // else at least
  int64_t value = 0;
};

struct OperandText {
  std::vector<Wait> waits;
  std::vector<isa::Update> updates;
  bool waitsForRuntime = false; // an event of the runtime
  llvm::StringMap<llvm::StringRef> fields;
  std::vector<llvm::StringRef> words;

  llvm::StringRef field(llvm::StringRef name) const { return fields.lookup(name); }
  /// A field that is a number (decimal or 0x…).
  llvm::Expected<int64_t> number(llvm::StringRef name) const;
  /// The same, `otherwise` when it is missing.
  llvm::Expected<int64_t> number(llvm::StringRef name, int64_t otherwise) const;
};

/// `text` must live as long as the result.
llvm::Expected<OperandText> parseOperands(llvm::StringRef text);

/// "[262144,1][128,1]": steps and counts.
struct Pattern {
  llvm::SmallVector<int64_t, 4> steps, counts;
};
llvm::Expected<Pattern> parsePattern(llvm::StringRef text);

std::optional<DType> parseType(llvm::StringRef name);

/// "fp32@0x4000[1,1][512,1]" of `partitions` partitions; without a type it is `otherwise`.
llvm::Expected<isa::AccessPattern> parseAccess(llvm::StringRef text, unsigned partitions,
                                               std::optional<DType> otherwise = std::nullopt);

} // namespace tarn::profile
