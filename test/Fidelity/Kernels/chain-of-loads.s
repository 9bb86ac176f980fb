// Loads of 512 bytes each, each after the one before: the round trip of a DMA on a NeuronCore-v2.
// measure: last interval sp DMA_DIRECT2D, 2267, A, inf2, facts 5.6 (dependent chain of HBM loads, ns a step)
// expect: y = x
.program "chain-of-loads"
.hbm 0x1000
.input "x" fp32[1][128] @0x0
.output "y" fp32[1][128] @0x800
.sp
  dma_copy dst=fp32@sbuf:0x0[4][128], src=fp32@hbm:0x0[4][128], dge_mode=none, S[0]+=16
  dma_copy S[0]>=16, dst=fp32@sbuf:0x0[4][128], src=fp32@hbm:0x0[4][128], dge_mode=none, S[0]+=16
  dma_copy S[0]>=32, dst=fp32@sbuf:0x0[4][128], src=fp32@hbm:0x0[4][128], dge_mode=none, S[0]+=16
  dma_copy S[0]>=48, dst=fp32@sbuf:0x0[4][128], src=fp32@hbm:0x0[4][128], dge_mode=none, S[0]+=16
  dma_copy S[0]>=64, dst=fp32@sbuf:0x0[4][128], src=fp32@hbm:0x0[4][128], dge_mode=none, S[0]+=16
  dma_copy S[0]>=80, dst=fp32@sbuf:0x0[4][128], src=fp32@hbm:0x0[4][128], dge_mode=none, S[0]+=16
  dma_copy S[0]>=96, dst=fp32@hbm:0x800[4][128], src=fp32@sbuf:0x0[4][128], dge_mode=none, S[1]+=16
