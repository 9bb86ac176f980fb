// Convolutions and pooling with kernel_shape, strides, dilations, pads and group spelt out; no auto_pad, no
// output_shape, no ceil_mode.
#include "Canonicalize.h"

using namespace mlir;

namespace tarn::graph {
namespace {

struct Window {
  SmallVector<int64_t> kernel, strides, dilations, pads;
  unsigned rank() const { return kernel.size(); }
  int64_t extent(unsigned i) const { return (kernel[i] - 1) * dilations[i] + 1; }
};

SmallVector<int64_t> intsOr(Operation *op, StringRef name, size_t count, int64_t absent) {
  SmallVector<int64_t> values = intsAttr(op, name);
  return values.empty() ? SmallVector<int64_t>(count, absent) : values;
}

std::optional<Window> windowOf(Operation *op, bool hasWeight) {
  ArrayRef<int64_t> shape = shapeOf(op->getOperand(0));
  if (shape.size() < 3)
    return std::nullopt;
  size_t rank = shape.size() - 2;
  Window window;
  window.kernel = intsAttr(op, "kernel_shape");
  if (hasWeight && window.kernel.empty())
    window.kernel = SmallVector<int64_t>(shapeOf(op->getOperand(1)).drop_front(2));
  window.strides = intsOr(op, "strides", rank, 1);
  window.dilations = intsOr(op, "dilations", rank, 1);
  window.pads = intsOr(op, "pads", 2 * rank, 0);
  if (window.kernel.size() != rank || window.strides.size() != rank || window.dilations.size() != rank ||
      window.pads.size() != 2 * rank)
    return std::nullopt;
  return window;
}

// Pads of auto_pad SAME_*: as many that ceil(input / stride) windows fit, the odd one at the end (UPPER) or
// start (LOWER).
void resolveAutoPad(Operation *op, Window &window) {
  std::string mode = stringAttr(op, "auto_pad", "NOTSET");
  if (mode == "NOTSET" || mode.empty())
    return;
  for (unsigned i = 0, rank = window.rank(); i < rank; ++i) {
    int64_t size = shapeOf(op->getOperand(0))[i + 2], total = 0;
    if (mode != "VALID") {
      int64_t windows = llvm::divideCeil(size, window.strides[i]);
      total = std::max<int64_t>((windows - 1) * window.strides[i] + window.extent(i) - size, 0);
    }
    int64_t before = mode == "SAME_LOWER" ? total - total / 2 : total / 2;
    window.pads[i] = before;
    window.pads[i + rank] = total - before;
  }
}

// Sets the attributes; failure where they were so already.
LogicalResult store(Operation *op, NodeBuilder &builder, const Window &window,
                    ArrayRef<std::pair<StringRef, int64_t>> further, ArrayRef<StringRef> dropped) {
  SmallVector<NamedAttribute> wanted = {builder.attr("kernel_shape", window.kernel),
                                        builder.attr("strides", window.strides),
                                        builder.attr("dilations", window.dilations), builder.attr("pads", window.pads)};
  for (auto [name, value] : further)
    wanted.push_back(builder.attr(name, value));
  bool same = llvm::all_of(wanted, [&](NamedAttribute a) { return op->getAttr(a.getName()) == a.getValue(); }) &&
              llvm::none_of(dropped, [&](StringRef name) { return op->hasAttr(name); });
  if (same)
    return failure();
  for (NamedAttribute attribute : op->getAttrs())
    if (!llvm::is_contained(dropped, attribute.getName().getValue()) &&
        llvm::none_of(wanted, [&](NamedAttribute a) { return a.getName() == attribute.getName(); }))
      wanted.push_back(attribute);
  builder.replace(op, builder.node(opType(op), op->getResultTypes(), op->getOperands(), wanted)->getResults());
  return success();
}

LogicalResult rewriteConv(Operation *op, NodeBuilder &builder) {
  std::optional<Window> window = windowOf(op, true);
  if (!window)
    return failure();
  resolveAutoPad(op, *window);
  return store(op, builder, *window, {{"group", intAttr(op, "group", 1)}}, {"auto_pad"});
}

// Zeros put around the image by a Pad of its own are pads of the convolution.
LogicalResult absorbPad(Operation *op, NodeBuilder &builder) {
  Operation *pad = definingNode(op->getOperand(0), "Pad");
  std::optional<Window> window = windowOf(op, true);
  if (!pad || !window || op->hasAttr("auto_pad") || input(pad, 3) ||
      stringAttr(pad, "mode", "constant") != "constant" || (input(pad, 2) && constantScalar(input(pad, 2)) != 0.0))
    return failure();
  auto pads = constantInts(pad->getOperand(1));
  size_t rank = window->rank() + 2;
  if (!pads || pads->size() != 2 * rank || (*pads)[0] || (*pads)[1] || (*pads)[rank] || (*pads)[rank + 1] ||
      llvm::any_of(*pads, [](int64_t count) { return count < 0; }))
    return failure();
  for (unsigned i = 0; i < window->rank(); ++i) {
    window->pads[i] += (*pads)[i + 2];
    window->pads[i + window->rank()] += (*pads)[rank + i + 2];
  }
  builder.modify(op, [&] {
    op->setOperand(0, pad->getOperand(0));
    op->setAttr("pads", builder.attr("pads", window->pads).getValue());
  });
  return success();
}

// output = stride (input - 1) + output_padding + extent - pads
LogicalResult rewriteConvTranspose(Operation *op, NodeBuilder &builder) {
  std::optional<Window> window = windowOf(op, true);
  if (!window)
    return failure();
  unsigned rank = window->rank();
  SmallVector<int64_t> outputPadding = intsOr(op, "output_padding", rank, 0);
  std::string mode = stringAttr(op, "auto_pad", "NOTSET");
  bool same = mode == "SAME_UPPER" || mode == "SAME_LOWER";
  if (mode == "VALID")
    window->pads.assign(2 * rank, 0);
  if (same || op->hasAttr("output_shape"))
    for (unsigned i = 0; i < rank; ++i) {
      int64_t size = shapeOf(op->getOperand(0))[i + 2], result = shapeOf(op->getResult(0))[i + 2];
      int64_t total = window->strides[i] * (size - 1) + outputPadding[i] + window->extent(i) - result;
      if (total < 0) { // the output is larger than the windows reach: zeros at the end
        outputPadding[i] -= total;
        total = 0;
      }
      int64_t before = mode == "SAME_UPPER" ? total / 2 : total - total / 2;
      window->pads[i] = before;
      window->pads[i + rank] = total - before;
    }
  SmallVector<NamedAttribute> padding = {builder.attr("output_padding", outputPadding)};
  if (intsAttr(op, "output_padding") != outputPadding)
    builder.modify(op, [&] { op->setAttr("output_padding", padding.front().getValue()); });
  return store(op, builder, *window, {{"group", intAttr(op, "group", 1)}}, {"auto_pad", "output_shape"});
}

// Three dimensions of a window are taken in two steps, height and width first: the largest of the largest,
// and the mean of means, whose counts multiply. Expects what rewritePool leaves.
LogicalResult splitPool(Operation *op, NodeBuilder &builder) {
  Value x = op->getOperand(0);
  ArrayRef<int64_t> shape = shapeOf(x), result = shapeOf(op->getResult(0));
  std::optional<Window> window = windowOf(op, false);
  if (shape.size() != 5 || op->getNumResults() != 1 || !window || op->hasAttr("auto_pad") || op->hasAttr("ceil_mode"))
    return failure();
  auto pool = [&](Value value, ArrayRef<int64_t> resultShape, ArrayRef<unsigned> dims) {
    Window part;
    for (unsigned dim : dims) {
      bool unit = dim == 3; // no dimension of the window
      part.kernel.push_back(unit ? 1 : window->kernel[dim]);
      part.strides.push_back(unit ? 1 : window->strides[dim]);
      part.dilations.push_back(unit ? 1 : window->dilations[dim]);
    }
    for (unsigned side : {0u, 3u})
      for (unsigned dim : dims)
        part.pads.push_back(dim == 3 ? 0 : window->pads[side + dim]);
    SmallVector<NamedAttribute> attributes = {
        builder.attr("kernel_shape", part.kernel), builder.attr("strides", part.strides),
        builder.attr("dilations", part.dilations), builder.attr("pads", part.pads)};
    if (op->hasAttr("count_include_pad"))
      attributes.push_back(builder.attr("count_include_pad", intAttr(op, "count_include_pad", 0)));
    Type type = RankedTensorType::get(resultShape, elementType(value));
    return builder.node(opType(op), type, value, attributes)->getResult(0);
  };
  Value value = builder.reshape(x, {shape[0], shape[1] * shape[2], shape[3], shape[4]});
  value = pool(value, {shape[0], shape[1] * shape[2], result[3], result[4]}, {1, 2});
  value = builder.reshape(value, {shape[0], shape[1], shape[2], result[3] * result[4]});
  value = pool(value, {shape[0], shape[1], result[2], result[3] * result[4]}, {0, 3});
  builder.replace(op, builder.reshape(value, result));
  return success();
}

// count_include_pad counts the pads, yet not what ceil_mode adds behind them: the pads become zeros of the
// image.
LogicalResult separateCountedPads(Operation *op, NodeBuilder &builder, Window window) {
  Value x = op->getOperand(0);
  SmallVector<int64_t> pads(2 * (window.rank() + 2), 0), shape(shapeOf(x));
  for (unsigned i = 0; i < window.rank(); ++i) {
    pads[i + 2] = window.pads[i];
    pads[window.rank() + 4 + i] = window.pads[i + window.rank()];
    shape[i + 2] += window.pads[i] + window.pads[i + window.rank()];
  }
  Value padded = builder
                     .node("Pad", RankedTensorType::get(shape, elementType(x)),
                           {x, builder.ints(pads), builder.scalarLike(x, 0)}, builder.attr("mode", "constant"))
                     ->getResult(0);
  Operation *pool = builder.node(opType(op), op->getResultTypes(), padded,
                                 {builder.attr("kernel_shape", window.kernel), builder.attr("strides", window.strides),
                                  builder.attr("dilations", window.dilations), builder.attr("ceil_mode", int64_t(1))});
  builder.replace(op, pool->getResults());
  return success();
}

// ceil_mode lets the last window hang over the end: pads at the end, where padding does not count.
LogicalResult rewritePool(Operation *op, NodeBuilder &builder) {
  std::optional<Window> window = windowOf(op, false);
  if (!window)
    return failure();
  resolveAutoPad(op, *window);
  bool countsPadding = intAttr(op, "count_include_pad", 0);
  bool ceilMode = intAttr(op, "ceil_mode", 0);
  if (ceilMode && countsPadding)
    return separateCountedPads(op, builder, *window);
  if (ceilMode)
    for (unsigned i = 0, rank = window->rank(); i < rank; ++i) {
      int64_t size = shapeOf(op->getOperand(0))[i + 2], result = shapeOf(op->getResult(0))[i + 2];
      int64_t reach = (result - 1) * window->strides[i] + window->extent(i) - size - window->pads[i];
      window->pads[i + rank] = std::max(window->pads[i + rank], reach);
    }
  return store(op, builder, *window, {}, {"auto_pad", "ceil_mode"});
}

} // namespace

void populateWindowRewrites(RewritePatternSet &patterns) {
  addRewrite(patterns, "Conv", rewriteConv);
  addRewrite(patterns, "Conv", absorbPad);
  addRewrite(patterns, "ConvTranspose", rewriteConvTranspose);
  for (StringRef type : {"MaxPool", "AveragePool"}) {
    addRewrite(patterns, type, rewritePool, 2);
    addRewrite(patterns, type, splitPool);
  }
}

} // namespace tarn::graph
