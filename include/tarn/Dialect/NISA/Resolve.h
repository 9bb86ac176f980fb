// From tiles and views with addresses (forms `placed` and `queued`) to the operands of instructions: tile strides
// composed with the view's map give base, steps and counts; nothing has to be recovered.
#pragma once
#include "tarn/Dialect/NISA/NISA.h"

namespace tarn::nisa {

/// The alloc, tensor or function argument that a value is a view or reshape of.
mlir::Value getBase(mlir::Value tile);

/// The elements that a value names in its base, as an affine function of the value's index.
struct Footing {
  mlir::Value base;
  /// Offset of the first element and step of each dimension of the value, in elements, row-major over the base (hbm),
  /// or within a partition (on chip; dimension 0 then has step 0 and `partition` is the first partition).
  int64_t offset = 0;
  llvm::SmallVector<int64_t> steps;
  int64_t partition = 0;
  /// In a nisa.loop: what each turn adds to `offset` and `partition`.
  int64_t offsetPerTurn = 0, partitionPerTurn = 0;
};
/// Errors: a view whose map is not affine in its dimensions and symbols, with symbols that are neither constants nor
/// the variable of a nisa.loop (unless they `mayVary`: then they count as 0), or that moves data across partitions.
mlir::FailureOr<Footing> getFooting(mlir::Value tile, bool mayVary = false);

/// Resolves operands of instructions. Errors are emitted at the operation that defines the value: no address yet, more
/// dimensions than the hardware walks.
struct Resolver {
  /// False before the form `placed`: every operand lies at address 0, and loop variables may be anything. Good for costs
  /// and for rules of shapes, which do not look at addresses.
  bool isPlaced = true;
  /// Of what lies in a nisa.loop: the turn, or the register that holds it. Set at most one of them.
  int64_t turn = 0;
  std::optional<uint8_t> turnRegister;

  mlir::LogicalResult resolve(mlir::Value tile, isa::AccessPattern &pattern);
  mlir::LogicalResult resolve(mlir::Value tile, isa::DmaPattern &pattern);
  /// `steps`: one per free dimension of the operation's first operand, outermost first.
  mlir::LogicalResult resolveIndex(mlir::Operation *op, llvm::ArrayRef<int64_t> steps, isa::IndexPattern &pattern);
  mlir::LogicalResult resolveExtents(mlir::Operation *op, llvm::ArrayRef<int64_t> sizes, isa::Extents &extents);
};

/// The instruction of an operation, its operands resolved. An error when it is not an instruction or does not resolve.
mlir::FailureOr<isa::Payload> toInstruction(mlir::Operation *op, Resolver &resolver);

/// A dimension of a walk: outermost first in lists.
struct WalkDim {
  int64_t step, num;
};
/// Drops dimensions of one element and joins neighbours that are one run.
llvm::SmallVector<WalkDim> simplifyWalk(llvm::ArrayRef<WalkDim> dims);

} // namespace tarn::nisa
