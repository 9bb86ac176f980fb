// Tensors that stay in SBUF from the kernel that makes them to those that read them. Where a tensor lies is data, on the
// kernel's argument or result:
//
//   {tarn.memory = "sbuf", tarn.partition_dim = 1 : i64}         (nothing, or "hbm": in HBM)
//
// Its tile is [chunk, chunks x other dimensions]: places of the partition dimension lie on the partitions, as many as in an
// even piece of it; further chunks lie behind each other in every partition, and in each of them the other dimensions
// row-major. So a reshape that leaves the partition dimension alone changes nothing.
#pragma once
#include "Access.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "tarn/Dialect/NISA/NISA.h"

namespace tarn::tile {
constexpr llvm::StringLiteral memoryAttributeName = "tarn.memory";

struct Resident {
  mlir::Value tile;
  Shape shape;            // of the value
  unsigned partition = 0; // a dimension of it
  int64_t chunk = 1;

  Resident(mlir::Value tile, llvm::ArrayRef<int64_t> shape, unsigned partition, int64_t partitions);
  static nisa::TileType typeOf(llvm::ArrayRef<int64_t> shape, mlir::Type element, unsigned partition,
                               int64_t partitions);

  /// Which dimension of a reshaped value is the partition dimension; nothing when that was split or merged.
  static std::optional<unsigned> reshape(llvm::ArrayRef<int64_t> from, unsigned partition, llvm::ArrayRef<int64_t> to);
  std::optional<Resident> reshaped(llvm::ArrayRef<int64_t> to) const;

  /// The partition dimension lies on the space's partitions, and nothing else does.
  bool isAligned(const Access &access, llvm::ArrayRef<int64_t> space) const;
  /// The part of the tile that an aligned access means, when it begins on partition 0 and ends in the same chunk.
  std::optional<Ref> view(const Access &access, llvm::ArrayRef<int64_t> space) const;
  /// The access to all of the value, and its space.
  Access getWhole(Shape &space) const;
  /// An aligned access chunk by chunk: calls back with the piece's first index along dimension 0, its space and its ref.
  void forEachChunk(const Access &access, llvm::ArrayRef<int64_t> space,
                    llvm::function_ref<void(int64_t, llvm::ArrayRef<int64_t>, const Ref &)> callback) const;

private:
  Ref refOf(const Access &access, llvm::ArrayRef<int64_t> space, int64_t place) const;
};

/// The partition dimension of a kernel's argument or result that lies in SBUF, nothing for one in HBM. Errors: another
/// memory; no partition dimension, or one that the tensor does not have.
mlir::FailureOr<std::optional<unsigned>> readMemory(mlir::func::FuncOp kernel, mlir::Type type,
                                                    mlir::DictionaryAttr where);
} // namespace tarn::tile
