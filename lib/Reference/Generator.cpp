// Operators that make tensors from attributes and shapes.
#include "Arithmetic.h"
#include "Operators.h"
#include "tarn/Support/OnnxDataType.h"
#include <cstring>

namespace tarn::reference {
namespace {

Result constant(const Node &node) {
  for (const auto &[name, value] : node.attributes) {
    llvm::StringRef key = name;
    if (const HostTensor *tensor = std::get_if<HostTensor>(&value); tensor && key == "value")
      return single(*tensor);
    if (const int64_t *number = std::get_if<int64_t>(&value); number && key == "value_int")
      return single(HostTensor::of<int64_t>(DType::int64, {}, {*number}));
    if (const double *number = std::get_if<double>(&value); number && key == "value_float")
      return single(HostTensor::of<double>(DType::fp32, {}, {*number}));
    if (const auto *numbers = std::get_if<std::vector<int64_t>>(&value); numbers && key == "value_ints") {
      HostTensor result(DType::int64, {static_cast<int64_t>(numbers->size())});
      llvm::copy(*numbers, result.mutableData<int64_t>().begin());
      return single(result);
    }
    if (const auto *numbers = std::get_if<std::vector<double>>(&value); numbers && key == "value_floats")
      return single(HostTensor::of<double>(DType::fp32, {static_cast<int64_t>(numbers->size())}, *numbers));
  }
  return makeError("needs one of the attributes value, value_int, value_ints, value_float, value_floats; strings and "
                   "sparse tensors are not implemented");
}

Result constantOfShape(const Node &node) {
  std::vector<int64_t> shape = integers(*node.inputs[0]);
  if (llvm::Error error = checkAllocatable(shape))
    return error;
  HostTensor value = HostTensor(DType::fp32, {});
  if (auto it = node.attributes.find("value"); it != node.attributes.end())
    if (const HostTensor *given = std::get_if<HostTensor>(&it->second))
      value = *given;
  if (value.size() != 1)
    return makeError("value must have one element, found shape {0}", toString(value.shape()));
  HostTensor result(value.type(), shape);
  unsigned size = sizeInBytes(value.type());
  char *at = result.mutableBytes().data();
  for (int64_t i = 0, e = result.size(); i < e; ++i)
    std::memcpy(at + i * size, value.bytes().data(), size);
  return single(result);
}

Result range(const Node &node) {
  const HostTensor &first = *node.inputs[0];
  for (const HostTensor *input : node.inputs) {
    if (llvm::Error error = checkSameType(first, *input))
      return error;
    if (input->size() != 1)
      return makeError("start, limit and delta must be scalars, found shape {0}", toString(input->shape()));
  }
  return withArithmetic(first.type(), [&](auto tag) -> Result {
    using T = decltype(tag);
    T start = as<T>(*node.inputs[0]).template data<T>()[0], limit = as<T>(*node.inputs[1]).template data<T>()[0],
      delta = as<T>(*node.inputs[2]).template data<T>()[0];
    if (delta == 0)
      return makeError("delta is 0");
    double steps = std::ceil((double(limit) - double(start)) / double(delta));
    if (!(steps < 1e10)) // NaN too
      return makeError("start {0}, limit {1} and delta {2} give too many elements", start, limit, delta);
    Shape shape = {std::max<int64_t>(0, static_cast<int64_t>(std::max(steps, 0.0)))};
    if (llvm::Error error = checkAllocatable(shape))
      return error;
    HostTensor result(dtypeOf<T>(), shape);
    auto out = result.template mutableData<T>();
    for (size_t i = 0; i < out.size(); ++i)
      if constexpr (std::is_integral_v<T>)
        out[i] = static_cast<T>(static_cast<uint64_t>(start) + i * static_cast<uint64_t>(delta));
      else
        out[i] = start + static_cast<T>(i) * delta;
    return single(result.cast(first.type()));
  });
}

Result eyeLike(const Node &node) {
  const HostTensor &x = *node.inputs[0];
  auto type = dtypeFromOnnx(intAttribute(node, "dtype", onnxDataType(x.type())));
  if (!type || x.rank() != 2)
    return makeError("needs a matrix and a supported dtype, found shape {0}", toString(x.shape()));
  int64_t k = intAttribute(node, "k", 0), columns = x.shape()[1];
  HostTensor result(*type, x.shape());
  for (int64_t row = 0; row < x.shape()[0]; ++row)
    if (k >= -row && k < columns - row)
      result.setInt(row * columns + row + k, 1);
  return single(result);
}

} // namespace

llvm::ArrayRef<Operator> generatorOperators() {
  static const Operator table[] = {
      {"Constant", constant, 0, 0},
      {"ConstantOfShape", constantOfShape, 1, 1},
      {"Range", range, 3, 3},
      {"EyeLike", eyeLike, 1, 1},
  };
  return table;
}

} // namespace tarn::reference
