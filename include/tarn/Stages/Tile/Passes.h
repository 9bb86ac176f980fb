// The stage Tile: from the form `linalg` to the form `virtual`.
#pragma once
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassManager.h"
#include "tarn/Dialect/NISA/NISA.h"

namespace tarn {
#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "tarn/Stages/Tile/Passes.h.inc"

/// The whole stage. `shareTaps`: depthwise convolutions on two engines, for more instructions in less time.
void buildTilePipeline(mlir::OpPassManager &passes, bool shareTaps);
} // namespace tarn
