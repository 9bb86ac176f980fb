// Steps to opset 28 of operators that move data: shapes, axes and pads that became inputs.
#include "NormalizeSteps.h"

namespace tarn {

using namespace onnxfile;

std::string concatDefaultAxis(Rewrite &rewrite) {
  if (!rewrite.node.find("axis"))
    rewrite.setInteger("axis", 1);
  return "";
}

std::string shapeToInput(Rewrite &rewrite) {
  if (std::optional<std::vector<int64_t>> shape = rewrite.takeIntegers("shape"))
    rewrite.setInput(1, rewrite.integers(*shape));
  return "";
}

/// All integers of a small constant tensor of int32 or int64.
static std::optional<std::vector<int64_t>> constantIntegers(const Rewrite &rewrite, llvm::StringRef value) {
  std::optional<Tensor> tensor = rewrite.values().constantOf(value);
  if (!tensor || (tensor->elementType != int32 && tensor->elementType != onnxfile::int64))
    return std::nullopt;
  std::vector<int64_t> result;
  for (int64_t i = 0, size = tensor->size(); i < size; ++i) {
    int64_t wide = 0;
    int32_t narrow = 0;
    if (tensor->elementType == int32) {
      std::memcpy(&narrow, tensor->bytes.data() + i * 4, 4);
      wide = narrow;
    } else {
      std::memcpy(&wide, tensor->bytes.data() + i * 8, 8);
    }
    result.push_back(wide);
  }
  return result;
}

// Before 6: `tiles` copies along the one `axis`.
std::string tilesToRepeats(Rewrite &rewrite) {
  std::optional<int64_t> rank = rewrite.rankOf(rewrite.input(0));
  auto tiles = constantIntegers(rewrite, rewrite.input(1)), axis = constantIntegers(rewrite, rewrite.input(2));
  if (!rank || !tiles || !axis || tiles->size() != 1 || axis->size() != 1)
    return "the form before opset 6 needs a known rank and constant 'tiles' and 'axis'";
  if (axis->front() < 0 || axis->front() >= *rank)
    return "'axis' is outside the input's rank";
  std::vector<int64_t> repeats(*rank, 1);
  repeats[axis->front()] = tiles->front();
  std::string data = rewrite.input(0);
  rewrite.node.inputs = {data, rewrite.integers(repeats)};
  return "";
}

std::string paddingsToPads(Rewrite &rewrite) {
  for (Attribute &attribute : rewrite.node.attributes)
    if (attribute.name == "paddings")
      attribute.name = "pads";
  return "";
}

std::string padsToInputs(Rewrite &rewrite) {
  if (std::optional<std::vector<int64_t>> pads = rewrite.takeIntegers("pads"))
    rewrite.setInput(1, rewrite.integers(*pads));
  std::optional<float> value = rewrite.takeReal("value");
  const Attribute *mode = rewrite.node.find("mode");
  if (value && *value != 0 && (!mode || mode->s == "constant"))
    rewrite.setInput(2, rewrite.scalarLike(rewrite.input(0), *value));
  return "";
}

std::string sliceBoundsToInputs(Rewrite &rewrite) {
  const llvm::StringLiteral bounds[] = {"starts", "ends", "axes"};
  for (size_t i = 0; i < 3; ++i)
    if (std::optional<std::vector<int64_t>> values = rewrite.takeIntegers(bounds[i]))
      rewrite.setInput(i + 1, rewrite.integers(*values));
  return "";
}

std::string refuseSplitInput(Rewrite &rewrite) {
  return rewrite.node.inputs.size() > 1 ? "its second input had another meaning before opset 2" : "";
}

std::string splitToInput(Rewrite &rewrite) {
  if (std::optional<std::vector<int64_t>> split = rewrite.takeIntegers("split"))
    rewrite.setInput(1, rewrite.integers(*split));
  return "";
}

// Since 18 the number of equal parts is said, where no sizes are given.
std::string countOutputs(Rewrite &rewrite) {
  if (rewrite.input(1).empty())
    rewrite.setInteger("num_outputs", rewrite.node.outputs.size());
  return "";
}

std::string axesToInput(Rewrite &rewrite) {
  std::optional<std::vector<int64_t>> axes = rewrite.takeIntegers("axes");
  if (axes && !axes->empty())
    rewrite.setInput(1, rewrite.integers(*axes));
  return "";
}

std::string countToInput(Rewrite &rewrite) {
  if (std::optional<int64_t> k = rewrite.takeInteger("k"))
    rewrite.setInput(1, rewrite.integers(*k));
  return "";
}

std::string scatterToElements(Rewrite &rewrite) {
  rewrite.node.type = "ScatterElements";
  return "";
}

} // namespace tarn
