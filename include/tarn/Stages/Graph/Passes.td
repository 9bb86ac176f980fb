// The passes of the stage Graph: from form `onnx` to form `graph` (the same dialect, static types, constants folded).
#ifndef TARN_STAGES_GRAPH_PASSES
#define TARN_STAGES_GRAPH_PASSES

include "mlir/Pass/PassBase.td"

def InferShapes : Pass<"graph-infer-shapes", "mlir::func::FuncOp"> {
  let summary = "Infer the type of every value, folding what is constant on the way";
  let description = [{
    Walks the nodes in order. A node's types come from ONNX's own inference function; shape operands are known because
    nodes with constant operands are evaluated at once. Fails at the first node whose type is not static, naming it.
  }];
  let options = [
    Option<"foldLimit", "fold-limit", "int64_t", "64 << 20", "Largest result of a folded node in bytes">,
  ];
}

def FoldConstants : Pass<"graph-fold-constants", "mlir::func::FuncOp"> {
  let summary = "Evaluate nodes whose operands are all constants and remove unused nodes";
  let options = [
    Option<"foldLimit", "fold-limit", "int64_t", "64 << 20", "Largest result of a folded node in bytes">,
  ];
}

def CanonicalizeOps : Pass<"graph-canonicalize-ops", "mlir::func::FuncOp"> {
  let summary = "Rewrite the many spellings of ONNX into the core operators, every attribute explicit";
  let description = [{
    Expects static types. Afterwards there is one spelling per meaning: reshapes are `Reshape` with a constant shape,
    windows carry kernel_shape, strides, dilations and pads, n-ary operators are chains of two, axes are not negative,
    operators outside the core are decomposed.
  }];
}

def FoldBatchNormalization : Pass<"graph-fold-batch-normalization", "mlir::func::FuncOp"> {
  let summary = "Fold BatchNormalization and constant scales into the weights before it; what remains becomes Mul and Add";
}

def FusePatterns : Pass<"graph-fuse-patterns", "mlir::func::FuncOp"> {
  let summary = "Recognise LayerNormalization, Gelu, Softmax, HardSwish and Swish spelt out as pieces";
}

def AutoCast : Pass<"graph-auto-cast", "mlir::func::FuncOp"> {
  let summary = "Compute matrix products (or everything) in a 16-bit float";
  let options = [
    Option<"mode", "mode", "std::string", "\"none\"", "none, matmult (MatMul, Gemm, Conv, ConvTranspose) or all">,
    Option<"type", "type", "std::string", "\"bf16\"", "bf16 or fp16">,
  ];
}

def CheckSupport : Pass<"graph-check-support", "mlir::ModuleOp"> {
  let summary = "Refuse nodes that later stages cannot compile, all of them at once";
  let options = [
    Option<"beforeRewrites", "before-rewrites", "bool", "false",
           "Look at operators only, and let pass those that are yet to be rewritten">,
  ];
}

def FinishGraph : Pass<"graph-finish", "mlir::ModuleOp"> {
  let summary = "Mark the module as form `graph`";
}

#endif
