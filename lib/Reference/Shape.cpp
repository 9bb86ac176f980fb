// Operators that change the shape and leave the elements where they are, and those that look at the shape
// only.
#include "Operators.h"
#include "tarn/Support/OnnxDataType.h"

namespace tarn::reference {
namespace {

Result reshape(const Node &node) {
  const HostTensor &x = *node.inputs[0];
  if (node.inputs[1]->rank() > 1)
    return makeError("shape must be a vector, found one of shape {0}", toString(node.inputs[1]->shape()));
  std::vector<int64_t> wanted = integers(*node.inputs[1]);
  bool allowZero = intAttribute(node, "allowzero", 0);
  Shape shape(wanted.begin(), wanted.end());
  int64_t known = 1, open = -1;
  for (size_t d = 0; d < shape.size(); ++d) {
    if (shape[d] == 0 && !allowZero) {
      if (static_cast<int64_t>(d) >= x.rank())
        return makeError("shape [{0}] copies dimension {1} of an input of shape {2}", toString(wanted), d,
                         toString(x.shape()));
      shape[d] = x.shape()[d];
    }
    if (shape[d] == -1 && open < 0) {
      open = d;
      continue;
    }
    if (shape[d] < 0 || __builtin_mul_overflow(known, shape[d], &known))
      return makeError("shape [{0}] is not allowed: one -1 and no other negative number", toString(wanted));
  }
  if (open >= 0 && known != 0)
    shape[open] = x.size() / known;
  else if (open >= 0)
    shape[open] = 0;
  if (llvm::Error error = checkAllocatable(shape))
    return error;
  if (numElements(shape) != x.size())
    return makeError("{0} elements of shape {1} do not fit shape [{2}]", x.size(), toString(x.shape()),
                     toString(wanted));
  return single(x.reshaped(shape));
}

Result flatten(const Node &node) {
  const HostTensor &x = *node.inputs[0];
  int64_t axis = intAttribute(node, "axis", 1);
  if (axis < -x.rank() || axis > x.rank())
    return makeError("axis {0} is not in [{1}, {2}]", axis, -x.rank(), x.rank());
  if (axis < 0)
    axis += x.rank();
  return single(x.reshaped({numElements(x.shape().take_front(axis)), numElements(x.shape().drop_front(axis))}));
}

Result squeeze(const Node &node) {
  const HostTensor &x = *node.inputs[0], *given = optionalInput(node, 1);
  llvm::SmallVector<int64_t, 6> axes;
  if (given) {
    auto normalized = normalizedAxes(integers(*given), x.rank());
    if (!normalized)
      return normalized.takeError();
    axes = *normalized;
  }
  Shape shape;
  for (int64_t d = 0; d < x.rank(); ++d) {
    bool removed = given ? llvm::is_contained(axes, d) : x.shape()[d] == 1;
    if (removed && x.shape()[d] != 1)
      return makeError("dimension {0} of {1} is not 1", d, toString(x.shape()));
    if (!removed)
      shape.push_back(x.shape()[d]);
  }
  return single(x.reshaped(shape));
}

Result unsqueeze(const Node &node) {
  const HostTensor &x = *node.inputs[0];
  std::vector<int64_t> given = integers(*node.inputs[1]);
  int64_t rank = x.rank() + given.size();
  auto axes = normalizedAxes(given, rank);
  if (!axes)
    return axes.takeError();
  Shape shape;
  for (int64_t d = 0, from = 0; d < rank; ++d)
    shape.push_back(llvm::is_contained(*axes, d) ? 1 : x.shape()[from++]);
  return single(x.reshaped(shape));
}

Result shapeOf(const Node &node) {
  llvm::ArrayRef<int64_t> shape = node.inputs[0]->shape();
  int64_t rank = shape.size();
  auto clamped = [rank](int64_t at) { return std::clamp<int64_t>(at < 0 ? at + rank : at, 0, rank); };
  int64_t start = clamped(intAttribute(node, "start", 0)), end = clamped(intAttribute(node, "end", rank));
  int64_t count = std::max<int64_t>(0, end - start);
  return single(HostTensor::of<int64_t>(DType::int64, {count}, shape.slice(start, count)));
}

Result size(const Node &node) {
  HostTensor result(DType::int64, {});
  result.setInt(0, node.inputs[0]->size());
  return single(result);
}

Result identity(const Node &node) { return single(*node.inputs[0]); }

// Inference only: everything is kept.
Result dropout(const Node &node) {
  const HostTensor *training = optionalInput(node, 2);
  if (training && training->size() == 1 && training->getInt(0) != 0) {
    const HostTensor *ratio = optionalInput(node, 1);
    if (!ratio || ratio->size() != 1 || ratio->getDouble(0) != 0)
      return makeError("training_mode with a ratio other than 0 is not implemented");
  }
  HostTensor mask(DType::boolean, node.inputs[0]->shape());
  llvm::fill(mask.mutableData<uint8_t>(), 1);
  return Outputs{*node.inputs[0], mask};
}

Result cast(const Node &node) {
  int64_t number = intAttribute(node, "to", 0);
  auto type = dtypeFromOnnx(number);
  if (!type)
    return makeError("ONNX element type {0} is not supported", number);
  return single(node.inputs[0]->cast(*type));
}

Result castLike(const Node &node) { return single(node.inputs[0]->cast(node.inputs[1]->type())); }

Result bitCast(const Node &node) {
  const HostTensor &x = *node.inputs[0];
  int64_t number = intAttribute(node, "to", 0);
  auto type = dtypeFromOnnx(number);
  if (!type || sizeInBytes(*type) != sizeInBytes(x.type()))
    return makeError("ONNX element type {0} does not have the size of {1}", number, name(x.type()));
  HostTensor result(*type, x.shape());
  llvm::copy(x.bytes(), result.mutableBytes().begin());
  return single(result);
}

} // namespace

llvm::ArrayRef<Operator> shapeOperators() {
  static const Operator table[] = {
      {"Reshape", reshape, 2, 2},     {"Flatten", flatten, 1, 1}, {"Squeeze", squeeze, 1, 2},
      {"Unsqueeze", unsqueeze, 2, 2}, {"Shape", shapeOf, 1, 1},   {"Size", size, 1, 1},
      {"Identity", identity, 1, 1},   {"Dropout", dropout, 1, 3}, {"Cast", cast, 1, 1},
      {"CastLike", castLike, 2, 2},   {"BitCast", bitCast, 1, 1},
  };
  return table;
}

} // namespace tarn::reference
