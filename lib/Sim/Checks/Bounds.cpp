// Operands within the memories of the chip.
#include "tarn/ISA/Limits.h"
#include "tarn/Sim/Check.h"
#include "tarn/Sim/Footprint.h"

namespace tarn::sim {

namespace {

std::string complain(llvm::StringRef field, const Footprint &footprint, const Chip &chip, uint64_t hbmSize) {
  const Box &box = footprint.box;
  int64_t capacity = 0;
  switch (box.memory) {
  case isa::Memory::sbuf:
    capacity = chip.sbuf.bytesPerPartition;
    break;
  case isa::Memory::psum:
    capacity = chip.psum.banks * chip.psum.bankBytesPerPartition;
    break;
  case isa::Memory::hbm:
    capacity = hbmSize;
    break;
  }
  if (box.firstByte < 0 || box.endByte > capacity)
    return llvm::formatv("operand '{0}' covers bytes {1} to {2} of {3}, which has {4}{5}", field, box.firstByte,
                         box.endByte - 1, isa::name(box.memory), capacity,
                         box.memory == isa::Memory::hbm ? " in this program" : " a partition");
  if (box.memory != isa::Memory::hbm && (box.firstPartition < 0 || box.endPartition > chip.partitions))
    return llvm::formatv("operand '{0}' covers partitions {1} to {2} of {3}, which has {4}", field, box.firstPartition,
                         box.endPartition - 1, isa::name(box.memory), chip.partitions);
  return "";
}

} // namespace

/// More elements than any operand of this machine can have, by repetition of the same bytes: nothing would
/// end.
static std::string tooMany(llvm::StringRef field, const isa::AccessPattern &pattern) {
  constexpr uint64_t limit = 1 << 20; // of one partition
  uint64_t count = 1;
  for (isa::Dim dim : pattern.pattern())
    count = std::min(count * dim.num, limit + 1);
  return count > limit ? llvm::formatv("operand '{0}' walks more than {1} elements a partition", field, limit).str()
                       : "";
}
static std::string tooMany(llvm::StringRef field, const isa::DmaPattern &pattern) {
  constexpr uint64_t limit = isa::maxDmaElements;
  uint64_t count = 1;
  for (isa::DmaDim dim : pattern.pattern())
    count = std::min(count * dim.num, limit + 1);
  return count > limit ? llvm::formatv("operand '{0}' walks more than {1} elements", field, limit).str() : "";
}

// The common case without a footprint: steps that do not go back, numbers far from overflow. False says
// nothing.
static bool isClearlyInside(const isa::AccessPattern &pattern, const Chip &chip, uint64_t) {
  constexpr uint32_t many = 1 << 16;
  int64_t elements = 1, last = 0, size = sizeInBytes(pattern.dtype);
  for (isa::Dim dim : pattern.pattern()) {
    if (dim.step < 0 || dim.num == 0 || dim.num > many || (elements *= dim.num) > many)
      return false;
    last += int64_t(dim.step) * (dim.num - 1);
  }
  int64_t capacity = pattern.memory == isa::Memory::sbuf ? chip.sbuf.bytesPerPartition
                                                         : chip.psum.banks * chip.psum.bankBytesPerPartition;
  return pattern.memory != isa::Memory::hbm && isMachineType(pattern.dtype) &&
         pattern.startPartition + pattern.numPartitions <= chip.partitions &&
         pattern.address + (last + 1) * size <= capacity;
}
static bool isClearlyInside(const isa::DmaPattern &pattern, const Chip &chip, uint64_t hbmSize) {
  constexpr uint64_t many = 1 << 30, far = isa::maxDmaReach;
  uint64_t elements = 1, firstByte = pattern.address, firstPartition = 0;
  if (pattern.memory == isa::Memory::sbuf) {
    firstPartition = firstByte / isa::sbufPartitionPitch;
    firstByte %= isa::sbufPartitionPitch;
  }
  uint64_t lastByte = firstByte, lastPartition = firstPartition;
  for (isa::DmaDim dim : pattern.pattern()) {
    if (dim.step < 0 || dim.num == 0 || (elements *= dim.num) > many || uint64_t(dim.step) > far / dim.num)
      return false;
    if (pattern.memory == isa::Memory::sbuf && dim.step && dim.step % isa::sbufPartitionPitch == 0)
      lastPartition += dim.step / isa::sbufPartitionPitch * (dim.num - 1);
    else
      lastByte += dim.step * (dim.num - 1);
  }
  return pattern.memory != isa::Memory::psum && pattern.address < far && isMachineType(pattern.dtype) &&
         lastPartition < uint64_t(chip.partitions) &&
         lastByte + sizeInBytes(pattern.dtype) <=
             (pattern.memory == isa::Memory::hbm ? hbmSize : uint64_t(chip.sbuf.bytesPerPartition));
}

/// Of a DMA's side: beyond every memory, and beyond where footprints tell addresses apart.
constexpr uint64_t farAddress = uint64_t(1) << 60;

std::string outOfBounds(const isa::Instruction &resolved, const Chip &chip, uint64_t hbmSize) {
  std::string text;
  auto look = [&](const isa::FieldInfo &field, const auto &pattern) {
    if (text.empty() && !isMachineType(pattern.dtype))
      text = llvm::formatv("operand '{0}' has dtype {1}, which the machine does not know", field.name,
                           name(pattern.dtype));
    if (text.empty())
      text = tooMany(field.name, pattern);
    if (text.empty())
      text = complain(field.name, footprintOf(pattern), chip, hbmSize);
  };
  isa::forEachAccess(
      resolved,
      [&](const isa::FieldInfo &field, const isa::AccessPattern &pattern) {
        if (isClearlyInside(pattern, chip, hbmSize))
          return;
        if (pattern.memory == isa::Memory::hbm)
          text = llvm::formatv("operand '{0}' lies in hbm, which only DMAs reach", field.name);
        look(field, pattern);
      },
      [&](const isa::FieldInfo &field, const isa::DmaPattern &pattern) {
        if (isClearlyInside(pattern, chip, hbmSize))
          return;
        if (pattern.memory == isa::Memory::psum)
          text = llvm::formatv("operand '{0}' lies in psum, which DMAs do not reach", field.name);
        else if (pattern.address >= farAddress)
          text = llvm::formatv("operand '{0}' begins at byte {1} of {2}", field.name, pattern.address,
                               isa::name(pattern.memory));
        look(field, pattern);
      });
  return text;
}

} // namespace tarn::sim
