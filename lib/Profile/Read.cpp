// Reading a profile: gzip, JSON, records. Files come from anywhere: sizes and depths are limited before they
// are believed.
#include "ExtraKeys.h"
#include "Order.h"
#include "tarn/Profile/Profile.h"
#include "tarn/Support/AtomicFile.h"
#include "tarn/Support/InputFile.h"
#include "llvm/Support/JSON.h"
#include <limits>
#include <set>
#include <zlib.h>

namespace tarn::profile {

namespace {
constexpr size_t maxBytes = size_t(1) << 30; // of JSON text
constexpr unsigned maxDepth = 64;
constexpr unsigned maxCores = 64;

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

/// "sg01" is the second core of a dump.
std::optional<unsigned> coreOf(llvm::StringRef subgraph) {
  unsigned number = 0;
  if (!subgraph.consume_front("sg") || subgraph.empty() || subgraph.getAsInteger(10, number) || number >= maxCores)
    return std::nullopt;
  return number;
}

llvm::Expected<Record> readRecord(const llvm::json::Object *entry, size_t number) {
  if (!entry)
    return makeError("not an object");
  Record record;
  record.line = int64_t(number);
  auto subgraph = entry->getString("subgraph"), subgroup = entry->getString("subgroup");
  if (!subgraph || !subgroup)
    return makeError("no strings 'subgraph' and 'subgroup'");
  std::optional<unsigned> core = coreOf(*subgraph);
  if (!core)
    return makeError("found subgraph '{0}', allowed: sg00 to sg{1}", *subgraph, maxCores - 1);
  record.core = *core;
  std::optional<isa::Engine> engine = engineOf(*subgroup);
  if (!engine)
    return makeError("found subgroup '{0}', allowed: Tensor, Scalar, Vector, GpSimd, Sync", *subgroup);
  record.engine = *engine;
  auto pc = entry->getInteger("pc");
  auto opcode = entry->getString("opcode"), operands = entry->getString("operands");
  if (!pc || !opcode || !operands)
    return makeError("no integer 'pc' or no strings 'opcode' and 'operands'");
  if (*pc < 0 || *pc > std::numeric_limits<uint32_t>::max())
    return makeError("found pc {0}, allowed: 0 to 4294967295", *pc);
  record.pc = *pc;
  record.opcode = opcode->str();
  record.operands = operands->str();
  if (auto name = entry->getString("bir_instruction_name"))
    record.name = name->str();
  record.timestamp = entry->getInteger("timestamp").value_or(0);
  if (auto text = entry->getString(instructionKey))
    record.instruction = text->str();
  record.turn = entry->getInteger(turnKey).value_or(-1);
  record.origin = entry->getInteger(originKey).value_or(-1);
  return record;
}

/// Of a logical pair's cores keeps those with instructions of the user, numbered from 0; the first when none
/// has any.
void keepActiveCores(Dump &dump) {
  std::set<unsigned> active;
  unsigned first = maxCores;
  for (const Record &record : dump.records) {
    first = std::min(first, record.core);
    if (!record.name.empty())
      active.insert(record.core);
  }
  if (active.empty())
    active.insert(first);
  llvm::erase_if(dump.records, [&](const Record &record) { return !active.count(record.core); });
  for (Record &record : dump.records)
    record.core = std::distance(active.begin(), active.find(record.core));
  dump.numCores = active.size();
}
} // namespace

llvm::Expected<Dump> parseProfile(llvm::StringRef text, llvm::StringRef fileName) {
  if (isTooDeep(text))
    return makeError("{0}: JSON nested more than {1} deep; a profile is not", fileName, maxDepth);
  llvm::Expected<llvm::json::Value> parsed = llvm::json::parse(text);
  if (!parsed)
    return makeError("{0}: not JSON: {1}", fileName, llvm::toString(parsed.takeError()));
  const llvm::json::Object *root = parsed->getAsObject();
  const llvm::json::Array *instructions = root ? root->getArray("instruction") : nullptr;
  if (!instructions)
    return makeError("{0}: no array 'instruction'; give the JSON output of neuron-profile", fileName);

  Dump dump;
  if (const llvm::json::Object *key = root->getObject(programKey)) {
    llvm::Expected<isa::Program> program = readProgramKey(*key);
    if (!program)
      return makeError("{0}: {1}", fileName, llvm::toString(program.takeError()));
    dump.program = std::move(*program);
    dump.numCores = dump.program->cores.size();
  }
  for (size_t i = 0; i < instructions->size(); ++i) {
    llvm::Expected<Record> record = readRecord((*instructions)[i].getAsObject(), i);
    if (!record)
      return makeError("{0}: instruction[{1}]: {2}", fileName, i, llvm::toString(record.takeError()));
    if (dump.program && record->core >= dump.numCores)
      return makeError("{0}: instruction[{1}]: found core {2}, allowed: below {3}, as {4} says", fileName, i,
                       record->core, dump.numCores, programKey);
    dump.records.push_back(std::move(*record));
  }
  if (dump.records.empty())
    return makeError("{0}: no instructions", fileName);
  if (!dump.program)
    keepActiveCores(dump);
  if (llvm::Error error = orderRecords(dump.records))
    return makeError("{0}: {1}", fileName, llvm::toString(std::move(error)));
  return dump;
}

llvm::Expected<Dump> readProfile(llvm::StringRef path) {
  auto buffer = openInputFileOrStdin(path);
  if (!buffer)
    return makeError("{0}: {1}", path, llvm::toString(buffer.takeError()));
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
