// DMAs beyond copies: transposes, rows by index, arithmetic on the way.
#include "DmaSides.h"
#include "Rows.h"

namespace tarn::sim {
using namespace isa;

llvm::Error execute(const DmaTranspose &transpose, Context &context) {
  const Memory &memory = context.memory();
  uint64_t count = transpose.shape.numElements(), size = sizeInBytes(transpose.src.dtype);
  std::vector<char> in(count * size), out(count * size);
  readSide(memory, transpose.src, 0, count, in.data());
  llvm::ArrayRef<uint32_t> sizes = transpose.shape.used();
  uint64_t first = sizes.front(), last = sizes.back(), middle = 1;
  for (uint32_t extent : sizes.drop_front().drop_back())
    middle *= extent;
  // The sizes between stay in place: they are walked as one.
  for (uint64_t i = 0; i < first; ++i)
    for (uint64_t j = 0; j < middle; ++j)
      for (uint64_t k = 0; k < last; ++k)
        std::memcpy(out.data() + ((k * middle + j) * first + i) * size,
                    in.data() + ((i * middle + j) * last + k) * size, size);
  writeSide(memory, transpose.dst, 0, count, out.data());
  return llvm::Error::success();
}

namespace {
/// The numbers of rows, partition by partition.
std::vector<int64_t> rowsOf(const AccessPattern &index, const Memory &memory) {
  Operand operand(index);
  std::vector<int64_t> rows(size_t(index.numPartitions) * operand.walk.size);
  for (unsigned p = 0; p < index.numPartitions; ++p)
    operand.loadBits(memory, p, rows.data() + size_t(p) * operand.walk.size);
  return rows;
}

/// Calls f(position of the index, its row) for each index within the table's rows.
template <typename F>
llvm::Error forEachRow(llvm::StringRef mnemonic, const AccessPattern &index, BoundsMode bounds, uint64_t numRows,
                       const Memory &memory, F &&f) {
  for (auto [position, row] : llvm::enumerate(rowsOf(index, memory))) {
    if (row >= 0 && uint64_t(row) < numRows)
      f(position, uint64_t(row));
    else if (bounds == BoundsMode::error)
      return makeError("{0}: index {1} is row {2}, the table has rows 0 to {3}; bounds=skip leaves such rows out",
                       mnemonic, position, row, int64_t(numRows) - 1);
  }
  return llvm::Error::success();
}

float join(DmaJoinOp op, float a, float b) {
  switch (op) {
  case DmaJoinOp::add:
    return a + b;
  case DmaJoinOp::mult:
    return a * b;
  case DmaJoinOp::min:
    return std::isnan(a) || a < b ? a : b;
  case DmaJoinOp::max:
    return std::isnan(a) || a > b ? a : b;
  }
  llvm_unreachable("all operators are handled");
}
DmaJoinOp computeOf(ScatterOp op) {
  return op == ScatterOp::min ? DmaJoinOp::min : op == ScatterOp::max ? DmaJoinOp::max : DmaJoinOp::add;
}

std::vector<float> floatsOf(const std::vector<char> &bytes, DType dtype) {
  std::vector<float> values(bytes.size() / sizeInBytes(dtype));
  toFloat(dtype, bytes.data(), values.data(), values.size());
  return values;
}
} // namespace

llvm::Error execute(const DmaGather &gather, Context &context) {
  const Memory &memory = context.memory();
  uint64_t indices = uint64_t(gather.index.numElements()) * gather.index.numPartitions;
  uint64_t each = gather.dst.numElements() / indices;
  return forEachRow("dma_gather", gather.index, gather.bounds, gather.table.numElements() / each, memory,
                    [&](uint64_t position, uint64_t row) {
                      std::vector<char> bytes(each * sizeInBytes(gather.table.dtype));
                      readSide(memory, gather.table, row * each, each, bytes.data());
                      bytes = castElements(std::move(bytes), gather.table.dtype, gather.dst.dtype);
                      writeSide(memory, gather.dst, position * each, each, bytes.data());
                    });
}

llvm::Error execute(const DmaScatter &scatter, Context &context) {
  const Memory &memory = context.memory();
  uint64_t indices = uint64_t(scatter.index.numElements()) * scatter.index.numPartitions;
  uint64_t each = scatter.src.numElements() / indices;
  DType from = scatter.src.dtype, to = scatter.table.dtype;
  return forEachRow("dma_scatter", scatter.index, scatter.bounds, scatter.table.numElements() / each, memory,
                    [&](uint64_t position, uint64_t row) {
                      std::vector<char> bytes(each * sizeInBytes(from));
                      readSide(memory, scatter.src, position * each, each, bytes.data());
                      if (scatter.op == ScatterOp::copy) {
                        bytes = castElements(std::move(bytes), from, to);
                      } else {
                        std::vector<char> there(each * sizeInBytes(to));
                        readSide(memory, scatter.table, row * each, each, there.data());
                        std::vector<float> sums = floatsOf(there, to), values = floatsOf(bytes, from);
                        for (auto [sum, value] : llvm::zip_equal(sums, values))
                          sum = join(computeOf(scatter.op), sum, value);
                        fromFloat(to, sums.data(), there.data(), each);
                        bytes = std::move(there);
                      }
                      writeSide(memory, scatter.table, row * each, each, bytes.data());
                    });
}

llvm::Error execute(const DmaCompute &compute, Context &context) {
  const Memory &memory = context.memory();
  uint64_t count = compute.dst.numElements();
  std::vector<float> result;
  for (auto [i, side] : llvm::enumerate(compute.srcs)) {
    std::vector<char> bytes(count * sizeInBytes(side.dtype));
    readSide(memory, side, 0, count, bytes.data());
    std::vector<float> values = floatsOf(bytes, side.dtype);
    if (!compute.scales.empty())
      for (float &value : values)
        value *= compute.scales[i];
    if (i == 0)
      result = std::move(values);
    else
      for (auto [sum, value] : llvm::zip_equal(result, values))
        sum = join(compute.op, sum, value);
  }
  std::vector<char> bytes(count * sizeInBytes(compute.dst.dtype));
  fromFloat(compute.dst.dtype, result.data(), bytes.data(), count);
  writeSide(memory, compute.dst, 0, count, bytes.data());
  return llvm::Error::success();
}

} // namespace tarn::sim
