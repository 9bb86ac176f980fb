// The stage Schedule: kernels become one ordered stream of instructions, each with its engine.
#pragma once
#include "mlir/Pass/Pass.h"
#include <memory>

namespace tarn {
namespace schedule {
#define GEN_PASS_DECL
#include "tarn/Stages/Schedule/Passes.h.inc"
#define GEN_PASS_REGISTRATION
#include "tarn/Stages/Schedule/Passes.h.inc"
} // namespace schedule
} // namespace tarn
