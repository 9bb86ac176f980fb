// What instructions can walk, the same on every chip.
#pragma once
#include <cstdint>

namespace tarn::isa {
/// Of an operand in SBUF, in each partition (rule operand_c4).
constexpr int64_t maxElementsInSbuf = 65536;
} // namespace tarn::isa
