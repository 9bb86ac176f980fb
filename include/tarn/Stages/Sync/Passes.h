// The stage Sync: from the form `placed` to the form `queued`.
#pragma once
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassManager.h"
#include "tarn/Dialect/NISA/NISA.h"

namespace tarn {
#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "tarn/Stages/Sync/Passes.h.inc"

/// The whole stage.
void buildSyncPipeline(mlir::OpPassManager &manager);
} // namespace tarn
