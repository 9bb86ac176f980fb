// Names and numbers that writer and reader of object files share.
#pragma once
#include "tarn/ISA/Operands.h"
#include "llvm/ADT/StringRef.h"
#include <string>

namespace tarn::isa::object {

constexpr llvm::StringLiteral noteSection = ".note.tarn", originsSection = ".tarn.origins",
                              tensorsSection = ".tarn.tensors", constantsSection = ".rodata";
constexpr llvm::StringLiteral noteOwner = "Tarn";
constexpr uint64_t constantAlignment = 64;
constexpr unsigned maxCores = 128;
constexpr unsigned maxRank = 64;

inline std::string streamSection(unsigned core, Engine engine) {
  return ".nc" + std::to_string(core) + "." + name(engine).str();
}

} // namespace tarn::isa::object
