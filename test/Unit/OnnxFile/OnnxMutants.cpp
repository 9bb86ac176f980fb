// Damages models and reads them: a reader may answer with a model or an error that names the file, and
// nothing else.
//   OnnxMutants SEED COUNT MODEL...      models in ONNX's text syntax or binary
// Built with the address and undefined-behaviour sanitizers, which end the program at the first fault. The
// types of all nodes of a mutant that can be read are inferred too.
#include "onnx/defs/parser.h"
#include "onnx/onnx_pb.h"
#include "tarn/OnnxFile/Inference.h"
#include "tarn/OnnxFile/OnnxFile.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/raw_ostream.h"
#include <random>

using namespace tarn::onnxfile;

// Vectors that cross to ONNX's library, which is built without the sanitizer, would look overflown. Leaks:
// ONNX's schemas live to the end.
extern "C" const char *__asan_default_options() { return "detect_container_overflow=0:detect_leaks=0"; }

static std::mt19937 generator;
static size_t below(size_t limit) { return std::uniform_int_distribution<size_t>(0, limit - 1)(generator); }

static void damage(std::string &bytes) {
  if (below(6) == 0) {
    bytes.resize(below(bytes.size() + 1));
    return;
  }
  for (size_t n = size_t(1) << below(4); n > 0 && !bytes.empty(); --n) {
    size_t at = below(bytes.size());
    switch (below(5)) {
    case 0:
      bytes[at] = static_cast<char>(below(256));
      break;
    case 1:
      bytes[at] ^= static_cast<char>(1 << below(8));
      break;
    case 2:
      bytes.erase(at, 1 + below(8));
      break;
    case 3:
      bytes.insert(at, std::string(1 + below(8), static_cast<char>(below(256))));
      break;
    case 4:
      bytes[at] = "\xff\x7f\x80\0"[below(4)];
      break;
    }
  }
}

/// Asks for the types of every node, inputs first as far as they are known.
static void inferAll(const Model &model) {
  std::map<std::string, Type> types;
  std::map<std::string, const Tensor *> constants;
  for (const Value &input : model.graph.inputs)
    types[input.name] = input.type;
  for (const Tensor &tensor : model.graph.initializers) {
    constants[tensor.name] = &tensor;
    Type &type = types[tensor.name];
    type.kind = Type::tensor;
    type.elementType = tensor.elementType;
    type.shape.emplace();
    for (int64_t dim : tensor.dims)
      type.shape->push_back({dim, ""});
  }
  for (const Node &node : model.graph.nodes) {
    std::vector<InferenceInput> inputs;
    for (const std::string &name : node.inputs) {
      InferenceInput &input = inputs.emplace_back();
      input.isPresent = !name.empty();
      input.type = types[name];
      input.constant = constants.count(name) ? constants[name] : nullptr;
    }
    llvm::Expected<std::vector<Type>> results = inferTypes(node, node.opset, inputs);
    if (!results) {
      llvm::consumeError(results.takeError());
      continue;
    }
    for (size_t i = 0; i < results->size(); ++i)
      types[node.outputs[i]] = (*results)[i];
  }
}

int main(int argc, char **argv) {
  if (argc < 4) {
    llvm::errs() << "usage: OnnxMutants SEED COUNT MODEL...\n";
    return 2;
  }
  generator.seed(std::atoi(argv[1]));
  // 1. Every text model is a seed twice, as text and in binary.
  std::vector<std::pair<std::string, std::string>> seeds; // suffix, bytes
  for (int i = 3; i < argc; ++i) {
    auto buffer = llvm::MemoryBuffer::getFile(argv[i]);
    if (!buffer) {
      llvm::errs() << argv[i] << ": " << buffer.getError().message() << "\n";
      return 1;
    }
    std::string bytes = (*buffer)->getBuffer().str();
    if (!llvm::StringRef(argv[i]).ends_with(".onnxtxt")) {
      seeds.emplace_back(".onnx", bytes);
      continue;
    }
    seeds.emplace_back(".onnxtxt", bytes);
    ::onnx::ModelProto model;
    if (::onnx::OnnxParser::Parse(model, bytes).IsOK())
      seeds.emplace_back(".onnx", model.SerializeAsString());
  }

  // 2. Damage and read.
  llvm::SmallString<128> folder;
  if (llvm::sys::fs::createUniqueDirectory("tarn-mutants", folder))
    return 1;
  int count = std::atoi(argv[2]), readable = 0, silent = 0;
  for (int i = 0; i < count; ++i) {
    auto [suffix, bytes] = seeds[below(seeds.size())];
    damage(bytes);
    std::string path = (folder + "/mutant" + suffix).str();
    std::error_code code;
    {
      llvm::raw_fd_ostream stream(path, code);
      stream << bytes;
    }
    llvm::Expected<Model> model = readModel(path);
    if (model) {
      ++readable;
      inferAll(*model);
      continue;
    }
    std::string text = llvm::toString(model.takeError());
    if (!llvm::StringRef(text).starts_with(path)) {
      llvm::errs() << "mutant " << i << ": the error does not name the file: " << text << "\n";
      ++silent;
    }
  }
  llvm::sys::fs::remove_directories(folder);
  llvm::outs() << count << " mutants, " << readable << " still readable\n";
  return silent ? 1 : 0;
}
