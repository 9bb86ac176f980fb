// Linear index arithmetic of the lowering to tiles. All sizes and offsets are constants.
//
// A *space* is a box of indices, dimension 0 of which lies on the partitions: [P, f1, f2, …]. An *access* takes an
// index of a space to the coordinates of a value or tile; a *ref* is a tile and the access that reads it. A broadcast
// is an access that does not depend on a dimension, a window one that adds two dimensions.
#pragma once
#include "mlir/IR/AffineMap.h"
#include "mlir/IR/Value.h"

namespace tarn::tile {
using Shape = llvm::SmallVector<int64_t>;

/// offset + sum of factors[d] * index[d].
struct Linear {
  int64_t offset = 0;
  llvm::SmallVector<int64_t> factors;

  bool isConstant() const;
  /// The only dimension it depends on; nothing when there is none or more than one.
  std::optional<unsigned> onlyDim() const;
};

struct Access {
  llvm::SmallVector<Linear> coords;
  unsigned numDims = 0; // of the space

  unsigned rank() const { return coords.size(); }
  bool dependsOn(unsigned dim) const;
  /// Coordinate i is offsets[i] + index i.
  static Access identity(llvm::ArrayRef<int64_t> offsets);
  /// A map of dimensions only; nothing when it is not linear.
  static std::optional<Access> of(mlir::AffineMap map);
  /// This access after `inner`, which takes another space to the space of this one.
  Access after(const Access &inner) const;
  /// Index `offsets` of the space becomes its origin.
  Access shifted(llvm::ArrayRef<int64_t> offsets) const;
  /// The space gets `dims` as its dimensions; other dimensions are at 0.
  Access projected(llvm::ArrayRef<unsigned> dims) const;
  /// The inverse of `projected`: dimension i becomes dims[i] of a space of `rank` dimensions.
  Access spread(llvm::ArrayRef<unsigned> dims, unsigned rank) const;
  /// Dimensions of size 1 do not matter: their factors become 0.
  void dropUnitDims(llvm::ArrayRef<int64_t> space, unsigned first = 0);
  /// The smallest box of coordinates that holds all that are accessed.
  void getRegion(llvm::ArrayRef<int64_t> space, Shape &offsets, Shape &sizes) const;
  bool isIdentity(llvm::ArrayRef<int64_t> space, llvm::ArrayRef<int64_t> shape) const;
  mlir::AffineMap toMap(unsigned numDims, mlir::MLIRContext *context) const;
};

struct Ref {
  mlir::Value tile;
  Access access;
};

/// For numerators that are not negative.
inline int64_t ceilDiv(int64_t numerator, int64_t denominator) { return (numerator + denominator - 1) / denominator; }
/// begin, begin + 1, …, end - 1.
llvm::SmallVector<unsigned> range(unsigned begin, unsigned end);
int64_t product(llvm::ArrayRef<int64_t> sizes);
/// `space` at the given dimensions.
Shape at(llvm::ArrayRef<int64_t> space, llvm::ArrayRef<unsigned> dims);
/// Calls back with offset and sizes of every piece of `space` when cut into pieces of `sizes`, dimension order[0]
/// outermost (empty: in order).
mlir::LogicalResult
forEachPiece(llvm::ArrayRef<int64_t> space, llvm::ArrayRef<int64_t> sizes, llvm::ArrayRef<unsigned> order,
             llvm::function_ref<mlir::LogicalResult(llvm::ArrayRef<int64_t>, llvm::ArrayRef<int64_t>)> callback);
/// The size of nearly equal pieces of at most `limit`.
int64_t evenPiece(int64_t size, int64_t limit);
} // namespace tarn::tile
