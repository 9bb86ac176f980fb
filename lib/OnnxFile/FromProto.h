// ONNX's messages as the plain structures of OnnxModel.h.
#pragma once
#include "TensorBytes.h"
#include "llvm/Support/Error.h"

namespace onnx {
class AttributeProto;
class FunctionProto;
class ModelProto;
class NodeProto;
class TypeProto;
} // namespace onnx

namespace tarn::onnxfile {

Type fromProto(const ::onnx::TypeProto &type);
llvm::Expected<Attribute> fromProto(const ::onnx::AttributeProto &attribute, TensorBytes &bytes);
llvm::Expected<Function> fromProto(const ::onnx::FunctionProto &function, TensorBytes &bytes);
llvm::Expected<Node> fromProto(const ::onnx::NodeProto &node, TensorBytes &bytes);
llvm::Expected<Model> fromProto(const ::onnx::ModelProto &model, TensorBytes &bytes);

} // namespace tarn::onnxfile
