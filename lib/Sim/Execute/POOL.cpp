// GpSimd engine: values computed from positions.
#include "Rows.h"
#include "tarn/ISA/Registers.h"

namespace tarn::sim {
using namespace isa;

namespace {

/// pattern(i) for every element, innermost first; as many as the product of the counts.
std::vector<int32_t> positions(const IndexPattern &pattern) {
  std::vector<int32_t> values{0};
  for (Dim dim : pattern.pattern()) {
    std::vector<int32_t> longer;
    longer.reserve(values.size() * dim.num);
    for (uint32_t i = 0; i < dim.num; ++i)
      for (int32_t value : values)
        longer.push_back(int32_t(uint32_t(value) + i * uint32_t(dim.step)));
    values = std::move(longer);
  }
  return values;
}

llvm::Error checkPattern(const IndexPattern &pattern, const AccessPattern &dst) {
  uint64_t count = 1;
  for (Dim dim : pattern.pattern())
    count *= dim.num;
  if (count == dst.numElements())
    return llvm::Error::success();
  return makeError("the pattern has {0} positions, the result {1} elements a partition", count, dst.numElements());
}

int32_t baseOf(int32_t offset, int32_t multiplier, unsigned partition) {
  return int32_t(uint32_t(offset) + uint32_t(multiplier) * partition);
}

} // namespace

llvm::Error execute(const Iota &iota, Context &context) {
  if (auto error = checkPattern(iota.pattern, iota.dst))
    return error;
  Operand dst(iota.dst);
  std::vector<int32_t> pattern = positions(iota.pattern);
  std::vector<int64_t> integers(pattern.size());
  std::vector<float> floats(pattern.size());
  for (unsigned p = 0; p < iota.dst.numPartitions; ++p) {
    int32_t base = baseOf(iota.offset, iota.channel_multiplier, p);
    for (size_t i = 0; i < pattern.size(); ++i) {
      int32_t value = int32_t(uint32_t(base) + uint32_t(pattern[i]));
      integers[i] = value;
      floats[i] = static_cast<float>(value);
    }
    // 32-bit integers beyond 2^24 are not floats: they take the direct way.
    if (isFloat(iota.dst.dtype) || sizeInBytes(iota.dst.dtype) < 4)
      dst.store(context.memory(), p, floats.data());
    else
      dst.storeBits(context.memory(), p, integers.data());
  }
  return llvm::Error::success();
}

llvm::Error execute(const AffineSelect &select, Context &context) {
  if (auto error = checkPattern(select.pattern, select.dst))
    return error;
  if (auto error = checkSameShape(select.dst, select.on_true))
    return error;
  const Memory &memory = context.memory();
  Operand dst(select.dst), onTrue(select.on_true);
  std::vector<int32_t> pattern = positions(select.pattern);
  auto selectInto = [&](auto &row, unsigned p, auto onFalse) {
    int32_t base = baseOf(select.offset, select.channel_multiplier, p);
    for (size_t i = 0; i < row.size(); ++i)
      if (!holds(select.cmp, int32_t(uint32_t(base) + uint32_t(pattern[i])), 0))
        row[i] = onFalse;
  };
  if (!isFloat(select.dst.dtype) && !isFloat(select.on_true.dtype)) {
    // on_false as a store of it to dst saturates.
    char stored[4];
    int64_t onFalse;
    fromFloat(select.dst.dtype, &select.on_false, stored, 1);
    loadBits(select.dst.dtype, Walk(llvm::ArrayRef<Dim>()), stored, &onFalse);
    std::vector<int64_t> row(pattern.size());
    for (unsigned p = 0; p < select.dst.numPartitions; ++p) {
      onTrue.loadBits(memory, p, row.data());
      selectInto(row, p, onFalse);
      dst.storeBits(memory, p, row.data());
    }
    return llvm::Error::success();
  }
  std::vector<float> row(pattern.size());
  for (unsigned p = 0; p < select.dst.numPartitions; ++p) {
    onTrue.load(memory, p, row.data());
    selectInto(row, p, select.on_false);
    dst.store(memory, p, row.data());
  }
  return llvm::Error::success();
}

} // namespace tarn::sim
