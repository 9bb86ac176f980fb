// What instructions can walk, the same on every chip.
#pragma once
#include <cstdint>

namespace tarn::isa {
/// Of an operand in SBUF, in each partition (rule operand_c4).
constexpr int64_t maxElementsInSbuf = 65536;
/// Of one side of a DMA (rule dma_c6): no limit of the machine is known; so many elements end within a minute of simulation,
/// and sums of what is within such a reach stay within 64 bits.
constexpr uint64_t maxDmaElements = uint64_t(1) << 31, maxDmaReach = uint64_t(1) << 48;
} // namespace tarn::isa
