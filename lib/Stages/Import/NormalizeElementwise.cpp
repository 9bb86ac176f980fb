// Steps to opset 28 of elementwise operators: broadcasting on demand, attributes that became inputs.
#include "NormalizeSteps.h"
#include "llvm/ADT/Sequence.h"
#include "llvm/ADT/StringSwitch.h"

namespace tarn {

using namespace onnxfile;

// Before 7 the second operand was stretched only on demand, its dimensions beginning at `axis` of the first
// one.
std::string alignBroadcast(Rewrite &rewrite) {
  bool broadcast = rewrite.takeInteger("broadcast").value_or(0);
  std::optional<int64_t> axis = rewrite.takeInteger("axis");
  if (!broadcast || !axis)
    return "";
  std::optional<int64_t> a = rewrite.rankOf(rewrite.input(0)), b = rewrite.rankOf(rewrite.input(1));
  if (!a || !b)
    return "broadcast with 'axis' needs operands of known rank";
  if (*axis < 0)
    *axis += *a;
  int64_t missing = *a - *axis - *b;
  if (*axis < 0 || missing < 0)
    return "the attribute 'axis' puts the second operand outside the first";
  if (missing == 0)
    return "";
  std::vector<int64_t> axes;
  for (int64_t i = 0; i < missing; ++i)
    axes.push_back(*b + i);
  rewrite.setInput(1, rewrite.emit("Unsqueeze", {rewrite.input(1), rewrite.integers(axes)}));
  return "";
}

// Before 7 a slope of shape [C] belonged to the channels, dimension 1 of the input.
std::string spreadSlope(Rewrite &rewrite) {
  std::optional<int64_t> x = rewrite.rankOf(rewrite.input(0)), slope = rewrite.rankOf(rewrite.input(1));
  if (!x || !slope)
    return "a slope per channel needs operands of known rank";
  if (*slope != 1 || *x <= 2)
    return "";
  std::vector<int64_t> axes;
  for (int64_t i = 1; i < *x - 1; ++i)
    axes.push_back(i);
  rewrite.setInput(1, rewrite.emit("Unsqueeze", {rewrite.input(1), rewrite.integers(axes)}));
  return "";
}

std::string castNameToNumber(Rewrite &rewrite) {
  const Attribute *to = rewrite.node.find("to");
  if (!to || to->kind != Attribute::text)
    return "";
  for (int32_t number = 1; bitWidth(number) || number == string; ++number)
    if (llvm::StringRef(to->s).equals_insensitive(spelling(number))) {
      rewrite.setInteger("to", number);
      return "";
    }
  return "the attribute 'to' has the value '" + to->s + "', which is no element type";
}

std::string limitsToInputs(Rewrite &rewrite) {
  const llvm::StringLiteral limits[] = {"min", "max"};
  for (size_t i = 0; i < 2; ++i)
    if (std::optional<float> value = rewrite.takeReal(limits[i]))
      rewrite.setInput(i + 1, rewrite.scalarLike(rewrite.input(0), *value));
  return "";
}

std::string dropTestMode(Rewrite &rewrite) {
  if (rewrite.takeInteger("is_test").value_or(0))
    return "";
  return "without is_test = 1 it drops values at random";
}

std::string ratioToInput(Rewrite &rewrite) {
  if (std::optional<float> ratio = rewrite.takeReal("ratio"))
    rewrite.setInput(1, rewrite.scalarLike("", *ratio));
  // The mask had the input's type up to 9; only its absence means the same in all versions.
  if (rewrite.node.outputs.size() > 1 && !rewrite.values().isRead(rewrite.node.outputs[1]))
    rewrite.node.outputs.resize(1);
  else if (rewrite.node.outputs.size() > 1 && rewrite.node.opset < 10)
    return "the mask is read, whose type was another one before opset 10";
  return "";
}

// Before 13 the input was seen as a matrix, its rows the dimensions before `axis` (1 when not given).
std::string flattenAroundAxis(Rewrite &rewrite) {
  int64_t axis = rewrite.takeInteger("axis").value_or(1);
  std::optional<int64_t> rank = rewrite.rankOf(rewrite.input(0));
  rewrite.setInteger("axis", -1);
  if (axis == -1 || (rank && axis == *rank - 1))
    return "";
  std::string x = rewrite.input(0);
  std::string shape = rewrite.emit("Shape", {x});
  rewrite.setInput(0, rewrite.emit("Flatten", {x}, {integerAttribute("axis", axis)}));
  Node &reshape = rewrite.after.emplace_back();
  reshape.name = rewrite.node.name;
  reshape.type = "Reshape";
  reshape.outputs = rewrite.node.outputs;
  rewrite.node.outputs = {rewrite.freshName()};
  reshape.inputs = {rewrite.node.outputs[0], shape};
  // An empty dimension of the input is empty in the result, not a copy of it.
  reshape.attributes.push_back(integerAttribute("allowzero", 1));
  return "";
}

} // namespace tarn
