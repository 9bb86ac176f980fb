// An address that a register makes negative, or that lies beyond HBM, is told as it is, with the register.
// RUN: %python %S/../Inputs/exits.py 4 tarn-sim %s --random-inputs 2>&1 | FileCheck %s
// RUN: sed 's/src=-1/src=4096/' %s > %t.beyond.s
// RUN: %python %S/../Inputs/exits.py 4 tarn-sim %t.beyond.s --random-inputs 2>&1 | FileCheck %s --check-prefix=BEYOND
// RUN: sed 's/src=-1/src=2147483647/; s/R1\*1/R1*2147483647/' %s > %t.far.s
// RUN: %python %S/../Inputs/exits.py 4 tarn-sim %t.far.s --random-inputs 2>&1 | FileCheck %s --check-prefix=FAR
.program "negative"
.target trn2
.hbm 0x1000
.output "y" fp32[8] @0x0
.sp
  register_move dst=R1, src=-1
  dma_copy dst=fp32@hbm:0x0[4][8], src=fp32@hbm:0x0+R1*1[4][8], S[1]+=16

// CHECK: bounds: sp[1] dma_copy{{.*}}: operand 'src' begins at byte -1 of hbm (R1 = -1)
// BEYOND: bounds: sp[1] dma_copy{{.*}}: operand 'src' covers bytes 4096 to 4127 of hbm, which has 4096 in this program (R1 = 4096)
// FAR: bounds: sp[1] dma_copy{{.*}}: operand 'src' begins at byte 4611686014132420609 of hbm (R1 = 2147483647)
