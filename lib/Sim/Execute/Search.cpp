// Vector engine: the eight largest elements, where values stand, copies with an index.
#include "Rows.h"
#include <algorithm>

namespace tarn::sim {
using namespace isa;

llvm::Error execute(const Max8 &instruction, Context &context) {
  Operand dst(instruction.dst), src(instruction.src);
  std::vector<float> row(src.walk.size);
  for (unsigned p = 0; p < instruction.dst.numPartitions; ++p) {
    src.load(context.memory(), p, row.data());
    // A NaN counts as larger than any number.
    std::partial_sort(row.begin(), row.begin() + 8, row.end(),
                      [](float a, float b) { return a != a ? b == b : a > b; });
    dst.store(context.memory(), p, row.data());
  }
  return llvm::Error::success();
}

llvm::Error execute(const MatchValueLoad &instruction, Context &context) {
  Operand values(instruction.vals);
  for (unsigned p = 0; p < instruction.vals.numPartitions; ++p)
    values.load(context.memory(), p, context.core.matchValues[instruction.vals.startPartition + p].emplace().data());
  return llvm::Error::success();
}

/// That the partitions of `data` have values to look for.
static llvm::Error checkLoaded(const Context &context, const AccessPattern &data) {
  for (unsigned p = data.startPartition; p < unsigned(data.startPartition + data.numPartitions); ++p)
    if (!context.core.matchValues[p])
      return makeError("partition {0} has no values to look for; match_value_load goes before it", p);
  return llvm::Error::success();
}

/// For each of the eight values its place in `row`, -1 where it has none: several equal ones take the first, second …
/// place in ascending order of their number, or in descending order.
static std::array<int64_t, 8> placesOf(llvm::ArrayRef<float> row, const std::array<float, 8> &values, bool descending) {
  std::array<int64_t, 8> places;
  places.fill(-1);
  for (unsigned n = 0; n < 8; ++n) {
    unsigned k = descending ? 7 - n : n;
    // Behind the place that the equal value before this one took.
    size_t from = 0;
    bool isMissing = false;
    for (unsigned m = 0; m < n; ++m) {
      unsigned before = descending ? 7 - m : m;
      if (values[before] == values[k]) {
        isMissing = places[before] < 0;
        from = places[before] + 1;
      }
    }
    if (isMissing)
      continue;
    auto found = std::find(row.begin() + from, row.end(), values[k]);
    if (found != row.end())
      places[k] = found - row.begin();
  }
  return places;
}

llvm::Error execute(const FindIndex8 &instruction, Context &context) {
  if (auto error = checkLoaded(context, instruction.data))
    return error;
  Operand dst(instruction.dst), data(instruction.data);
  std::vector<float> row(data.walk.size);
  for (unsigned p = 0; p < instruction.dst.numPartitions; ++p) {
    data.load(context.memory(), p, row.data());
    std::array<int64_t, 8> places =
        placesOf(row, *context.core.matchValues[instruction.data.startPartition + p], /*descending=*/false);
    dst.storeBits(context.memory(), p, places.data());
  }
  return llvm::Error::success();
}

llvm::Error execute(const MatchReplace8 &instruction, Context &context) {
  if (auto error = checkLoaded(context, instruction.data))
    return error;
  Operand dst(instruction.dst), data(instruction.data);
  std::vector<float> row(data.walk.size);
  for (unsigned p = 0; p < instruction.dst.numPartitions; ++p) {
    data.load(context.memory(), p, row.data());
    for (int64_t place : placesOf(row, *context.core.matchValues[instruction.data.startPartition + p], true))
      if (place >= 0)
        row[place] = instruction.imm;
    dst.store(context.memory(), p, row.data());
  }
  return llvm::Error::success();
}

llvm::Error execute(const MatchReplaceIndex8 &instruction, Context &context) {
  if (auto error = checkLoaded(context, instruction.data))
    return error;
  Operand dst(instruction.dst), indices(instruction.dst_idx), data(instruction.data);
  std::vector<float> row(data.walk.size);
  for (unsigned p = 0; p < instruction.dst.numPartitions; ++p) {
    data.load(context.memory(), p, row.data());
    std::array<int64_t, 8> places =
        placesOf(row, *context.core.matchValues[instruction.data.startPartition + p], /*descending=*/true);
    for (int64_t place : places)
      if (place >= 0)
        row[place] = instruction.imm;
    dst.store(context.memory(), p, row.data());
    indices.storeBits(context.memory(), p, places.data());
  }
  return llvm::Error::success();
}

llvm::Error readIndices(const Operand &index, const Memory &memory, unsigned p, size_t limit,
                        std::vector<int64_t> &places) {
  index.loadBits(memory, p, places.data());
  for (size_t i = 0; i < places.size(); ++i)
    if (uint64_t(places[i]) >= limit)
      return makeError("index {0} of partition {1} is {2}, allowed: below {3}, the elements of a partition", i, p,
                       places[i], limit);
  return llvm::Error::success();
}

/// As bits where movesBits, so that no bit is lost; else as fp32.
static void loadElements(const Operand &operand, const Memory &memory, unsigned p, std::vector<int64_t> &row) {
  operand.loadBits(memory, p, row.data());
}
static void loadElements(const Operand &operand, const Memory &memory, unsigned p, std::vector<float> &row) {
  operand.load(memory, p, row.data());
}
static void storeElements(const Operand &operand, const Memory &memory, unsigned p, const std::vector<int64_t> &row) {
  operand.storeBits(memory, p, row.data());
}
static void storeElements(const Operand &operand, const Memory &memory, unsigned p, const std::vector<float> &row) {
  operand.store(memory, p, row.data());
}

template <typename Element> static llvm::Error gatherAs(const TensorGather &gather, Context &context) {
  const Memory &memory = context.memory();
  Operand dst(gather.dst), src(gather.src), index(gather.index);
  std::vector<Element> from(src.walk.size), to(dst.walk.size);
  std::vector<int64_t> places(index.walk.size);
  for (unsigned p = 0; p < gather.dst.numPartitions; ++p) {
    if (llvm::Error error = readIndices(index, memory, p, from.size(), places))
      return error;
    loadElements(src, memory, p, from);
    for (size_t i = 0; i < to.size(); ++i)
      to[i] = from[places[i]];
    storeElements(dst, memory, p, to);
  }
  return llvm::Error::success();
}

/// On GpSimd integers move as they are.
static bool movesBits(const Context &context, DType to, DType from) {
  return to == from || (context.engine == isa::Engine::pool && !isFloat(to) && !isFloat(from));
}

llvm::Error execute(const TensorGather &gather, Context &context) {
  return movesBits(context, gather.dst.dtype, gather.src.dtype) ? gatherAs<int64_t>(gather, context)
                                                                : gatherAs<float>(gather, context);
}

template <typename Element> static llvm::Error scatterAs(const TensorScatter &scatter, Context &context) {
  const Memory &memory = context.memory();
  Operand dst(scatter.dst), src(scatter.src), index(scatter.index);
  std::vector<Element> from(src.walk.size), to(dst.walk.size);
  std::vector<int64_t> places(index.walk.size);
  for (unsigned p = 0; p < scatter.dst.numPartitions; ++p) {
    if (llvm::Error error = readIndices(index, memory, p, to.size(), places))
      return error;
    loadElements(src, memory, p, from);
    loadElements(dst, memory, p, to);
    for (size_t i = 0; i < from.size(); ++i)
      to[places[i]] = from[i];
    storeElements(dst, memory, p, to);
  }
  return llvm::Error::success();
}

llvm::Error execute(const TensorScatter &scatter, Context &context) {
  return movesBits(context, scatter.dst.dtype, scatter.src.dtype) ? scatterAs<int64_t>(scatter, context)
                                                                  : scatterAs<float>(scatter, context);
}

} // namespace tarn::sim
