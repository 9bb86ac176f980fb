// When each tile is used: main is a row of units, its top-level operations, and an operation with a body is one unit.
#pragma once
#include "tarn/Dialect/NISA/NISA.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
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

  std::vector<mlir::Operation *> units;
  /// In the order of first uses.
  std::vector<Lifetime> tiles;
};
} // namespace tarn::place
