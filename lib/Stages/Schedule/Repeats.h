// Stretches of a straight stream of instructions that are equal but for tiles of their own and for how far along a tensor
// they are.
#pragma once
#include "tarn/Dialect/NISA/NISA.h"

namespace tarn::schedule {

/// A tile operand: `base` itself, or a view of it whose coordinates begin at `start`.
struct ItemTile {
  unsigned operand;
  mlir::Value base;
  nisa::ViewOp view; // or null
  llvm::SmallVector<int64_t> start;
};

/// An instruction. Two with the same signature differ in nothing but bases and starts.
struct Item {
  mlir::Operation *op;
  unsigned signature;
  llvm::SmallVector<ItemTile, 3> tiles;
};

/// The instructions of a block in order.
struct Stream {
  explicit Stream(mlir::Block &block);
  std::vector<Item> items;
  std::vector<size_t> nextAlike; // of each item: the next one with its signature, or the number of items
  /// First and last item that uses a tile.
  llvm::DenseMap<mlir::Value, std::pair<size_t, size_t>> uses;
};

/// `count` stretches of `length` items, from item `first` on.
struct Repeat {
  size_t first, length, count;
  /// By item of the stretch, by tile, by coordinate: how far it moves from one stretch to the next.
  std::vector<llvm::SmallVector<llvm::SmallVector<int64_t>, 3>> steps;

  /// Whether a tile belongs to one stretch.
  bool isLocal(const Stream &stream, mlir::Value base) const;
};

/// The repeat from item `first` on that covers most; nothing when there is none.
std::optional<Repeat> findRepeat(const Stream &stream, size_t first);

} // namespace tarn::schedule
