// Tensor engine: products of operands that an index finds along the free axis, in each partition by itself.
#include "MatrixProduct.h"
#include "Rows.h"

namespace tarn::sim {
using namespace isa;

/// [partitions, elements of index]
static llvm::Expected<std::vector<float>> gatherRows(const Memory &memory, const AccessPattern &data,
                                                     const AccessPattern &index) {
  Operand from(data), places(index);
  size_t columns = places.walk.size;
  std::vector<float> row(from.walk.size), result(size_t(index.numPartitions) * columns);
  std::vector<int64_t> at(columns);
  for (unsigned p = 0; p < index.numPartitions; ++p) {
    if (llvm::Error error = readIndices(places, memory, p, row.size(), at))
      return std::move(error);
    from.load(memory, p, row.data());
    for (size_t i = 0; i < columns; ++i)
      result[p * columns + i] = row[at[i]];
  }
  return result;
}

llvm::Error execute(const LoadStationaryGather &load, Context &context) {
  auto values = gatherRows(context.memory(), load.data, load.index);
  if (!values)
    return values.takeError();
  Stationary stationary;
  stationary.rows = load.index.numPartitions;
  stationary.columns = load.index.numElements();
  stationary.dtype = load.data.dtype;
  stationary.values = std::move(*values);
  context.core.replaceStationaryAt({}) = std::move(stationary);
  return llvm::Error::success();
}

llvm::Error execute(const MatmulGather &matmul, Context &context) {
  const Stationary &stationary = context.core.stationary;
  unsigned rows = matmul.index.numPartitions, columns = matmul.index.numElements();
  if (stationary.rows != rows || stationary.columns != matmul.dst.numPartitions)
    return makeError("stationary [{0}, {1}] times moving [{2}, {3}] does not give [{4}, {3}]; load_stationary "
                     "or load_stationary_gather of the whole array goes before it",
                     stationary.rows, stationary.columns, rows, columns, matmul.dst.numPartitions);
  if (!canMultiply(stationary.dtype, matmul.moving.dtype))
    return makeError("the array does not multiply {0} (stationary) by {1} (moving)", name(stationary.dtype),
                     name(matmul.moving.dtype));
  auto right = gatherRows(context.memory(), matmul.moving, matmul.index);
  if (!right)
    return right.takeError();
  multiplyInto(matmul.dst, matmul.group, stationary, right->data(), columns, columns, context.memory());
  return llvm::Error::success();
}

} // namespace tarn::sim
