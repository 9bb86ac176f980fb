// Where the address space that profiles speak of keeps the memories, as their DMA records show it.
#pragma once
#include "tarn/ISA/Operands.h"

namespace tarn::profile {

constexpr uint64_t hbmBase = 0x800000000000, sbufBase = 0x802000000000;
constexpr uint64_t sbufEnd = sbufBase + 128 * isa::sbufPartitionPitch;

} // namespace tarn::profile
