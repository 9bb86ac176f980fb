// See Window.h.
#include "Window.h"

using namespace mlir;
namespace tarn::tensor {

static Integers orOnes(Integers values, size_t rank) {
  if (values.empty())
    values.assign(rank, 1);
  return values;
}

Window Window::of(Lowering &l, ArrayRef<int64_t> kernel, ArrayRef<int64_t> input, ArrayRef<int64_t> output,
                  Integers *explicitEnd) {
  size_t rank = kernel.size();
  Window w;
  w.kernel.assign(kernel.begin(), kernel.end());
  w.strides = orOnes(l.integers("strides"), rank);
  w.dilations = orOnes(l.integers("dilations"), rank);
  Integers pads = l.integers("pads");
  std::string automatic = l.text("auto_pad", "NOTSET");
  for (size_t i = 0; i < rank; ++i) {
    int64_t needed = (output[i] - 1) * w.strides[i] + w.extent(i);
    int64_t begin = pads.size() == 2 * rank ? pads[i] : 0, end = pads.size() == 2 * rank ? pads[rank + i] : 0;
    if (automatic == "VALID")
      begin = end = 0;
    if (automatic == "SAME_UPPER" || automatic == "SAME_LOWER") {
      int64_t total = std::max<int64_t>(needed - input[i], 0);
      begin = automatic == "SAME_UPPER" ? total / 2 : total - total / 2;
      end = total - begin;
    }
    if (explicitEnd)
      explicitEnd->push_back(end);
    w.begin.push_back(begin);
    w.end.push_back(std::max<int64_t>(needed - input[i] - begin, 0));
  }
  return w;
}

Value Window::pad(TensorBuilder &t, Value value, double number) const {
  Integers low(shapeOf(value).size() - rank(), 0), high = low;
  low.append(begin.begin(), begin.end());
  high.append(end.begin(), end.end());
  return t.pad(value, low, high, number);
}
} // namespace tarn::tensor
