// The passes of the stage Tile: from the form `linalg` (kernels on tensors) to the form `virtual` (kernels on tiles).
#ifndef TARN_STAGES_TILE_PASSES_TD
#define TARN_STAGES_TILE_PASSES_TD
include "mlir/Pass/PassBase.td"

def ChoosePlan : Pass<"tile-choose-plan", "mlir::ModuleOp"> {
  let summary = "write on every kernel into which boxes its results are cut";
  let description = [{
    The attribute `tarn.plan` holds a dictionary for each result: `partition`, the dimension that lies on the partitions,
    `tile`, the sizes of a box, and `order`, the loops over boxes. A kernel that has the attribute keeps it. `tarn.pe_taps` says
    how many taps of a depthwise convolution the Tensor engine sums; where it is missing the costs decide.
  }];
  let options = [
    Option<"shareTaps", "share-taps", "bool", "true",
           "the Tensor engine may sum taps of depthwise convolutions; else tarn.pe_taps is 0 where it is missing">,
  ];
}

def LowerToTiles : Pass<"tile-lower", "mlir::ModuleOp"> {
  let summary = "carry the plans out: kernels on tiles, and a main that calls them with tensors in HBM";
  let description = [{
    For each box of a kernel's result the tiles of its operands are asked for, theirs in turn, down to the kernel's
    arguments, which are loaded. What stays on chip is a memory of the last tiles made. Tensors of main become
    `nisa.tensor`, reshapes `nisa.reshape`.
  }];
  let dependentDialects = ["tarn::nisa::NISADialect", "mlir::func::FuncDialect"];
}
#endif
