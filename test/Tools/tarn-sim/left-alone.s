// What an instruction leaves alone of its result is not written: partitions with 255 in the mask of a shuffle, those
// between the first ones of the cores, rows that a gather leaves out. Who reads it gets a finding, and who has written
// it before gets none.
// RUN: %python %S/../Inputs/exits.py 4 tarn-sim %s --random-inputs 2>&1 | FileCheck %s --check-prefixes=CHECK,ROWS
// RUN: sed 's,//first,,' %s > %t.s
// RUN: tarn-sim %t.s --random-inputs --views=summary | FileCheck %s --check-prefix=WRITTEN
// Which rows are left out is known with values only.
// RUN: %python %S/../Inputs/exits.py 4 tarn-sim %s --timing-only 2>&1 | FileCheck %s --implicit-check-not="output 'w'"
// CHECK-DAG: operand 'src' of sp[1] dma_copy{{.*}} reads sbuf from byte 4096 on, which nothing has written
// CHECK-DAG: operand 'src' of sp[3] dma_copy{{.*}} reads sbuf from byte 8192 on, which nothing has written
// ROWS-DAG: nothing has written byte 128 of output 'w'
// CHECK-NOT: uninitialized: operand 'src' of sp[0]
// CHECK-NOT: uninitialized: operand 'src' of sp[2]
// WRITTEN-NOT: uninitialized

.program "left-alone"
.target trn2
.hbm 0x10000
.input "x" fp32[16][16] @0x0
.output "first" int32[1][21] @0x1000
.output "y" int32[32][21] @0x2000
.output "alone" fp32[1][16] @0x4000
.output "z" fp32[32][16] @0x5000
.output "w" fp32[4][16] @0x6000
.pool
  memset dst=fp32@0x0[1][20] p0+32, value=1
  //first memset dst=int32@0x1000[1][21] p0+32, value=1
  //first memset dst=fp32@0x2000[1][16] p0+32, value=1
  iota dst=int32@0x800[1][1] p0+4, pattern=[1][1], offset=14, channel_multiplier=1, S[3]+=1
  //first dma_copy S[3]>=1, dst=fp32@hbm:0x6000[4][64], src=fp32@hbm:0x0[4][64], dge_mode=swdge, S[3]+=16
  //first event_semaphore S[3]>=17
  dma_gather S[3]>=1, dst=fp32@hbm:0x6000[4][64], table=fp32@hbm:0x0[4][256], index=int32@0x800[1][1] p0+4, bounds=skip, S[4]+=16
  nonzero_with_count dst=int32@0x1000[1][21] p0+32, src=fp32@0x0[1][20] p0+32, S[0]+=1
.dve
  event_semaphore S[0]>=1
  stream_shuffle dst=fp32@0x2000[1][16] p0+32, src=fp32@0x0[1][16] p0+32, mask=[0,255,255,255,255,255,255,255,255,255,255,255,255,255,255,255,255,255,255,255,255,255,255,255,255,255,255,255,255,255,255,255], S[1]+=1
.sp
  dma_copy S[0]>=1, dst=int32@hbm:0x1000[4][21], src=int32@sbuf:0x1000[4][21], S[2]+=16
  dma_copy dst=int32@hbm:0x2000[4,84][21,32], src=int32@sbuf:0x1000[4,262144][21,32], S[2]+=16
  dma_copy S[1]>=1, dst=fp32@hbm:0x4000[4][16], src=fp32@sbuf:0x2000[4][16], S[2]+=16
  dma_copy dst=fp32@hbm:0x5000[4,64][16,32], src=fp32@sbuf:0x2000[4,262144][16,32], S[2]+=16
