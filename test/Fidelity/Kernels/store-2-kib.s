// One store of 2 KiB from one partition, and an instruction that waits for it.
// measure: round trip sp DMA_DIRECT2D 1 sp NOP 0, 1781, A, trn2, facts 6.1 (DMA 2 KB SBUF to HBM store, latency included)
// why: The source does not say which queue made the descriptors, nor where its interval begins and ends.
// expect: y = x
.program "store-2-kib"
.hbm 0x1000
.input "x" fp32[1][512] @0x0
.output "y" fp32[1][512] @0x800
.sp
  dma_copy dst=fp32@sbuf:0x0[4][512], src=fp32@hbm:0x0[4][512], S[0]+=16
  dma_copy S[0]>=16, dst=fp32@hbm:0x800[4][512], src=fp32@sbuf:0x0[4][512], S[1]+=16
  nop S[1]>=16
