// Steps to opset 28 of normalisation, pooling and recurrent layers: what went away or changed its shape.
#include "NormalizeSteps.h"

namespace tarn {

using namespace onnxfile;

std::string dropNormalizationTestMode(Rewrite &rewrite) {
  if (rewrite.takeInteger("is_test").value_or(0))
    return "";
  return "without is_test = 1 it uses the statistics of the batch and changes the running ones";
}

std::string dropSpatial(Rewrite &rewrite) {
  if (rewrite.takeInteger("spatial").value_or(1))
    return "";
  return "spatial = 0 (statistics per element) has no equivalent at opset 28";
}

// Up to 13 there were four more outputs, in training only.
std::string dropRunningOutputs(Rewrite &rewrite) {
  for (size_t i = 1; i < rewrite.node.outputs.size(); ++i)
    if (rewrite.values().isRead(rewrite.node.outputs[i]))
      return "output '" + rewrite.node.outputs[i] + "', which exists in training only, is read";
  if (!rewrite.node.outputs.empty())
    rewrite.node.outputs.resize(1);
  return "";
}

std::string dropBroadcast(Rewrite &rewrite) {
  rewrite.takeInteger("broadcast");
  return "";
}

// Up to 20 scale and bias had one element per group [G], since 21 one per channel [C]: each is repeated C/G
// times.
std::string spreadGroupScale(Rewrite &rewrite) {
  const Attribute *groups = rewrite.node.find("num_groups");
  Type x = rewrite.values().typeOf(rewrite.input(0));
  if (!groups || groups->i <= 0 || x.kind != Type::tensor || !x.shape || x.shape->size() < 2 || (*x.shape)[1].size < 0)
    return "its form before opset 21 needs 'num_groups' and an input whose number of channels is known";
  int64_t channels = (*x.shape)[1].size;
  for (size_t i : {1, 2}) {
    std::string column = rewrite.emit("Unsqueeze", {rewrite.input(i), rewrite.integers(1)});
    std::string wide = rewrite.emit("Expand", {column, rewrite.integers({groups->i, channels / groups->i})});
    rewrite.setInput(i, rewrite.emit("Reshape", {wide, rewrite.integers(channels)}));
  }
  return "";
}

std::string realPowerToInteger(Rewrite &rewrite) {
  const Attribute *p = rewrite.node.find("p");
  if (!p || p->kind != Attribute::real)
    return "";
  if (p->f != static_cast<int64_t>(p->f))
    return "the attribute 'p' is no whole number";
  rewrite.setInteger("p", static_cast<int64_t>(p->f));
  return "";
}

std::string dropOutputSequence(Rewrite &rewrite) {
  rewrite.takeInteger("output_sequence");
  return "";
}

} // namespace tarn
