// Evaluates nodes that a JSON file describes, for tests that compare Reference with other implementations.
//
//   tarn-reference-eval NODES.json
//
// NODES.json is a list of {"name", "op", "attributes": {NAME: VALUE}, "inputs": [FILE or null], "outputs":
// [FILE or null]}. A VALUE has one key that says its kind: {"int": 1}, {"float": 1.5}, {"string": "a"},
// {"tensor": FILE}, {"ints": []},
// {"floats": []}, {"strings": []}. Output files are .npy. Prints a JSON object from the names of the nodes
// that failed to their errors; the exit code is 0 then too.
#include "tarn/Reference/Reference.h"
#include "tarn/Support/AtomicFile.h"
#include "llvm/Support/InitLLVM.h"

using namespace tarn;
namespace json = llvm::json;

static std::vector<int64_t> integerList(const json::Array &values) {
  std::vector<int64_t> result;
  for (const json::Value &value : values)
    result.push_back(value.getAsInteger().value_or(0));
  return result;
}

static llvm::Expected<reference::Attribute> readAttribute(const json::Object &object) {
  if (auto number = object.getInteger("int"))
    return *number;
  if (auto number = object.getNumber("float"))
    return *number;
  if (auto text = object.getString("string"))
    return text->str();
  if (auto path = object.getString("tensor")) {
    auto tensor = readTensorFile(*path);
    if (!tensor)
      return tensor.takeError();
    return *tensor;
  }
  if (const json::Array *values = object.getArray("ints"))
    return integerList(*values);
  if (const json::Array *values = object.getArray("floats")) {
    std::vector<double> result;
    for (const json::Value &value : *values)
      result.push_back(value.getAsNumber().value_or(0));
    return result;
  }
  if (const json::Array *values = object.getArray("strings")) {
    std::vector<std::string> result;
    for (const json::Value &value : *values)
      result.push_back(value.getAsString().value_or("").str());
    return result;
  }
  return makeError("an attribute of unknown kind");
}

static llvm::Error evaluateNode(const json::Object &description) {
  const json::Object *attributes = description.getObject("attributes");
  const json::Array *inputs = description.getArray("inputs"), *outputs = description.getArray("outputs");
  if (!attributes || !inputs || !outputs || !description.getString("op"))
    return makeError("needs the keys op, attributes, inputs, outputs");
  reference::Node node;
  node.op = description.getString("op")->str();
  node.numOutputs = outputs->size();
  for (const auto &[name, value] : *attributes) {
    auto attribute = value.getAsObject() ? readAttribute(*value.getAsObject()) : makeError("attribute is no object");
    if (!attribute)
      return attribute.takeError();
    node.attributes.emplace(name.str(), std::move(*attribute));
  }
  std::vector<HostTensor> tensors(inputs->size());
  for (size_t i = 0; i < tensors.size(); ++i) {
    auto path = (*inputs)[i].getAsString();
    if (path) {
      auto tensor = readTensorFile(*path);
      if (!tensor)
        return tensor.takeError();
      tensors[i] = std::move(*tensor);
    }
    node.inputs.push_back(path ? &tensors[i] : nullptr);
  }
  auto results = reference::evaluate(node);
  if (!results)
    return results.takeError();
  for (size_t i = 0; i < outputs->size(); ++i)
    if (auto path = (*outputs)[i].getAsString())
      if (llvm::Error error = writeNpy(*path, (*results)[i]))
        return error;
  return llvm::Error::success();
}

static llvm::Error run(llvm::StringRef path) {
  auto buffer = llvm::MemoryBuffer::getFile(path);
  if (!buffer)
    return makeError("cannot read '{0}': {1}", path, buffer.getError().message());
  auto nodes = json::parse((*buffer)->getBuffer());
  if (!nodes)
    return nodes.takeError();
  const json::Array *list = nodes->getAsArray();
  if (!list)
    return makeError("'{0}': needs a list of nodes", path);
  json::Object failures;
  for (const json::Value &value : *list) {
    const json::Object *description = value.getAsObject();
    if (!description)
      return makeError("'{0}': a node must be an object", path);
    if (llvm::Error error = evaluateNode(*description))
      failures[description->getString("name").value_or("?").str()] = llvm::toString(std::move(error));
  }
  llvm::outs() << json::Value(std::move(failures)) << "\n";
  return llvm::Error::success();
}

int main(int argc, char **argv) {
  llvm::InitLLVM init(argc, argv);
  if (argc != 2) {
    llvm::errs() << "usage: tarn-reference-eval NODES.json\n";
    return 2;
  }
  if (llvm::Error error = run(argv[1])) {
    llvm::errs() << "tarn-reference-eval: " << llvm::toString(std::move(error)) << "\n";
    return 1;
  }
  return 0;
}
