// A model file to a Model: map, take the large tensors out, let ONNX's library parse the rest, convert.
#include "tarn/OnnxFile/OnnxFile.h"
#include "FromProto.h"
#include "WireReader.h"
#include "onnx/defs/parser.h"
#include "onnx/onnx_pb.h"
#include "tarn/Support/AtomicFile.h"
#include "tarn/Support/InputFile.h"
#include "llvm/Support/MemoryBuffer.h"

namespace tarn::onnxfile {

/// Tensors of more bytes stay in the file.
static constexpr size_t tensorLimit = 1024;

const Attribute *Node::find(llvm::StringRef wanted) const {
  for (const Attribute &attribute : attributes)
    if (attribute.name == wanted)
      return &attribute;
  return nullptr;
}

std::string Node::describe() const {
  std::string text = (domain.empty() ? type : domain + "::" + type) + " node";
  if (!name.empty())
    return text + " '" + name + "'";
  for (const std::string &output : outputs)
    if (!output.empty())
      return text + " that makes '" + output + "'";
  return text;
}

static llvm::Error parse(llvm::StringRef path, llvm::StringRef bytes, ::onnx::ModelProto &proto) {
  if (path.ends_with(".onnxtxt")) {
    try {
      auto status = ::onnx::OnnxParser::Parse(proto, std::string_view(bytes.data(), bytes.size()));
      if (!status.IsOK())
        return makeError("{0}", llvm::StringRef(status.ErrorMessage()).trim());
    } catch (const std::exception &exception) {
      return makeError("{0}", exception.what());
    }
    return llvm::Error::success();
  }
  llvm::Expected<std::string> small = leaveOutLargeTensors(bytes, tensorLimit);
  if (!small)
    return makeError("is no ONNX model: {0}", llvm::toString(small.takeError()));
  if (!proto.ParseFromString(*small))
    return makeError("is no ONNX model: its messages cannot be parsed");
  return llvm::Error::success();
}

static void setVersions(std::vector<Node> &nodes, const OpsetVersions &opsets) {
  for (Node &node : nodes)
    if (auto found = opsets.find(node.domain); found != opsets.end())
      node.opset = found->second;
}

llvm::Expected<Model> readModel(llvm::StringRef path) {
  auto fail = [&](llvm::Error error) { return makeError("{0}: {1}", path, llvm::toString(std::move(error))); };
  auto file = openInputFile(path);
  if (!file)
    return makeError("{0}: {1}", path, llvm::toString(file.takeError()));
  std::shared_ptr<llvm::MemoryBuffer> buffer = std::move(*file);

  ::onnx::ModelProto proto;
  if (llvm::Error error = parse(path, buffer->getBuffer(), proto))
    return fail(std::move(error));
  if (!proto.has_graph())
    return makeError("{0}: is no ONNX model: it has no graph", path);
  if (proto.opset_import_size() == 0 && proto.ir_version() >= 3)
    return makeError("{0}: the model imports no operator set (opset_import is empty)", path);
  TensorBytes bytes(path.str(), buffer);
  llvm::Expected<Model> model = fromProto(proto, bytes);
  if (!model)
    return fail(model.takeError());
  model->path = path.str();
  // Before IR version 3 there was one operator set.
  if (model->opsets.empty())
    model->opsets[""] = 1;
  setVersions(model->graph.nodes, model->opsets);
  for (Function &function : model->functions)
    setVersions(function.nodes, function.opsets.empty() ? model->opsets : function.opsets);
  return model;
}

} // namespace tarn::onnxfile
