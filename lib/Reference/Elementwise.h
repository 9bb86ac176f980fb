// One function on every element of one tensor.
#pragma once
#include "Arithmetic.h"
#include "Operators.h"

namespace tarn::reference {

template <typename T, typename F> HostTensor mapElements(const HostTensor &tensor, F f) {
  HostTensor wide = as<T>(tensor), result(dtypeOf<T>(), tensor.shape());
  auto in = wide.template data<T>();
  auto out = result.template mutableData<T>();
  for (size_t i = 0; i < out.size(); ++i)
    out[i] = f(in[i]);
  return result.cast(tensor.type());
}

/// On any number type.
template <typename F> Result mapNumbers(const Node &node, F f) {
  const HostTensor &x = *node.inputs[0];
  return withArithmetic(x.type(), [&](auto tag) { return single(mapElements<decltype(tag)>(x, f)); });
}

/// On floats only.
template <typename F> Result mapFloats(const Node &node, F f) {
  const HostTensor &x = *node.inputs[0];
  if (!isFloat(x.type()))
    return makeError("needs floats, found {0}", name(x.type()));
  return withFloat(x.type(), [&](auto tag) { return single(mapElements<decltype(tag)>(x, f)); });
}

} // namespace tarn::reference
