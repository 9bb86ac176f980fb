// Arithmetic on two or more tensors with broadcasting: Add Sub Mul Div Mod Pow, Min Max Sum Mean, PRelu,
// BitShift.
#include "Broadcast.h"
#include "Operators.h"

namespace tarn::reference {
namespace {

/// `f(T, T) -> T` on the two inputs, which have one type.
template <typename F> Result arithmetic(const Node &node, F f) {
  const HostTensor &a = *node.inputs[0], &b = *node.inputs[1];
  if (llvm::Error error = checkSameType(a, b))
    return error;
  auto shape = broadcastShape({&a, &b});
  if (!shape)
    return shape.takeError();
  return withArithmetic(a.type(), [&](auto tag) {
    using T = decltype(tag);
    return single(mapPairs<T, T>(as<T>(a), as<T>(b), *shape, dtypeOf<T>(), f).cast(a.type()));
  });
}

Result add(const Node &node) {
  return arithmetic(node, [](auto x, auto y) { return wrapping(x, y, [](auto a, auto b) { return a + b; }); });
}
Result sub(const Node &node) {
  return arithmetic(node, [](auto x, auto y) { return wrapping(x, y, [](auto a, auto b) { return a - b; }); });
}
Result mul(const Node &node) {
  return arithmetic(node, [](auto x, auto y) { return wrapping(x, y, [](auto a, auto b) { return a * b; }); });
}

llvm::Error checkDivisor(const HostTensor &divisor) {
  if (!isFloat(divisor.type()))
    for (int64_t i = 0, e = divisor.size(); i < e; ++i)
      if (divisor.getInt(i) == 0)
        return makeError("division by integer zero at element {0} of the divisor", i);
  return llvm::Error::success();
}

Result div(const Node &node) {
  if (llvm::Error error = checkDivisor(*node.inputs[1]))
    return error;
  return arithmetic(node, [](auto x, auto y) {
    using T = decltype(x);
    if constexpr (std::is_same_v<T, int64_t>)
      if (y == -1) // the quotient of the smallest integer wraps
        return static_cast<T>(-static_cast<uint64_t>(x));
    return static_cast<T>(x / y);
  });
}

// Without fmod the remainder has the divisor's sign, with it the dividend's.
Result mod(const Node &node) {
  bool fmod = intAttribute(node, "fmod", 0);
  if (llvm::Error error = checkDivisor(*node.inputs[1]))
    return error;
  return arithmetic(node, [fmod](auto x, auto y) {
    using T = decltype(x);
    if constexpr (std::is_floating_point_v<T>) {
      T rest = std::fmod(x, y);
      if (!fmod && rest != 0 && (rest < 0) != (y < 0))
        rest += y;
      return rest;
    } else if constexpr (std::is_signed_v<T>) {
      if (y == -1)
        return T(0);
      T rest = x % y;
      if (!fmod && rest != 0 && (rest < 0) != (y < 0))
        rest += y;
      return rest;
    } else {
      return static_cast<T>(x % y);
    }
  });
}

template <typename T> T integerPower(T base, T exponent) {
  if constexpr (std::is_signed_v<T>)
    if (exponent < 0) // the reciprocal, truncated
      return base == 1 ? 1 : base == -1 ? (exponent % 2 ? -1 : 1) : 0;
  uint64_t result = 1, factor = static_cast<uint64_t>(base);
  for (uint64_t rest = exponent; rest; rest >>= 1) {
    if (rest & 1)
      result *= factor;
    factor *= factor;
  }
  return static_cast<T>(result);
}

template <typename T> T power(T base, T exponent) {
  if constexpr (std::is_integral_v<T>)
    return integerPower(base, exponent);
  else if (exponent == T(2))
    return base * base;
  else
    return std::pow(base, exponent);
}

// The result has the base's type, whatever the exponent's.
Result pow(const Node &node) {
  const HostTensor &base = *node.inputs[0], &exponent = *node.inputs[1];
  auto shape = broadcastShape({&base, &exponent});
  if (!shape)
    return shape.takeError();
  auto compute = [&](auto tag) {
    using T = decltype(tag);
    return single(mapPairs<T, T>(as<T>(base), as<T>(exponent), *shape, dtypeOf<T>(), power<T>).cast(base.type()));
  };
  if (!isFloat(base.type()) && isFloat(exponent.type()))
    return compute(double());
  return withArithmetic(base.type(), compute);
}

/// Folds any number of inputs of one type from the left, in the arithmetic type; `finish` sees the result in
/// it.
template <typename F, typename G> Result fold(const Node &node, F f, G finish) {
  const HostTensor &first = *node.inputs[0];
  for (const HostTensor *input : node.inputs)
    if (llvm::Error error = checkSameType(first, *input))
      return error;
  auto shape = broadcastShape(node.inputs);
  if (!shape)
    return shape.takeError();
  return withArithmetic(first.type(), [&](auto tag) {
    using T = decltype(tag);
    HostTensor result = as<T>(first);
    for (const HostTensor *input : llvm::ArrayRef(node.inputs).drop_front()) {
      auto partial = broadcastShape({&result, input});
      llvm::cantFail(partial.takeError()); // the whole broadcasts
      result = mapPairs<T, T>(result, as<T>(*input), *partial, dtypeOf<T>(), f);
    }
    finish(result.mutableData<T>());
    return single(result.cast(first.type()));
  });
}
const auto leaveAsIs = [](auto) {};

// NaN wins in both.
Result min(const Node &node) {
  return fold(node, [](auto x, auto y) { return x < y || x != x ? x : y; }, leaveAsIs);
}
Result max(const Node &node) {
  return fold(node, [](auto x, auto y) { return x > y || x != x ? x : y; }, leaveAsIs);
}
Result sum(const Node &node) {
  return fold(node, [](auto x, auto y) { return wrapping(x, y, [](auto a, auto b) { return a + b; }); }, leaveAsIs);
}
Result mean(const Node &node) {
  return fold(
      node, [](auto x, auto y) { return wrapping(x, y, [](auto a, auto b) { return a + b; }); },
      [count = node.inputs.size()](auto values) {
        for (auto &value : values)
          value /= static_cast<std::decay_t<decltype(value)>>(count);
      });
}

// The slope broadcasts to the data, never the other way round.
Result prelu(const Node &node) {
  if (!broadcastsTo(node.inputs[1]->shape(), node.inputs[0]->shape()))
    return makeError("slope of shape {0} does not broadcast to {1}", toString(node.inputs[1]->shape()),
                     toString(node.inputs[0]->shape()));
  return arithmetic(
      node, [](auto x, auto slope) { return x < 0 ? wrapping(x, slope, [](auto a, auto b) { return a * b; }) : x; });
}

// The second input times the first one's Swish.
Result swiGLU(const Node &node) {
  const HostTensor &a = *node.inputs[0], &b = *node.inputs[1];
  if (a.shape() != b.shape() || !isFloat(a.type()))
    return makeError("needs floats of one shape, found {0} of shapes {1} and {2}", name(a.type()), toString(a.shape()),
                     toString(b.shape()));
  return arithmetic(node, [alpha = floatAttribute(node, "alpha", 1)](auto gate, auto value) {
    using T = decltype(gate);
    return static_cast<T>(value * (gate / (1 + std::exp(-alpha * gate))));
  });
}

Result bitShift(const Node &node) {
  bool left = stringAttribute(node, "direction", "LEFT") == "LEFT";
  if (isFloat(node.inputs[0]->type()))
    return makeError("needs integers, found {0}", name(node.inputs[0]->type()));
  uint64_t width = 8 * sizeInBytes(node.inputs[0]->type());
  return arithmetic(node, [=](auto x, auto y) {
    using T = decltype(x);
    if constexpr (std::is_floating_point_v<T>)
      return x;
    else if (static_cast<uint64_t>(y) >= width) // negative counts too: what the sign alone gives
      return static_cast<T>(!left && x < T(0) ? -1 : 0);
    else
      return static_cast<T>(left ? static_cast<T>(static_cast<uint64_t>(x) << y) : x >> y);
  });
}

} // namespace

llvm::ArrayRef<Operator> binaryOperators() {
  static const Operator table[] = {
      {"Add", add, 2, 2},        {"Sub", sub, 2, 2},          {"Mul", mul, 2, 2},        {"Div", div, 2, 2},
      {"Mod", mod, 2, 2},        {"Pow", pow, 2, 2},          {"Min", min, 1, variadic}, {"Max", max, 1, variadic},
      {"Sum", sum, 1, variadic}, {"Mean", mean, 1, variadic}, {"PRelu", prelu, 2, 2},    {"BitShift", bitShift, 2, 2},
      {"SwiGLU", swiGLU, 2, 2},
  };
  return table;
}

} // namespace tarn::reference
