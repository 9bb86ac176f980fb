// Place: an address for every tile and tensor (form `scheduled` to form `placed`).
#ifndef TARN_STAGES_PLACE_PASSES
#define TARN_STAGES_PLACE_PASSES
include "mlir/Pass/PassBase.td"

def AssignAddresses : Pass<"place-assign-addresses", "::mlir::ModuleOp"> {
  let summary = "assigns SBUF, PSUM and HBM addresses from liveness in program order";
  let description = [{
    A tile lives from its first to its last use. SBUF is handed out round and round: the next tile starts where the last
    one ended, so that addresses are reused late and the load of the next tile does not wait for the use of this one
    (multi-buffering). Where that does not fit the lowest gap is taken; where there is none, the tile whose next use is
    farthest is stored to a scratch tensor `spillN` in HBM and loaded again before that use (only loaded when it holds an
    unchanged part of an input or a constant). In PSUM a tile takes whole banks, handed out in turn. In HBM inputs, outputs and constants keep
    their place; scratch tensors share.
  }];
}
#endif
