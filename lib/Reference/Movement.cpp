// Operators that move elements without looking at them: Transpose Concat Split Slice Pad Expand Tile
// DepthToSpace SpaceToDepth Trilu ReverseSequence.
#include "Movement.h"
#include "Broadcast.h"
#include "Operators.h"
#include <cstring>

namespace tarn::reference {
namespace {

Result transpose(const Node &node) {
  const HostTensor &x = *node.inputs[0];
  std::vector<int64_t> perm = intsAttribute(node, "perm");
  if (perm.empty())
    for (int64_t d = x.rank(); d-- > 0;)
      perm.push_back(d);
  auto axes = normalizedAxes(perm, x.rank());
  if (!axes)
    return axes.takeError();
  if (static_cast<int64_t>(perm.size()) != x.rank())
    return makeError("perm has {0} numbers for an input of shape {1}", perm.size(), toString(x.shape()));
  for (int64_t &d : perm)
    d += d < 0 ? x.rank() : 0;
  return single(transposed(x, perm));
}

Result concat(const Node &node) {
  const HostTensor &first = *node.inputs[0];
  auto axis = normalizedAxis(intAttribute(node, "axis", 0), first.rank());
  if (!axis)
    return axis.takeError();
  Shape shape(first.shape());
  shape[*axis] = 0;
  for (const HostTensor *input : node.inputs) {
    if (llvm::Error error = checkSameType(first, *input))
      return error;
    bool fits = input->rank() == first.rank();
    for (int64_t d = 0; fits && d < first.rank(); ++d)
      fits = d == *axis || input->shape()[d] == first.shape()[d];
    if (!fits)
      return makeError("shapes {0} and {1} differ beside axis {2}", toString(first.shape()), toString(input->shape()),
                       *axis);
    shape[*axis] += input->shape()[*axis];
  }
  if (llvm::Error error = checkAllocatable(shape))
    return error;
  HostTensor result(first.type(), shape);
  char *target = result.mutableBytes().data();
  int64_t outer = numElements(llvm::ArrayRef(shape).take_front(*axis));
  int64_t inner = numElements(llvm::ArrayRef(shape).drop_front(*axis + 1)) * sizeInBytes(first.type());
  for (int64_t o = 0; o < outer; ++o)
    for (const HostTensor *input : node.inputs) {
      int64_t run = input->shape()[*axis] * inner;
      if (run == 0)
        continue;
      std::memcpy(target, input->bytes().data() + o * run, run);
      target += run;
    }
  return single(result);
}

Result split(const Node &node) {
  const HostTensor &x = *node.inputs[0], *given = optionalInput(node, 1);
  auto axis = normalizedAxis(intAttribute(node, "axis", 0), x.rank());
  if (!axis)
    return axis.takeError();
  int64_t extent = x.shape()[*axis];
  std::vector<int64_t> parts;
  if (given) {
    parts = integers(*given);
  } else {
    int64_t count = intAttribute(node, "num_outputs", node.numOutputs);
    if (count < 1 || count > extent)
      return makeError("dimension {0} of {1} cannot be split into {2} parts", *axis, toString(x.shape()), count);
    int64_t part = (extent + count - 1) / count; // the last one is smaller where it does not divide
    for (int64_t i = 0, rest = extent; i < count; ++i, rest -= parts.back())
      parts.push_back(std::clamp<int64_t>(rest, 0, part));
  }
  int64_t sum = 0;
  for (int64_t part : parts)
    if (part < 0 || __builtin_add_overflow(sum, part, &sum))
      return makeError("a part of size {0}", part);
  if (sum != extent)
    return makeError("the parts add up to {0}, dimension {1} has {2}", sum, *axis, extent);
  Outputs outputs;
  auto strides = rowMajorStrides(x.shape());
  int64_t start = 0;
  for (int64_t part : parts) {
    Shape shape(x.shape());
    shape[*axis] = part;
    outputs.push_back(stridedCopy(x, shape, strides, start * strides[*axis]));
    start += part;
  }
  return outputs;
}

Result slice(const Node &node) {
  const HostTensor &x = *node.inputs[0];
  std::vector<int64_t> starts = integers(*node.inputs[1]), ends = integers(*node.inputs[2]), axes, steps;
  if (const HostTensor *given = optionalInput(node, 3)) {
    axes = integers(*given);
  } else {
    axes.resize(starts.size());
    std::iota(axes.begin(), axes.end(), 0);
  }
  if (const HostTensor *given = optionalInput(node, 4))
    steps = integers(*given);
  else
    steps.assign(starts.size(), 1);
  if (ends.size() != starts.size() || axes.size() != starts.size() || steps.size() != starts.size())
    return makeError("{0} starts, {1} ends, {2} axes, {3} steps", starts.size(), ends.size(), axes.size(),
                     steps.size());
  if (auto unique = normalizedAxes(axes, x.rank()); !unique)
    return unique.takeError();
  Shape shape(x.shape());
  auto strides = rowMajorStrides(x.shape());
  int64_t offset = 0;
  for (size_t i = 0; i < axes.size(); ++i) {
    int64_t axis = axes[i] < 0 ? axes[i] + x.rank() : axes[i], extent = x.shape()[axis], step = steps[i];
    if (step == 0)
      return makeError("a step of 0");
    // No step needs to be longer than the dimension; negation cannot overflow then.
    step = std::clamp<int64_t>(step, -extent - 1, extent + 1);
    auto fromEnd = [extent](int64_t at) { return at < 0 ? at + extent : at; };
    int64_t lowest = step > 0 ? 0 : -1, highest = step > 0 ? extent : extent - 1;
    int64_t start =
        std::clamp(fromEnd(starts[i]), step > 0 ? 0 : std::min<int64_t>(0, highest), std::max(highest, lowest));
    int64_t end = std::clamp(fromEnd(ends[i]), lowest, std::max(highest, lowest));
    int64_t count = step > 0 ? (end - start + step - 1) / step : (start - end - step - 1) / -step;
    shape[axis] = extent == 0 ? 0 : std::max<int64_t>(0, count);
    offset += shape[axis] ? start * strides[axis] : 0;
    strides[axis] *= step;
  }
  return single(stridedCopy(x, shape, strides, offset));
}

/// Which input position an output position of a padded dimension shows; -1 for none.
int64_t padded(int64_t at, int64_t extent, llvm::StringRef mode) {
  if (at >= 0 && at < extent)
    return at;
  if (mode == "constant" || extent == 0)
    return -1;
  if (mode == "edge")
    return at < 0 ? 0 : extent - 1;
  if (mode == "wrap")
    return (at % extent + extent) % extent;
  // reflect: back and forth without showing the border twice
  if (extent == 1)
    return 0;
  int64_t period = 2 * (extent - 1);
  at = (at % period + period) % period;
  return at < extent ? at : period - at;
}

Result pad(const Node &node) {
  const HostTensor &x = *node.inputs[0], *fill = optionalInput(node, 2);
  std::string mode = stringAttribute(node, "mode", "constant");
  if (!llvm::is_contained({"constant", "reflect", "edge", "wrap"}, mode))
    return makeError("mode is '{0}'; constant, reflect, edge and wrap exist", mode);
  if (fill && (fill->size() != 1 || fill->type() != x.type()))
    return makeError("the constant must be one {0}, found {1} of shape {2}", name(x.type()), name(fill->type()),
                     toString(fill->shape()));
  std::vector<int64_t> pads = integers(*node.inputs[1]), axes;
  if (const HostTensor *given = optionalInput(node, 3)) {
    axes = integers(*given);
  } else {
    axes.resize(x.rank());
    std::iota(axes.begin(), axes.end(), 0);
  }
  if (auto unique = normalizedAxes(axes, x.rank()); !unique)
    return unique.takeError();
  if (pads.size() != 2 * axes.size())
    return makeError("{0} pads for {1} axes", pads.size(), axes.size());
  llvm::SmallVector<int64_t, 6> before(x.rank(), 0);
  Shape shape(x.shape());
  for (size_t i = 0; i < axes.size(); ++i) {
    int64_t axis = axes[i] < 0 ? axes[i] + x.rank() : axes[i];
    constexpr int64_t limit = int64_t(1) << 40;
    if (std::max(std::abs(pads[i] / 2), std::abs(pads[axes.size() + i] / 2)) > limit)
      return makeError("pads {0} and {1} are too large", pads[i], pads[axes.size() + i]);
    before[axis] = pads[i];
    shape[axis] += pads[i] + pads[axes.size() + i];
  }
  if (llvm::Error error = checkAllocatable(shape))
    return error;
  std::vector<std::vector<int64_t>> maps(x.rank());
  for (int64_t d = 0; d < x.rank(); ++d) {
    if (x.shape()[d] == 0 && shape[d] != 0 && mode != "constant")
      return makeError("dimension {0} of {1} is empty: nothing to repeat", d, toString(x.shape()));
    maps[d].resize(shape[d]);
    for (int64_t i = 0; i < shape[d]; ++i)
      maps[d][i] = padded(i - before[d], x.shape()[d], mode);
  }
  return single(mappedCopy(x, maps, fill));
}

// Cut off or filled with zeros on both sides; the odd one is cut off behind and filled behind.
Result centerCropPad(const Node &node) {
  const HostTensor &x = *node.inputs[0];
  std::vector<int64_t> wanted = integers(*node.inputs[1]), axes = intsAttribute(node, "axes");
  if (axes.empty()) {
    axes.resize(x.rank());
    std::iota(axes.begin(), axes.end(), 0);
  }
  if (auto unique = normalizedAxes(axes, x.rank()); !unique)
    return unique.takeError();
  if (wanted.size() != axes.size())
    return makeError("{0} extents for {1} axes", wanted.size(), axes.size());
  Shape shape(x.shape());
  for (size_t i = 0; i < axes.size(); ++i)
    shape[axes[i] < 0 ? axes[i] + x.rank() : axes[i]] = wanted[i];
  if (llvm::Error error = checkAllocatable(shape))
    return error;
  std::vector<std::vector<int64_t>> maps(x.rank());
  for (int64_t d = 0; d < x.rank(); ++d) {
    int64_t extent = x.shape()[d], before = shape[d] > extent ? (shape[d] - extent) / 2 : -((extent - shape[d]) / 2);
    for (int64_t i = 0; i < shape[d]; ++i)
      maps[d].push_back(padded(i - before, extent, "constant"));
  }
  return single(mappedCopy(x, maps, nullptr));
}

Result expand(const Node &node) {
  const HostTensor &x = *node.inputs[0];
  std::vector<int64_t> wanted = integers(*node.inputs[1]);
  Shape target(std::max<int64_t>(x.rank(), wanted.size()), 1);
  llvm::copy(wanted, target.end() - wanted.size());
  llvm::SmallVector<int64_t, 6> strides(target.size(), 0);
  auto own = rowMajorStrides(x.shape());
  for (int64_t d = 0; d < x.rank(); ++d) {
    int64_t to = target.size() - x.rank() + d, extent = x.shape()[d];
    if (extent != 1 && target[to] != 1 && target[to] != extent)
      return makeError("shape {0} does not broadcast with [{1}]", toString(x.shape()), toString(wanted));
    if (extent != 1) {
      target[to] = extent;
      strides[to] = own[d];
    }
  }
  if (llvm::Error error = checkAllocatable(target))
    return error;
  return single(stridedCopy(x, target, strides));
}

Result tile(const Node &node) {
  const HostTensor &x = *node.inputs[0];
  std::vector<int64_t> repeats = integers(*node.inputs[1]);
  if (static_cast<int64_t>(repeats.size()) != x.rank())
    return makeError("{0} repeats for an input of shape {1}", repeats.size(), toString(x.shape()));
  // Each dimension becomes two: the repetition, which does not move in the input, and the dimension itself.
  Shape doubled, shape;
  llvm::SmallVector<int64_t, 6> strides;
  auto own = rowMajorStrides(x.shape());
  for (int64_t d = 0; d < x.rank(); ++d) {
    int64_t extent;
    if (repeats[d] < 0 || __builtin_mul_overflow(repeats[d], x.shape()[d], &extent))
      return makeError("a dimension cannot be repeated {0} times", repeats[d]);
    shape.push_back(extent);
    doubled.append({repeats[d], x.shape()[d]});
    strides.append({0, own[d]});
  }
  if (llvm::Error error = checkAllocatable(shape))
    return error;
  return single(stridedCopy(x, doubled, strides).reshaped(shape));
}

llvm::Expected<int64_t> blockSize(const Node &node) {
  const HostTensor &x = *node.inputs[0];
  int64_t block = intAttribute(node, "blocksize", 0);
  if (block < 1 || block > (1 << 15) || x.rank() != 4)
    return makeError("needs an input of rank 4 and a blocksize of at least 1, found shape {0} and {1}",
                     toString(x.shape()), block);
  return block;
}

Result depthToSpace(const Node &node) {
  const HostTensor &x = *node.inputs[0];
  auto block = blockSize(node);
  if (!block)
    return block.takeError();
  llvm::ArrayRef<int64_t> in = x.shape();
  int64_t b = *block, depth = in[1] / (b * b);
  if (in[1] % (b * b) != 0)
    return makeError("{0} channels are not a multiple of {1}", in[1], b * b);
  bool columnFirst = stringAttribute(node, "mode", "DCR") == "CRD";
  HostTensor blocks =
      columnFirst ? x.reshaped({in[0], depth, b, b, in[2], in[3]}) : x.reshaped({in[0], b, b, depth, in[2], in[3]});
  HostTensor moved = columnFirst ? transposed(blocks, {0, 1, 4, 2, 5, 3}) : transposed(blocks, {0, 3, 4, 1, 5, 2});
  return single(moved.reshaped({in[0], depth, in[2] * b, in[3] * b}));
}

Result spaceToDepth(const Node &node) {
  const HostTensor &x = *node.inputs[0];
  auto block = blockSize(node);
  if (!block)
    return block.takeError();
  llvm::ArrayRef<int64_t> in = x.shape();
  int64_t b = *block;
  if (in[2] % b != 0 || in[3] % b != 0)
    return makeError("height {0} and width {1} are not multiples of {2}", in[2], in[3], b);
  bool columnFirst = stringAttribute(node, "mode", "DCR") == "CRD";
  HostTensor blocks = x.reshaped({in[0], in[1], in[2] / b, b, in[3] / b, b});
  HostTensor moved = columnFirst ? transposed(blocks, {0, 1, 3, 5, 2, 4}) : transposed(blocks, {0, 3, 5, 1, 2, 4});
  return single(moved.reshaped({in[0], in[1] * b * b, in[2] / b, in[3] / b}));
}

Result trilu(const Node &node) {
  const HostTensor &x = *node.inputs[0], *k = optionalInput(node, 1);
  if (x.rank() < 2 || (k && k->size() != 1))
    return makeError("needs a matrix and one k, found shape {0}", toString(x.shape()));
  bool upper = intAttribute(node, "upper", 1);
  int64_t rows = x.shape()[x.rank() - 2], columns = x.shape().back();
  int64_t diagonal = k ? std::clamp(k->getInt(0), -rows - 1, columns + 1) : 0;
  HostTensor result = x;
  unsigned size = sizeInBytes(x.type());
  char *at = result.mutableBytes().data();
  for (int64_t i = 0, e = columns ? x.size() / columns : 0; i < e; ++i, at += columns * size) {
    int64_t border = std::clamp<int64_t>(i % rows + diagonal + (upper ? 0 : 1), 0, columns);
    if (upper)
      std::memset(at, 0, border * size);
    else
      std::memset(at + border * size, 0, (columns - border) * size);
  }
  return single(result);
}

Result reverseSequence(const Node &node) {
  const HostTensor &x = *node.inputs[0];
  int64_t batchAxis = intAttribute(node, "batch_axis", 1), timeAxis = intAttribute(node, "time_axis", 0);
  if (x.rank() < 2 || !((batchAxis == 0 && timeAxis == 1) || (batchAxis == 1 && timeAxis == 0)))
    return makeError("batch_axis {0} and time_axis {1} must be 0 and 1", batchAxis, timeAxis);
  std::vector<int64_t> lengths = integers(*node.inputs[1]);
  int64_t batch = x.shape()[batchAxis], time = x.shape()[timeAxis];
  if (static_cast<int64_t>(lengths.size()) != batch)
    return makeError("{0} lengths for a batch of {1}", lengths.size(), batch);
  int64_t run = numElements(x.shape().drop_front(2)) * sizeInBytes(x.type());
  HostTensor result = x;
  char *to = result.mutableBytes().data();
  const char *from = x.bytes().data();
  for (int64_t b = 0; b < batch; ++b) {
    if (lengths[b] < 0 || lengths[b] > time)
      return makeError("length {0} of a sequence of {1}", lengths[b], time);
    for (int64_t t = 0; t < lengths[b]; ++t) {
      auto at = [&](int64_t step) { return (batchAxis == 0 ? b * time + step : step * batch + b) * run; };
      if (run)
        std::memcpy(to + at(t), from + at(lengths[b] - 1 - t), run);
    }
  }
  return single(result);
}

} // namespace

llvm::ArrayRef<Operator> movementOperators() {
  static const Operator table[] = {
      {"Transpose", transpose, 1, 1},
      {"Concat", concat, 1, variadic},
      {"Split", split, 1, 2},
      {"Slice", slice, 3, 5},
      {"Pad", pad, 2, 4},
      {"CenterCropPad", centerCropPad, 2, 2},
      {"Expand", expand, 2, 2},
      {"Tile", tile, 2, 2},
      {"DepthToSpace", depthToSpace, 1, 1},
      {"SpaceToDepth", spaceToDepth, 1, 1},
      {"Trilu", trilu, 1, 2},
      {"ReverseSequence", reverseSequence, 2, 2},
  };
  return table;
}

} // namespace tarn::reference
