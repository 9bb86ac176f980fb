// The forms a program passes through, in order. A module names its form in the attribute `tarn.form`.
#pragma once
#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <optional>

namespace tarn {
enum class Form : uint8_t { onnx, graph, linalg, virtualTiles, scheduled, placed, queued, assembly, elf };
constexpr llvm::StringLiteral formAttributeName = "tarn.form";
/// "onnx", "graph", "linalg", "virtual", "scheduled", "placed", "queued", "asm", "elf".
llvm::StringRef name(Form form);
std::optional<Form> parseForm(llvm::StringRef name);
} // namespace tarn
