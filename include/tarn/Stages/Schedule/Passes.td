// Schedule: kernels on virtual tiles (form `virtual`) to one ordered stream of instructions (form `scheduled`).
#ifndef TARN_STAGES_SCHEDULE_PASSES
#define TARN_STAGES_SCHEDULE_PASSES
include "mlir/Pass/PassBase.td"

def InlineKernels : Pass<"schedule-inline-kernels", "::mlir::ModuleOp"> {
  let summary = "inlines every kernel call into @main, turn by turn of its loops";
  let description = [{
    Each copy carries the location of its call, so that an instruction knows the ONNX nodes it works for. Loop variables
    become constants inside the maps of views.
  }];
}

def ExpandMacros : Pass<"schedule-expand-macros", "::mlir::ModuleOp"> {
  let summary = "expands macro operations into instructions";
  let description = [{
    nc_matmul: load_stationary and matmul, for fp32 two pairs (LOW and HIGH part of the stationary operand).
    nc_transpose: the data as stationary operand, the identity as moving one. activation_reduce: activation with
    accumulation, then the read of the accumulators. Accumulation groups in PSUM get their first and last flags.
  }];
}

def RollLoops : Pass<"schedule-roll-loops", "::mlir::ModuleOp"> {
  let summary = "turns equal stretches of instructions into loops";
  let description = [{
    Stretches are equal when their instructions differ only in tiles that live within one stretch and in constants of
    views that grow evenly from stretch to stretch. A loop's turn holds as many stretches as it takes to make it long
    against what a turn costs (an addition and a branch on every engine); the stretches left over stay as they are. Loops are
    walls for the order of instructions, so a program that would not become much smaller has none.
  }];
  let options = [
    Option<"minBody", "min-body", "int64_t", "256", "A turn has at least so many instructions">,
    Option<"minTurns", "min-turns", "int64_t", "4", "A loop has at least so many turns">,
    Option<"minUnroll", "min-unroll", "int64_t", "2", "A turn holds at least so many stretches">,
    Option<"minShrink", "min-shrink", "int64_t", "50",
           "Loops are made when they leave out at least so many percent of the program's instructions">,
  ];
  let statistics = [Statistic<"numLoops", "loops", "Loops made">];
}

def AssignEngines : Pass<"schedule-assign-engines", "::mlir::ModuleOp"> {
  let summary = "chooses the engine of every instruction by cost and load";
  let description = [{
    An instruction with one legal engine takes it; others go where they would end first, given what the engines have
    been assigned so far and what the cost formulas of the ISA say. DMAs that read go to the Sync engine's queue, DMAs
    that write to HBM to GpSimd's, so that a store that waits for its data holds up no load; or they are left to
    `schedule-order-instructions`.
  }];
  let options = [Option<"queues", "queues", "bool", "true", "DMAs get a queue, too">];
}

def OrderInstructions : Pass<"schedule-order-instructions", "::mlir::ModuleOp"> {
  let summary = "puts instructions in the order in which they can start";
  let description = [{
    Engines take their instructions in order. What can start earlier, such as the loads of the next box, comes before what
    waits, such as the store of this one, within a window of the program and as long as the tiles that it begins fit into
    SBUF and PSUM beside what the program keeps at once. The Tensor engine keeps its order. A DMA without a queue gets the
    one by which it would be complete first: descriptors by hardware from the Sync or the Scalar engine, or by software.
  }];
  let options = [
    Option<"window", "window", "unsigned", "512", "instructions that another may be taken ahead of">,
    Option<"actNs", "act-ns", "double", "-1",
           "ns that a DMA must gain to go by the queue of the Scalar engine, which has other work too; negative: the chip's "
           "distance between two triggers (dma.trigger_spacing_ns)">,
    Option<"waitFactor", "wait-factor", "double", "0",
           "ns that a DMA must gain for each ns that it holds up a hardware queue while it waits for its data">,
    Option<"search", "search", "bool", "false",
           "several rules for what comes next are tried; the order that ends first by the cost formulas is taken">,
  ];
}

def LoadActTables : Pass<"schedule-load-act-tables", "::mlir::ModuleOp"> {
  let summary = "inserts a table load where the Scalar engine changes to a function of another table";
}
#endif
