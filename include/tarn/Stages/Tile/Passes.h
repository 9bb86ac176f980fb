// The stage Tile: from the form `linalg` to the form `virtual`.
#pragma once
#include "tarn/Dialect/NISA/NISA.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassManager.h"

namespace tarn {
#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "tarn/Stages/Tile/Passes.h.inc"

/// The whole stage.
void buildTilePipeline(mlir::OpPassManager &passes);
} // namespace tarn
