#include "ExtraKeys.h"
#include "tarn/ISA/Check.h"
#include "tarn/Support/AtomicFile.h"

namespace tarn::profile {
using namespace isa;

namespace {
constexpr llvm::StringLiteral kinds[] = {"input", "output", "constant", "scratch"};
constexpr int64_t maxCores = 64;

llvm::Error readTensor(const llvm::json::Object &object, ProgramTensor &tensor) {
  auto name = object.getString("name"), kind = object.getString("kind"), type = object.getString("dtype"),
       hostType = object.getString("host_dtype");
  const llvm::json::Array *shape = object.getArray("shape");
  auto address = object.getInteger("address");
  if (!name || !kind || !type || !hostType || !shape || !address || *address < 0)
    return makeError("a tensor needs name, kind, dtype, host_dtype, shape and address");
  tensor.name = name->str();
  const auto *found = llvm::find(kinds, *kind);
  if (found == std::end(kinds))
    return makeError("tensor '{0}': found kind '{1}', allowed: {2}", *name, *kind,
                     llvm::join(llvm::ArrayRef(kinds), ", "));
  tensor.kind = TensorKind(found - std::begin(kinds));
  if (tensor.kind == TensorKind::constant)
    tensor.kind = TensorKind::input;
  std::optional<DType> machine = parseDType(*type), host = parseDType(*hostType);
  if (!machine || !isMachineType(*machine) || !host)
    return makeError("tensor '{0}': found dtypes '{1}' and '{2}', allowed: those of the machine", *name, *type,
                     *hostType);
  tensor.dtype = *machine;
  tensor.hostType = *host;
  int64_t elements = 1;
  for (const llvm::json::Value &size : *shape) {
    auto number = size.getAsInteger();
    if (!number || *number < 0 || *number > INT32_MAX || elements > INT32_MAX)
      return makeError("tensor '{0}': a size of its shape is none", *name);
    tensor.shape.push_back(*number);
    elements *= std::max<int64_t>(1, *number);
  }
  tensor.address = static_cast<uint64_t>(*address);
  return llvm::Error::success();
}
} // namespace

void writeProgramKey(const Program &program, llvm::json::OStream &json) {
  json.attributeObject(programKey, [&] {
    json.attribute("name", llvm::json::fixUTF8(program.name));
    json.attribute("chip", llvm::json::fixUTF8(program.chip));
    json.attribute("cores", int64_t(program.cores.size()));
    json.attribute("hbm_bytes", int64_t(program.hbmSize));
    json.attributeArray("origins", [&] {
      for (const Origin &origin : program.origins)
        json.array([&] {
          for (const std::string *text : {&origin.node, &origin.op, &origin.kernel})
            json.value(llvm::json::fixUTF8(*text));
        });
    });
    json.attributeArray("tensors", [&] {
      for (const ProgramTensor &tensor : program.tensors)
        json.object([&] {
          json.attribute("name", llvm::json::fixUTF8(tensor.name));
          json.attribute("kind", kinds[unsigned(tensor.kind)]);
          json.attribute("dtype", name(tensor.dtype));
          json.attribute("host_dtype", name(tensor.hostType));
          json.attributeArray("shape", [&] {
            for (int64_t size : tensor.shape)
              json.value(size);
          });
          json.attribute("address", int64_t(tensor.address));
        });
    });
  });
}

llvm::Expected<Program> readProgramKey(const llvm::json::Object &object) {
  Program program;
  auto name = object.getString("name"), chip = object.getString("chip");
  auto cores = object.getInteger("cores"), bytes = object.getInteger("hbm_bytes");
  const llvm::json::Array *origins = object.getArray("origins"), *tensors = object.getArray("tensors");
  if (!name || !chip || !cores || !bytes || !origins || !tensors)
    return makeError("{0} needs name, chip, cores, hbm_bytes, origins and tensors", programKey);
  if (*cores < 1 || *cores > maxCores || *bytes < 0)
    return makeError("{0}: found {1} cores and {2} bytes of HBM, allowed: 1 to {3} cores", programKey, *cores, *bytes,
                     maxCores);
  program.name = name->str();
  program.chip = chip->str();
  program.hbmSize = static_cast<uint64_t>(*bytes);
  program.cores.resize(*cores);
  for (const llvm::json::Value &value : *origins) {
    const llvm::json::Array *texts = value.getAsArray();
    if (!texts || texts->size() != 3 ||
        !llvm::all_of(*texts, [](const auto &text) { return bool(text.getAsString()); }))
      return makeError("{0}: an origin is [node, op, kernel]", programKey);
    program.origins.push_back(
        {(*texts)[0].getAsString()->str(), (*texts)[1].getAsString()->str(), (*texts)[2].getAsString()->str()});
  }
  for (const llvm::json::Value &value : *tensors) {
    const llvm::json::Object *tensor = value.getAsObject();
    if (!tensor)
      return makeError("{0}: a tensor is an object", programKey);
    if (llvm::Error error = readTensor(*tensor, program.tensors.emplace_back()))
      return makeError("{0}: {1}", programKey, llvm::toString(std::move(error)));
  }
  if (llvm::Error error = checkTensors(program))
    return makeError("{0}: {1}", programKey, llvm::toString(std::move(error)));
  return program;
}

} // namespace tarn::profile
