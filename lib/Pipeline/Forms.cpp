#include "tarn/Pipeline/Forms.h"

namespace tarn {
static const llvm::StringLiteral names[] = {"onnx",   "graph",  "linalg", "virtual", "scheduled",
                                            "placed", "queued", "asm",    "elf"};

llvm::StringRef name(Form form) { return names[static_cast<unsigned>(form)]; }

std::optional<Form> parseForm(llvm::StringRef name) {
  for (unsigned i = 0; i < std::size(names); ++i)
    if (names[i] == name)
      return static_cast<Form>(i);
  return std::nullopt;
}
} // namespace tarn
