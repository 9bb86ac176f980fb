// The stage Place: addresses.
#pragma once
#include "mlir/Pass/Pass.h"
#include <memory>

namespace tarn::place {
#define GEN_PASS_DECL
#include "tarn/Stages/Place/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "tarn/Stages/Place/Passes.h.inc"
} // namespace tarn::place
