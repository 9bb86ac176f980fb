#include "tarn/ISA/Manual.h"

namespace tarn::isa {

static constexpr struct {
  llvm::StringLiteral mnemonic;
  llvm::StringLiteral text;
} pages[] = {
#include "tarn/ISA/Manual.inc"
};

llvm::StringRef manualPage(llvm::StringRef mnemonic) {
  for (const auto &page : pages)
    if (page.mnemonic == mnemonic)
      return page.text;
  return "";
}

} // namespace tarn::isa
