// A DMA whose steps of 0 walk few bytes many times is moved in blocks; where it reads what it writes, all of it would be
// held, and too much is refused.
// RUN: bash -c 'ulimit -v 1000000; tarn-sim %s --random-inputs --checks=bounds --views=summary' | FileCheck %s
// RUN: sed 's/hbm:0x400\[/hbm:0x0[/' %s > %t.s
// RUN: %python %S/../Inputs/exits.py 1 tarn-sim %t.s --random-inputs 2>&1 | FileCheck %s --check-prefix=SHARED
// CHECK: 1 instructions executed of 1 written
// SHARED: pool[0] dma_copy{{.*}}: reads everything before it writes, and that is 1500000000 bytes; more than 1073741824 are not simulated
.program "repeats"
.target trn2
.hbm 0x1000
.input "x" fp32[1] @0x400
.output "y" fp32[1] @0x0
.pool
  dma_copy dst=fp32@hbm:0x0[0][150000000], src=bf16@hbm:0x400[0][150000000], dge_mode=swdge, S[0]+=16
