#include "Broadcast.h"
#include "Operators.h"

namespace tarn::reference {

llvm::Expected<Shape> broadcastShape(llvm::ArrayRef<const HostTensor *> operands) {
  Shape shape;
  for (const HostTensor *operand : operands) {
    llvm::ArrayRef<int64_t> other = operand->shape();
    if (other.size() > shape.size())
      shape.insert(shape.begin(), other.size() - shape.size(), 1);
    size_t offset = shape.size() - other.size();
    for (size_t d = 0; d < other.size(); ++d) {
      int64_t &dim = shape[offset + d];
      if (dim != other[d] && dim != 1 && other[d] != 1)
        return makeError("shapes {0} and {1} do not broadcast", toString(operands.front()->shape()), toString(other));
      if (other[d] != 1)
        dim = other[d];
    }
  }
  if (llvm::Error error = checkAllocatable(shape))
    return error;
  return shape;
}

bool broadcastsTo(llvm::ArrayRef<int64_t> from, llvm::ArrayRef<int64_t> to) {
  if (from.size() > to.size())
    return false;
  llvm::ArrayRef<int64_t> tail = to.take_back(from.size());
  for (size_t d = 0; d < from.size(); ++d)
    if (from[d] != tail[d] && from[d] != 1)
      return false;
  return true;
}

BroadcastWalk::BroadcastWalk(llvm::ArrayRef<int64_t> shape, llvm::ArrayRef<llvm::ArrayRef<int64_t>> operands)
    : total(numElements(shape)), strides(operands.size()) {
  // Strides of every operand in the dimensions of the result.
  llvm::SmallVector<llvm::SmallVector<int64_t, 6>, 4> full(operands.size());
  for (size_t i = 0; i < operands.size(); ++i) {
    full[i].assign(shape.size(), 0);
    int64_t stride = 1;
    for (size_t d = operands[i].size(), r = shape.size(); d-- > 0;) {
      --r;
      full[i][r] = operands[i][d] == 1 ? 0 : stride;
      stride *= operands[i][d];
    }
  }
  // Neighbouring dimensions become one where every operand steps evenly over both.
  for (size_t d = 0; d < shape.size(); ++d) {
    if (shape[d] == 1)
      continue;
    bool merges = !dims.empty();
    for (size_t i = 0; i < operands.size() && merges; ++i)
      merges = strides[i].back() == full[i][d] * shape[d];
    if (merges) {
      dims.back() *= shape[d];
      for (size_t i = 0; i < operands.size(); ++i)
        strides[i].back() = full[i][d];
      continue;
    }
    dims.push_back(shape[d]);
    for (size_t i = 0; i < operands.size(); ++i)
      strides[i].push_back(full[i][d]);
  }
  if (dims.empty()) {
    dims.push_back(1);
    for (auto &of : strides)
      of.push_back(0);
  }
}

} // namespace tarn::reference
