// See Placer.h. A tile takes its range at its first use and gives it back after its last one. Spilling follows Belady: the
// tile whose next use is farthest makes room, but none that the operation or loop at hand uses itself.
#include "Placer.h"
#include "tarn/Dialect/NISA/Resolve.h"

using namespace mlir;
using namespace tarn::nisa;

namespace tarn::place {

// Alignment of SBUF tiles: whole 64-byte lines, so that no two tiles share a 16-byte sector (facts 5.4). HBM tensors: a
// DMA element of 4 KiB does not straddle for alignment's sake; 64 bytes avoid read-modify-write (facts 3.8).
static constexpr int64_t tileAlignment = 64;

Placer::Placer(func::FuncOp main, const Chip &chip, Policy policy)
    : main(main), chip(chip), policy(policy), sbuf(chip.sbuf.usableBytesPerPartition, tileAlignment,
                                                   policy == Policy::lateReuse ? Arena::Fit::next : Arena::Fit::first),
      psum(chip.psum.banks * chip.psum.bankBytesPerPartition, chip.psum.bankBytesPerPartition, Arena::Fit::next),
      hbm(chip.hbm.bytes, tileAlignment, Arena::Fit::first), lifetimes(main) {}

LogicalResult Placer::run() {
  if (failed(placeNamedTensors()))
    return failure();
  tenantsOf.resize(lifetimes.units.size());
  for (Lifetime &lifetime : lifetimes.tiles) {
    tenants.push_back(std::make_unique<Tenant>());
    Tenant &tenant = *tenants.back();
    tenant.base = lifetime.base;
    tenant.uses = std::move(lifetime.uses);
    for (const Use &use : tenant.uses)
      tenantsOf[use.unit].push_back(&tenant);
  }
  for (size_t unit = 0; unit < lifetimes.units.size(); ++unit) {
    // Entering may evict others; those that this unit uses stay.
    for (Tenant *tenant : tenantsOf[unit])
      if (tenant->address < 0 && failed(enter(*tenant, unit)))
        return failure();
    for (Tenant *tenant : tenantsOf[unit])
      note(*tenant, unit);
    for (Tenant *tenant : tenantsOf[unit])
      if (tenant->next == tenant->uses.size())
        leave(*tenant);
  }
  return success();
}

// Inputs, outputs and constants are there from the start to the end.
LogicalResult Placer::placeNamedTensors() {
  for (auto tensor : main.getOps<TensorOp>())
    if (tensor.getKind() != TensorKind::scratch && !take(tensor.getResult()))
      return failure();
  return success();
}

Arena &Placer::arenaOf(Value base) {
  switch (cast<TileType>(base.getType()).getMemory()) {
  case Memory::sbuf:
    return sbuf;
  case Memory::psum:
    return psum;
  case Memory::hbm:
    return hbm;
  }
  llvm_unreachable("a memory");
}

int64_t Placer::bytesOf(Value base) {
  auto type = cast<TileType>(base.getType());
  return type.isOnChip() ? type.getBytesPerPartition() : type.getSizeInBytes();
}

std::optional<int64_t> Placer::take(Value base) {
  std::optional<int64_t> start = arenaOf(base).take(bytesOf(base));
  if (!start) {
    refused = base;
    return std::nullopt;
  }
  auto address = IntegerAttr::get(IntegerType::get(base.getContext(), 64), *start);
  if (auto alloc = base.getDefiningOp<AllocOp>())
    alloc.setAddressAttr(address);
  else
    base.getDefiningOp<TensorOp>().setAddressAttr(address);
  return start;
}

LogicalResult Placer::enter(Tenant &tenant, size_t unit) {
  refused = tenant.base;
  if (policy == Policy::spilling && &arenaOf(tenant.base) == &sbuf && !makeRoom(bytesOf(tenant.base), unit))
    return failure();
  std::optional<int64_t> start = take(tenant.base);
  if (!start)
    return failure();
  tenant.address = *start;
  tenant.firstUse = lifetimes.units[unit];
  live.insert(&tenant);
  if (tenant.isReloaded)
    spill.load(tenant.copy, tenant.base, lifetimes.units[unit]);
  return success();
}

void Placer::leave(Tenant &tenant) {
  arenaOf(tenant.base).giveBack(tenant.address);
  live.remove(&tenant);
  dropCopy(tenant);
}

void Placer::dropCopy(Tenant &tenant) {
  if (tenant.copy.spilled)
    hbm.giveBack(copies.lookup(tenant.copy.spilled));
  tenant.copy = Copy();
}

// What the unit does to the tile.
void Placer::note(Tenant &tenant, size_t unit) {
  const Use &use = tenant.uses[tenant.next++];
  if (policy != Policy::spilling || !use.isWritten)
    return;
  dropCopy(tenant);
  Operation *op = lifetimes.units[unit];
  if (Copy loaded = Spill::copyLoadedBy(op, tenant.base))
    tenant.copy = loaded;
  tenant.isFull = tenant.isFull || Spill::writesAll(op, tenant.base);
}

bool Placer::makeRoom(int64_t bytes, size_t unit) {
  while (sbuf.getLargestGap() < bytes) {
    Tenant *farthest = nullptr;
    for (Tenant *tenant : live) {
      size_t next = tenant->uses[tenant->next].unit;
      if (&arenaOf(tenant->base) != &sbuf || lifetimes.units[next] == lifetimes.units[unit])
        continue;
      if (!farthest || next > farthest->uses[farthest->next].unit)
        farthest = tenant;
    }
    if (!farthest || !evict(*farthest, unit))
      return false;
  }
  return true;
}

bool Placer::evict(Tenant &tenant, size_t unit) {
  // 1. HBM gets what it does not have.
  Operation *here = lifetimes.units[unit];
  if (!tenant.copy) {
    if (!tenant.isFull)
      spill.fill(tenant.base, tenant.firstUse);
    tenant.copy = spill.store(tenant.base, here);
    std::optional<int64_t> start = take(tenant.copy.spilled);
    if (!start)
      return false;
    copies[tenant.copy.spilled] = *start;
  }
  // 2. Another tile for the uses ahead.
  tenants.push_back(std::make_unique<Tenant>());
  Tenant &successor = *tenants.back();
  Operation *nextUse = lifetimes.units[tenant.uses[tenant.next].unit];
  successor.base = spill.makeSuccessor(tenant.base, nextUse);
  successor.uses.assign(tenant.uses.begin() + tenant.next, tenant.uses.end());
  successor.copy = tenant.copy;
  successor.isFull = successor.isReloaded = true;
  for (const Use &use : successor.uses) {
    spill.replaceIn(lifetimes.units[use.unit], tenant.base, successor.base);
    std::replace(tenantsOf[use.unit].begin(), tenantsOf[use.unit].end(), &tenant, &successor);
  }
  // 3. Its place is free.
  tenant.copy = Copy();
  tenant.uses.resize(tenant.next);
  leave(tenant);
  return true;
}

LogicalResult Placer::reportFull() {
  auto type = cast<TileType>(refused.getType());
  Arena &arena = arenaOf(refused);
  InFlightDiagnostic error = emitError(refused.getLoc());
  error << "tile " << type << " needs " << bytesOf(refused) << (type.isOnChip() ? " bytes per partition" : " bytes")
        << "; " << stringifyMemory(type.getMemory()) << " of chip '" << chip.name << "' has " << arena.getSize()
        << ", of which " << arena.getTaken() << " are in use and the largest gap is " << arena.getLargestGap()
        << "; smaller tiles in the kernel's plan (attribute tarn.plan) make room";
  for (Tenant *other : live)
    if (&arenaOf(other->base) == &arena && &arena != &hbm)
      error.attachNote(other->base.getLoc()) << "in use: " << other->base.getType();
  return failure();
}
} // namespace tarn::place
