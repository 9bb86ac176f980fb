// The update that dve waits for is the second load's. The first load, whose bytes dve reads, adds nothing: no wait can tell
// that it is complete. With a semaphore of its own that nobody waits for, it is a race.
// RUN: not tarn-objdump --prove %s | FileCheck %s --check-prefix=ZERO
// RUN: not tarn-sim %s --random-inputs --checks=all 2>&1 | FileCheck %s --check-prefix=RACES
// RUN: sed 's/S.0.+=0/S[2]+=16/' %s > %t.s && not tarn-objdump --prove %t.s | FileCheck %s --check-prefix=RACE
.program "zero"
.target trn2
.hbm 0x100000
.input "x" fp32[128][1024] @0x0
.sp
  dma_copy dst=fp32@sbuf:0x0[4,262144][1024,128], src=fp32@hbm:0x0[4,4096][1024,128], S[0]+=0
  dma_copy dst=fp32@sbuf:0x8000[4,262144][1,1], src=fp32@hbm:0x0[4,4096][1,1], S[0]+=16
.dve
  tensor_copy S[0]>=16, dst=fp32@0x10000[1][8] p0+2, src=fp32@0x0[1][8] p0+2

// ZERO: unanalysable: `sp[0] dma_copy` (line {{[0-9]+}}) adds 0 to S[0]
// RACES: races: `sp[0] dma_copy` (line {{[0-9]+}})
// RACE: race: `sp[0] dma_copy` (line {{[0-9]+}}) writes
