// [128 x 4 KiB] and [128 x 2 KiB] in, [128 x 4 KiB] out: what a NeuronCore-v2's DMA engines reach together.
// measure: rate sp DMA_DIRECT2D 0, 220, B, inf2, facts 5.6 (read bandwidth, 128 partitions, 4 KiB, GB/s)
// measure: rate sp DMA_DIRECT2D 1, 207.5, B, inf2, facts 5.6 (read bandwidth, 128 partitions, 2 KiB, GB/s)
// measure: rate sp DMA_DIRECT2D 2, 237.5, B, inf2, facts 5.6 (write bandwidth, 128 partitions, 4 KiB, GB/s)
// expect: y = x
.program "burst-by-rows"
.hbm 0x100000
.input "x" fp32[128][1024] @0x0
.output "y" fp32[128][1024] @0x80000
.sp
  dma_copy dst=fp32@sbuf:0x0[4,262144][1024,128], src=fp32@hbm:0x0[4][131072], dge_mode=none, S[0]+=16
  dma_copy S[0]>=16, dst=fp32@sbuf:0x4000[4,262144][512,128], src=fp32@hbm:0x0[4,4096][512,128], dge_mode=none, S[0]+=16
  dma_copy S[0]>=32, dst=fp32@hbm:0x80000[4][131072], src=fp32@sbuf:0x0[4,262144][1024,128], dge_mode=none, S[1]+=16
