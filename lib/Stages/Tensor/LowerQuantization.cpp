// QuantizeLinear and DequantizeLinear with a scale for the tensor or for each place of an axis.
//   quantized = clamp(roundeven(x / scale) + zero point),  x = (quantized − zero point) · scale
// All of it in fp32, which holds 8- and 16-bit integers exactly.
#include "Lowering.h"

using namespace mlir;
namespace tarn::tensor {
namespace {

/// Scale or zero point with the rank of x, so that it broadcasts along the axis.
FailureOr<Value> alongAxis(Lowering &l, Value parameter) {
  ArrayRef<int64_t> shape = shapeOf(l.input(0)), own = shapeOf(parameter);
  if (own.empty() || (own.size() == 1 && own[0] == 1))
    return l.t.reshape(parameter, {});
  if (own.size() != 1 || shape.empty())
    return l.error() << "is quantized in blocks (scale of rank " << own.size()
                     << "), supported are one scale and one for each place of an axis";
  Integers spread(shape.size(), 1);
  spread[l.axis(l.integer("axis", 1), shape.size())] = own[0];
  return l.t.reshape(parameter, spread);
}

FailureOr<SmallVector<Value>> parameters(Lowering &l) {
  SmallVector<Value> operands{l.input(0)};
  for (unsigned i = 1; i < 3; ++i)
    if (l.hasInput(i)) {
      FailureOr<Value> parameter = alongAxis(l, l.input(i));
      if (failed(parameter))
        return failure();
      operands.push_back(*parameter);
      // A reshape keeps the sign of what it reads.
    }
  return operands;
}

LogicalResult quantize(Lowering &l) {
  FailureOr<SmallVector<Value>> operands = parameters(l);
  if (failed(operands))
    return failure();
  unsigned width = l.resultElement().getIntOrFloatBitWidth();
  bool isUnsigned = l.resultIsUnsigned();
  if (!l.resultElement().isInteger() || width > 16)
    return l.error() << "quantizes to " << l.resultElement() << ", supported are 8 and 16-bit integers";
  double low = isUnsigned ? 0 : -std::ldexp(1.0, width - 1), high = std::ldexp(1.0, isUnsigned ? width : width - 1) - 1;
  return l.done(l.elementwise(*operands, [&](ArrayRef<Scalar> s) {
    Scalar y = apply("roundeven", s[0] / s[1]);
    if (operands->size() > 2) {
      Scalar zero = s[2];
      zero.isUnsigned = isUnsigned;
      y = y + convert(zero, y.type());
    }
    return minimum(maximum(y, low), high);
  }));
}

LogicalResult dequantize(Lowering &l) {
  FailureOr<SmallVector<Value>> operands = parameters(l);
  if (failed(operands))
    return failure();
  bool isUnsigned = l.isUnsigned(l.input(0));
  return l.done(l.elementwise(*operands, [&](ArrayRef<Scalar> s) {
    auto number = [&](Scalar quantized) {
      quantized.isUnsigned = isUnsigned;
      return convert(quantized, s[1].type());
    };
    Scalar x = number(s[0]);
    if (operands->size() > 2)
      x = x - number(s[2]);
    return x * s[1];
  }));
}
} // namespace

void addQuantization(LoweringTable &table) {
  table["QuantizeLinear"] = quantize;
  table["DequantizeLinear"] = dequantize;
}
} // namespace tarn::tensor
