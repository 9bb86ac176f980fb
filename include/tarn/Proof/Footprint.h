// The bytes that an instruction touches. On chip a footprint is a set of partitions times a set of byte runs within
// each of them; in HBM it is a set of byte runs (and partition 0).
//
// A footprint is *fine* when its runs are listed, and *coarse* when there are too many of them: then `runs` holds the
// interval from first to last byte, and overlaps() knows the bytes themselves. Nothing is rounded up but in patterns that
// no compiler emits (isExact is false then).
//
// A write of the PE to PSUM is footprint of the whole bank, in all partitions (docs/Simulator.md: the bank is busy). Among
// instructions of the PE itself such writes never conflict, so nothing is lost there.
#pragma once
#include "tarn/Chip/Chip.h"
#include "tarn/ISA/Instructions.h"
#include "llvm/ADT/SmallVector.h"
#include <string>

namespace tarn::proof {

struct ByteRun {
  uint64_t begin, end;
  bool operator==(const ByteRun &other) const { return begin == other.begin && end == other.end; }
};
struct PartitionRange {
  uint16_t begin, end;
  bool operator==(const PartitionRange &other) const { return begin == other.begin && end == other.end; }
};
struct RunDim {
  uint64_t step, num;
  bool operator==(const RunDim &other) const { return step == other.step && num == other.num; }
};

struct Footprint {
  isa::Memory memory = isa::Memory::sbuf;
  bool isRead = false, isWrite = false;
  bool isCoarse = false;
  bool isExact = true;
  llvm::SmallVector<PartitionRange, 1> partitions; // ascending, disjoint
  llvm::SmallVector<ByteRun, 4> runs;              // ascending, disjoint, not touching
  // The same bytes: runs of `runLength` bytes at base + sum(i_k * dims[k].step), steps ascending.
  uint64_t base = 0, runLength = 0;
  llvm::SmallVector<RunDim, 4> dims;
  uint64_t address = 0; // of the operand, its register added; what moves with the register

  bool hasSameBytes(const Footprint &other) const;
};

/// Whether two footprints share a byte. Exact but for footprints that are not.
bool overlaps(const Footprint &a, const Footprint &b);

using Footprints = llvm::SmallVector<Footprint, 4>;

/// The footprints of an instruction's memory operands. `registers` are the 64 registers of the engine when the
/// instruction starts; without them an operand with a runtime address gives std::nullopt.
std::optional<Footprints> footprintsOf(const isa::Instruction &instruction, isa::Engine engine,
                                       const int32_t *registers, const Chip &chip);

/// "sbuf partitions 0 to 127, bytes 1024 to 2047".
std::string describe(isa::Memory memory, PartitionRange partitions, ByteRun run);

} // namespace tarn::proof
