// Tools of the normalising steps.
#include "Normalize.h"
#include "tarn/Support/LowPrecision.h"

namespace tarn {

using namespace onnxfile;

Attribute integerAttribute(llvm::StringRef name, int64_t value) {
  Attribute attribute;
  attribute.name = name.str();
  attribute.kind = Attribute::integer;
  attribute.i = value;
  return attribute;
}

std::optional<int64_t> Rewrite::rankOf(llvm::StringRef value) const {
  Type type = known.typeOf(value);
  if (type.kind != Type::tensor || !type.shape)
    return std::nullopt;
  return type.shape->size();
}

std::optional<Attribute> Rewrite::take(llvm::StringRef name) {
  for (auto attribute = node.attributes.begin(); attribute != node.attributes.end(); ++attribute)
    if (attribute->name == name) {
      Attribute taken = std::move(*attribute);
      node.attributes.erase(attribute);
      return taken;
    }
  return std::nullopt;
}

std::optional<int64_t> Rewrite::takeInteger(llvm::StringRef name) {
  std::optional<Attribute> attribute = take(name);
  return attribute ? std::optional(attribute->i) : std::nullopt;
}

std::optional<float> Rewrite::takeReal(llvm::StringRef name) {
  std::optional<Attribute> attribute = take(name);
  return attribute ? std::optional(attribute->f) : std::nullopt;
}

std::optional<std::vector<int64_t>> Rewrite::takeIntegers(llvm::StringRef name) {
  std::optional<Attribute> attribute = take(name);
  return attribute ? std::optional(std::move(attribute->ints)) : std::nullopt;
}

std::optional<std::string> Rewrite::takeText(llvm::StringRef name) {
  std::optional<Attribute> attribute = take(name);
  return attribute ? std::optional(std::move(attribute->s)) : std::nullopt;
}

void Rewrite::setInteger(llvm::StringRef name, int64_t value) {
  take(name);
  node.attributes.push_back(integerAttribute(name, value));
}

void Rewrite::setText(llvm::StringRef name, llvm::StringRef value) {
  take(name);
  Attribute &attribute = node.attributes.emplace_back();
  attribute.name = name.str();
  attribute.kind = Attribute::text;
  attribute.s = value.str();
}

void Rewrite::setInput(size_t index, const std::string &value) {
  if (node.inputs.size() <= index)
    node.inputs.resize(index + 1);
  node.inputs[index] = value;
}

std::string Rewrite::freshName() {
  // A name that no file can hold, since the graph's own names are never looked up with it.
  return std::string("\1") + std::to_string(counter++);
}

std::string Rewrite::emit(llvm::StringRef type, std::vector<std::string> inputs, std::vector<Attribute> attributes) {
  Node &added = before.emplace_back();
  added.name = node.name;
  added.type = type.str();
  added.inputs = std::move(inputs);
  added.outputs = {freshName()};
  added.attributes = std::move(attributes);
  return added.outputs.front();
}

std::string Rewrite::constant(Tensor tensor) {
  Attribute value;
  value.name = "value";
  value.kind = Attribute::tensor;
  value.t = std::move(tensor);
  return emit("Constant", {}, {value});
}

template <typename T>
static Tensor makeTensor(int32_t elementType, llvm::ArrayRef<int64_t> dims, llvm::ArrayRef<T> values) {
  auto bytes = std::make_shared<std::string>(reinterpret_cast<const char *>(values.data()), values.size() * sizeof(T));
  Tensor tensor;
  tensor.elementType = elementType;
  tensor.dims.assign(dims.begin(), dims.end());
  tensor.bytes = llvm::ArrayRef<char>(bytes->data(), bytes->size());
  tensor.owner = bytes;
  return tensor;
}

std::string Rewrite::integers(llvm::ArrayRef<int64_t> values) {
  return constant(makeTensor<int64_t>(onnxfile::int64, {int64_t(values.size())}, values));
}

std::string Rewrite::integer(int64_t value) { return constant(makeTensor<int64_t>(onnxfile::int64, {}, value)); }

std::string Rewrite::scalarLike(llvm::StringRef like, double value) {
  Type type = known.typeOf(like);
  switch (type.kind == Type::tensor ? type.elementType : int32_t(float32)) {
  case float64:
    return constant(makeTensor<double>(float64, {}, value));
  case float16:
    return constant(makeTensor<uint16_t>(float16, {}, floatToFp16(static_cast<float>(value))));
  case bfloat16:
    return constant(makeTensor<uint16_t>(bfloat16, {}, floatToBf16(static_cast<float>(value))));
  default:
    return constant(makeTensor<float>(float32, {}, static_cast<float>(value)));
  }
}

} // namespace tarn
