// When each tile is used: main is a row of units, its operations one after the other, those of a loop's body once. A tile
// from outside a loop that uses it is used from the loop's first to its last unit.
#pragma once
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "tarn/Dialect/NISA/NISA.h"
#include <vector>

namespace tarn::place {

struct Use {
  size_t unit;
  bool isWritten = false;
};

struct Lifetime {
  mlir::Value base; // an alloc, or a scratch tensor in HBM
  std::vector<Use> uses;
};

struct Lifetimes {
  explicit Lifetimes(mlir::func::FuncOp main);

  /// The operation of main that a unit is or lies in.
  std::vector<mlir::Operation *> units;
  /// In the order of first uses.
  std::vector<Lifetime> tiles;
};
} // namespace tarn::place
