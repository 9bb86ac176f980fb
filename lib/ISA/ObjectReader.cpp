// ELF to programs. Nothing in the file is believed: every count is bounded by the bytes that must follow it, every place
// by its section, and what the writer would not write is refused.
#include "Bytes.h"
#include "ObjectFormat.h"
#include "tarn/ISA/Check.h"
#include "tarn/ISA/Encoding.h"
#include "tarn/ISA/Object.h"
#include "tarn/Support/AtomicFile.h"
#include "tarn/Support/InputFile.h"
#include "llvm/BinaryFormat/ELF.h"
#include "llvm/Object/ELF.h"
#include "llvm/Support/MemoryBuffer.h"

namespace tarn::isa {

namespace {
using ElfType = llvm::object::ELF64LE;
constexpr uint64_t maxHbmBytes = uint64_t(1) << 40;

class ObjectReader {
public:
  ObjectReader(llvm::StringRef bytes, std::shared_ptr<void> owner) : bytes(bytes), owner(std::move(owner)) {}

  llvm::Expected<Program> read() {
    if (llvm::Error error = readSections())
      return std::move(error);
    for (auto step :
         {&ObjectReader::readNote, &ObjectReader::readOrigins, &ObjectReader::readTensors, &ObjectReader::readStreams})
      if (llvm::Error error = (this->*step)())
        return std::move(error);
    return std::move(program);
  }

private:
  llvm::Error readSections() {
    auto file = llvm::object::ELFFile<ElfType>::create(bytes);
    if (!file)
      return file.takeError();
    auto headers = file->sections();
    if (!headers)
      return headers.takeError();
    for (const ElfType::Shdr &header : *headers) {
      if (header.sh_type == llvm::ELF::SHT_NULL || header.sh_type == llvm::ELF::SHT_NOBITS)
        continue;
      auto name = file->getSectionName(header);
      if (!name)
        return name.takeError();
      auto contents = file->getSectionContents(header);
      if (!contents)
        return contents.takeError();
      llvm::ArrayRef<char> data(reinterpret_cast<const char *>(contents->data()), contents->size());
      if (!sections.try_emplace(*name, data).second)
        return makeError("section {0} appears twice", *name);
    }
    return llvm::Error::success();
  }

  llvm::Expected<ByteReader> section(llvm::StringRef name) {
    auto found = sections.find(name);
    if (found == sections.end())
      return makeError("has no section {0}: not a program of this toolchain", name);
    return ByteReader(found->second);
  }

  llvm::Error readNote() {
    llvm::Expected<ByteReader> note = section(object::noteSection);
    if (!note)
      return note.takeError();
    uint32_t nameSize = note->u32(), descriptionSize = note->u32(), type = note->u32();
    std::string owner;
    for (unsigned i = 0; i < 8; ++i)
      owner += static_cast<char>(note->u8());
    if (nameSize != object::noteOwner.size() + 1 || owner != std::string("Tarn\0\0\0\0", 8) || type != 1 ||
        descriptionSize > note->left())
      return makeError("section {0} holds no note of Tarn", object::noteSection);
    uint32_t version = note->u32();
    if (version != objectVersion)
      return makeError("format version {0}; this tool reads version {1}: compile the model again", version,
                       objectVersion);
    uint32_t numCores = note->u32();
    program.hbmSize = note->u64();
    program.name = note->text();
    program.chip = note->text();
    if (note->hasFailed())
      return makeError("section {0} is too short", object::noteSection);
    if (numCores < 1 || numCores > object::maxCores)
      return makeError("cores: found {0}, allowed 1 to {1}", numCores, object::maxCores);
    if (program.hbmSize > maxHbmBytes)
      return makeError("bytes of HBM: found {0}, allowed at most {1}", program.hbmSize, maxHbmBytes);
    program.cores.resize(numCores);
    return llvm::Error::success();
  }

  llvm::Error readOrigins() {
    llvm::Expected<ByteReader> reader = section(object::originsSection);
    if (!reader)
      return reader.takeError();
    uint32_t count = reader->u32();
    for (uint32_t i = 0; i < count && !reader->hasFailed(); ++i) {
      Origin origin;
      origin.node = reader->text();
      origin.op = reader->text();
      origin.kernel = reader->text();
      program.origins.push_back(std::move(origin));
    }
    if (reader->hasFailed() || reader->left())
      return makeError("section {0} does not hold {1} origins", object::originsSection, count);
    return llvm::Error::success();
  }

  llvm::Error readTensors() {
    llvm::Expected<ByteReader> reader = section(object::tensorsSection);
    if (!reader)
      return reader.takeError();
    uint32_t count = reader->u32();
    for (uint32_t i = 0; i < count; ++i) {
      ProgramTensor tensor;
      tensor.name = reader->text();
      uint8_t kind = reader->u8(), dtype = reader->u8(), hostType = reader->u8(), rank = reader->u8();
      if (reader->hasFailed() || kind > static_cast<uint8_t>(TensorKind::scratch) || dtype >= numDTypes ||
          !isMachineType(static_cast<DType>(dtype)) || hostType >= numDTypes || rank > object::maxRank)
        return makeError("section {0}: tensor {1} is malformed", object::tensorsSection, i);
      tensor.kind = static_cast<TensorKind>(kind);
      tensor.dtype = static_cast<DType>(dtype);
      tensor.hostType = static_cast<DType>(hostType);
      uint64_t size = sizeInBytes(tensor.dtype);
      for (unsigned d = 0; d < rank; ++d) {
        uint64_t dim = reader->u64();
        if (dim > maxHbmBytes || (dim && size > maxHbmBytes / dim))
          return makeError("tensor '{0}': dimension {1} is {2}, too much for HBM", tensor.name, d, dim);
        size *= dim;
        tensor.shape.push_back(dim);
      }
      tensor.address = reader->u64();
      uint64_t place = reader->u64();
      if (reader->hasFailed())
        return makeError("section {0} ends within tensor {1}", object::tensorsSection, i);
      if (llvm::Error error = readContents(tensor, place, size))
        return error;
      program.tensors.push_back(std::move(tensor));
    }
    if (reader->left())
      return makeError("section {0} has {1} bytes behind the last tensor", object::tensorsSection, reader->left());
    return checkTensors(program);
  }

  llvm::Error readContents(ProgramTensor &tensor, uint64_t place, uint64_t size) {
    if (tensor.kind != TensorKind::constant)
      return place == 0 ? llvm::Error::success()
                        : makeError("tensor '{0}' is no constant but has contents", tensor.name);
    auto constants = sections.find(object::constantsSection);
    uint64_t available = constants == sections.end() ? 0 : constants->second.size();
    if (place > available || size > available - place || place % object::constantAlignment)
      return makeError("constant '{0}' of {1} bytes at {2} of section {3}, which has {4}", tensor.name, size, place,
                       object::constantsSection, available);
    llvm::ArrayRef<char> contents = size ? constants->second.slice(place, size) : llvm::ArrayRef<char>();
    tensor.contents = HostTensor(tensor.dtype, tensor.shape, contents, owner);
    return llvm::Error::success();
  }

  llvm::Error readStreams() {
    for (auto [c, core] : llvm::enumerate(program.cores)) {
      for (unsigned e = 0; e < numEngines; ++e) {
        std::string name = object::streamSection(c, static_cast<Engine>(e));
        auto found = sections.find(name);
        if (found == sections.end())
          continue;
        llvm::Expected<ByteReader> origins = section(name + ".origins");
        if (!origins)
          return origins.takeError();
        if (llvm::Error error = readStream(name, found->second, *origins, core.streams[e]))
          return error;
      }
    }
    return llvm::Error::success();
  }

  llvm::Error readStream(llvm::StringRef name, llvm::ArrayRef<char> code, ByteReader &origins,
                         std::vector<Instruction> &stream) {
    while (!code.empty()) {
      llvm::Expected<Instruction> instruction = decode(code);
      if (!instruction)
        return makeError("section {0}, instruction {1}: {2}", name, stream.size(),
                         llvm::toString(instruction.takeError()));
      instruction->origin = origins.u32();
      // Number 0 is allowed without any origins: a program by hand.
      if (instruction->origin && instruction->origin >= program.origins.size())
        return makeError("section {0}, instruction {1}: origin {2} of {3}", name, stream.size(), instruction->origin,
                         program.origins.size());
      stream.push_back(std::move(*instruction));
    }
    if (origins.hasFailed() || origins.left())
      return makeError("section {0}.origins does not hold 4 bytes for each of {1} instructions", name, stream.size());
    for (auto [i, instruction] : llvm::enumerate(stream))
      if (auto *branch = std::get_if<CompareBranch>(&instruction.payload); branch && branch->target > stream.size())
        return makeError("section {0}, instruction {1}: branches to instruction {2} of {3}", name, i, branch->target,
                         stream.size());
    return llvm::Error::success();
  }

  llvm::StringRef bytes;
  std::shared_ptr<void> owner;
  llvm::StringMap<llvm::ArrayRef<char>> sections;
  Program program;
};
} // namespace

bool isObject(llvm::StringRef bytes) {
  return bytes.starts_with("\x7f"
                           "ELF");
}

llvm::Expected<Program> readObject(llvm::StringRef bytes, llvm::StringRef fileName, std::shared_ptr<void> owner) {
  if (!isObject(bytes))
    return makeError("{0}: not an ELF file", fileName);
  llvm::Expected<Program> program = ObjectReader(bytes, std::move(owner)).read();
  if (!program)
    return makeError("{0}: {1}", fileName, llvm::toString(program.takeError()));
  return program;
}

llvm::Expected<Program> readObject(llvm::StringRef path) {
  auto file = openInputFile(path);
  if (!file)
    return makeError("{0}: {1}", path, llvm::toString(file.takeError()));
  std::shared_ptr<llvm::MemoryBuffer> buffer = std::move(*file);
  return readObject(buffer->getBuffer(), path, buffer);
}

} // namespace tarn::isa
