// The manual's page of an instruction, as in docs/Reference/ISA.md.
#pragma once
#include "tarn/ISA/Program.h"

namespace tarn::isa {

/// Markdown, with an example and what that costs on every chip; empty for an unknown mnemonic.
std::string manualPage(llvm::StringRef mnemonic);
/// All of it.
std::string manual();

/// The assembly of an instruction's example: a whole program in which it is the last instruction of its engine. Empty when
/// it has none.
std::string exampleOf(llvm::StringRef mnemonic);

} // namespace tarn::isa
