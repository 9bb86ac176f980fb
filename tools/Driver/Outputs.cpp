#include "Outputs.h"
#include "tarn/Support/AtomicFile.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/Path.h"

namespace tarn::driver {

static std::string fileNameOf(llvm::StringRef name) {
  std::string result;
  for (unsigned char c : name)
    if (llvm::isAlnum(c) || c == '_' || c == '.' || c == '-')
      result += c;
    else
      result += llvm::formatv("%{0:X-2}", static_cast<unsigned>(c)).str();
  return result + ".npy";
}

llvm::Error writeOutputs(llvm::StringRef folder, const std::map<std::string, HostTensor> &outputs) {
  if (std::error_code code = llvm::sys::fs::create_directories(folder))
    return makeError("cannot create folder '{0}': {1}", folder, code.message());
  llvm::json::Object files;
  for (const auto &[name, tensor] : outputs) {
    std::string file = fileNameOf(name);
    llvm::SmallString<128> path(folder);
    llvm::sys::path::append(path, file);
    if (llvm::Error error = writeNpy(path, tensor))
      return error;
    files[name] = file;
  }
  llvm::SmallString<128> path(folder);
  llvm::sys::path::append(path, "outputs.json");
  return writeFileAtomically(path, llvm::formatv("{0:2}\n", llvm::json::Value(std::move(files))).str());
}

llvm::Expected<std::vector<std::string>> parseNames(llvm::StringRef option, llvm::StringRef text,
                                                    llvm::ArrayRef<llvm::StringLiteral> known, bool allOrNone) {
  std::vector<std::string> result;
  if (allOrNone && text == "none")
    return result;
  if (allOrNone && text == "all") {
    for (llvm::StringRef name : known)
      result.push_back(name.str());
    return result;
  }
  llvm::SmallVector<llvm::StringRef> parts;
  text.split(parts, ',');
  for (llvm::StringRef part : parts) {
    if (!llvm::is_contained(known, part))
      return makeError("{0}: found '{1}', allowed is {2}{3}", option, part, llvm::join(known, ", "),
                       allOrNone ? ", all or none" : "");
    result.push_back(part.str());
  }
  return result;
}

llvm::Expected<HostTensor> randomInput(llvm::StringRef name, DType type, llvm::ArrayRef<int64_t> shape,
                                       std::mt19937_64 &random) {
  if (llvm::Error error = HostTensor::checkMemory(("input '" + name + "'").str(), type, shape))
    return std::move(error);
  HostTensor values(type, shape);
  for (int64_t i = 0; i < values.size(); ++i) {
    uint64_t bits = random();
    values.setDouble(i, isFloat(type) ? double(bits >> 11) * 0x1p-52 - 1 : double(bits >> 63));
  }
  return values;
}

llvm::Error addRandomInputs(const isa::Program &program, uint64_t seed, std::map<std::string, HostTensor> &inputs) {
  std::mt19937_64 random(seed);
  for (const isa::ProgramTensor &tensor : program.tensors)
    if (tensor.kind == isa::TensorKind::input && !inputs.count(tensor.name)) {
      llvm::Expected<HostTensor> values = randomInput(tensor.name, tensor.hostType, tensor.shape, random);
      if (!values)
        return values.takeError();
      inputs[tensor.name] = std::move(*values);
    }
  return llvm::Error::success();
}

/// The same file by whatever paths, or the same path of a file that is not there yet. Devices can be shared.
static bool isSameFile(llvm::StringRef a, llvm::StringRef b) {
  bool same = false;
  if (!llvm::sys::fs::equivalent(a, b, same))
    return same && llvm::sys::fs::is_regular_file(a);
  return a == b;
}

llvm::Error checkPlaces(llvm::ArrayRef<std::string> read, llvm::ArrayRef<std::string> written) {
  for (auto [i, path] : llvm::enumerate(written)) {
    if (path.empty() || path == "-")
      continue;
    for (const std::string &other : read)
      if (isSameFile(path, other))
        return makeError("'{0}' is to be written, and is read as '{1}': give another path", path, other);
    for (const std::string &other : written.take_front(i))
      if (isSameFile(path, other))
        return makeError("'{0}' is to be written twice: give another path", path);
  }
  return llvm::Error::success();
}

} // namespace tarn::driver
