// An address beyond 32 bits lies outside SBUF; it does not come round to byte 0.
// RUN: %python %S/../Inputs/exits.py 4 tarn-sim %s --random-inputs 2>&1 | FileCheck %s
.program "wrap"
.target trn2
.hbm 0x1000
.output "y" fp32[2][8] @0x0
.act
  register_move dst=R1, src=65536
  tensor_copy dst=fp32@0x10000[1][8] p0+2, src=fp32@0x0+R1*65536[1][8] p0+2, S[0]+=1
.sp
  dma_copy S[0]>=1, dst=fp32@hbm:0x0[4,32][8,2], src=fp32@sbuf:0x10000[4,262144][8,2], S[1]+=16

// CHECK: bounds: act[1] tensor_copy (line {{[0-9]+}}): operand 'src' begins at byte 4294967296 of sbuf (R1 = 65536)
