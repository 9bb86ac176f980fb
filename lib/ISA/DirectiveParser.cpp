#include "DirectiveParser.h"
#include "tarn/Chip/Chip.h"
#include "tarn/ISA/Check.h"
#include "tarn/Support/InputFile.h"
#include "llvm/Support/Base64.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"

namespace tarn::isa {

static constexpr uint64_t maxTensorBytes = uint64_t(1) << 40;
static constexpr unsigned maxCores = 128;

bool DirectiveParser::parseDirective(const Token &first) {
  llvm::StringRef directive = first.text.drop_front();
  if (std::optional<Engine> section = parseEngine(directive)) {
    engine = section;
    origin = 0;
    return true;
  }
  if (directive == "program" || directive == "target" || directive == "hbm") {
    if (!givenOnce.insert(directive).second)
      return failAt(first, "'" + first.text + "' appears twice");
    return directive == "program" ? parseString(program.name) : directive == "target" ? parseTarget() : parseHbm();
  }
  if (directive == "origin")
    return parseOrigin();
  if (directive == "loc")
    return parseLocation();
  if (directive == "core")
    return parseCore();
  std::optional<TensorKind> kind = llvm::StringSwitch<std::optional<TensorKind>>(directive)
                                       .Case("input", TensorKind::input)
                                       .Case("output", TensorKind::output)
                                       .Case("const", TensorKind::constant)
                                       .Case("tensor", TensorKind::scratch)
                                       .Default(std::nullopt);
  if (kind)
    return parseTensor(*kind);
  return failAt(first, "no directive '" + first.text +
                           "'; allowed are .program .target .hbm .origin .loc .core "
                           ".input .output .const .tensor .pe .act .dve .pool .sp");
}

bool DirectiveParser::parseHbm() {
  Token place = token;
  uint64_t size = 0;
  if (!parseInteger(size, 0, maxTensorBytes))
    return false;
  if (size < program.hbmSize)
    return failAt(place, llvm::formatv("found {0} bytes, allowed are at least the {1} that the tensors above need",
                                       size, program.hbmSize)
                             .str());
  program.hbmSize = size;
  return true;
}

bool DirectiveParser::parseTarget() {
  Token place = token;
  if (token.kind == Token::string)
    return parseString(program.chip);
  if (token.kind != Token::name)
    return expected("the name of a chip, or its file as a string");
  llvm::Expected<Chip> chip = Chip::load(token.text);
  if (!chip)
    return failAt(place, llvm::toString(chip.takeError()));
  program.chip = chip->toYaml();
  take();
  return true;
}

bool DirectiveParser::parseCore() {
  if (!parseInteger(core, 0, maxCores - 1))
    return false;
  if (core >= program.cores.size())
    program.cores.resize(core + 1);
  engine.reset();
  return true;
}

bool DirectiveParser::parseOrigin() {
  Token place = token;
  uint64_t number = 0;
  Origin entry;
  if (!parseInteger(number, 0, UINT32_MAX) || !parseOriginNames(entry))
    return false;
  if (number != program.origins.size())
    return failAt(
        place, llvm::formatv("found origin {0}, allowed is {1}, the next one", number, program.origins.size()).str());
  program.origins.push_back(std::move(entry));
  return true;
}

bool DirectiveParser::parseOriginNames(Origin &entry) {
  return parseString(entry.node) && (token.kind != Token::string || parseString(entry.op)) &&
         (token.kind != Token::string || parseString(entry.kernel));
}

bool DirectiveParser::parseLocation() {
  if (token.kind != Token::string)
    return program.origins.empty() ? expected("a node's name, as there is no .origin")
                                   : parseInteger(origin, 0, program.origins.size() - 1);
  Origin entry;
  if (!parseOriginNames(entry))
    return false;
  origin = llvm::find(program.origins, entry) - program.origins.begin();
  if (origin == program.origins.size())
    program.origins.push_back(std::move(entry));
  return true;
}

bool DirectiveParser::parseTensor(TensorKind kind) {
  Token place = token;
  ProgramTensor tensor;
  tensor.kind = kind;
  if (!parseString(tensor.name) || !parseDType(tensor.dtype))
    return false;
  if (!names[static_cast<unsigned>(kind)].insert(tensor.name).second)
    return failAt(place, "tensor '" + tensor.name + "' appears twice");
  uint64_t size = sizeInBytes(tensor.dtype);
  while (accept("[")) {
    int64_t dim = 0;
    if (!parseInteger(dim, 0, maxTensorBytes) || !require("]"))
      return false;
    if ((dim && size > maxTensorBytes / dim) || tensor.shape.size() == 64)
      return failAt(place, "tensor '" + tensor.name + "' is larger than any HBM");
    size *= dim;
    tensor.shape.push_back(dim);
  }
  if (!require("@") || !parseInteger(tensor.address, 0, maxTensorBytes))
    return false;
  tensor.hostType = tensor.dtype;
  if (isName("host")) {
    take();
    if (!parseDType(tensor.hostType, /*host=*/true))
      return false;
  }
  if (kind == TensorKind::constant && !parseContents(tensor, size))
    return false;
  if (isFilled(tensor) && size > 0) {
    if (!checkNeighbours(tensor, place))
      return false;
    filled.emplace(tensor.address, program.tensors.size());
  }
  program.hbmSize = std::max(program.hbmSize, tensor.address + size);
  program.tensors.push_back(std::move(tensor));
  return true;
}

/// That a tensor shares no byte with those before it, which share none with each other.
bool DirectiveParser::checkNeighbours(const ProgramTensor &tensor, const Token &place) {
  auto next = filled.lower_bound(tensor.address);
  llvm::SmallVector<size_t, 2> neighbours;
  if (next != filled.begin())
    neighbours.push_back(std::prev(next)->second);
  if (next != filled.end())
    neighbours.push_back(next->second);
  for (size_t neighbour : neighbours)
    if (llvm::Error error = checkApart(program.tensors[neighbour], tensor))
      return failAt(place, llvm::toString(std::move(error)));
  return true;
}

bool DirectiveParser::parseContents(ProgramTensor &tensor, uint64_t size) {
  Token place = token;
  if (isName("base64")) {
    take();
    std::string text;
    auto bytes = std::make_shared<std::vector<char>>();
    if (!parseString(text))
      return false;
    if (llvm::Error error = llvm::decodeBase64(text, *bytes))
      return failAt(place, llvm::toString(std::move(error)));
    if (bytes->size() != size)
      return failAt(place, llvm::formatv("found {0} bytes, allowed is {1}", bytes->size(), size).str());
    tensor.contents = HostTensor(tensor.dtype, tensor.shape, *bytes, bytes);
    return true;
  }
  if (isName("incbin")) {
    take();
    return parseIncludedContents(tensor, size, place);
  }
  if (!token.is("{"))
    return expected("{values}, base64 \"…\" or incbin \"file\"");
  take();
  std::vector<double> values;
  while (!token.is("}")) {
    if ((!values.empty() && !require(",")) || !parseNumber(values.emplace_back(), tensor.dtype))
      return false;
  }
  take();
  if (values.size() * sizeInBytes(tensor.dtype) != size)
    return failAt(
        place,
        llvm::formatv("found {0} values, allowed is {1}", values.size(), size / sizeInBytes(tensor.dtype)).str());
  tensor.contents = HostTensor::of<double>(tensor.dtype, tensor.shape, values);
  return true;
}

bool DirectiveParser::parseIncludedContents(ProgramTensor &tensor, uint64_t size, const Token &place) {
  std::string path;
  uint64_t offset = 0;
  if (!parseString(path) || (token.kind == Token::number && !parseInteger(offset, 0, UINT64_MAX)))
    return false;
  llvm::SmallString<128> full(folder);
  llvm::sys::path::append(full, path);
  if (llvm::sys::path::is_absolute(path))
    full = path;
  auto file = openInputFile(full);
  if (!file)
    return failAt(place, full + ": " + llvm::toString(file.takeError()));
  std::shared_ptr<llvm::MemoryBuffer> buffer = std::move(*file);
  if (offset > buffer->getBufferSize() || size > buffer->getBufferSize() - offset)
    return failAt(
        place,
        llvm::formatv("{0} has {1} bytes; {2} at {3} are needed", full, buffer->getBufferSize(), size, offset).str());
  tensor.contents = HostTensor(tensor.dtype, tensor.shape, {buffer->getBufferStart() + offset, size}, buffer);
  return true;
}

} // namespace tarn::isa
