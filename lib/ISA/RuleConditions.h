// The questions that rules of the instruction records ask, and the texts that their messages show.
#pragma once
#include "tarn/ISA/Assembly.h"
#include "tarn/ISA/Check.h"
#include "tarn/ISA/Limits.h"

namespace tarn::isa {

// ---- Every instruction

/// The engines that have an instruction, as a message shows them.
inline std::string enginesOf(const InstructionInfo &info) {
  std::string engines;
  for (unsigned e = 0; e < numEngines; ++e)
    if (info.engines >> e & 1)
      engines += (engines.empty() ? "" : " ") + name(static_cast<Engine>(e)).str();
  return engines;
}
inline unsigned largestSemaphore(const Instruction &instruction) {
  unsigned wait = instruction.wait ? instruction.wait->semaphore : 0;
  return std::max<unsigned>(wait, instruction.update ? instruction.update->semaphore : 0);
}
inline bool readsOnDataPath(const Instruction &instruction) {
  const InstructionInfo &info = instruction.info();
  if (info.isDma || info.isControl)
    return false;
  bool reads = false;
  forEachAccess(
      instruction, [&](const FieldInfo &field, const AccessPattern &) { reads |= isRead(field.kind); },
      [](const FieldInfo &, const DmaPattern &) {});
  return reads;
}
inline bool hasSemaphores(const Instruction &instruction) { return largestSemaphore(instruction) < numSemaphores; }
inline std::string semaphoreText(const Instruction &instruction) {
  return "semaphore " + std::to_string(largestSemaphore(instruction));
}

// ---- Operands

inline bool isLegalStart(const AccessPattern &operand, const Chip &chip) {
  unsigned n = operand.numPartitions, start = operand.startPartition;
  unsigned step = n > 64 ? 128 : n > 32 ? 64 : 32;
  return start % step == 0 && start + n <= chip.partitions;
}
inline bool isLegalPattern(const AccessPattern &operand) {
  return operand.rank <= 4 && llvm::all_of(operand.pattern(), [](Dim dim) {
           return dim.num >= 1 && dim.num <= UINT16_MAX && dim.step >= INT16_MIN && dim.step <= INT16_MAX;
         });
}
inline bool isLegalPattern(const DmaPattern &operand) {
  return operand.rank <= 5 && llvm::all_of(operand.pattern(), [](DmaDim dim) { return dim.num >= 1; });
}
inline bool isLegalReach(const DmaPattern &operand) {
  uint64_t elements = 1, reach = 0;
  for (DmaDim dim : operand.pattern()) {
    elements = llvm::SaturatingMultiply<uint64_t>(elements, dim.num);
    reach = llvm::SaturatingMultiplyAdd<uint64_t>(llvm::AbsoluteValue(dim.step), dim.num - 1, reach);
  }
  return elements <= maxDmaElements && reach <= maxDmaReach;
}
inline bool isLegalAddress(const AccessPattern &operand, const Chip &chip) {
  int64_t end =
      operand.memory == Memory::psum ? chip.psum.banks * chip.psum.bankBytesPerPartition : chip.sbuf.bytesPerPartition;
  return operand.address < end && operand.address % sizeInBytes(operand.dtype) == 0;
}
inline bool isLegalAddress(const DmaPattern &operand, const Chip &chip) {
  uint64_t end = operand.memory == Memory::hbm ? chip.hbm.bytes : chip.partitions * sbufPartitionPitch;
  return operand.address < end;
}
inline bool readsFrom(Engine engine, Memory memory) {
  return memory == Memory::sbuf || (memory == Memory::psum && (engine == Engine::act || engine == Engine::dve));
}
inline bool writesTo(Engine engine, Memory memory) {
  return memory == Memory::psum ? engine == Engine::pe || engine == Engine::act || engine == Engine::dve
                                : memory == Memory::sbuf && engine != Engine::pe;
}
inline std::string coreText(const InstructionInfo &info, const Chip &chip) {
  return llvm::formatv("{0} on {1}, a NeuronCore-v{2}", info.mnemonic, chip.name, chip.coreVersion);
}
inline std::string firstCoreText(const InstructionInfo &info) {
  return llvm::formatv("from NeuronCore-v{0} on", unsigned(info.firstCore));
}
/// Instructions that move words of packed elements, or know what is in them.
template <typename Self> constexpr bool takesPacked(const Self &) {
  return std::is_same_v<Self, TensorCopy> || std::is_same_v<Self, Memset> || std::is_same_v<Self, QuantizeMx> ||
         std::is_same_v<Self, LoadStationaryMx> || std::is_same_v<Self, MatmulMx>;
}
/// The PE reads PSUM only to accumulate.
template <typename Self> bool isAccumulating(const AccessPattern &operand, const Self &self) {
  if constexpr (std::is_same_v<Self, Matmul> || std::is_same_v<Self, MatmulMx> || std::is_same_v<Self, MatmulGather>)
    return &operand == &self.dst && operand.memory == Memory::psum;
  return false;
}
inline uint32_t mostElements(const AccessPattern &operand, const Chip &chip) {
  if (operand.memory != Memory::psum)
    return maxElementsInSbuf;
  return chip.pe.bf16Output && sizeInBytes(operand.dtype) <= 2 ? 8192 : 4096;
}
/// Within as many neighbouring banks as a result may span.
inline bool isInBanks(const AccessPattern &operand, const Chip &chip) {
  int64_t least = operand.address, most = operand.address + sizeInBytes(operand.dtype) - 1;
  for (Dim dim : operand.pattern()) {
    int64_t reach = int64_t(dim.step) * (dim.num - 1) * sizeInBytes(operand.dtype);
    (reach < 0 ? least : most) += reach;
  }
  int64_t bank = chip.psum.bankBytesPerPartition;
  return least >= 0 && most / bank - least / bank < chip.pe.outputBanks && most / bank < chip.psum.banks;
}

// ---- Operands among themselves

inline bool sameSize(const AccessPattern &a, const AccessPattern &b) {
  return a.numElements() == b.numElements() && a.numPartitions == b.numPartitions;
}
inline bool fitsScalar(const ScalarOperand &scalar, const AccessPattern &data) {
  auto *pattern = std::get_if<AccessPattern>(&scalar);
  return !pattern || pattern->numPartitions == data.numPartitions;
}
inline bool isZero(const ScalarOperand &scalar) {
  const float *immediate = std::get_if<float>(&scalar);
  return immediate && *immediate == 0;
}
inline bool isReductionOf(const AccessPattern &dst, const AccessPattern &data, unsigned numDims) {
  uint64_t kept = 1;
  for (unsigned i = numDims; i < data.rank; ++i)
    kept *= data.dims[i].num;
  return dst.numElements() == kept && dst.numPartitions == data.numPartitions;
}
inline uint64_t elementsOf(const IndexPattern &pattern) {
  uint64_t product = 1;
  for (Dim dim : pattern.pattern())
    product *= dim.num;
  return product;
}
inline bool isLegalMask(const ShuffleMask &mask) {
  return llvm::all_of(mask, [](uint8_t entry) { return entry < 32 || entry == 255; });
}
inline bool isRegister(unsigned number) { return number < numRegisters; }
inline bool isRegister(const RegisterOrImmediate &value) {
  return !value.isRegister || (value.value >= 0 && value.value < int32_t(numRegisters));
}

// ---- The Tensor engine

inline bool isMatmulInput(DType type) { return isFloat(type) && type != DType::fp8_e8m0fnu; }
/// Dtypes of operands that an index finds (facts 3.2).
inline bool isGatherInput(DType type) {
  return type == DType::bf16 || type == DType::fp16 || type == DType::fp8_e4m3 || type == DType::fp8_e5m2 ||
         type == DType::fp8_e4m3fn;
}
inline bool takesDoubleRow(DType type) { return isFp8(type) && type != DType::fp8_e3m4; }
inline unsigned rowsAtOnce(PerfMode mode) { return mode == PerfMode::double_row ? 2 : 1; }
inline bool hasTwoPlanes(const AccessPattern &operand) {
  return operand.rank >= 1 && operand.dims[operand.rank - 1].num == 2;
}
inline uint32_t columnsOf(const Matmul &self) { return self.moving.numElements() / rowsAtOnce(self.perf_mode); }
inline bool isMatmulOutput(const AccessPattern &dst, const Chip &chip) {
  return dst.dtype == DType::fp32 || (chip.pe.bf16Output && dst.dtype == DType::bf16);
}
inline int64_t mostMoving(const AccessPattern &dst, const Chip &chip) {
  return chip.pe.maxMoving * (chip.pe.bf16Output && dst.dtype == DType::bf16 ? 2 : 1);
}
/// A transposed byte comes as 16 bits.
inline DType transposedType(DType type) { return isFp8(type) ? DType::uint16 : type; }

inline bool isTileSide(unsigned first, unsigned size) {
  return (size == 32 || size == 64 || size == 128) && first % size == 0 && first + size <= 128;
}
inline bool isLegalTile(unsigned row, unsigned rows) { return isTileSide(row, rows); }
template <typename Self> bool isLegalTile(const Self &self, const Chip &chip) {
  return isTileSide(self.row, self.tile_rows) && isTileSide(self.col, self.tile_cols) &&
         std::min(self.tile_rows, self.tile_cols) >= chip.pe.minTile &&
         std::max(self.tile_rows, self.tile_cols) >= chip.pe.minOtherTile;
}
inline bool isWithin(const AccessPattern &operand, unsigned first, unsigned size) {
  return operand.startPartition >= first && operand.startPartition + operand.numPartitions <= first + size;
}
/// The whole array takes operands from any partitions.
inline bool fitsTile(const AccessPattern &operand, unsigned row, unsigned rows) {
  return rows == 128 || isWithin(operand, row, rows);
}
template <typename Self> bool isOnTile(const AccessPattern &operand, const Self &self) {
  return fitsTile(operand, self.row, self.tile_rows);
}
inline bool isScaleType(DType type) { return type == DType::fp8_e8m0fnu || type == DType::uint8; }
inline bool fitsScales(const AccessPattern &scale, const AccessPattern &data, unsigned scaleOffset) {
  unsigned partitions = data.numPartitions > 32 ? data.numPartitions : scaleOffset + data.numPartitions / 8;
  return scale.numElements() == data.numElements() && scale.numPartitions == partitions;
}

inline bool isPowerOfTwo(unsigned value) { return value && !(value & (value - 1)); }

// ---- DMAs

inline bool isModeOf(DgeMode mode, Engine engine) {
  switch (mode) {
  case DgeMode::none:
    return true;
  case DgeMode::hwdge:
    return engine == Engine::sp || engine == Engine::act;
  case DgeMode::swdge:
    return engine == Engine::pool;
  }
  return false;
}
/// What the hardware's descriptor generators transpose (facts 4.7).
inline bool isHardwareTranspose(const Extents &shape, DType dtype) {
  llvm::ArrayRef<uint32_t> sizes = shape.used();
  if (sizes.size() < 2 || sizeInBytes(dtype) != 2 || sizes.back() > 128)
    return false;
  if (sizes.size() == 2)
    return sizes.front() == 16;
  return isPowerOfTwo(sizes.front()) && sizes.front() <= 16 &&
         uint64_t(sizes.front()) * sizes[sizes.size() - 2] % 16 == 0;
}
inline bool isIndexType(DType dtype) { return dtype == DType::int32 || dtype == DType::uint32; }
inline uint64_t numIndices(const AccessPattern &index) { return uint64_t(index.numElements()) * index.numPartitions; }
/// A row of `rows` for each index, and whole rows in the table.
inline bool areRows(const DmaPattern &rows, const DmaPattern &table, const AccessPattern &index) {
  uint64_t indices = numIndices(index);
  if (!indices || !rows.numElements() || rows.numElements() % indices)
    return false;
  return table.numElements() % (rows.numElements() / indices) == 0;
}

// ---- Operators

inline bool isBitwise(PartitionOp op) { return op == PartitionOp::bitwise_and || op == PartitionOp::bitwise_or; }

inline bool isBitwise(AluOp op) {
  switch (op) {
  case AluOp::bitwise_and:
  case AluOp::bitwise_or:
  case AluOp::bitwise_xor:
  case AluOp::bitwise_not:
  case AluOp::shift_left:
  case AluOp::shift_right:
  case AluOp::arith_shift_right:
    return true;
  default:
    return false;
  }
}
inline bool isUnary(AluOp op) {
  return op == AluOp::abs || op == AluOp::square || op == AluOp::relu || op == AluOp::rsqrt ||
         op == AluOp::reciprocal || op == AluOp::bitwise_not;
}
inline bool isReducing(AluOp op) {
  switch (op) {
  case AluOp::add:
  case AluOp::subtract:
  case AluOp::mult:
  case AluOp::max:
  case AluOp::min:
  case AluOp::abs_max:
  case AluOp::abs_min:
  case AluOp::logical_and:
  case AluOp::logical_or:
  case AluOp::logical_xor:
  case AluOp::bitwise_and:
  case AluOp::bitwise_or:
  case AluOp::bitwise_xor:
    return true;
  default:
    return false;
  }
}
/// What accumulators of the Vector engine do.
inline bool isAccumulating(AluOp op) {
  return op == AluOp::add || op == AluOp::mult || op == AluOp::max || op == AluOp::min;
}
inline bool isComparison(AluOp op) { return op >= AluOp::is_equal && op <= AluOp::is_le; }
inline bool isWideInteger(DType type) { return type == DType::int32 || type == DType::uint32; }
inline bool isActivate2Pair(AluOp op0, AluOp op1) {
  bool addsLast = op1 == AluOp::add || op1 == AluOp::subtract || op1 == AluOp::bypass;
  if (op0 == AluOp::mult)
    return addsLast;
  return op1 == AluOp::bypass && (op0 == AluOp::add || op0 == AluOp::subtract || op0 == AluOp::bypass);
}
inline bool isActivate2Reduction(AluOp op) {
  return op == AluOp::add || op == AluOp::max || op == AluOp::min || op == AluOp::abs_max || op == AluOp::abs_min;
}
inline bool sameClass(AluOp a, AluOp b) {
  return a == AluOp::bypass || b == AluOp::bypass || isBitwise(a) == isBitwise(b);
}
/// What ACT's data path multiplies and adds on the way (facts 4.4).
inline bool isAffine(AluOp op0, AluOp op1) {
  return (op0 == AluOp::mult && (op1 == AluOp::add || op1 == AluOp::bypass)) ||
         (op0 == AluOp::add && op1 == AluOp::bypass);
}

// ---- Texts

inline std::string text(llvm::StringRef value) { return value.str(); }
template <typename T> std::enable_if_t<std::is_integral_v<T>, std::string> text(T value) {
  return std::to_string(value);
}
inline std::string partitionsText(const AccessPattern &operand) {
  return llvm::formatv("{0} partitions from {1}", unsigned(operand.numPartitions), unsigned(operand.startPartition));
}
inline std::string tileText(unsigned row, unsigned rows) { return llvm::formatv("{0} rows from {1}", rows, row); }
template <typename Self> std::string tileText(const Self &self) {
  return llvm::formatv("{0} rows from {1}, {2} columns from {3}", unsigned(self.tile_rows), unsigned(self.row),
                       unsigned(self.tile_cols), unsigned(self.col));
}
inline std::string scalarText(const ScalarOperand &scalar) {
  const float *immediate = std::get_if<float>(&scalar);
  return immediate ? std::to_string(*immediate) : std::string("an operand");
}
inline std::string memoryText(Engine engine, const AccessPattern &operand) {
  return (name(operand.memory) + " on " + name(engine)).str();
}
inline std::string sizes(const AccessPattern &a, const AccessPattern &b) {
  return llvm::formatv("{0} x {1} and {2} x {3}", unsigned(a.numPartitions), a.numElements(), unsigned(b.numPartitions),
                       b.numElements());
}
inline std::string dtypesText(const AccessPattern &a, const AccessPattern &b) {
  return (name(a.dtype) + " and " + name(b.dtype)).str();
}
inline std::string dtypesText(const DmaPattern &a, const DmaPattern &b) {
  return (name(a.dtype) + " and " + name(b.dtype)).str();
}
inline std::string shapeText(const Extents &shape, DType dtype) {
  return llvm::formatv("[{0}] of {1}", llvm::make_range(shape.used().begin(), shape.used().end()), name(dtype));
}
inline std::string rowsText(const DmaPattern &rows, const DmaPattern &table, const AccessPattern &index) {
  return llvm::formatv("{0} elements and a table of {1} for {2} indices", rows.numElements(), table.numElements(),
                       numIndices(index));
}
inline std::string dmaSizes(const DmaPattern &a, const DmaPattern &b) {
  return llvm::formatv("{0} and {1}", a.numElements(), b.numElements());
}
inline std::string listSizes(llvm::ArrayRef<DmaPattern> sides, const DmaPattern &dst) {
  auto other = llvm::find_if(sides, [&](const DmaPattern &side) { return side.numElements() != dst.numElements(); });
  return dmaSizes(dst, other == sides.end() ? dst : *other);
}
inline bool contains(llvm::ArrayRef<DmaPattern> sides, const DmaPattern &side) {
  return llvm::is_contained(sides, side);
}
inline std::string operatorsText(AluOp a, AluOp b) { return (name(a) + " then " + name(b)).str(); }
inline std::string modeText(DgeMode mode, Engine engine) { return (name(mode) + " on " + name(engine)).str(); }
inline std::string maskText(const ShuffleMask &mask) {
  return text(unsigned(*llvm::find_if(mask, [](uint8_t entry) { return entry >= 32 && entry != 255; })));
}

} // namespace tarn::isa
