// Steps to opset 28 of operators that sample positions (Upsample, Resize, GridSample, RoiAlign) and of DFT.
#include "NormalizeSteps.h"
#include <cstring>

namespace tarn {

using namespace onnxfile;

std::string refuseUpsample(Rewrite &) { return "its form before opset 7 (height_scale, width_scale) is not supported"; }

static Tensor realTensor(const std::vector<float> &values) {
  auto bytes = std::make_shared<std::string>(reinterpret_cast<const char *>(values.data()), values.size() * 4);
  Tensor tensor;
  tensor.elementType = float32;
  tensor.dims = {int64_t(values.size())};
  tensor.bytes = llvm::ArrayRef<char>(bytes->data(), bytes->size());
  tensor.owner = bytes;
  return tensor;
}

std::string scalesToInput(Rewrite &rewrite) {
  const Attribute *scales = rewrite.node.find("scales");
  if (!scales)
    return "has no attribute 'scales'";
  Attribute value;
  value.name = "value";
  value.kind = Attribute::tensor;
  value.t = realTensor(scales->floats);
  rewrite.takeIntegers("scales");
  rewrite.setInput(1, rewrite.emit("Constant", {}, {value}));
  return "";
}

std::string upsampleToResize(Rewrite &rewrite) {
  rewrite.node.type = "Resize";
  return "";
}

// Upsample and the first Resize put pixel i of the result at i / scale, without a half pixel's shift, and
// took the pixel below.
std::string resizeAsymmetric(Rewrite &rewrite) {
  std::string scales = rewrite.input(1);
  rewrite.setInput(1, "");
  rewrite.setInput(2, scales);
  rewrite.setText("coordinate_transformation_mode", "asymmetric");
  rewrite.setText("nearest_mode", "floor");
  const Attribute *mode = rewrite.node.find("mode");
  if (mode && (mode->s == "bilinear" || mode->s == "trilinear"))
    rewrite.setText("mode", "linear");
  return "";
}

// "tf_half_pixel_for_nn", gone since 13 but still written, puts pixel i at y = (i + 0.5) / scale: half a
// pixel beyond "half_pixel", at h.
//   floor(y) = floor(h + 0.5), and halves preferring the floor, ceil(y - 0.5) = ceil(h).
std::string replaceTfHalfPixel(Rewrite &rewrite) {
  const Attribute *transformation = rewrite.node.find("coordinate_transformation_mode");
  if (!transformation || transformation->s != "tf_half_pixel_for_nn")
    return "";
  const Attribute *mode = rewrite.node.find("mode"), *nearest = rewrite.node.find("nearest_mode");
  if (mode && mode->s != "nearest")
    return "coordinate_transformation_mode = tf_half_pixel_for_nn has no equivalent in mode " + mode->s;
  std::string rounding = nearest ? nearest->s : "round_prefer_floor";
  if (rounding != "floor" && rounding != "round_prefer_floor")
    return "coordinate_transformation_mode = tf_half_pixel_for_nn has no equivalent with nearest_mode = " + rounding;
  rewrite.setText("coordinate_transformation_mode", "half_pixel");
  rewrite.setText("nearest_mode", rounding == "floor" ? "round_prefer_ceil" : "ceil");
  return "";
}

// Before 13 roi and scales had to be there, empty where they meant nothing.
std::string dropEmptyResizeInputs(Rewrite &rewrite) {
  for (size_t i : {1, 2}) {
    std::optional<Tensor> value = rewrite.values().constantOf(rewrite.input(i));
    if (value && value->size() == 0)
      rewrite.setInput(i, "");
  }
  return "";
}

std::string gridModes(Rewrite &rewrite) {
  const Attribute *mode = rewrite.node.find("mode");
  if (mode && mode->s == "bilinear")
    rewrite.setText("mode", "linear");
  else if (mode && mode->s == "bicubic")
    rewrite.setText("mode", "cubic");
  return "";
}

std::string roiWithoutHalfPixel(Rewrite &rewrite) {
  if (!rewrite.node.find("coordinate_transformation_mode"))
    rewrite.setText("coordinate_transformation_mode", "output_half_pixel");
  return "";
}

// Opset 17 counted the axis from 1 by default, opset 20 has it last but one.
std::string transformAxisToInput(Rewrite &rewrite) {
  rewrite.setInput(2, rewrite.integer(rewrite.takeInteger("axis").value_or(1)));
  return "";
}

} // namespace tarn
