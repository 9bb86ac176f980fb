// An output is read by whoever runs the program: a byte of it that nothing writes is a finding.
// RUN: not tarn-sim %s --random-inputs --views=summary 2>&1 | FileCheck %s
// RUN: sed 's/hbm:0x4100/hbm:0x4000/' %s > %t.s
// RUN: tarn-sim %t.s --random-inputs --views=summary | FileCheck %s --check-prefix=WRITTEN
// CHECK: uninitialized: nothing has written byte 0 of output 'y' (hbm:0x4000)
// WRITTEN-NOT: uninitialized

.target trn2
.hbm 0x8000
.input "x" fp32[128][4] @0x0
.output "y" fp32[128][4] @0x4000

.sp
  dma_copy dst=fp32@hbm:0x4100[4,16][4,128], src=fp32@hbm:0x0[4,16][4,128], S[0]+=16
