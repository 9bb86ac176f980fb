// Tensor engine: the stationary operand, then products with fp32 accumulation in PSUM.
//
// An fp32 operand is loaded in two parts, each exact: `high` has the low 12 bits of the mantissa cleared,
// `low` is the rest. The sum of the two products is fp32's. Where the moving operand is not finite the high
// part alone decides, so the low pass takes 0 there.
#include "MatrixProduct.h"
#include "Rows.h"
#include "tarn/Support/LowPrecision.h"
#include "llvm/ADT/bit.h"
#include <cblas.h>

namespace tarn::sim {
using namespace isa;

namespace {

float highPart(float value) {
  return std::isfinite(value) ? llvm::bit_cast<float>(llvm::bit_cast<uint32_t>(value) & 0xfffff000u) : value;
}
float lowPart(float value) { return std::isfinite(value) ? value - highPart(value) : 0.0f; }

/// By the exponents, in integers: additions of floats would have to be made one after another.
bool areFinite(const float *values, int count) {
  constexpr int32_t exponent = 0x7f800000;
  int32_t highest = 0;
  for (int i = 0; i < count; ++i)
    highest = std::max(highest, llvm::bit_cast<int32_t>(values[i]) & exponent);
  return highest < exponent;
}

/// dst[m, n] = bits of stationary[k, m] where moving[k, n] is 1.
llvm::Error transpose(const Matmul &matmul, const Stationary &stationary, Context &context) {
  const Memory &memory = context.memory();
  unsigned elementSize = sizeInBytes(stationary.dtype);
  unsigned outSize = sizeInBytes(matmul.dst.dtype); // of a byte 2, with nothing above it
  if (outSize != std::max(elementSize, 2u))
    return makeError("a transpose of {0} goes to PSUM in elements of {1} bytes, not as {2}", name(stationary.dtype),
                     std::max(elementSize, 2u), name(matmul.dst.dtype));
  Operand dst(matmul.dst), moving(matmul.moving);
  size_t columns = moving.walk.size;
  std::vector<int> source(columns, -1); // the row k that column n takes
  std::vector<float> row(columns);
  for (unsigned k = 0; k < stationary.rows; ++k) {
    moving.load(memory, k, row.data());
    for (size_t n = 0; n < columns; ++n)
      if (row[n] != 0)
        source[n] = k;
  }
  std::vector<char> out(columns * outSize);
  for (unsigned m = 0; m < stationary.columns; ++m) {
    std::fill(out.begin(), out.end(), 0);
    for (size_t n = 0; n < columns; ++n)
      if (source[n] >= 0)
        std::copy_n(stationary.raw.data() + (size_t(source[n]) * stationary.columns + m) * elementSize, elementSize,
                    out.data() + n * outSize);
    storeRaw(outSize, dst.walk, memory.row(matmul.dst, m), out.data());
  }
  return llvm::Error::success();
}

} // namespace

Stationary &CoreState::replaceStationaryAt(ArrayTile tile) {
  if (tile.isWhole()) {
    tiles.clear();
    return stationary;
  }
  stationary = {};
  for (auto it = tiles.begin(); it != tiles.end();)
    it = it->first.overlaps(tile) ? tiles.erase(it) : std::next(it);
  return tiles[tile];
}

llvm::Error execute(const LoadStationary &load, Context &context) {
  Stationary &stationary = context.core.replaceStationaryAt({load.row, load.tile_rows, load.col, load.tile_cols});
  Operand data(load.data);
  // With double_row the second plane's columns are rows of the product, below those of the first.
  unsigned planes = load.perf_mode == PerfMode::double_row ? 2 : 1;
  unsigned partitions = load.data.numPartitions;
  stationary.rows = planes * partitions;
  stationary.columns = data.walk.size / planes;
  stationary.dtype = load.data.dtype;
  stationary.mode = load.fp32_mode;
  if (stationary.columns > context.core.chip.pe.maxStationary)
    return makeError("{0} columns; the array has {1}", stationary.columns, context.core.chip.pe.maxStationary);
  size_t size = size_t(stationary.rows) * stationary.columns;
  stationary.values.resize(size);
  unsigned elementSize = sizeInBytes(load.data.dtype);
  stationary.raw.resize(load.is_transpose ? size * elementSize : 0);
  std::vector<float> row(planes > 1 ? data.walk.size : 0);
  for (unsigned k = 0; k < partitions; ++k) {
    if (planes > 1) {
      data.load(context.memory(), k, row.data());
      for (unsigned plane = 0; plane < planes; ++plane)
        std::copy_n(row.data() + plane * stationary.columns, stationary.columns,
                    stationary.values.data() + size_t(plane * partitions + k) * stationary.columns);
      continue;
    }
    data.load(context.memory(), k, stationary.values.data() + size_t(k) * stationary.columns);
    if (load.is_transpose)
      loadRaw(elementSize, data.walk, context.memory().row(load.data, k),
              stationary.raw.data() + size_t(k) * stationary.columns * elementSize);
  }
  if (load.data.dtype == DType::fp32r)
    llvm::transform(stationary.values, stationary.values.begin(), roundToTf32);
  if (load.fp32_mode == Fp32Mode::high)
    llvm::transform(stationary.values, stationary.values.begin(), highPart);
  else if (load.fp32_mode == Fp32Mode::low)
    llvm::transform(stationary.values, stationary.values.begin(), lowPart);
  return llvm::Error::success();
}

bool canMultiply(DType a, DType b) {
  auto isWide = [](DType type) { return type == DType::fp32 || type == DType::fp32r || type == DType::tf32; };
  auto areBoth = [&](DType x, DType y) { return (a == x && b == y) || (a == y && b == x); };
  return isPacked(a) == isPacked(b) && isWide(a) == isWide(b) && !areBoth(DType::fp8_e4m3, DType::fp8_e4m3fn);
}

llvm::Error execute(const Matmul &matmul, Context &context) {
  const Stationary &stationary =
      context.core.stationaryAt({matmul.row, matmul.tile_rows, matmul.col, matmul.tile_cols});
  const Memory &memory = context.memory();
  Operand dst(matmul.dst), moving(matmul.moving);
  const int planes = matmul.perf_mode == PerfMode::double_row ? 2 : 1;
  const int m = stationary.columns, k = stationary.rows, n = moving.walk.size / planes;
  if (matmul.dst.numPartitions != m || dst.walk.size != unsigned(n) || matmul.moving.numPartitions * planes != k)
    return makeError("stationary [{0}, {1}] times moving [{2}, {3}] does not give [{4}, {5}]; "
                     "load_stationary of the "
                     "same tile and perf_mode goes before it",
                     k, m, matmul.moving.numPartitions * planes, n, matmul.dst.numPartitions, dst.walk.size);
  if (matmul.is_transpose) {
    if (stationary.raw.empty())
      return makeError("is_transpose needs a load_stationary with is_transpose before it");
    return transpose(matmul, stationary, context);
  }
  if (!canMultiply(stationary.dtype, matmul.moving.dtype))
    return makeError("the array does not multiply {0} (stationary) by {1} (moving)", name(stationary.dtype),
                     name(matmul.moving.dtype));

  // 1. The moving operand as it lies in memory where its rows are contiguous fp32, else gathered.
  bool isInPlace = matmul.moving.dtype == DType::fp32 && !matmul.is_moving_onezero && moving.walk.isContiguous() &&
                   matmul.moving.address % 4 == 0 && memory.pitch(matmul.moving.memory) % 4 == 0;
  const float *right = nullptr;
  int rightPitch = n;
  static thread_local std::vector<float> gathered;
  if (isInPlace) {
    right = reinterpret_cast<const float *>(memory.row(matmul.moving, 0));
    rightPitch = memory.pitch(matmul.moving.memory) / 4;
  } else {
    gathered.resize(size_t(k) * n);
    std::vector<float> both(planes > 1 ? moving.walk.size : 0);
    for (int row = 0; row < matmul.moving.numPartitions; ++row) {
      if (planes == 1) {
        moving.load(memory, row, gathered.data() + size_t(row) * n);
        continue;
      }
      moving.load(memory, row, both.data());
      std::copy_n(both.data(), n, gathered.data() + size_t(row) * n);
      std::copy_n(both.data() + n, n, gathered.data() + size_t(matmul.moving.numPartitions + row) * n);
    }
    if (matmul.moving.dtype == DType::fp32r)
      llvm::transform(gathered, gathered.begin(), roundToTf32);
    if (matmul.is_moving_onezero)
      llvm::transform(gathered, gathered.begin(), highPart);
    right = gathered.data();
  }
  if (stationary.mode == Fp32Mode::low) {
    bool isFinite = true;
    for (int row = 0; row < k && isFinite; ++row)
      isFinite = areFinite(right + size_t(row) * rightPitch, n);
    if (!isFinite) {
      std::vector<float> finite(size_t(k) * n);
      for (int row = 0; row < k; ++row)
        for (int i = 0; i < n; ++i) {
          float value = right[size_t(row) * rightPitch + i];
          finite[size_t(row) * n + i] = std::isfinite(value) ? value : 0.0f;
        }
      gathered = std::move(finite);
      right = gathered.data();
      rightPitch = n;
    }
  }
  multiplyInto(matmul.dst, matmul.group, stationary, right, n, rightPitch, memory);
  return llvm::Error::success();
}

void multiplyInto(const AccessPattern &pattern, MatmulGroup group, const Stationary &stationary, const float *right,
                  int columns, int rightPitch, const Memory &memory) {
  // Into PSUM directly where the result is contiguous fp32.
  Operand dst(pattern);
  const int m = stationary.columns, k = stationary.rows, n = columns;
  bool overwrites = unsigned(group) & 1;
  static thread_local std::vector<float> result;
  float *left = nullptr;
  int leftPitch = n;
  bool isDirect = pattern.dtype == DType::fp32 && dst.walk.isContiguous() && pattern.address % 4 == 0;
  if (isDirect) {
    left = reinterpret_cast<float *>(memory.row(pattern, 0));
    leftPitch = memory.pitch(pattern.memory) / 4;
  } else {
    result.resize(size_t(m) * n);
    if (!overwrites)
      for (int row = 0; row < m; ++row)
        dst.load(memory, row, result.data() + size_t(row) * n);
    left = result.data();
  }
  cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, m, n, k, 1.0f, stationary.values.data(), m, right, rightPitch,
              overwrites ? 0.0f : 1.0f, left, leftPitch);
  if (!isDirect)
    for (int row = 0; row < m; ++row)
      dst.store(memory, row, result.data() + size_t(row) * n);
}

} // namespace tarn::sim
