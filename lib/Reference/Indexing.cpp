// Operators that take or put elements where indices say: Gather and Scatter in their three forms, TopK,
// OneHot, NonZero, Compress.
#include "Arithmetic.h"
#include "Movement.h"
#include "Operators.h"
#include <cstring>

namespace tarn::reference {
namespace {

/// Indices counted from the front, each in [0, extent).
llvm::Expected<std::vector<int64_t>> checkedIndices(const HostTensor &tensor, int64_t extent) {
  if (isFloat(tensor.type()))
    return makeError("indices must be integers, found {0}", name(tensor.type()));
  std::vector<int64_t> indices = integers(tensor);
  for (int64_t &index : indices) {
    if (index < -extent || index >= extent)
      return makeError("index {0} is not in [{1}, {2})", index, -extent, extent);
    index += index < 0 ? extent : 0;
  }
  return indices;
}

Result gather(const Node &node) {
  const HostTensor &x = *node.inputs[0], &positions = *node.inputs[1];
  auto axis = normalizedAxis(intAttribute(node, "axis", 0), x.rank());
  if (!axis)
    return axis.takeError();
  int64_t extent = x.shape()[*axis];
  auto indices = checkedIndices(positions, extent);
  if (!indices)
    return indices.takeError();
  Shape shape(x.shape().take_front(*axis));
  shape.append(positions.shape().begin(), positions.shape().end());
  llvm::append_range(shape, x.shape().drop_front(*axis + 1));
  if (llvm::Error error = checkAllocatable(shape))
    return error;
  HostTensor result(x.type(), shape);
  int64_t outer = numElements(x.shape().take_front(*axis));
  int64_t run = numElements(x.shape().drop_front(*axis + 1)) * sizeInBytes(x.type());
  if (result.size() == 0)
    return single(result);
  char *target = result.mutableBytes().data();
  for (int64_t o = 0; o < outer; ++o)
    for (int64_t index : *indices) {
      std::memcpy(target, x.bytes().data() + (o * extent + index) * run, run);
      target += run;
    }
  return single(result);
}

/// Where each element of `indices` points in `data` when the index replaces the coordinate on `axis`.
llvm::Expected<std::vector<int64_t>> elementPositions(const HostTensor &data, const HostTensor &indices,
                                                      int64_t givenAxis) {
  auto axis = normalizedAxis(givenAxis, data.rank());
  if (!axis)
    return axis.takeError();
  if (indices.rank() != data.rank())
    return makeError("indices of shape {0} for data of shape {1}: the ranks must be equal", toString(indices.shape()),
                     toString(data.shape()));
  for (int64_t d = 0; d < data.rank(); ++d)
    if (d != *axis && indices.shape()[d] > data.shape()[d])
      return makeError("indices of shape {0} reach beyond data of shape {1}", toString(indices.shape()),
                       toString(data.shape()));
  auto checked = checkedIndices(indices, data.shape()[*axis]);
  if (!checked)
    return checked;
  auto strides = rowMajorStrides(data.shape());
  llvm::SmallVector<int64_t, 6> at(data.rank(), 0);
  for (int64_t &position : *checked) {
    position *= strides[*axis];
    for (int64_t d = 0; d < data.rank(); ++d)
      position += d == *axis ? 0 : at[d] * strides[d];
    for (size_t d = at.size(); d-- > 0;) {
      if (++at[d] < indices.shape()[d])
        break;
      at[d] = 0;
    }
  }
  return checked;
}

Result gatherElements(const Node &node) {
  const HostTensor &x = *node.inputs[0];
  auto positions = elementPositions(x, *node.inputs[1], intAttribute(node, "axis", 0));
  if (!positions)
    return positions.takeError();
  HostTensor result(x.type(), node.inputs[1]->shape());
  unsigned size = sizeInBytes(x.type());
  char *target = result.mutableBytes().data();
  for (int64_t position : *positions) {
    std::memcpy(target, x.bytes().data() + position * size, size);
    target += size;
  }
  return single(result);
}

/// For GatherND and ScatterND: the first element of the slice that each index tuple names, in elements.
llvm::Expected<std::vector<int64_t>> slicePositions(const HostTensor &data, const HostTensor &indices,
                                                    int64_t batchDims) {
  if (indices.rank() < 1 || data.rank() < 1 || isFloat(indices.type()))
    return makeError("data of shape {0}, indices {1} of shape {2}", toString(data.shape()), name(indices.type()),
                     toString(indices.shape()));
  int64_t width = indices.shape().back();
  if (batchDims < 0 || batchDims >= indices.rank() || batchDims + width > data.rank() ||
      data.shape().take_front(batchDims) != indices.shape().take_front(batchDims))
    return makeError("indices of shape {0} with batch_dims {1} do not fit data of shape {2}", toString(indices.shape()),
                     batchDims, toString(data.shape()));
  auto strides = rowMajorStrides(data.shape());
  int64_t tuples = numElements(indices.shape().drop_back()), batches = numElements(data.shape().take_front(batchDims));
  int64_t perBatch = batches ? tuples / batches : 0, batchStride = numElements(data.shape().drop_front(batchDims));
  std::vector<int64_t> positions(tuples);
  for (int64_t t = 0; t < tuples; ++t) {
    positions[t] = perBatch ? t / perBatch * batchStride : 0;
    for (int64_t i = 0; i < width; ++i) {
      int64_t index = indices.getInt(t * width + i), extent = data.shape()[batchDims + i];
      if (index < -extent || index >= extent)
        return makeError("index {0} is not in [{1}, {2})", index, -extent, extent);
      positions[t] += (index < 0 ? index + extent : index) * strides[batchDims + i];
    }
  }
  return positions;
}

Result gatherND(const Node &node) {
  const HostTensor &x = *node.inputs[0], &indices = *node.inputs[1];
  int64_t batchDims = intAttribute(node, "batch_dims", 0);
  auto positions = slicePositions(x, indices, batchDims);
  if (!positions)
    return positions.takeError();
  llvm::ArrayRef<int64_t> slice = x.shape().drop_front(batchDims + indices.shape().back());
  Shape shape(indices.shape().drop_back());
  llvm::append_range(shape, slice);
  if (llvm::Error error = checkAllocatable(shape))
    return error;
  HostTensor result(x.type(), shape);
  if (result.size() == 0)
    return single(result);
  int64_t size = sizeInBytes(x.type()), run = numElements(slice) * size;
  char *target = result.mutableBytes().data();
  for (int64_t position : *positions) {
    std::memcpy(target, x.bytes().data() + position * size, run);
    target += run;
  }
  return single(result);
}

/// Puts `updates`, `run` elements at each position, into a copy of `data`.
Result scatter(const HostTensor &data, const HostTensor &updates, llvm::ArrayRef<int64_t> positions, int64_t run,
               llvm::StringRef reduction) {
  if (reduction == "none") {
    HostTensor result = data;
    unsigned size = sizeInBytes(data.type());
    char *target = result.mutableBytes().data();
    for (size_t i = 0; i < positions.size() && run; ++i)
      std::memcpy(target + positions[i] * size, updates.bytes().data() + i * run * size, run * size);
    return single(result);
  }
  if (!llvm::is_contained({"add", "mul", "min", "max"}, reduction))
    return makeError("reduction is '{0}'; none, add, mul, min and max exist", reduction);
  return withArithmetic(data.type(), [&](auto tag) {
    using T = decltype(tag);
    HostTensor result = as<T>(data), values = as<T>(updates);
    T *target = result.template mutableData<T>().data();
    const T *value = values.template data<T>().data();
    for (int64_t position : positions)
      for (int64_t i = 0; i < run; ++i, ++value) {
        T &element = target[position + i];
        if (reduction == "add")
          element = wrapping(element, *value, [](auto a, auto b) { return a + b; });
        else if (reduction == "mul")
          element = wrapping(element, *value, [](auto a, auto b) { return a * b; });
        else if (reduction == "min" ? *value < element : *value > element)
          element = *value;
      }
    return single(result.cast(data.type()));
  });
}

Result scatterElements(const Node &node) {
  const HostTensor &data = *node.inputs[0], &indices = *node.inputs[1], &updates = *node.inputs[2];
  if (llvm::Error error = checkSameType(data, updates))
    return error;
  if (indices.shape() != updates.shape())
    return makeError("indices of shape {0} and updates of shape {1} differ", toString(indices.shape()),
                     toString(updates.shape()));
  auto positions = elementPositions(data, indices, intAttribute(node, "axis", 0));
  if (!positions)
    return positions.takeError();
  return scatter(data, updates, *positions, 1, stringAttribute(node, "reduction", "none"));
}

Result scatterND(const Node &node) {
  const HostTensor &data = *node.inputs[0], &indices = *node.inputs[1], &updates = *node.inputs[2];
  if (llvm::Error error = checkSameType(data, updates))
    return error;
  auto positions = slicePositions(data, indices, 0);
  if (!positions)
    return positions.takeError();
  Shape wanted(indices.shape().drop_back());
  llvm::ArrayRef<int64_t> slice = data.shape().drop_front(indices.shape().back());
  llvm::append_range(wanted, slice);
  if (updates.shape() != llvm::ArrayRef<int64_t>(wanted))
    return makeError("updates of shape {0}, needs {1}", toString(updates.shape()), toString(wanted));
  return scatter(data, updates, *positions, numElements(slice), stringAttribute(node, "reduction", "none"));
}

Result topK(const Node &node) {
  const HostTensor &x = *node.inputs[0];
  auto axis = normalizedAxis(intAttribute(node, "axis", -1), x.rank());
  if (!axis)
    return axis.takeError();
  if (node.inputs[1]->size() != 1)
    return makeError("K must be one number, found shape {0}", toString(node.inputs[1]->shape()));
  int64_t k = node.inputs[1]->getInt(0), count = x.shape()[*axis];
  if (k < 0 || k > count)
    return makeError("K is {0}, dimension {1} has {2}", k, *axis, count);
  bool largest = intAttribute(node, "largest", 1);
  Shape shape(x.shape());
  shape[*axis] = k;
  int64_t outer = numElements(x.shape().take_front(*axis)), inner = numElements(x.shape().drop_front(*axis + 1));
  HostTensor indices(DType::int64, shape);
  int64_t *where = indices.mutableData<int64_t>().data();
  return withArithmetic(x.type(), [&](auto tag) {
    using T = decltype(tag);
    HostTensor wide = as<T>(x), values(dtypeOf<T>(), shape);
    T *out = values.template mutableData<T>().data();
    std::vector<int64_t> order(count);
    for (int64_t o = 0; o < outer; ++o)
      for (int64_t i = 0; i < inner; ++i) {
        const T *line = wide.template data<T>().data() + o * count * inner + i;
        std::iota(order.begin(), order.end(), 0);
        // Among equals the lower index comes first; NaN comes after all numbers.
        std::partial_sort(order.begin(), order.begin() + k, order.end(), [&](int64_t a, int64_t b) {
          T left = line[a * inner], right = line[b * inner];
          if (left != left || right != right)
            return left == left || (right != right && a < b);
          return left == right ? a < b : largest ? left > right : left < right;
        });
        for (int64_t rank = 0; rank < k; ++rank) {
          int64_t at = (o * k + rank) * inner + i;
          out[at] = line[order[rank] * inner];
          where[at] = order[rank];
        }
      }
    return Outputs{values.cast(x.type()), indices};
  });
}

Result oneHot(const Node &node) {
  const HostTensor &indices = *node.inputs[0], &depthInput = *node.inputs[1], &values = *node.inputs[2];
  if (depthInput.size() != 1 || values.size() != 2)
    return makeError("depth must be one number and values two, found shapes {0} and {1}", toString(depthInput.shape()),
                     toString(values.shape()));
  int64_t depth = depthInput.getInt(0);
  auto axis = normalizedAxis(intAttribute(node, "axis", -1), indices.rank() + 1);
  if (!axis)
    return axis.takeError();
  Shape shape(indices.shape());
  shape.insert(shape.begin() + *axis, depth);
  if (llvm::Error error = checkAllocatable(shape))
    return error;
  HostTensor result(values.type(), shape);
  unsigned size = sizeInBytes(values.type());
  char *target = result.mutableBytes().data();
  for (int64_t i = 0, e = result.size(); i < e; ++i)
    std::memcpy(target + i * size, values.bytes().data(), size);
  int64_t inner = numElements(indices.shape().drop_front(*axis));
  for (int64_t i = 0, e = indices.size(); i < e; ++i) {
    int64_t index = indices.getInt(i);
    if (index < -depth || index >= depth)
      continue; // all off
    index += index < 0 ? depth : 0;
    std::memcpy(target + ((i / inner * depth + index) * inner + i % inner) * size, values.bytes().data() + size, size);
  }
  return single(result);
}

// Coordinates of the elements that are not zero, one row for each dimension.
Result nonZero(const Node &node) {
  const HostTensor &x = *node.inputs[0];
  HostTensor flags = x.cast(DType::boolean);
  std::vector<int64_t> found;
  for (int64_t i = 0, e = x.size(); i < e; ++i)
    if (flags.data<uint8_t>()[i])
      found.push_back(i);
  int64_t rank = std::max<int64_t>(x.rank(), 0), count = found.size();
  HostTensor result(DType::int64, {rank, count});
  auto out = result.mutableData<int64_t>();
  auto strides = rowMajorStrides(x.shape());
  for (int64_t d = 0; d < rank; ++d)
    for (int64_t i = 0; i < count; ++i)
      out[d * count + i] = found[i] / strides[d] % x.shape()[d];
  return single(result);
}

Result compress(const Node &node) {
  bool flat = !hasAttribute(node, "axis");
  HostTensor x = flat ? node.inputs[0]->reshaped({node.inputs[0]->size()}) : *node.inputs[0];
  auto axis = normalizedAxis(intAttribute(node, "axis", 0), x.rank());
  if (!axis)
    return axis.takeError();
  const HostTensor &condition = *node.inputs[1];
  std::vector<std::vector<int64_t>> maps(x.rank());
  for (int64_t d = 0; d < x.rank(); ++d)
    for (int64_t i = 0; i < x.shape()[d]; ++i)
      if (d != *axis || (i < condition.size() && condition.getInt(i)))
        maps[d].push_back(i);
  return single(mappedCopy(x, maps, nullptr));
}

} // namespace

llvm::ArrayRef<Operator> indexingOperators() {
  static const Operator table[] = {
      {"Gather", gather, 2, 2},       {"GatherElements", gatherElements, 2, 2},
      {"GatherND", gatherND, 2, 2},   {"ScatterElements", scatterElements, 3, 3},
      {"ScatterND", scatterND, 3, 3}, {"TopK", topK, 2, 2},
      {"OneHot", oneHot, 3, 3},       {"NonZero", nonZero, 1, 1},
      {"Compress", compress, 2, 2},
  };
  return table;
}

} // namespace tarn::reference
