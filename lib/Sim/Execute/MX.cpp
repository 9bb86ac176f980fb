// MX formats: words of four elements, 32 elements (8 partitions of a word) with one scale.
#include "MatrixProduct.h"
#include "Rows.h"
#include "tarn/Support/LowPrecision.h"
#include "llvm/ADT/bit.h"
#include <cmath>

namespace tarn::sim {
using namespace isa;

namespace {

constexpr unsigned groupPartitions = 8, quadrantPartitions = 32;

/// The row of a scale operand that has the scale of the data's row p.
unsigned scaleRow(unsigned p, unsigned scaleOffset) {
  return p / quadrantPartitions * quadrantPartitions + scaleOffset + p % quadrantPartitions / groupPartitions;
}

float scaleOf(int64_t bits) { return fp8ToFloat(DType::fp8_e8m0fnu, static_cast<uint8_t>(bits)); }

/// The four elements of a word, first in the low bits.
std::array<float, 4> elementsOf(DType packed, uint32_t word) {
  std::array<float, 4> result;
  for (unsigned i = 0; i < 4; ++i)
    result[i] = packed == DType::fp4x4_e2m1fn ? fp4ToFloat(word >> 4 * i & 15)
                                              : fp8ToFloat(elementOf(packed), word >> 8 * i & 255);
  return result;
}

/// [4 P, columns] of numbers: row 4 p + i holds the ith elements of partition p's words.
std::vector<float> numbersOf(const Memory &memory, const AccessPattern &data, const AccessPattern &scale,
                             unsigned scaleOffset) {
  Operand words(data), scales(scale);
  size_t columns = words.walk.size;
  std::vector<float> result(4 * size_t(data.numPartitions) * columns);
  std::vector<int64_t> row(columns), exponents(columns);
  for (unsigned p = 0; p < data.numPartitions; ++p) {
    words.loadBits(memory, p, row.data());
    if (p % groupPartitions == 0)
      scales.loadBits(memory, scaleRow(p, scaleOffset), exponents.data());
    for (size_t n = 0; n < columns; ++n) {
      float factor = scaleOf(exponents[n]);
      std::array<float, 4> elements = elementsOf(data.dtype, static_cast<uint32_t>(row[n]));
      for (unsigned i = 0; i < 4; ++i)
        result[(4 * size_t(p) + i) * columns + n] = elements[i] * factor;
    }
  }
  return result;
}

/// The exponent byte of a group's scale, by its largest magnitude.
uint8_t scaleByte(float largest, int largestExponent) {
  if (!std::isfinite(largest))
    return 255;
  if (largest == 0)
    return 0;
  int exponent = std::ilogb(largest) - (largestExponent - 1);
  return static_cast<uint8_t>(std::clamp(exponent, -127, 127) + 127);
}

} // namespace

llvm::Error execute(const QuantizeMx &instruction, Context &context) {
  const Memory &memory = context.memory();
  Operand dst(instruction.dst), scales(instruction.dst_scale), src(instruction.src);
  DType element = elementOf(instruction.dst.dtype);
  int largestExponent = element == DType::fp8_e5m2 ? 15 : 8;
  size_t words = dst.walk.size;
  std::vector<std::vector<float>> rows(groupPartitions, std::vector<float>(4 * words));
  std::vector<int64_t> packed(words), bytes(words);
  for (unsigned first = 0; first < instruction.src.numPartitions; first += groupPartitions) {
    for (unsigned p = 0; p < groupPartitions; ++p)
      src.load(memory, first + p, rows[p].data());
    for (size_t n = 0; n < words; ++n) {
      float largest = 0;
      for (const std::vector<float> &row : rows)
        for (unsigned i = 0; i < 4; ++i)
          if (!std::isnan(largest) && !(std::fabs(row[4 * n + i]) <= largest))
            largest = std::fabs(row[4 * n + i]);
      bytes[n] = scaleByte(largest, largestExponent);
    }
    for (unsigned p = 0; p < groupPartitions; ++p) {
      for (size_t n = 0; n < words; ++n) {
        packed[n] = 0;
        float scale = scaleOf(bytes[n]);
        for (unsigned i = 0; i < 4; ++i)
          packed[n] |= int64_t(floatToFp8(element, rows[p][4 * n + i] / scale)) << 8 * i;
      }
      dst.storeBits(memory, first + p, packed.data());
    }
    scales.storeBits(memory, scaleRow(first, instruction.scale_offset), bytes.data());
  }
  return llvm::Error::success();
}

llvm::Error execute(const LoadStationaryMx &load, Context &context) {
  Stationary stationary;
  stationary.rows = 4 * load.data.numPartitions;
  stationary.columns = load.data.numElements();
  stationary.dtype = load.data.dtype;
  stationary.values = numbersOf(context.memory(), load.data, load.scale, load.scale_offset);
  context.core.replaceStationaryAt({load.row, load.tile_rows, 0, 128}) = std::move(stationary);
  return llvm::Error::success();
}

llvm::Error execute(const MatmulMx &matmul, Context &context) {
  const Stationary &stationary = context.core.stationaryAt({matmul.row, matmul.tile_rows, 0, 128});
  unsigned columns = matmul.moving.numElements();
  if (!isPacked(stationary.dtype) || stationary.rows != 4u * matmul.moving.numPartitions ||
      stationary.columns != matmul.dst.numPartitions)
    return makeError("stationary [{0}, {1}] of {2} times moving [{3}, {4}] does not give [{5}, {4}]; "
                     "load_stationary_mx of the same tile goes before it",
                     stationary.rows, stationary.columns, name(stationary.dtype), 4 * matmul.moving.numPartitions,
                     columns, matmul.dst.numPartitions);
  std::vector<float> right = numbersOf(context.memory(), matmul.moving, matmul.scale, matmul.scale_offset);
  multiplyInto(matmul.dst, matmul.group, stationary, right.data(), columns, columns, context.memory());
  return llvm::Error::success();
}

} // namespace tarn::sim
