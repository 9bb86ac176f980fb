// DMAs beyond copies: transposes, rows by index, arithmetic on the way.
#include "DmaSides.h"
#include "Rows.h"

namespace tarn::sim {
using namespace isa;

llvm::Error execute(const DmaTranspose &transpose, Context &context) {
  const Memory &memory = context.memory();
  uint64_t count = transpose.shape.numElements(), size = sizeInBytes(transpose.src.dtype);
  if (llvm::Error error = checkBuffer(2 * count * size))
    return error;
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
/// Calls f(position of the index, its row) for each index within the table's rows.
template <typename F>
llvm::Error forEachRow(const AccessPattern &index, BoundsMode bounds, uint64_t numRows, const Memory &memory, F &&f) {
  for (auto [position, row] : llvm::enumerate(rowsOf(index, memory))) {
    if (row >= 0 && uint64_t(row) < numRows)
      f(position, uint64_t(row));
    else if (bounds == BoundsMode::error)
      return makeError("index {0} is row {1}, the table has rows 0 to {2}; bounds=skip leaves such rows out", position,
                       row, int64_t(numRows) - 1);
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
  GatherSizes sizes(gather);
  DType from = gather.table.dtype, to = gather.dst.dtype;
  llvm::Expected<uint64_t> block =
      blockOf(sizes.each, sizeInBytes(from) + sizeInBytes(to) + sizeof(float), gather, context);
  if (!block)
    return block.takeError();
  return forEachRow(gather.index, gather.bounds, sizes.numRows, memory, [&](uint64_t position, uint64_t row) {
    for (uint64_t first = 0; first < sizes.each; first += *block) {
      uint64_t part = std::min(sizes.each - first, *block);
      std::vector<char> bytes(part * sizeInBytes(from));
      readSide(memory, gather.table, row * sizes.each + first, part, bytes.data());
      bytes = castElements(std::move(bytes), from, to);
      writeSide(memory, gather.dst, position * sizes.each + first, part, bytes.data());
    }
  });
}

llvm::Error execute(const DmaScatter &scatter, Context &context) {
  const Memory &memory = context.memory();
  uint64_t indices = uint64_t(scatter.index.numElements()) * scatter.index.numPartitions;
  uint64_t each = scatter.src.numElements() / indices, block = each;
  DType from = scatter.src.dtype, to = scatter.table.dtype;
  uint64_t bytesEach = sizeInBytes(from) + sizeInBytes(to) + 2 * sizeof(float);
  if (scatter.op == ScatterOp::copy) {
    llvm::Expected<uint64_t> most = blockOf(each, bytesEach, scatter, context);
    if (!most)
      return most.takeError();
    block = *most;
  } else if (llvm::Error error = checkBuffer(each * bytesEach)) { // a row may name a byte twice: it is joined at once
    return error;
  }
  return forEachRow(scatter.index, scatter.bounds, scatter.table.numElements() / each, memory,
                    [&](uint64_t position, uint64_t row) {
                      for (uint64_t first = 0; first < each; first += block) {
                        uint64_t part = std::min(each - first, block);
                        std::vector<char> bytes(part * sizeInBytes(from));
                        readSide(memory, scatter.src, position * each + first, part, bytes.data());
                        if (scatter.op == ScatterOp::copy) {
                          bytes = castElements(std::move(bytes), from, to);
                        } else {
                          std::vector<char> there(part * sizeInBytes(to));
                          readSide(memory, scatter.table, row * each + first, part, there.data());
                          std::vector<float> sums = floatsOf(there, to), values = floatsOf(bytes, from);
                          for (auto [sum, value] : llvm::zip_equal(sums, values))
                            sum = join(computeOf(scatter.op), sum, value);
                          fromFloat(to, sums.data(), there.data(), part);
                          bytes = std::move(there);
                        }
                        writeSide(memory, scatter.table, row * each + first, part, bytes.data());
                      }
                    });
}

/// Whether a walk comes to each byte once.
static bool isInjective(const DmaPattern &side) {
  llvm::SmallVector<DmaDim, 5> dims;
  llvm::copy_if(side.pattern(), std::back_inserter(dims), [](DmaDim dim) { return dim.num > 1; });
  llvm::sort(dims, [](DmaDim a, DmaDim b) { return std::abs(a.step) < std::abs(b.step); });
  __int128 extent = sizeInBytes(side.dtype);
  for (DmaDim dim : dims) {
    if (std::abs(dim.step) < extent)
      return false;
    extent += __int128(std::abs(dim.step)) * (dim.num - 1);
  }
  return true;
}

llvm::Error execute(const DmaCompute &compute, Context &context) {
  const Memory &memory = context.memory();
  uint64_t count = compute.dst.numElements();
  // A source that is dst itself is read an element at a time before that element is written.
  DmaCompute apart = compute;
  if (isInjective(compute.dst))
    llvm::erase(apart.srcs, compute.dst);
  llvm::Expected<uint64_t> block = blockOf(count, 2 * sizeof(float) + sizeof(uint32_t), apart, context);
  if (!block)
    return block.takeError();
  for (uint64_t first = 0; first < count; first += *block) {
    uint64_t part = std::min(count - first, *block);
    std::vector<float> result;
    for (auto [i, side] : llvm::enumerate(compute.srcs)) {
      std::vector<char> bytes(part * sizeInBytes(side.dtype));
      readSide(memory, side, first, part, bytes.data());
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
    std::vector<char> bytes(part * sizeInBytes(compute.dst.dtype));
    fromFloat(compute.dst.dtype, result.data(), bytes.data(), part);
    writeSide(memory, compute.dst, first, part, bytes.data());
  }
  return llvm::Error::success();
}

} // namespace tarn::sim
