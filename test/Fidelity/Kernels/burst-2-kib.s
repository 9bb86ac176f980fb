// 256 rows of 2 KiB in, two to a partition, then out again: what a DMA alone reaches.
// measure: rate sp DMA_DIRECT2D 0, 318, A, trn2, facts 5.6 (rows of 2 KiB read, GB/s)
// why: A cold first read lies before the first element here; in the captures it stalls some engines later. What it is is not known.
// measure: rate sp DMA_DIRECT2D 1, 365, A, trn2, facts 5.6 (rows of 2 KiB written, GB/s)
// expect: y = x
.program "burst-2-kib"
.hbm 0x100000
.input "x" fp32[256][512] @0x0
.output "y" fp32[256][512] @0x80000
.sp
  dma_copy dst=fp32@sbuf:0x0[4,2048,262144][512,2,128], src=fp32@hbm:0x0[4,262144,2048][512,2,128], S[0]+=16
  dma_copy S[0]>=16, dst=fp32@hbm:0x80000[4,262144,2048][512,2,128], src=fp32@sbuf:0x0[4,2048,262144][512,2,128], S[1]+=16
