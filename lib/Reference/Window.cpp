#include "Window.h"

namespace tarn::reference {
namespace {

llvm::Error readPerDimension(const Node &node, llvm::StringRef name, llvm::SmallVector<int64_t, 3> &target,
                             size_t rank) {
  std::vector<int64_t> values = intsAttribute(node, name);
  if (values.empty())
    values.assign(rank, 1);
  if (values.size() != rank)
    return makeError("{0} has {1} values for {2} spatial dimensions", name, values.size(), rank);
  for (int64_t value : values)
    if (value < 1 || value > (1 << 30))
      return makeError("{0} has the value {1}, it must be at least 1", name, value);
  target.assign(values.begin(), values.end());
  return llvm::Error::success();
}

} // namespace

llvm::Expected<Window> readWindowSteps(const Node &node, llvm::ArrayRef<int64_t> kernel) {
  Window window;
  window.kernel.assign(kernel.begin(), kernel.end());
  for (int64_t extent : kernel)
    if (extent < 1 || extent > (1 << 30))
      return makeError("kernel of shape {0}: every extent must be at least 1", toString(kernel));
  if (llvm::Error error = readPerDimension(node, "strides", window.strides, kernel.size()))
    return error;
  if (llvm::Error error = readPerDimension(node, "dilations", window.dilations, kernel.size()))
    return error;
  window.padsBegin.assign(kernel.size(), 0);
  window.padsEnd.assign(kernel.size(), 0);
  return window;
}

llvm::Expected<Window> readWindow(const Node &node, llvm::ArrayRef<int64_t> kernel, llvm::ArrayRef<int64_t> input,
                                  SamePadding same) {
  if (kernel.size() != input.size())
    return makeError("a kernel of {0} dimensions for {1} spatial dimensions", kernel.size(), input.size());
  auto window = readWindowSteps(node, kernel);
  if (!window)
    return window;
  size_t rank = kernel.size();
  std::string autoPad = stringAttribute(node, "auto_pad", "NOTSET");
  if (autoPad == "SAME_UPPER" || autoPad == "SAME_LOWER") {
    for (size_t d = 0; d < rank; ++d) {
      int64_t positions = (input[d] + window->strides[d] - 1) / window->strides[d];
      int64_t total = (positions - 1) * window->strides[d] + window->reach(d) - input[d];
      if (same == SamePadding::neverNegative)
        total = std::max<int64_t>(0, total);
      window->padsBegin[d] = (autoPad == "SAME_UPPER" ? total : total + 1) / 2;
      window->padsEnd[d] = total - window->padsBegin[d];
    }
    return window;
  }
  if (autoPad == "VALID")
    return window;
  if (autoPad != "NOTSET" && !autoPad.empty())
    return makeError("auto_pad is '{0}'; NOTSET, SAME_UPPER, SAME_LOWER and VALID exist", autoPad);
  std::vector<int64_t> pads = intsAttribute(node, "pads");
  if (pads.empty())
    return window;
  if (pads.size() != 2 * rank)
    return makeError("pads has {0} values for {1} spatial dimensions", pads.size(), rank);
  for (size_t d = 0; d < rank; ++d) {
    window->padsBegin[d] = pads[d];
    window->padsEnd[d] = pads[rank + d];
    constexpr int64_t limit = 1 << 30;
    if (std::min(pads[d], pads[rank + d]) < -limit || std::max(pads[d], pads[rank + d]) > limit)
      return makeError("pads [{0}, {1}] are too large", pads[d], pads[rank + d]);
  }
  return window;
}

llvm::Expected<Shape> windowPositions(const Window &window, llvm::ArrayRef<int64_t> input, bool ceilMode) {
  Shape positions;
  for (size_t d = 0; d < window.rank(); ++d) {
    int64_t room = input[d] + window.padsBegin[d] + window.padsEnd[d] - window.reach(d);
    if (room < 0)
      return makeError("kernel of extent {0} does not fit into {1} padded by {2} and {3} (dimension {4})",
                       window.reach(d), input[d], window.padsBegin[d], window.padsEnd[d], d + 2);
    int64_t steps = room / window.strides[d];
    if (ceilMode && room % window.strides[d] != 0 && (steps + 1) * window.strides[d] < input[d] + window.padsBegin[d])
      ++steps;
    positions.push_back(steps + 1);
  }
  return positions;
}

} // namespace tarn::reference
