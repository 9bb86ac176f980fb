// Reading a profile: gzip, JSON, records. Files come from anywhere: sizes and depths are limited before they are
// believed.
#include "tarn/Profile/Profile.h"
#include "tarn/Support/AtomicFile.h"
#include "llvm/Support/JSON.h"
#include "llvm/Support/MemoryBuffer.h"
#include <limits>
#include <zlib.h>

namespace tarn::profile {

namespace {
constexpr size_t maxBytes = size_t(1) << 30; // of JSON text
constexpr unsigned maxDepth = 64;

llvm::Expected<std::string> gunzip(llvm::StringRef packed, llvm::StringRef fileName) {
  std::string text;
  z_stream stream{};
  if (inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK)
    return makeError("{0}: cannot start to decompress", fileName);
  stream.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  std::vector<char> piece(1 << 18);
  int state = Z_OK;
  while (state != Z_STREAM_END) {
    stream.next_out = reinterpret_cast<Bytef *>(piece.data());
    stream.avail_out = static_cast<uInt>(piece.size());
    state = inflate(&stream, Z_NO_FLUSH);
    text.append(piece.data(), piece.size() - stream.avail_out);
    if (text.size() > maxBytes || (state != Z_OK && state != Z_STREAM_END))
      break;
  }
  inflateEnd(&stream);
  if (text.size() > maxBytes)
    return makeError("{0}: found more than {1} bytes when decompressed; a profile of one kernel is smaller", fileName,
                     maxBytes);
  if (state != Z_STREAM_END)
    return makeError("{0}: the gzip data is damaged or cut short", fileName);
  return text;
}

/// The parser of JSON descends by recursion: how deep is asked before.
bool isTooDeep(llvm::StringRef text) {
  unsigned depth = 0;
  bool inString = false;
  for (size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (inString) {
      if (c == '\\')
        ++i;
      else if (c == '"')
        inString = false;
    } else if (c == '"') {
      inString = true;
    } else if (c == '[' || c == '{') {
      if (++depth > maxDepth)
        return true;
    } else if ((c == ']' || c == '}') && depth) {
      --depth;
    }
  }
  return false;
}

std::optional<isa::Engine> engineOf(llvm::StringRef subgroup) {
  return llvm::StringSwitch<std::optional<isa::Engine>>(subgroup)
      .Case("Tensor", isa::Engine::pe)
      .Case("Scalar", isa::Engine::act)
      .Case("Vector", isa::Engine::dve)
      .Case("GpSimd", isa::Engine::pool)
      .Case("Sync", isa::Engine::sp)
      .Default(std::nullopt);
}
} // namespace

llvm::Expected<std::vector<Record>> parseProfile(llvm::StringRef text, llvm::StringRef fileName) {
  if (isTooDeep(text))
    return makeError("{0}: JSON nested more than {1} deep; a profile is not", fileName, maxDepth);
  llvm::Expected<llvm::json::Value> parsed = llvm::json::parse(text);
  if (!parsed)
    return makeError("{0}: not JSON: {1}", fileName, llvm::toString(parsed.takeError()));
  const llvm::json::Object *root = parsed->getAsObject();
  const llvm::json::Array *instructions = root ? root->getArray("instruction") : nullptr;
  if (!instructions)
    return makeError("{0}: no array 'instruction'; give the JSON output of neuron-profile", fileName);

  std::vector<Record> records;
  for (size_t i = 0; i < instructions->size(); ++i) {
    const llvm::json::Object *entry = (*instructions)[i].getAsObject();
    auto bad = [&](llvm::StringRef what) {
      return makeError("{0}: instruction[{1}]: {2}", fileName, i, what);
    };
    if (!entry)
      return bad("not an object");
    auto subgraph = entry->getString("subgraph"), subgroup = entry->getString("subgroup");
    if (!subgraph || !subgroup)
      return bad("no strings 'subgraph' and 'subgroup'");
    if (*subgraph != "sg00") // the partner core of a logical pair
      continue;
    std::optional<isa::Engine> engine = engineOf(*subgroup);
    if (!engine)
      return makeError("{0}: instruction[{1}]: found subgroup '{2}', allowed: Tensor, Scalar, Vector, GpSimd, Sync",
                       fileName, i, *subgroup);
    auto pc = entry->getInteger("pc");
    auto opcode = entry->getString("opcode"), operands = entry->getString("operands");
    if (!pc || !opcode || !operands)
      return bad("no integer 'pc' or no strings 'opcode' and 'operands'");
    if (*pc < 0 || *pc > std::numeric_limits<uint32_t>::max())
      return makeError("{0}: instruction[{1}]: found pc {2}, allowed: 0 to 4294967295", fileName, i, *pc);
    Record record{*engine, *pc, opcode->str(), operands->str(), "", int64_t(i)};
    if (auto name = entry->getString("bir_instruction_name"))
      record.name = name->str();
    records.push_back(std::move(record));
  }
  if (records.empty())
    return makeError("{0}: no instructions of the active core (subgraph sg00)", fileName);
  // Times of records overlap; the program's order is that of the addresses.
  llvm::sort(records, [](const Record &a, const Record &b) {
    return std::tie(a.engine, a.pc, a.line) < std::tie(b.engine, b.pc, b.line);
  });
  return records;
}

llvm::Expected<std::vector<Record>> readProfile(llvm::StringRef path) {
  auto buffer = llvm::MemoryBuffer::getFileOrSTDIN(path, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!buffer)
    return makeError("{0}: {1}", path, buffer.getError().message());
  llvm::StringRef bytes = (*buffer)->getBuffer();
  if (bytes.size() > maxBytes)
    return makeError("{0}: found {1} bytes, allowed: up to {2}", path, bytes.size(), maxBytes);
  if (!bytes.starts_with("\x1f\x8b"))
    return parseProfile(bytes, path);
  llvm::Expected<std::string> text = gunzip(bytes, path);
  if (!text)
    return text.takeError();
  return parseProfile(*text, path);
}

} // namespace tarn::profile
