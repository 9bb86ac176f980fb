// Sides of a DMA as bytes: their elements in the order of the walk, from any element on.
#pragma once
#include "tarn/Sim/Execute.h"

namespace tarn::sim {

/// The elements `first` … `first + count` of a side, read into `out` as they are.
void readSide(const Memory &memory, const isa::DmaPattern &side, uint64_t first, uint64_t count, char *out);
void writeSide(const Memory &memory, const isa::DmaPattern &side, uint64_t first, uint64_t count, const char *in);
/// Elements as values of another dtype; of the same dtype the same bytes.
std::vector<char> castElements(std::vector<char> bytes, DType from, DType to);

} // namespace tarn::sim
