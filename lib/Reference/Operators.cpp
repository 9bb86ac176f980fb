// How the functions of operators read their node: attributes, axes, shapes.
#include "Operators.h"

namespace tarn::reference {
namespace {
template <typename T> const T *find(const Node &node, llvm::StringRef name) {
  auto it = node.attributes.find(name.str());
  return it == node.attributes.end() ? nullptr : std::get_if<T>(&it->second);
}
} // namespace

bool hasAttribute(const Node &node, llvm::StringRef name) { return node.attributes.count(name.str()); }

int64_t intAttribute(const Node &node, llvm::StringRef name, int64_t otherwise) {
  const int64_t *value = find<int64_t>(node, name);
  return value ? *value : otherwise;
}

double floatAttribute(const Node &node, llvm::StringRef name, double otherwise) {
  const double *value = find<double>(node, name);
  return value ? *value : otherwise;
}

std::string stringAttribute(const Node &node, llvm::StringRef name, llvm::StringRef otherwise) {
  const std::string *value = find<std::string>(node, name);
  return value ? *value : otherwise.str();
}

std::vector<int64_t> intsAttribute(const Node &node, llvm::StringRef name) {
  const auto *value = find<std::vector<int64_t>>(node, name);
  return value ? *value : std::vector<int64_t>();
}

std::vector<int64_t> integers(const HostTensor &tensor) {
  std::vector<int64_t> values(tensor.size());
  for (size_t i = 0; i < values.size(); ++i)
    values[i] = tensor.getInt(i);
  return values;
}

llvm::Expected<int64_t> normalizedAxis(int64_t axis, int64_t rank) {
  if (axis < -rank || axis >= rank)
    return makeError("axis {0} is not in [{1}, {2})", axis, -rank, rank);
  return axis < 0 ? axis + rank : axis;
}

llvm::Expected<llvm::SmallVector<int64_t, 6>> normalizedAxes(llvm::ArrayRef<int64_t> axes, int64_t rank) {
  llvm::SmallVector<int64_t, 6> result;
  for (int64_t axis : axes) {
    auto normalized = normalizedAxis(axis, rank);
    if (!normalized)
      return normalized.takeError();
    result.push_back(*normalized);
  }
  llvm::sort(result);
  if (std::adjacent_find(result.begin(), result.end()) != result.end())
    return makeError("the axes name one dimension twice");
  return result;
}

llvm::Error checkAllocatable(llvm::ArrayRef<int64_t> shape) {
  constexpr int64_t limit = int64_t(1) << 31; // elements of up to 8 bytes
  int64_t count = 1;                          // without zeros, so that strides can be counted too
  for (int64_t dim : shape) {
    if (dim < 0)
      return makeError("the output would have the negative dimension {0} (shape {1})", dim, toString(shape));
    if (dim != 0 && (__builtin_mul_overflow(count, dim, &count) || count > limit))
      return makeError("the output would have shape {0}, more than {1} elements", toString(shape), limit);
  }
  return llvm::Error::success();
}

llvm::Error checkSameType(const HostTensor &a, const HostTensor &b) {
  if (a.type() == b.type())
    return llvm::Error::success();
  return makeError("operands of types {0} and {1}, but they must be equal", name(a.type()), name(b.type()));
}

} // namespace tarn::reference
