// The manual's page of an instruction, as in docs/Reference/ISA.md.
#pragma once
#include "llvm/ADT/StringRef.h"

namespace tarn::isa {
/// Markdown; empty for an unknown mnemonic.
llvm::StringRef manualPage(llvm::StringRef mnemonic);
} // namespace tarn::isa
