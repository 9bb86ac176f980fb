// A store takes some engines out of a group of DMA engines that do the same, soon after one of them worked alone: all as in the run without groups,
// which a latency of 0 gives.
// RUN: tarn-sim %s --timing-only --checks=none --views=summary | head -1 > %t.1
// RUN: tarn-sim %s --timing-only --checks=none --views=summary --set dma.prebuilt_latency_ns=0 | head -1 > %t.2
// RUN: cmp %t.1 %t.2
.program "leaves"
.target trn2
.hbm 0x1000000
.tensor "t" uint8[16777216] @0x0
.sp
  dma_copy dst=uint8@hbm:0[1,64][64,8], src=uint8@sbuf:2097152[1,262144][64,8], S[0]+=16
.act
  nop
  nop
  nop
  nop
  nop
  nop
  nop
  nop
  nop
  nop
  nop
  nop
  nop
  nop
  nop
  dma_copy dst=fp32@sbuf:0x1000[4,262144][512,128], src=fp32@hbm:65536[4,2048][512,128], S[1]+=16
.pool
  nop
  nop
  nop
  nop
  nop
  nop
  nop
  nop
  nop
  nop
  nop
  nop
  nop
  nop
  nop
  nop
  nop
  nop
  nop
  nop
  nop
  dma_copy dst=uint8@hbm:32768[1,64][64,8], src=uint8@sbuf:31457280[1,262144][64,8], dge_mode=swdge, S[2]+=16
