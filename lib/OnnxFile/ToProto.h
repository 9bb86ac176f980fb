// The plain structures of OnnxModel.h as ONNX's messages.
#pragma once
#include "onnx/onnx_pb.h"
#include "tarn/OnnxFile/OnnxModel.h"

namespace tarn::onnxfile {

::onnx::TypeProto toProto(const Type &type);
::onnx::TensorProto toProto(const Tensor &tensor);
::onnx::AttributeProto toProto(const Attribute &attribute);
::onnx::NodeProto toProto(const Node &node);

} // namespace tarn::onnxfile
