// Writes instructions on refs: makes the views, and splits an instruction whose operands need more dimensions than the
// hardware walks (4 free ones on an engine, 5 on each side of a DMA) along outer dimensions.
#pragma once
#include "Access.h"
#include "tarn/Dialect/NISA/NISA.h"
#include <vector>

namespace tarn::tile {
using nisa::ActivationFunction;
using nisa::AluOp;
using nisa::Memory;
using nisa::TileType;

inline TileType tileType(mlir::Value tile) { return mlir::cast<TileType>(tile.getType()); }

/// An immediate or a ref that depends on the partition only.
struct ScalarOperand {
  double immediate = 0;
  std::optional<Ref> ref;
};
/// data op scalar, or scalar op data.
struct ScalarStep {
  AluOp op = AluOp::bypass;
  ScalarOperand scalar;
  bool reversed = false;
};

class Instructions {
public:
  Instructions(mlir::OpBuilder &builder, mlir::Location loc) : builder(builder), loc(loc) {}

  mlir::Value alloc(Memory memory, llvm::ArrayRef<int64_t> shape, mlir::Type elementType);
  /// A fresh tile over the dimensions of `space` that are marked; dimension 0 always is.
  Ref allocOver(Memory memory, llvm::ArrayRef<int64_t> space, llvm::ArrayRef<bool> dims, mlir::Type elementType);
  mlir::Value view(const Ref &ref, llvm::ArrayRef<int64_t> space);

  void dma(llvm::ArrayRef<int64_t> space, const Ref &dst, const Ref &src);
  void copy(llvm::ArrayRef<int64_t> space, const Ref &dst, const Ref &src);
  /// Copies on an engine where it can: partitions move only between quadrants (facts 3.1), otherwise by DMA.
  void move(llvm::ArrayRef<int64_t> space, const Ref &dst, Ref src);
  void memset(llvm::ArrayRef<int64_t> space, const Ref &dst, double value);
  void tensorTensor(llvm::ArrayRef<int64_t> space, const Ref &dst, Ref a, Ref b, AluOp op);
  void tensorScalar(llvm::ArrayRef<int64_t> space, const Ref &dst, const Ref &data, llvm::ArrayRef<ScalarStep> steps);
  /// (data step) op tensor, or tensor op (data step) when reversed.
  void scalarTensorTensor(llvm::ArrayRef<int64_t> space, const Ref &dst, Ref data, const ScalarStep &step, Ref tensor,
                          AluOp op, bool reversed);
  void activation(llvm::ArrayRef<int64_t> space, const Ref &dst, const Ref &data, ActivationFunction function,
                  const ScalarOperand &scale, const ScalarOperand &bias);
  /// Reduces the last `numReduced` dimensions of the space, which dst does not depend on.
  void tensorReduce(llvm::ArrayRef<int64_t> space, const Ref &dst, const Ref &data, AluOp op, unsigned numReduced);
  void copyPredicated(llvm::ArrayRef<int64_t> space, const Ref &dst, const Ref &src, const Ref &predicate);
  void iota(llvm::ArrayRef<int64_t> space, const Ref &dst, const Linear &index);
  /// dst [p, p]: data where row and column are the same, else 0.
  void diagonal(llvm::ArrayRef<int64_t> space, const Ref &dst, const Ref &data);
  /// dst [m, n…] (+)= stationary [k, m], moving [k, n…]; `space` is [k, m, n…].
  void matmul(llvm::ArrayRef<int64_t> space, const Ref &dst, const Ref &stationary, const Ref &moving, bool accumulate);
  void transpose(const Ref &dst, llvm::ArrayRef<int64_t> dstSpace, const Ref &data, llvm::ArrayRef<int64_t> dataSpace);

  /// Elements that both walk one after the other, in the order of the space.
  static int64_t countRun(llvm::ArrayRef<int64_t> space, const Ref &a, const Ref &b);
  /// Dimensions that a walk of these free dimensions takes.
  static unsigned countWalkDims(const Ref &ref, llvm::ArrayRef<int64_t> space, unsigned firstDim);

  mlir::OpBuilder &builder;
  mlir::Location loc;

private:
  /// Calls back with views of all refs, for as few parts of the space as the limit allows. A dimension that none depends
  /// on is dropped to size 1. Only the first `numSplittable` dimensions are split.
  void forParts(llvm::ArrayRef<int64_t> space, llvm::ArrayRef<const Ref *> refs, unsigned limit, unsigned firstDim,
                unsigned numSplittable, llvm::function_ref<void(llvm::ArrayRef<mlir::Value>)> callback);
  mlir::Value scalarView(const ScalarOperand &scalar, int64_t numPartitions);
  /// A copy in SBUF of what lies in PSUM.
  Ref outOfPsum(llvm::ArrayRef<int64_t> space, const Ref &ref);
};
} // namespace tarn::tile
