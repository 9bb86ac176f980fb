// A tensor for which the host has no memory is named; --timing-only makes no inputs.
// RUN: %python %S/../Inputs/exits.py 1 bash -c "ulimit -v 12000000; tarn-sim %s --random-inputs" 2>&1 | FileCheck %s
// RUN: bash -c "ulimit -v 12000000; tarn-sim %s --random-inputs --timing-only"

.program "large"
.target trn2
.input "x" fp32[5000000000] @0x0
.output "y" fp32[4] @0x500000000
.sp
  dma_copy dst=fp32@hbm:0x500000000[4][4], src=fp32@hbm:0x0[4][4]

// CHECK: input 'x' of 5000000000 fp32 takes 20000000000 bytes; there is not so much memory here
