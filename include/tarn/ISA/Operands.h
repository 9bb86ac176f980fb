// The operands of instructions: where data lies and in which order it is walked, as the hardware encodes it.
//
// On chip (SBUF, PSUM) a tensor is [partitions | free dimensions]: all partitions use the same byte offset and the
// same free pattern. A free pattern is up to four [step, num] pairs in elements, innermost first (the profiler's
// order). DMA patterns walk memory in bytes and know no partitions: in their address space a partition of SBUF is a
// step of 262,144 bytes (facts 1.3).
#pragma once
#include "tarn/Support/DType.h"
#include "llvm/ADT/ArrayRef.h"
#include <array>
#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

namespace tarn::isa {

enum class Engine : uint8_t { pe, act, dve, pool, sp };
constexpr unsigned numEngines = 5;
llvm::StringRef name(Engine engine);
std::optional<Engine> parseEngine(llvm::StringRef name);

enum class Memory : uint8_t { sbuf, psum, hbm };
llvm::StringRef name(Memory memory);

/// Bytes between two partitions of SBUF in a DMA's address space.
constexpr uint64_t sbufPartitionPitch = 262144;
/// What an engine adds to the byte offset within a partition to name PSUM.
constexpr uint32_t psumBase = 0x2000000;
/// Registers of a sequencer, 32 bits each; semaphores of a core.
constexpr unsigned numRegisters = 64;
constexpr unsigned numSemaphores = 256;

/// `address += value of the register * scale` (bytes).
struct RegisterOffset {
  uint8_t reg = 0;
  int32_t scale = 1;
  bool operator==(const RegisterOffset &other) const { return reg == other.reg && scale == other.scale; }
};

struct Dim {
  int32_t step = 1;
  uint32_t num = 1;
  bool operator==(const Dim &other) const { return step == other.step && num == other.num; }
};

/// An operand of an engine, in SBUF or PSUM. Element e = (i3, i2, i1, i0) of partition p lies at byte
/// `address + sizeInBytes(dtype) * sum(i_k * dims[k].step)` of partition `startPartition + p`.
struct AccessPattern {
  Memory memory = Memory::sbuf; // sbuf or psum
  DType dtype = DType::fp32;
  uint8_t startPartition = 0;
  uint8_t numPartitions = 1; // 1 … 128
  uint32_t address = 0;      // bytes within the partition, without psumBase
  std::optional<RegisterOffset> offset;
  uint8_t rank = 0; // number of dims used, 0 … 4; rank 0 is one element
  std::array<Dim, 4> dims;

  llvm::ArrayRef<Dim> pattern() const { return {dims.data(), rank}; }
  /// Elements a partition.
  uint32_t numElements() const {
    uint32_t product = 1;
    for (Dim dim : pattern())
      product *= dim.num;
    return product;
  }
  bool operator==(const AccessPattern &other) const;
};

struct DmaDim {
  int64_t step = 0; // bytes
  uint32_t num = 1;
  bool operator==(const DmaDim &other) const { return step == other.step && num == other.num; }
};

/// One side of a DMA, in HBM or SBUF: elements of `dtype` walked innermost first. Both sides of a copy walk equally
/// many elements; their shapes may differ.
struct DmaPattern {
  Memory memory = Memory::hbm; // hbm or sbuf
  DType dtype = DType::fp32;
  uint64_t address = 0; // hbm: byte of the core's HBM; sbuf: partition * sbufPartitionPitch + byte offset
  std::optional<RegisterOffset> offset;
  uint8_t rank = 0; // 0 … 5; rank 0 is one element
  std::array<DmaDim, 5> dims;

  llvm::ArrayRef<DmaDim> pattern() const { return {dims.data(), rank}; }
  uint64_t numElements() const {
    uint64_t product = 1;
    for (DmaDim dim : pattern())
      product *= dim.num;
    return product;
  }
  bool operator==(const DmaPattern &other) const;
};

/// An fp32 immediate, or an fp32 operand with one element a partition ([P,1]) that is read as a scalar per partition.
using ScalarOperand = std::variant<float, AccessPattern>;

/// Affine index pattern of iota and affine_select: sum(i_k * dims[k].step).
struct IndexPattern {
  uint8_t rank = 0;
  std::array<Dim, 4> dims;
  llvm::ArrayRef<Dim> pattern() const { return {dims.data(), rank}; }
  bool operator==(const IndexPattern &other) const;
};

/// Sizes of a tensor, outermost first.
struct Extents {
  uint8_t rank = 0;
  std::array<uint32_t, 4> sizes{};
  llvm::ArrayRef<uint32_t> used() const { return {sizes.data(), rank}; }
  uint64_t numElements() const {
    uint64_t product = 1;
    for (uint32_t size : used())
      product *= size;
    return product;
  }
  bool operator==(const Extents &other) const { return used() == other.used(); }
};
/// Most entries of a list of sides, and of a list of numbers.
constexpr unsigned maxListed = 16;

/// Register or 32-bit immediate. The value of a wait may be `base + register * scale`, as addresses are.
struct RegisterOrImmediate {
  bool isRegister = false;
  int32_t value = 0;           // number of the register, or the immediate
  int32_t base = 0, scale = 1; // of a register
  bool isScaled() const { return isRegister && (base != 0 || scale != 1); }
  bool operator==(const RegisterOrImmediate &other) const {
    return isRegister == other.isRegister && value == other.value && base == other.base && scale == other.scale;
  }
};

/// 32 bytes: the mask of a shuffle.
using ShuffleMask = std::array<uint8_t, 32>;

enum class WaitCondition : uint8_t { greaterOrEqual, equal };
/// The instruction starts when semaphore `semaphore` fulfils the condition with `value`.
struct Wait {
  uint16_t semaphore = 0;
  WaitCondition condition = WaitCondition::greaterOrEqual;
  RegisterOrImmediate value;
  bool operator==(const Wait &other) const {
    return semaphore == other.semaphore && condition == other.condition && value == other.value;
  }
};

enum class UpdateAction : uint8_t { add, subtract, set };
/// At completion of the instruction, or as soon as it has begun to read its inputs.
struct Update {
  uint16_t semaphore = 0;
  UpdateAction action = UpdateAction::add;
  RegisterOrImmediate value;
  bool isAtRead = false;
  bool operator==(const Update &other) const {
    return semaphore == other.semaphore && action == other.action && value == other.value && isAtRead == other.isAtRead;
  }
};

} // namespace tarn::isa
