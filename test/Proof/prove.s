// A chain over three engines: proven. Without a wait, or with a lowered one, it is a race; without an update, a deadlock.
// RUN: tarn-objdump --prove %s | FileCheck %s --check-prefix=GOOD
// RUN: sed 's/S.0.>=1, //' %s > %t.race.s
// RUN: not tarn-objdump --prove %t.race.s | FileCheck %s --check-prefix=RACE
// RUN: sed 's/, S.0.+=1//' %s > %t.stuck.s
// RUN: not tarn-objdump --prove %t.stuck.s | FileCheck %s --check-prefix=STUCK
// RUN: sed 's/S.5.>=32/S[5]>=17/' %s > %t.inexact.s
// RUN: not tarn-objdump --prove %t.inexact.s | FileCheck %s --check-prefix=INEXACT

// GOOD: proven: no race and no deadlock in any execution (5 instructions executed)

// RACE: race: {{.*}} psum partitions 0 to 127, bytes 0 to 255 {{.*}}neither ordered after the other; `S[0]>=1` at `act[0] tensor_copy` (line {{[0-9]+}}) or `S[1]>=1` in an event_semaphore before `dve[0] tensor_copy` (line {{[0-9]+}}) would order them

// STUCK: deadlock: `act[0] tensor_copy` (line {{[0-9]+}}) waits for S[0]>=1, which stays at 0 (nothing is left that updates it)

// Two DMAs deliver 16 each, in any order: 17 says nothing about either.
// INEXACT: unanalysable: `dve[0] tensor_copy` (line {{[0-9]+}}) waits for S[5]>=17, which jumps over that value to 32

.program "chain"
.target trn2
.hbm 0x20000
.input "x" fp32[128][64] @0x0
.output "y" fp32[128][64] @0x10000

.sp
  dma_copy dst=fp32@sbuf:0x0[4,262144][32,128], src=fp32@hbm:0x0[4,256][32,128], S[5]+=16
  dma_copy dst=fp32@sbuf:0x80[4,262144][32,128], src=fp32@hbm:0x80[4,256][32,128], S[5]+=16
.dve
  tensor_copy S[5]>=32, dst=fp32@0x2000000[1][64] p0+128, src=fp32@0x0[1][64] p0+128, S[0]+=1
.act
  tensor_copy S[0]>=1, dst=fp32@0x1000[1][64] p0+128, src=fp32@0x2000000[1][64] p0+128, S[1]+=1
  dma_copy S[1]>=1, dst=fp32@hbm:0x10000[4,256][64,128], src=fp32@sbuf:0x1000[4,262144][64,128]
