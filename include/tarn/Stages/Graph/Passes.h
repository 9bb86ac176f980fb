// The stage Graph: from the imported graph (form `onnx`) to core operators on static shapes (form `graph`).
#pragma once
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassManager.h"
#include <string>
#include <vector>

namespace tarn {

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "tarn/Stages/Graph/Passes.h.inc"

struct GraphPipelineOptions {
  std::string autoCast = "none";     // none, matmult, all
  std::string autoCastType = "bf16"; // bf16, fp16
  bool fusePatterns = true;          // off at -O0
};
/// The whole stage, in order.
void buildGraphPipeline(mlir::OpPassManager &manager, const GraphPipelineOptions &options = {});

/// A node that cannot be compiled, as the pre-flight report (`--check`) lists it.
struct UnsupportedNode {
  std::string node, op, domain;
  int64_t opset = 28;
  std::string attribute; // the attribute or operand that is to blame; empty for the operator itself
  std::string reason;
};
/// Every node of the module that later stages cannot compile, in the order of the graph. Works on any form of
/// the `onnx` dialect: on form `onnx` it reports operators that no pass of this stage rewrites either.
std::vector<UnsupportedNode> collectUnsupported(mlir::ModuleOp module);

/// An operator of ai.onnx that can be compiled.
struct SupportedOperator {
  std::string name;
  std::string how;          // types of its first operand, or what it is compiled by
  std::string restrictions; // empty: none
};
/// All of them, sorted by name.
std::vector<SupportedOperator> listSupportedOperators();

} // namespace tarn
