// Comparisons, logic, selection: everything whose result or condition is boolean, and the bitwise operators.
#include "Broadcast.h"
#include "Operators.h"
#include <cstring>

namespace tarn::reference {
namespace {

template <typename F> Result compare(const Node &node, F f) {
  const HostTensor &a = *node.inputs[0], &b = *node.inputs[1];
  if (llvm::Error error = checkSameType(a, b))
    return error;
  auto shape = broadcastShape({&a, &b});
  if (!shape)
    return shape.takeError();
  return withArithmetic(a.type(), [&](auto tag) {
    using T = decltype(tag);
    return single(mapPairs<T, uint8_t>(as<T>(a), as<T>(b), *shape, DType::boolean, f));
  });
}

Result equal(const Node &node) {
  return compare(node, [](auto x, auto y) { return x == y; });
}
Result less(const Node &node) {
  return compare(node, [](auto x, auto y) { return x < y; });
}
Result lessOrEqual(const Node &node) {
  return compare(node, [](auto x, auto y) { return x <= y; });
}
Result greater(const Node &node) {
  return compare(node, [](auto x, auto y) { return x > y; });
}
Result greaterOrEqual(const Node &node) {
  return compare(node, [](auto x, auto y) { return x >= y; });
}

/// On integers, `boolean` meaning that only booleans are allowed.
template <typename F> Result bitwise(const Node &node, bool boolean, F f) {
  const HostTensor &a = *node.inputs[0], &b = *node.inputs[1];
  if (llvm::Error error = checkSameType(a, b))
    return error;
  if (boolean ? a.type() != DType::boolean : isFloat(a.type()))
    return makeError("needs {0}, found {1}", boolean ? "bool" : "integers", name(a.type()));
  auto shape = broadcastShape({&a, &b});
  if (!shape)
    return shape.takeError();
  return single(mapPairs<int64_t, int64_t>(as<int64_t>(a), as<int64_t>(b), *shape, DType::int64, f).cast(a.type()));
}
int64_t bitsAnd(int64_t x, int64_t y) { return x & y; }
int64_t bitsOr(int64_t x, int64_t y) { return x | y; }
int64_t bitsXor(int64_t x, int64_t y) { return x ^ y; }

Result logicalAnd(const Node &node) { return bitwise(node, true, bitsAnd); }
Result logicalOr(const Node &node) { return bitwise(node, true, bitsOr); }
Result logicalXor(const Node &node) { return bitwise(node, true, bitsXor); }
Result bitwiseAnd(const Node &node) { return bitwise(node, false, bitsAnd); }
Result bitwiseOr(const Node &node) { return bitwise(node, false, bitsOr); }
Result bitwiseXor(const Node &node) { return bitwise(node, false, bitsXor); }

Result logicalNot(const Node &node) {
  const HostTensor &x = *node.inputs[0];
  if (x.type() != DType::boolean)
    return makeError("needs bool, found {0}", name(x.type()));
  HostTensor result(DType::boolean, x.shape());
  auto out = result.mutableData<uint8_t>();
  for (size_t i = 0; i < out.size(); ++i)
    out[i] = x.data<uint8_t>()[i] == 0;
  return single(result);
}

Result bitwiseNot(const Node &node) {
  const HostTensor &x = *node.inputs[0];
  if (isFloat(x.type()))
    return makeError("needs integers, found {0}", name(x.type()));
  HostTensor result = as<int64_t>(x);
  for (int64_t &value : result.mutableData<int64_t>())
    value = ~value;
  return single(result.cast(x.type()));
}

template <typename F> Result classify(const Node &node, F f) {
  const HostTensor &x = *node.inputs[0];
  if (!isFloat(x.type()))
    return makeError("needs floats, found {0}", name(x.type()));
  HostTensor wide = as<double>(x), result(DType::boolean, x.shape());
  auto in = wide.data<double>();
  auto out = result.mutableData<uint8_t>();
  for (size_t i = 0; i < out.size(); ++i)
    out[i] = f(in[i]);
  return single(result);
}
Result isNaN(const Node &node) {
  return classify(node, [](double x) { return std::isnan(x); });
}
Result isInf(const Node &node) {
  bool positive = intAttribute(node, "detect_positive", 1), negative = intAttribute(node, "detect_negative", 1);
  return classify(node, [=](double x) { return std::isinf(x) && (x > 0 ? positive : negative); });
}

template <typename Element>
void select(const BroadcastWalk &walk, const HostTensor &condition, const HostTensor &x, const HostTensor &y,
            HostTensor &result) {
  const uint8_t *c = condition.data<uint8_t>().data();
  const Element *xs = x.data<Element>().data(), *ys = y.data<Element>().data();
  Element *out = result.mutableData<Element>().data();
  int64_t n = walk.rowLength();
  walk.forEachRow([&](int64_t o, llvm::ArrayRef<int64_t> at) {
    for (int64_t i = 0; i < n; ++i)
      out[o + i] = c[at[0] + i * walk.step(0)] ? xs[at[1] + i * walk.step(1)] : ys[at[2] + i * walk.step(2)];
  });
}

Result where(const Node &node) {
  const HostTensor &condition = *node.inputs[0];
  HostTensor x = node.inputs[1]->aligned(), y = node.inputs[2]->aligned();
  if (condition.type() != DType::boolean)
    return makeError("the condition must be bool, found {0}", name(condition.type()));
  if (llvm::Error error = checkSameType(x, y))
    return error;
  auto shape = broadcastShape({&condition, &x, &y});
  if (!shape)
    return shape.takeError();
  HostTensor result(x.type(), *shape);
  BroadcastWalk walk(*shape, {condition.shape(), x.shape(), y.shape()});
  switch (sizeInBytes(x.type())) {
  case 1:
    select<uint8_t>(walk, condition, x, y, result);
    break;
  case 2:
    select<uint16_t>(walk, condition, x, y, result);
    break;
  case 4:
    select<uint32_t>(walk, condition, x, y, result);
    break;
  default:
    select<uint64_t>(walk, condition, x, y, result);
  }
  return single(result);
}

} // namespace

llvm::ArrayRef<Operator> logicOperators() {
  static const Operator table[] = {
      {"Equal", equal, 2, 2},
      {"Less", less, 2, 2},
      {"LessOrEqual", lessOrEqual, 2, 2},
      {"Greater", greater, 2, 2},
      {"GreaterOrEqual", greaterOrEqual, 2, 2},
      {"And", logicalAnd, 2, 2},
      {"Or", logicalOr, 2, 2},
      {"Xor", logicalXor, 2, 2},
      {"Not", logicalNot, 1, 1},
      {"BitwiseAnd", bitwiseAnd, 2, 2},
      {"BitwiseOr", bitwiseOr, 2, 2},
      {"BitwiseXor", bitwiseXor, 2, 2},
      {"BitwiseNot", bitwiseNot, 1, 1},
      {"IsNaN", isNaN, 1, 1},
      {"IsInf", isInf, 1, 1},
      {"Where", where, 3, 3},
  };
  return table;
}

} // namespace tarn::reference
