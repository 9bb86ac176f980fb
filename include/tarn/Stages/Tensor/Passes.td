// The passes of the stage Tensor: from the form `graph` (ONNX ops, static types, constants folded) to the form `linalg`
// (kernels of linalg.generic on tensors, called from main).
#ifndef TARN_STAGES_TENSOR_PASSES_TD
#define TARN_STAGES_TENSOR_PASSES_TD
include "mlir/Pass/PassBase.td"

class TensorPass<string flag> : Pass<"tensor-" # flag, "mlir::ModuleOp"> {
  let dependentDialects = ["mlir::arith::ArithDialect", "mlir::math::MathDialect", "mlir::linalg::LinalgDialect",
                           "mlir::tensor::TensorDialect", "mlir::func::FuncDialect"];
}

def LowerOnnx : TensorPass<"lower-onnx"> {
  let summary = "express every ONNX op in linalg.generic, pads, slices and reshapes";
  let description = [{
    Each op of `main` becomes one or a few ops on tensors of static shape. What is computed stands in the scalar body of a
    `linalg.generic`, in fp32 for 16-bit floats (rounded where a tensor of that type is written); which element meets
    which stands in its indexing maps. A broadcast is a dimension that the map does not mention. A constant with one
    value for all elements becomes a scalar in the body. Convolution weights that are constant are laid out tap by tap
    (`[taps, channels in, channels out]`). Tensor types lose their sign and bool becomes i8 (0 or 1).
  }];
}

def FuseKernels : TensorPass<"fuse-kernels"> {
  let summary = "group ops into kernels, one function with one result each";
  let description = [{
    A kernel has one root, the value it returns; every other op in it serves only ops of the same kernel. Elementwise ops
    join the contraction, the reduction or the elementwise op that makes their operand; padding joins the convolution or
    the pooling that reads it; a softmax or a normalisation becomes one kernel. `main` keeps constants, reshapes
    and calls.
  }];
  let options = [Option<"fuse", "fuse", "bool", "true", "without it every op is a kernel of its own">];
}

def ShareKernels : TensorPass<"share-kernels"> {
  let summary = "let calls of equal kernels name one function";
  let description = [{
    Two kernels are equal when they print alike without locations. The calls keep the locations of their ONNX nodes.
  }];
}


def ChooseLayout : TensorPass<"choose-layout"> {
  let summary = "choose for every kernel which dimension of its result lies on the partitions";
  let description = [{
    Writes `tarn.partition_dim` on every kernel whose result has a dimension larger than 1: the one for which computing, moving
    and transposing cost least.
  }];
}

def ChooseMemory : TensorPass<"choose-memory"> {
  let summary = "choose layouts over the whole graph, and which tensors stay in SBUF between kernels";
  let description = [{
    Writes `{tarn.memory = "sbuf", tarn.partition_dim = D}` on results and arguments of kernels, and changes their
    `tarn.partition_dim` where neighbours then cost less together. A tensor costs a store and loads, or what turning it
    costs for readers that want another dimension on the partitions than its maker. At every call those that stay leave
    most of SBUF to the kernels; where there is not room for all, those that save most for their bytes and their time come
    first. Calls of a kernel that differ in this name functions of their own.
  }];
}
#endif
