#include "ToProto.h"

namespace tarn::onnxfile {

::onnx::TypeProto toProto(const Type &type) {
  ::onnx::TypeProto result;
  switch (type.kind) {
  case Type::tensor: {
    auto *tensor = result.mutable_tensor_type();
    tensor->set_elem_type(type.elementType);
    if (!type.shape)
      break;
    auto *shape = tensor->mutable_shape();
    for (const Dim &dim : *type.shape) {
      auto *added = shape->add_dim();
      if (dim.size >= 0)
        added->set_dim_value(dim.size);
      else if (!dim.parameter.empty())
        added->set_dim_param(dim.parameter);
    }
    break;
  }
  case Type::sequence:
    *result.mutable_sequence_type()->mutable_elem_type() = toProto(*type.element);
    break;
  case Type::optional:
    *result.mutable_optional_type()->mutable_elem_type() = toProto(*type.element);
    break;
  case Type::unknown:
  case Type::other:
    break;
  }
  return result;
}

::onnx::TensorProto toProto(const Tensor &tensor) {
  ::onnx::TensorProto result;
  result.set_name(tensor.name);
  result.set_data_type(tensor.elementType);
  for (int64_t dim : tensor.dims)
    result.add_dims(dim);
  for (const std::string &text : tensor.strings)
    result.add_string_data(text);
  if (tensor.elementType != string)
    result.set_raw_data(tensor.bytes.data(), tensor.bytes.size());
  return result;
}

::onnx::AttributeProto toProto(const Attribute &attribute) {
  ::onnx::AttributeProto result;
  result.set_name(attribute.name);
  switch (attribute.kind) {
  case Attribute::integer:
    result.set_type(::onnx::AttributeProto::INT);
    result.set_i(attribute.i);
    break;
  case Attribute::real:
    result.set_type(::onnx::AttributeProto::FLOAT);
    result.set_f(attribute.f);
    break;
  case Attribute::text:
    result.set_type(::onnx::AttributeProto::STRING);
    result.set_s(attribute.s);
    break;
  case Attribute::tensor:
    result.set_type(::onnx::AttributeProto::TENSOR);
    *result.mutable_t() = toProto(attribute.t);
    break;
  case Attribute::integers:
    result.set_type(::onnx::AttributeProto::INTS);
    for (int64_t value : attribute.ints)
      result.add_ints(value);
    break;
  case Attribute::reals:
    result.set_type(::onnx::AttributeProto::FLOATS);
    for (float value : attribute.floats)
      result.add_floats(value);
    break;
  case Attribute::texts:
    result.set_type(::onnx::AttributeProto::STRINGS);
    for (const std::string &value : attribute.strings)
      result.add_strings(value);
    break;
  case Attribute::graph:
  case Attribute::other:
    break;
  }
  return result;
}

::onnx::NodeProto toProto(const Node &node) {
  ::onnx::NodeProto result;
  result.set_name(node.name);
  result.set_op_type(node.type);
  result.set_domain(node.domain);
  for (const std::string &input : node.inputs)
    result.add_input(input);
  for (const std::string &output : node.outputs)
    result.add_output(output);
  for (const Attribute &attribute : node.attributes)
    *result.add_attribute() = toProto(attribute);
  return result;
}

} // namespace tarn::onnxfile
