// The stage Tensor: from the form `graph` to the form `linalg`.
#pragma once
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Pass/Pass.h"

namespace tarn {
struct TensorOptions {
  /// Without fusion every op is a kernel of its own (for experiments and at -O0).
  bool fuse = true;
  /// Tensors may stay in SBUF between kernels.
  bool keepOnChip = true;
};

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "tarn/Stages/Tensor/Passes.h.inc"

/// The whole stage. Expects the form `graph`, leaves the form `linalg`.
void buildTensorPipeline(mlir::OpPassManager &passes, const TensorOptions &options = {});
} // namespace tarn
