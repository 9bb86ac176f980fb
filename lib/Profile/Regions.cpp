#include "Regions.h"

namespace tarn::profile {
using namespace isa;

static constexpr uint64_t tensorAlignment = 4096;

void Regions::join(Region &region, const Region &other) {
  region.begin = std::min(region.begin, other.begin);
  region.end = std::max(region.end, other.end);
  region.isRead |= other.isRead;
  region.isWritten |= other.isWritten;
}

llvm::Error Regions::add(unsigned core, Engine engine, size_t index, const HbmUse &use) {
  if (use.bytes > (uint64_t(1) << 34) || use.begin > UINT64_MAX - use.bytes)
    return makeError("{0} reaches over {1} bytes of HBM; a core has less", use.isSource ? "src" : "dst", use.bytes);
  Region region{use.begin, use.begin + use.bytes, use.isSource, !use.isSource};
  if (!use.table)
    regions.push_back(region);
  else if (auto [found, isNew] = tables.try_emplace(*use.table, region); !isNew)
    join(found->second, region);
  sides.push_back({core, engine, index, use});
  return llvm::Error::success();
}

void Regions::shift(unsigned core, Engine engine, size_t index) {
  for (Side &side : sides)
    side.index += side.core == core && side.engine == engine && side.index >= index;
}

void Regions::addTensor(Program &program, const std::string &name, Region &region) {
  region.address = llvm::alignTo(program.hbmSize, tensorAlignment);
  ProgramTensor tensor;
  tensor.name = name;
  tensor.kind = !region.isWritten ? TensorKind::input : !region.isRead ? TensorKind::output : TensorKind::scratch;
  tensor.dtype = tensor.hostType = DType::uint8;
  tensor.shape = {int64_t(region.end - region.begin)};
  tensor.address = region.address;
  program.hbmSize = region.address + (region.end - region.begin);
  program.tensors.push_back(std::move(tensor));
}

llvm::Error Regions::place(Program &program, llvm::StringRef fileName) {
  for (auto &[number, region] : tables)
    addTensor(program, llvm::formatv("tensor{0}", number), region);
  llvm::sort(regions,
             [](const Region &a, const Region &b) { return std::tie(a.begin, a.end) < std::tie(b.begin, b.end); });
  std::vector<Region> merged;
  for (const Region &region : regions) {
    if (merged.empty() || region.begin >= merged.back().end)
      merged.push_back(region);
    else
      join(merged.back(), region);
  }
  for (Region &region : merged)
    addTensor(program, llvm::formatv("hbm_{0:x-}", region.begin), region);
  if (program.hbmSize > (uint64_t(1) << 36))
    return makeError("{0}: its DMAs reach over {1} bytes of HBM; no chip has so many", fileName, program.hbmSize);
  for (const Side &side : sides) {
    auto &copy = std::get<DmaCopy>(program.cores[side.core].stream(side.engine)[side.index].payload);
    const Region *region = nullptr;
    if (side.use.table)
      region = &tables[*side.use.table];
    else
      region = &*std::prev(llvm::upper_bound(merged, side.use.begin,
                                             [](uint64_t address, const Region &r) { return address < r.begin; }));
    (side.use.isSource ? copy.src : copy.dst).address = region->address + (side.use.begin - region->begin);
  }
  return llvm::Error::success();
}

} // namespace tarn::profile
