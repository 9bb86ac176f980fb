// Rules about addresses hold for those that a register decides, too.
// RUN: not tarn-sim %s 2>&1 | FileCheck %s
// CHECK: error: pool[1] memset (line 10): with its registers read: operand_c6: found fp32@0x13[1][4] p0+1, allowed: an address within the partition
// RUN: not tarn-sim %s 2>&1 | count 1
.program "unaligned"
.target trn2
.pool
  register_move dst=R1, src=3
  // 0x10 + 3 is no multiple of 4.
  memset dst=fp32@0x10+R1*1[1][4] p0+1, value=1
