// Tensor engine: the stationary operand, then products with fp32 accumulation in PSUM.
//
// An fp32 operand is loaded in two parts, each exact: `high` has the low 12 bits of the mantissa cleared,
// `low` is the rest. The sum of the two products is fp32's. Where the moving operand is not finite the high
// part alone decides, so the low pass takes 0 there.
#include "Rows.h"
#include "llvm/ADT/bit.h"
#include <cblas.h>

namespace tarn::sim {
using namespace isa;

namespace {

float highPart(float value) {
  return std::isfinite(value) ? llvm::bit_cast<float>(llvm::bit_cast<uint32_t>(value) & 0xfffff000u) : value;
}
float lowPart(float value) { return std::isfinite(value) ? value - highPart(value) : 0.0f; }

/// dst[m, n] = bits of stationary[k, m] where moving[k, n] is 1.
llvm::Error transpose(const Matmul &matmul, Context &context) {
  const Stationary &stationary = context.core.stationary;
  const Memory &memory = context.memory();
  unsigned elementSize = sizeInBytes(stationary.dtype);
  if (sizeInBytes(matmul.dst.dtype) != elementSize)
    return makeError("matmul: a transpose of {0} goes to PSUM as {0}, not as {1}", name(stationary.dtype),
                     name(matmul.dst.dtype));
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
  std::vector<char> out(columns * elementSize);
  for (unsigned m = 0; m < stationary.columns; ++m) {
    std::fill(out.begin(), out.end(), 0);
    for (size_t n = 0; n < columns; ++n)
      if (source[n] >= 0)
        std::copy_n(stationary.raw.data() + (size_t(source[n]) * stationary.columns + m) * elementSize,
                    elementSize, out.data() + n * elementSize);
    storeRaw(elementSize, dst.walk, memory.row(matmul.dst, m), out.data());
  }
  return llvm::Error::success();
}

} // namespace

llvm::Error execute(const LoadStationary &load, Context &context) {
  Stationary &stationary = context.core.stationary;
  Operand data(load.data);
  stationary.rows = load.data.numPartitions;
  stationary.columns = data.walk.size;
  stationary.dtype = load.data.dtype;
  stationary.mode = load.fp32_mode;
  if (stationary.columns > context.core.chip.pe.maxStationary)
    return makeError("load_stationary: {0} columns; the array has {1}", stationary.columns,
                     context.core.chip.pe.maxStationary);
  size_t size = size_t(stationary.rows) * stationary.columns;
  stationary.values.resize(size);
  unsigned elementSize = sizeInBytes(load.data.dtype);
  stationary.raw.resize(load.is_transpose ? size * elementSize : 0);
  for (unsigned k = 0; k < stationary.rows; ++k) {
    data.load(context.memory(), k, stationary.values.data() + size_t(k) * stationary.columns);
    if (load.is_transpose)
      loadRaw(elementSize, data.walk, context.memory().row(load.data, k),
              stationary.raw.data() + size_t(k) * stationary.columns * elementSize);
  }
  if (load.fp32_mode == Fp32Mode::high)
    llvm::transform(stationary.values, stationary.values.begin(), highPart);
  else if (load.fp32_mode == Fp32Mode::low)
    llvm::transform(stationary.values, stationary.values.begin(), lowPart);
  return llvm::Error::success();
}

llvm::Error execute(const Matmul &matmul, Context &context) {
  const Stationary &stationary = context.core.stationary;
  const Memory &memory = context.memory();
  Operand dst(matmul.dst), moving(matmul.moving);
  const int m = stationary.columns, k = stationary.rows, n = moving.walk.size;
  if (matmul.dst.numPartitions != m || dst.walk.size != unsigned(n) || matmul.moving.numPartitions != k)
    return makeError("matmul: stationary [{0}, {1}] times moving [{2}, {3}] does not give [{4}, {5}]", k, m,
                     matmul.moving.numPartitions, n, matmul.dst.numPartitions, dst.walk.size);
  if (matmul.is_transpose) {
    if (stationary.raw.empty())
      return makeError("matmul: is_transpose needs a load_stationary with is_transpose before it");
    return transpose(matmul, context);
  }

  // 1. The moving operand as it lies in memory where its rows are contiguous fp32, else gathered.
  bool isInPlace = matmul.moving.dtype == DType::fp32 && moving.walk.isContiguous() &&
                   matmul.moving.address % 4 == 0 && memory.pitch(matmul.moving.memory) % 4 == 0;
  const float *right = nullptr;
  int rightPitch = n;
  static thread_local std::vector<float> gathered;
  if (isInPlace) {
    right = reinterpret_cast<const float *>(memory.row(matmul.moving, 0));
    rightPitch = memory.pitch(matmul.moving.memory) / 4;
  } else {
    gathered.resize(size_t(k) * n);
    for (int row = 0; row < k; ++row)
      moving.load(memory, row, gathered.data() + size_t(row) * n);
    right = gathered.data();
  }
  if (stationary.mode == Fp32Mode::low) {
    bool isFinite = true;
    for (int row = 0; row < k && isFinite; ++row) {
      float probe = 0; // becomes NaN as soon as one value is not finite
      for (int i = 0; i < n; ++i)
        probe += right[size_t(row) * rightPitch + i] * 0.0f;
      isFinite = probe == 0;
    }
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

  // 2. Into PSUM directly where the result is contiguous fp32.
  bool overwrites = unsigned(matmul.group) & 1;
  static thread_local std::vector<float> result;
  float *left = nullptr;
  int leftPitch = n;
  bool isDirect = matmul.dst.dtype == DType::fp32 && dst.walk.isContiguous() && matmul.dst.address % 4 == 0;
  if (isDirect) {
    left = reinterpret_cast<float *>(memory.row(matmul.dst, 0));
    leftPitch = memory.pitch(matmul.dst.memory) / 4;
  } else {
    result.resize(size_t(m) * n);
    if (!overwrites)
      for (int row = 0; row < m; ++row)
        dst.load(memory, row, result.data() + size_t(row) * n);
    left = result.data();
  }
  cblas_sgemm(CblasRowMajor, CblasTrans, CblasNoTrans, m, n, k, 1.0f, stationary.values.data(), m, right,
              rightPitch, overwrites ? 0.0f : 1.0f, left, leftPitch);
  if (!isDirect)
    for (int row = 0; row < m; ++row)
      dst.store(memory, row, result.data() + size_t(row) * n);
  return llvm::Error::success();
}

} // namespace tarn::sim
