// Between floats and small integers: QuantizeLinear, DequantizeLinear, DynamicQuantizeLinear, and the
// products and convolutions of integers, which are exact in double.
#include "Arithmetic.h"
#include "Convolution.h"
#include "Operators.h"
#include "tarn/Support/OnnxDataType.h"
#include <limits>

namespace tarn::reference {
namespace {

struct Interval {
  double lowest, highest;
};
llvm::Expected<Interval> rangeOf(DType type) {
  switch (type) {
  case DType::int8:
    return Interval{-128, 127};
  case DType::uint8:
    return Interval{0, 255};
  case DType::int16:
    return Interval{-32768, 32767};
  case DType::uint16:
    return Interval{0, 65535};
  case DType::int32:
    return Interval{-2147483648.0, 2147483647.0};
  default:
    return makeError("{0} is not a type to quantise to; int8, uint8, int16 and uint16 are", name(type));
  }
}

/// Which scale an element uses: one for all, one for each position on an axis, or one for each block along
/// it.
struct Granularity {
  int64_t outer = 1, extent = 1, inner = 1; // the tensor as three dimensions
  int64_t axisStride = 0;                   // 0: one scale for all; else positions that share one
  bool blocked = false;

  int64_t at(int64_t o, int64_t a, int64_t i) const {
    if (blocked)
      return (o * ((extent + axisStride - 1) / axisStride) + a / axisStride) * inner + i;
    return axisStride ? a : 0;
  }
};

llvm::Expected<Granularity> granularity(const Node &node) {
  const HostTensor &x = *node.inputs[0], &scale = *node.inputs[1], *zero = optionalInput(node, 2);
  if (!isFloat(scale.type()))
    return makeError("the scale must be a float, found {0}", name(scale.type()));
  if (zero && zero->shape() != scale.shape() && !(zero->size() == 1 && scale.size() == 1))
    return makeError("scale of shape {0} and zero point of shape {1} differ", toString(scale.shape()),
                     toString(zero->shape()));
  Granularity result;
  result.inner = x.size();
  if (scale.rank() == 0 || (scale.size() == 1 && scale.rank() == 1))
    return result;
  auto axis = normalizedAxis(intAttribute(node, "axis", 1), x.rank());
  if (!axis)
    return axis.takeError();
  result.outer = numElements(x.shape().take_front(*axis));
  result.extent = x.shape()[*axis];
  result.inner = numElements(x.shape().drop_front(*axis + 1));
  int64_t block = intAttribute(node, "block_size", 0);
  if (block == 0) {
    result.axisStride = 1;
    if (scale.rank() != 1 || scale.size() != result.extent)
      return makeError("scale of shape {0}, needs {1} (axis {2} of {3})", toString(scale.shape()), result.extent, *axis,
                       toString(x.shape()));
    return result;
  }
  result.blocked = true;
  result.axisStride = block;
  Shape wanted(x.shape());
  if (block < 0)
    return makeError("block_size is {0}", block);
  wanted[*axis] = (result.extent + block - 1) / block;
  if (scale.shape() != llvm::ArrayRef<int64_t>(wanted))
    return makeError("scale of shape {0}, needs {1} (block_size {2})", toString(scale.shape()), toString(wanted),
                     block);
  return result;
}

/// Calls `element(index of the element, index of its scale)`.
template <typename F> void forEachElement(const Granularity &g, F element) {
  int64_t index = 0;
  for (int64_t o = 0; o < g.outer; ++o)
    for (int64_t a = 0; a < g.extent; ++a)
      for (int64_t i = 0; i < g.inner; ++i)
        element(index++, g.at(o, a, i));
}

Result quantizeLinear(const Node &node) {
  const HostTensor &x = *node.inputs[0], *zero = optionalInput(node, 2);
  auto g = granularity(node);
  if (!g)
    return g.takeError();
  int64_t given = intAttribute(node, "output_dtype", 0);
  auto type = given ? dtypeFromOnnx(given) : zero ? zero->type() : DType::uint8;
  if (!type || (zero && zero->type() != *type))
    return makeError("output_dtype {0} is not supported or not the type of the zero point", given);
  auto range = rangeOf(*type);
  if (!range)
    return range.takeError();
  HostTensor values = as<float>(x), scales = as<float>(*node.inputs[1]);
  HostTensor zeros = zero ? as<int64_t>(*zero) : HostTensor(DType::int64, scales.shape());
  HostTensor result(DType::fp32, x.shape());
  auto in = values.data<float>(), scale = scales.data<float>();
  auto shift = zeros.data<int64_t>();
  auto out = result.mutableData<float>();
  forEachElement(*g, [&](int64_t i, int64_t s) {
    double shifted = double(std::nearbyint(in[i] / scale[s])) + shift[s];
    out[i] = static_cast<float>(std::clamp(shifted, range->lowest, range->highest));
  });
  return single(result.cast(*type));
}

Result dequantizeLinear(const Node &node) {
  const HostTensor &x = *node.inputs[0], &scaleInput = *node.inputs[1], *zero = optionalInput(node, 2);
  if (isFloat(x.type()))
    return makeError("needs integers, found {0}", name(x.type()));
  auto g = granularity(node);
  if (!g)
    return g.takeError();
  int64_t given = intAttribute(node, "output_dtype", 0);
  auto type = given ? dtypeFromOnnx(given) : scaleInput.type();
  if (!type || !isFloat(*type))
    return makeError("output_dtype {0} is not a supported float", given);
  HostTensor values = x.cast(DType::int32), scales = as<float>(scaleInput), result(DType::fp32, x.shape());
  HostTensor zeros = zero ? zero->cast(DType::int32) : HostTensor(DType::int32, scales.shape());
  auto in = values.data<int32_t>(), shift = zeros.data<int32_t>();
  auto scale = scales.data<float>();
  auto out = result.mutableData<float>();
  forEachElement(*g, [&](int64_t i, int64_t s) { out[i] = static_cast<float>(int64_t(in[i]) - shift[s]) * scale[s]; });
  return single(result.cast(*type));
}

// uint8 with a scale and a zero point chosen so that the range of the input and 0 are covered.
Result dynamicQuantizeLinear(const Node &node) {
  const HostTensor &x = *node.inputs[0];
  if (x.type() != DType::fp32)
    return makeError("needs fp32, found {0}", name(x.type()));
  HostTensor aligned = x.aligned(), result(DType::uint8, x.shape());
  float low = 0, high = 0;
  for (float value : aligned.data<float>()) {
    low = std::min(low, value);
    high = std::max(high, value);
  }
  float scale = high == low ? 1.0f : (high - low) / 255;
  float zero = std::nearbyint(std::clamp(-low / scale, 0.0f, 255.0f));
  auto out = result.mutableData<uint8_t>();
  for (size_t i = 0; i < out.size(); ++i)
    out[i] = static_cast<uint8_t>(std::clamp(std::nearbyint(aligned.data<float>()[i] / scale) + zero, 0.0f, 255.0f));
  return Outputs{result, HostTensor::of<float>(DType::fp32, {}, {scale}),
                 HostTensor::of<float>(DType::uint8, {}, {zero})};
}

/// The tensor in double with its zero point taken off: one for all or one for each position on `axis`.
llvm::Expected<HostTensor> centered(const HostTensor &x, const HostTensor *zero, int64_t axis) {
  if (isFloat(x.type()))
    return makeError("needs integers, found {0}", name(x.type()));
  HostTensor result = as<double>(x);
  if (!zero)
    return result;
  axis += axis < 0 ? x.rank() : 0;
  bool perAxis = zero->size() != 1;
  if (perAxis && (axis < 0 || axis >= x.rank() || zero->size() != x.shape()[axis]))
    return makeError("zero point of shape {0} does not fit {1}", toString(zero->shape()), toString(x.shape()));
  int64_t inner = perAxis ? numElements(x.shape().drop_front(axis + 1)) : 1;
  auto values = result.mutableData<double>();
  for (size_t i = 0; i < values.size(); ++i)
    values[i] -= zero->getDouble(perAxis ? i / inner % zero->size() : 0);
  return result;
}

llvm::Expected<HostTensor> integerProduct(const HostTensor &a, const HostTensor *aZero, const HostTensor &b,
                                          const HostTensor *bZero) {
  auto left = centered(a, aZero, a.rank() > 1 ? -2 : -1), right = centered(b, bZero, -1);
  if (!left || !right)
    return llvm::joinErrors(left.takeError(), right.takeError());
  Node product;
  product.op = "MatMul";
  product.inputs = {&*left, &*right};
  auto outputs = evaluate(product);
  if (!outputs)
    return outputs.takeError();
  return outputs->front();
}

Result matMulInteger(const Node &node) {
  auto product = integerProduct(*node.inputs[0], optionalInput(node, 2), *node.inputs[1], optionalInput(node, 3));
  if (!product)
    return product.takeError();
  return single(product->cast(DType::int64).cast(DType::int32));
}

Result convInteger(const Node &node) {
  auto x = centered(*node.inputs[0], optionalInput(node, 2), 1),
       w = centered(*node.inputs[1], optionalInput(node, 3), 0);
  if (!x || !w)
    return llvm::joinErrors(x.takeError(), w.takeError());
  auto y = convolution(node, *x, *w, nullptr);
  if (!y)
    return y.takeError();
  return single(y->cast(DType::int64).cast(DType::int32));
}

/// Scales an exact integer result and rounds it to the quantised type. `factorScale` may have one value for
/// each position on `axis`.
Result requantize(const HostTensor &exact, const HostTensor &scale, const HostTensor &factorScale, int64_t axis,
                  const HostTensor &outScale, const HostTensor &outZero) {
  if (scale.size() != 1 || outScale.size() != 1 || outZero.size() != 1)
    return makeError("scales and zero points of input and output must be scalars");
  axis += axis < 0 ? exact.rank() : 0;
  bool perAxis = factorScale.size() != 1;
  if (perAxis && (axis < 0 || axis >= exact.rank() || factorScale.size() != exact.shape()[axis]))
    return makeError("weight scale of shape {0} does not fit {1}", toString(factorScale.shape()),
                     toString(exact.shape()));
  auto range = rangeOf(outZero.type());
  if (!range)
    return range.takeError();
  int64_t inner = perAxis ? numElements(exact.shape().drop_front(axis + 1)) : 1;
  HostTensor result = exact;
  auto values = result.mutableData<double>();
  for (size_t i = 0; i < values.size(); ++i) {
    float factor = float(scale.getDouble(0)) *
                   float(factorScale.getDouble(perAxis ? i / inner % factorScale.size() : 0)) /
                   float(outScale.getDouble(0));
    values[i] = std::clamp(std::nearbyint(values[i] * factor) + outZero.getDouble(0), range->lowest, range->highest);
  }
  return single(result.cast(outZero.type()));
}

Result qLinearMatMul(const Node &node) {
  const auto &in = node.inputs;
  auto product = integerProduct(*in[0], in[2], *in[3], in[5]);
  if (!product)
    return product.takeError();
  return requantize(*product, *in[1], *in[4], -1, *in[6], *in[7]);
}

Result qLinearConv(const Node &node) {
  const auto &in = node.inputs;
  auto x = centered(*in[0], in[2], 1), w = centered(*in[3], in[5], 0);
  if (!x || !w)
    return llvm::joinErrors(x.takeError(), w.takeError());
  auto y = convolution(node, *x, *w, optionalInput(node, 8));
  if (!y)
    return y.takeError();
  return requantize(*y, *in[1], *in[4], 1, *in[6], *in[7]);
}

} // namespace

llvm::ArrayRef<Operator> quantizationOperators() {
  static const Operator table[] = {
      {"QuantizeLinear", quantizeLinear, 2, 3},
      {"DequantizeLinear", dequantizeLinear, 2, 3},
      {"DynamicQuantizeLinear", dynamicQuantizeLinear, 1, 1},
      {"MatMulInteger", matMulInteger, 2, 4},
      {"ConvInteger", convInteger, 2, 4},
      {"QLinearMatMul", qLinearMatMul, 8, 8},
      {"QLinearConv", qLinearConv, 8, 9},
  };
  return table;
}

} // namespace tarn::reference
