#include "Repeats.h"
#include "tarn/Dialect/NISA/Resolve.h"
#include <map>

using namespace mlir;
using namespace tarn::nisa;

namespace tarn::schedule {

namespace {

// Longest stretch, and how many lengths are tried: bounds the time spent on streams that repeat in no useful way.
constexpr size_t maxLength = 1024;
constexpr unsigned maxCandidates = 128;

// What an instruction is, without bases and starts.
using Key = std::vector<const void *>;

// Splits the map of a view: `start` is where its index 0 lies, the rest goes into the key.
void addMap(AffineMap map, SmallVectorImpl<int64_t> &start, Key &key) {
  SmallVector<AffineExpr> zeros(map.getNumDims(), getAffineConstantExpr(0, map.getContext()));
  for (AffineExpr result : map.getResults()) {
    auto constant = dyn_cast<AffineConstantExpr>(result.replaceDims(zeros));
    start.push_back(constant ? constant.getValue() : 0);
    key.push_back((result - start.back()).getAsOpaquePointer());
  }
}

bool isTileOfItsOwn(const Stream &stream, Value base, size_t first, size_t end) {
  if (!base.getDefiningOp<AllocOp>())
    return false;
  auto uses = stream.uses.find(base);
  return uses != stream.uses.end() && uses->second.first >= first && uses->second.second < end;
}

// An instruction's first partition is fixed, a DMA's is part of its address. Offsets are 32 bits wide.
bool canMove(const Item &item, const ItemTile &tile, ArrayRef<int64_t> step) {
  auto type = cast<TileType>(tile.base.getType());
  if (type.isOnChip() && !llvm::isa<DmaCopyOp>(item.op) && !step.empty() && step.front() != 0)
    return false;
  return type.isOnChip() || type.getSizeInBytes() <= std::numeric_limits<int32_t>::max() ||
         llvm::all_of(step, [](int64_t s) { return s == 0; });
}

// Grows a repeat of one length, stretch by stretch.
class Matcher {
public:
  Matcher(const Stream &stream, size_t first, size_t length) : stream(stream), repeat{first, length, 1, {}} {}

  Repeat run() {
    if (!matchSignatures(1) || !findSteps())
      return repeat;
    while (matchSignatures(repeat.count) && matchTiles(repeat.count))
      ++repeat.count;
    return repeat;
  }

private:
  const Item &itemOf(size_t stretch, size_t position) const {
    return stream.items[repeat.first + stretch * repeat.length + position];
  }
  bool matchSignatures(size_t stretch) const {
    if (repeat.first + (stretch + 1) * repeat.length > stream.items.size())
      return false;
    for (size_t position = 0; position < repeat.length; ++position)
      if (itemOf(stretch, position).signature != itemOf(0, position).signature)
        return false;
    return true;
  }
  bool isOwn(size_t stretch, Value base) const {
    size_t first = repeat.first + stretch * repeat.length;
    return isTileOfItsOwn(stream, base, first, first + repeat.length);
  }

  bool findSteps() {
    repeat.steps.resize(repeat.length);
    for (size_t position = 0; position < repeat.length; ++position) {
      const Item &item = itemOf(0, position), &next = itemOf(1, position);
      for (auto [tile, nextTile] : llvm::zip_equal(item.tiles, next.tiles)) {
        // Matching the tiles would find it too, but behind all of the stretch.
        if (tile.base != nextTile.base && (!isOwn(0, tile.base) || !isOwn(1, nextTile.base)))
          return false;
        SmallVector<int64_t> step;
        for (auto [start, nextStart] : llvm::zip_equal(tile.start, nextTile.start))
          step.push_back(tile.base == nextTile.base ? nextStart - start : 0);
        if (!canMove(item, tile, step))
          return false;
        repeat.steps[position].push_back(std::move(step));
      }
    }
    return true;
  }

  bool matchTiles(size_t stretch) const {
    DenseMap<Value, Value> counterpart; // of the tiles of stretch 0
    for (size_t position = 0; position < repeat.length; ++position) {
      const Item &item = itemOf(0, position), &other = itemOf(stretch, position);
      for (auto [index, tile] : llvm::enumerate(item.tiles)) {
        const ItemTile &otherTile = other.tiles[index];
        if (tile.base != otherTile.base) {
          if (!isOwn(0, tile.base) || !isOwn(stretch, otherTile.base) ||
              tile.base.getType() != otherTile.base.getType() ||
              counterpart.insert({tile.base, otherTile.base}).first->second != otherTile.base)
            return false;
        }
        for (auto [c, step] : llvm::enumerate(repeat.steps[position][index]))
          if (otherTile.start[c] != tile.start[c] + step * static_cast<int64_t>(stretch))
            return false;
      }
    }
    // Two tiles of stretch 0 are two tiles in every stretch.
    llvm::DenseSet<Value> images;
    for (auto &[tile, image] : counterpart)
      if (!images.insert(image).second)
        return false;
    return true;
  }

  const Stream &stream;
  Repeat repeat;
};

} // namespace

Stream::Stream(Block &block) {
  std::map<Key, unsigned> signatures;
  for (Operation &op : block) {
    if (!llvm::isa<InstructionInterface>(op))
      continue;
    Item item{&op, 0, {}};
    Key key = {op.getName().getAsOpaquePointer(), op.getLoc().getAsOpaquePointer(),
               op.getAttrDictionary().getAsOpaquePointer()};
    for (auto [index, operand] : llvm::enumerate(op.getOperands())) {
      key.push_back(operand.getType().getAsOpaquePointer());
      if (!llvm::isa<TileType>(operand.getType()))
        continue;
      ItemTile tile{static_cast<unsigned>(index), operand, operand.getDefiningOp<ViewOp>(), {}};
      if (tile.view) {
        tile.base = tile.view.getSource();
        addMap(tile.view.getMap(), tile.start, key);
      }
      key.push_back(tile.base.getType().getAsOpaquePointer());
      for (Value base : {tile.base, getBase(tile.base)}) {
        auto [entry, isNew] = uses.insert({base, {items.size(), items.size()}});
        entry->second.second = items.size();
      }
      item.tiles.push_back(std::move(tile));
    }
    item.signature = signatures.insert({std::move(key), signatures.size()}).first->second;
    items.push_back(std::move(item));
  }
  std::vector<size_t> next(signatures.size(), items.size());
  nextAlike.resize(items.size());
  for (size_t i = items.size(); i-- > 0;) {
    nextAlike[i] = next[items[i].signature];
    next[items[i].signature] = i;
  }
}

bool Repeat::isLocal(const Stream &stream, Value base) const {
  auto uses = stream.uses.find(base);
  if (uses == stream.uses.end() || uses->second.first < first)
    return false;
  size_t begin = first + (uses->second.first - first) / length * length;
  return isTileOfItsOwn(stream, base, begin, begin + length);
}

std::optional<Repeat> findRepeat(const Stream &stream, size_t first) {
  std::optional<Repeat> best;
  auto covers = [](const Repeat &repeat) { return (repeat.count - 1) * repeat.length; };
  unsigned candidates = 0;
  for (size_t next = stream.nextAlike[first];
       next < stream.items.size() && next - first <= maxLength && candidates < maxCandidates;
       next = stream.nextAlike[next], ++candidates) {
    Repeat repeat = Matcher(stream, first, next - first).run();
    if (repeat.count > 1 && (!best || covers(repeat) > covers(*best)))
      best = std::move(repeat);
  }
  return best;
}

} // namespace tarn::schedule
