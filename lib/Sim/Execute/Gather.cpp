// GpSimd engine: what moves elements by numbers found in data. Its eight cores have 16 partitions each.
#include "Rows.h"

namespace tarn::sim {
using namespace isa;

namespace {
constexpr unsigned corePartitions = 16;

std::vector<int64_t> bitsOf(const Context &context, const Operand &operand, unsigned row) {
  std::vector<int64_t> values(operand.walk.size);
  operand.loadBits(context.memory(), row, values.data());
  return values;
}
std::vector<float> floatsOf(const Context &context, const Operand &operand, unsigned row) {
  std::vector<float> values(operand.walk.size);
  operand.load(context.memory(), row, values.data());
  return values;
}
/// Elements of one row as their bytes.
struct RawRow {
  RawRow(const Context &context, const Operand &operand, unsigned row)
      : size(sizeInBytes(operand.pattern.dtype)), bytes(size_t(operand.walk.size) * size) {
    loadRaw(size, operand.walk, context.memory().row(operand.pattern, row), bytes.data());
  }
  explicit RawRow(const Operand &operand)
      : size(sizeInBytes(operand.pattern.dtype)), bytes(size_t(operand.walk.size) * size) {}
  void store(const Context &context, const Operand &operand, unsigned row) const {
    storeRaw(size, operand.walk, context.memory().row(operand.pattern, row), bytes.data());
  }
  void take(size_t to, const RawRow &from, size_t at) {
    std::memcpy(bytes.data() + to * size, from.bytes.data() + at * size, size);
  }
  unsigned size;
  std::vector<char> bytes;
};

llvm::Error outside(int64_t index, unsigned partition, uint64_t limit) {
  return makeError("partition {0} has index {1}, allowed are 0 to {2}", partition, index, limit - 1);
}

/// The partition, within its core, that holds number `i` of a walk that winds through the 16 partitions.
unsigned windingPartition(uint64_t i) {
  unsigned p = i % corePartitions;
  return i / corePartitions % 2 ? corePartitions - 1 - p : p;
}
} // namespace

llvm::Error execute(const LocalGather &gather, Context &context) {
  Operand dst(gather.dst), src(gather.src), index(gather.index);
  unsigned each = gather.elements;
  uint64_t count = gather.count, limit = each ? src.walk.size / each : 0;
  for (unsigned first = 0; first + corePartitions <= gather.src.numPartitions; first += corePartitions) {
    std::vector<std::vector<int64_t>> indices;
    for (unsigned p = 0; p < corePartitions; ++p)
      indices.push_back(bitsOf(context, index, first + p));
    for (unsigned p = 0; p < corePartitions; ++p) {
      RawRow from(context, src, first + p), to(dst);
      for (uint64_t i = 0; i < count; ++i) {
        int64_t at = indices[i % corePartitions][i / corePartitions];
        if (at < 0 || uint64_t(at) >= limit)
          return outside(at, gather.index.startPartition + first + i % corePartitions, limit);
        for (unsigned j = 0; j < each; ++j)
          to.take(i * each + j, from, at * each + j);
      }
      to.store(context, dst, first + p);
    }
  }
  return llvm::Error::success();
}

llvm::Error execute(const NGather &gather, Context &context) {
  Operand dst(gather.dst), data(gather.data), indices(gather.indices);
  for (unsigned p = 0; p < gather.dst.numPartitions; ++p) {
    std::vector<int64_t> index = bitsOf(context, indices, p);
    RawRow from(context, data, p), to(dst);
    for (size_t i = 0; i < index.size(); ++i) {
      if (index[i] < 0 || index[i] >= int64_t(data.walk.size))
        return outside(index[i], gather.indices.startPartition + p, data.walk.size);
      to.take(i, from, index[i]);
    }
    to.store(context, dst, p);
  }
  return llvm::Error::success();
}

/// The first positions of the elements, then their ends.
template <typename Id> static std::vector<float> boundsOf(const std::vector<Id> &ids) {
  size_t n = ids.size();
  std::vector<float> result(2 * n);
  for (size_t begin = 0, end; begin < n; begin = end) {
    for (end = begin + 1; end < n && ids[end] == ids[begin];)
      ++end;
    bool isPadding = ids[begin] == 0;
    std::fill(result.begin() + begin, result.begin() + end, isPadding ? float(n) : float(begin));
    std::fill(result.begin() + n + begin, result.begin() + n + end, isPadding ? -1.0f : float(end));
  }
  return result;
}

llvm::Error execute(const SequenceBounds &bounds, Context &context) {
  Operand dst(bounds.dst), segments(bounds.segment_ids);
  std::vector<float> result = isFloat(bounds.segment_ids.dtype) ? boundsOf(floatsOf(context, segments, 0))
                                                                : boundsOf(bitsOf(context, segments, 0));
  dst.store(context.memory(), 0, result.data());
  return llvm::Error::success();
}

llvm::Error execute(const NonzeroWithCount &nonzero, Context &context) {
  Operand dst(nonzero.dst), src(nonzero.src);
  for (unsigned p = 0; p < nonzero.src.numPartitions; p += corePartitions) {
    std::vector<float> values = floatsOf(context, src, p);
    std::vector<int64_t> found;
    for (size_t i = 0; i < values.size(); ++i)
      if (values[i] != 0)
        found.push_back(int32_t(uint32_t(i) + uint32_t(nonzero.index_offset)));
    int64_t number = found.size();
    found.resize(values.size(), nonzero.padding);
    found.push_back(number);
    dst.storeBits(context.memory(), p, found.data());
  }
  return llvm::Error::success();
}

llvm::Error execute(const TopK &topk, Context &context) {
  Operand values(topk.val_dst), numbers(topk.idx_dst), src(topk.src);
  size_t n = topk.n, k = size_t(values.walk.size) * corePartitions;
  for (unsigned first = 0; first + corePartitions <= topk.src.numPartitions; first += corePartitions) {
    std::vector<std::vector<float>> rows;
    for (unsigned p = 0; p < corePartitions; ++p)
      rows.push_back(floatsOf(context, src, first + p));
    std::vector<std::pair<float, size_t>> elements;
    for (size_t i = 0; i < n; ++i)
      elements.push_back({rows[windingPartition(i)][i / corePartitions], i});
    // NaNs are the largest, so that the order is one.
    llvm::sort(elements, [](const auto &a, const auto &b) {
      bool aIsNan = std::isnan(a.first), bIsNan = std::isnan(b.first);
      if (aIsNan || bIsNan ? aIsNan != bIsNan : a.first != b.first)
        return aIsNan || bIsNan ? bIsNan : a.first < b.first;
      return a.second > b.second;
    });
    std::vector<std::vector<float>> best(corePartitions, std::vector<float>(values.walk.size));
    std::vector<std::vector<int64_t>> places(corePartitions, std::vector<int64_t>(values.walk.size));
    for (size_t i = 0; i < k; ++i) {
      best[windingPartition(i)][i / corePartitions] = elements[n - k + i].first;
      places[windingPartition(i)][i / corePartitions] = elements[n - k + i].second;
    }
    for (unsigned p = 0; p < corePartitions; ++p) {
      values.store(context.memory(), first + p, best[p].data());
      numbers.storeBits(context.memory(), first + p, places[p].data());
    }
  }
  return llvm::Error::success();
}

static int64_t joined(PartitionOp op, int64_t a, int64_t b) {
  switch (op) {
  case PartitionOp::add:
  case PartitionOp::average:
    return a + b;
  case PartitionOp::max:
    return std::max(a, b);
  case PartitionOp::bitwise_and:
    return a & b;
  case PartitionOp::bitwise_or:
    return a | b;
  }
  llvm_unreachable("all operators are handled");
}

/// To nearest even.
static int64_t dividedBy(int64_t number, int64_t divisor) {
  int64_t quotient = number / divisor, twice = 2 * std::abs(number % divisor);
  bool isAway = twice > divisor || (twice == divisor && quotient % 2 != 0);
  return quotient + (isAway ? (number < 0 ? -1 : 1) : 0);
}

llvm::Error execute(const TensorPartitionReduce &reduce, Context &context) {
  Operand dst(reduce.dst), data(reduce.data);
  bool seesBits = reduce.op == PartitionOp::bitwise_and || reduce.op == PartitionOp::bitwise_or;
  if (seesBits || (!isFloat(reduce.data.dtype) && !isFloat(reduce.dst.dtype))) {
    std::vector<int64_t> result = bitsOf(context, data, 0);
    for (unsigned p = 1; p < reduce.data.numPartitions; ++p)
      for (auto [sum, value] : llvm::zip_equal(result, bitsOf(context, data, p)))
        sum = joined(reduce.op, sum, value);
    if (reduce.op == PartitionOp::average)
      for (int64_t &sum : result)
        sum = dividedBy(sum, reduce.data.numPartitions);
    dst.storeBits(context.memory(), 0, result.data());
    return llvm::Error::success();
  }
  std::vector<float> result = floatsOf(context, data, 0);
  for (unsigned p = 1; p < reduce.data.numPartitions; ++p)
    for (auto [sum, value] : llvm::zip_equal(result, floatsOf(context, data, p)))
      sum = reduce.op != PartitionOp::max ? sum + value : std::isnan(sum) || sum > value ? sum : value;
  if (reduce.op == PartitionOp::average)
    for (float &sum : result)
      sum /= float(reduce.data.numPartitions);
  dst.store(context.memory(), 0, result.data());
  return llvm::Error::success();
}

} // namespace tarn::sim
