// 128 rows of 4 KiB in, then out again: what a DMA alone reaches.
// measure: rate sp DMA_DIRECT2D 0, 352, A, trn2, facts 5.6 (128 x 4 KiB read, GB/s)
// measure: rate sp DMA_DIRECT2D 1, 376, A, trn2, facts 5.6 (128 x 4 KiB write, GB/s)
// expect: y = x
.program "burst-4-kib"
.hbm 0x100000
.input "x" fp32[128][1024] @0x0
.output "y" fp32[128][1024] @0x80000
.sp
  dma_copy dst=fp32@sbuf:0x0[4,262144][1024,128], src=fp32@hbm:0x0[4][131072], S[0]+=16
  dma_copy S[0]>=16, dst=fp32@hbm:0x80000[4][131072], src=fp32@sbuf:0x0[4,262144][1024,128], S[1]+=16
