// DMA_DIRECT2D: each side is elements of so many bytes in a pattern.
#include "AddressMap.h"
#include "RecordReader.h"

namespace tarn::profile {
using namespace isa;

static llvm::Error sideOf(const OperandText &text, llvm::StringRef side, DType type, DmaPattern &pattern,
                          llvm::SmallVectorImpl<HbmUse> &uses) {
  llvm::Expected<int64_t> bytes = text.number((side + "_elem_size").str());
  llvm::Expected<Pattern> walk = parsePattern(text.field((side + "_pattern").str()));
  if (!bytes || !walk)
    return llvm::joinErrors(bytes.takeError(), walk.takeError());
  unsigned size = sizeInBytes(type);
  if (*bytes < size || *bytes % size != 0 || *bytes > (1 << 30))
    return makeError("found {0}_elem_size={1}, allowed: a multiple of {2} bytes", side, *bytes, size);
  pattern.dtype = type;
  if (*bytes > size)
    pattern.dims[pattern.rank++] = {size, static_cast<uint32_t>(*bytes / size)};
  uint64_t reach = *bytes;
  for (auto [step, count] : llvm::zip(walk->steps, walk->counts)) {
    if (count == 1)
      continue;
    if (pattern.rank == pattern.dims.size())
      return makeError("found {0}_pattern={1}, allowed: up to 4 dimensions", side,
                       text.field((side + "_pattern").str()));
    if (step < 0)
      return makeError("found a negative step in {0}_pattern; only forward DMAs are understood", side);
    pattern.dims[pattern.rank++] = {step, static_cast<uint32_t>(count)};
    reach += step * (count - 1);
  }

  // Where it begins.
  HbmUse use{side == "src", std::nullopt, 0, reach};
  std::string immediate = (side + "_addr_imm").str();
  if (text.fields.count(immediate)) {
    llvm::Expected<int64_t> address = text.number(immediate);
    if (!address)
      return address.takeError();
    use.begin = *address;
  } else {
    llvm::Expected<int64_t> table = text.number((side + "_table_index").str());
    llvm::Expected<int64_t> offset = text.number((side + "_table_offset_imm").str(), 0);
    if (!table || !offset)
      return llvm::joinErrors(table.takeError(), offset.takeError());
    use.table = *table;
    use.begin = *offset;
  }
  if (!use.table && use.begin >= sbufBase && use.begin < sbufEnd) {
    pattern.memory = Memory::sbuf;
    pattern.address = use.begin - sbufBase;
    return llvm::Error::success();
  }
  if (reach > (uint64_t(1) << 34) || use.begin > UINT64_MAX - reach)
    return makeError("{0} reaches over {1} bytes of HBM; a core has less", side, reach);
  uses.push_back(use);
  return llvm::Error::success();
}

llvm::Expected<Payload> dmaOf(Engine engine, const OperandText &text, llvm::SmallVectorImpl<HbmUse> &uses) {
  DmaCopy copy;
  if (llvm::StringRef op = text.field("compute_op"); !op.empty() && op != "NONE")
    return makeError("found compute_op={0}; DMAs that compute are not understood", op);
  switch (engine) {
  case Engine::pool:
    copy.dge_mode = DgeMode::swdge;
    break;
  case Engine::sp:
  case Engine::act:
    copy.dge_mode = DgeMode::hwdge;
    break;
  default:
    return makeError("a DMA on engine {0}, allowed: sp, act, pool", name(engine));
  }
  // Without a cast only bytes move: the widest type that the sizes allow.
  DType types[2] = {DType::fp32, DType::fp32};
  llvm::StringRef names[2] = {text.field("in_dtype"), text.field("out_dtype")};
  for (int i = 0; i < 2; ++i) {
    if (std::optional<DType> type = parseType(names[i]); !names[i].empty() && !type)
      return makeError("found dtype {0}; the machine has none of that name", names[i]);
    else if (type)
      types[i] = *type;
  }
  if (names[0].empty() && names[1].empty()) {
    llvm::Expected<int64_t> from = text.number("src_elem_size"), to = text.number("dst_elem_size");
    if (!from || !to)
      return llvm::joinErrors(from.takeError(), to.takeError());
    int64_t sizes = *from | *to;
    types[0] = types[1] = sizes % 4 == 0 ? DType::fp32 : sizes % 2 == 0 ? DType::uint16 : DType::uint8;
  }
  if (llvm::Error error = sideOf(text, "src", types[0], copy.src, uses))
    return std::move(error);
  if (llvm::Error error = sideOf(text, "dst", types[1], copy.dst, uses))
    return std::move(error);
  return Payload(copy);
}

} // namespace tarn::profile
