// Activation functions of single elements. (Softmax stands with the normalisations, PRelu with the binary
// operators.)
#include "Elementwise.h"

namespace tarn::reference {
namespace {

// An attribute is a float of the model: its value as fp32.
float scalar(const Node &node, llvm::StringRef name, float otherwise) {
  return static_cast<float>(floatAttribute(node, name, otherwise));
}

template <typename T> T logistic(T x) {
  // The exponential of a negative number cannot overflow.
  T e = std::exp(-std::fabs(x));
  return x >= 0 ? 1 / (1 + e) : e / (1 + e);
}

template <typename T> T softplusOf(T x) { return std::log1p(std::exp(-std::fabs(x))) + (x > 0 ? x : T(0)); }

Result relu(const Node &node) {
  return mapNumbers(node, [](auto x) { return x < decltype(x)(0) ? decltype(x)(0) : x; });
}
Result leakyRelu(const Node &node) {
  return mapFloats(node, [alpha = scalar(node, "alpha", 0.01f)](auto x) { return x < 0 ? alpha * x : x; });
}
Result thresholdedRelu(const Node &node) {
  return mapFloats(node, [alpha = scalar(node, "alpha", 1)](auto x) { return x > alpha ? x : decltype(x)(0); });
}
Result sigmoid(const Node &node) {
  return mapFloats(node, [](auto x) { return logistic(x); });
}
Result tanh(const Node &node) {
  return mapFloats(node, [](auto x) { return std::tanh(x); });
}
Result hardSigmoid(const Node &node) {
  float alpha = scalar(node, "alpha", 0.2f), beta = scalar(node, "beta", 0.5f);
  return mapFloats(node, [=](auto x) {
    using T = decltype(x);
    return std::max(T(0), std::min(T(1), T(alpha * x + beta)));
  });
}
Result hardSwish(const Node &node) {
  return mapFloats(node, [](auto x) {
    using T = decltype(x);
    return x * std::max(T(0), std::min(T(1), T(x * (1.0f / 6) + 0.5f)));
  });
}
Result elu(const Node &node) {
  return mapFloats(node, [alpha = scalar(node, "alpha", 1)](auto x) { return x < 0 ? alpha * std::expm1(x) : x; });
}
Result celu(const Node &node) {
  return mapFloats(node,
                   [alpha = scalar(node, "alpha", 1)](auto x) { return x < 0 ? alpha * std::expm1(x / alpha) : x; });
}
Result selu(const Node &node) {
  float alpha = scalar(node, "alpha", 1.67326319217681884765625f);
  float gamma = scalar(node, "gamma", 1.05070102214813232421875f);
  return mapFloats(node, [=](auto x) { return gamma * (x > 0 ? x : alpha * std::expm1(x)); });
}
Result softplus(const Node &node) {
  return mapFloats(node, [](auto x) { return softplusOf(x); });
}
Result softsign(const Node &node) {
  return mapFloats(node, [](auto x) { return x / (1 + std::fabs(x)); });
}
Result mish(const Node &node) {
  return mapFloats(node, [](auto x) { return x * std::tanh(softplusOf(x)); });
}
Result swish(const Node &node) {
  return mapFloats(node, [alpha = scalar(node, "alpha", 1)](auto x) { return x * logistic(decltype(x)(alpha * x)); });
}
Result shrink(const Node &node) {
  float bias = scalar(node, "bias", 0), lambda = scalar(node, "lambd", 0.5f);
  return mapFloats(node, [=](auto x) { return x < -lambda ? x + bias : x > lambda ? x - bias : decltype(x)(0); });
}

Result gelu(const Node &node) {
  std::string approximate = stringAttribute(node, "approximate", "none");
  if (approximate == "none")
    return mapFloats(node, [](auto x) {
      using T = decltype(x);
      return T(0.5) * x * (1 + std::erf(x * T(0.70710678118654752440)));
    });
  if (approximate == "tanh")
    return mapFloats(node, [](auto x) {
      using T = decltype(x);
      return T(0.5) * x * (1 + std::tanh(T(0.79788456080286535588) * (x + T(0.044715) * x * x * x)));
    });
  return makeError("approximate is '{0}'; 'none' and 'tanh' exist", approximate);
}

Result clip(const Node &node) {
  const HostTensor &x = *node.inputs[0], *low = optionalInput(node, 1), *high = optionalInput(node, 2);
  for (const HostTensor *bound : {low, high})
    if (bound && (bound->size() != 1 || bound->type() != x.type()))
      return makeError("a bound is a scalar of type {0}, found {1} of shape {2}", name(x.type()), name(bound->type()),
                       toString(bound->shape()));
  return withArithmetic(x.type(), [&](auto tag) {
    using T = decltype(tag);
    using Limits = std::numeric_limits<T>;
    T lowest = low ? as<T>(*low).template data<T>()[0] : Limits::has_infinity ? -Limits::infinity() : Limits::lowest();
    T highest = high ? as<T>(*high).template data<T>()[0] : Limits::has_infinity ? Limits::infinity() : Limits::max();
    return single(mapElements<T>(x, [=](T value) {
      T raised = value < lowest ? lowest : value;
      return raised > highest ? highest : raised;
    }));
  });
}

} // namespace

llvm::ArrayRef<Operator> activationOperators() {
  static const Operator table[] = {
      {"Relu", relu, 1, 1},
      {"LeakyRelu", leakyRelu, 1, 1},
      {"ThresholdedRelu", thresholdedRelu, 1, 1},
      {"Sigmoid", sigmoid, 1, 1},
      {"Tanh", tanh, 1, 1},
      {"HardSigmoid", hardSigmoid, 1, 1},
      {"HardSwish", hardSwish, 1, 1},
      {"Elu", elu, 1, 1},
      {"Celu", celu, 1, 1},
      {"Selu", selu, 1, 1},
      {"Softplus", softplus, 1, 1},
      {"Softsign", softsign, 1, 1},
      {"Mish", mish, 1, 1},
      {"Swish", swish, 1, 1},
      {"Shrink", shrink, 1, 1},
      {"Gelu", gelu, 1, 1},
      {"Clip", clip, 1, 3},
  };
  return table;
}

} // namespace tarn::reference
