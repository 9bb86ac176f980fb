// 60 DMAs of descriptors that software makes on the GpSimd engine.
// measure: last interval pool DMA_DIRECT2D, 576 to 582, A, trn2, facts 5.6 (next DMA on POOL)
// measure: mean interval pool DMA_DIRECT2D, 650, B, trn2, facts 6.1 (120 DMA_DIRECT2D on POOL in 77.9 us)
// expect: y = x
.program "software-triggers"
.hbm 0x10000
.input "x" fp32[60][128] @0x0
.output "y" fp32[60][128] @0x8000
.pool
  dma_copy dst=fp32@sbuf:0x0[4,512][128,60], src=fp32@hbm:0x0[4][7680], dge_mode=swdge, S[0]+=16
  dma_copy S[0]>=16, dst=fp32@hbm:0x8000[4][128], src=fp32@sbuf:0x0[4][128], dge_mode=swdge, S[1]+=16
  dma_copy dst=fp32@hbm:0x8200[4][128], src=fp32@sbuf:0x200[4][128], dge_mode=swdge, S[1]+=16
  dma_copy dst=fp32@hbm:0x8400[4][128], src=fp32@sbuf:0x400[4][128], dge_mode=swdge, S[1]+=16
  dma_copy dst=fp32@hbm:0x8600[4][128], src=fp32@sbuf:0x600[4][128], dge_mode=swdge, S[1]+=16
  dma_copy dst=fp32@hbm:0x8800[4][128], src=fp32@sbuf:0x800[4][128], dge_mode=swdge, S[1]+=16
  dma_copy dst=fp32@hbm:0x8a00[4][128], src=fp32@sbuf:0xa00[4][128], dge_mode=swdge, S[1]+=16
  dma_copy dst=fp32@hbm:0x8c00[4][128], src=fp32@sbuf:0xc00[4][128], dge_mode=swdge, S[1]+=16
  dma_copy dst=fp32@hbm:0x8e00[4][128], src=fp32@sbuf:0xe00[4][128], dge_mode=swdge, S[1]+=16
  dma_copy dst=fp32@hbm:0x9000[4][128], src=fp32@sbuf:0x1000[4][128], dge_mode=swdge, S[1]+=16
  dma_copy dst=fp32@hbm:0x9200[4][128], src=fp32@sbuf:0x1200[4][128], dge_mode=swdge, S[1]+=16
  dma_copy dst=fp32@hbm:0x9400[4][128], src=fp32@sbuf:0x1400[4][128], dge_mode=swdge, S[1]+=16
  dma_copy dst=fp32@hbm:0x9600[4][128], src=fp32@sbuf:0x1600[4][128], dge_mode=swdge, S[1]+=16
  dma_copy dst=fp32@hbm:0x9800[4][128], src=fp32@sbuf:0x1800[4][128], dge_mode=swdge, S[1]+=16
  dma_copy dst=fp32@hbm:0x9a00[4][128], src=fp32@sbuf:0x1a00[4][128], dge_mode=swdge, S[1]+=16
  dma_copy dst=fp32@hbm:0x9c00[4][128], src=fp32@sbuf:0x1c00[4][128], dge_mode=swdge, S[1]+=16
  dma_copy dst=fp32@hbm:0x9e00[4][128], src=fp32@sbuf:0x1e00[4][128], dge_mode=swdge, S[1]+=16
  dma_copy dst=fp32@hbm:0xa000[4][128], src=fp32@sbuf:0x2000[4][128], dge_mode=swdge, S[1]+=16
  dma_copy dst=fp32@hbm:0xa200[4][128], src=fp32@sbuf:0x2200[4][128], dge_mode=swdge, S[1]+=16
  dma_copy dst=fp32@hbm:0xa400[4][128], src=fp32@sbuf:0x2400[4][128], dge_mode=swdge, S[1]+=16
  dma_copy dst=fp32@hbm:0xa600[4][128], src=fp32@sbuf:0x2600[4][128], dge_mode=swdge, S[1]+=16
  dma_copy dst=fp32@hbm:0xa800[4][128], src=fp32@sbuf:0x2800[4][128], dge_mode=swdge, S[1]+=16
  dma_copy dst=fp32@hbm:0xaa00[4][128], src=fp32@sbuf:0x2a00[4][128], dge_mode=swdge, S[1]+=16
  dma_copy dst=fp32@hbm:0xac00[4][128], src=fp32@sbuf:0x2c00[4][128], dge_mode=swdge, S[1]+=16
  dma_copy dst=fp32@hbm:0xae00[4][128], src=fp32@sbuf:0x2e00[4][128], dge_mode=swdge, S[1]+=16
  dma_copy dst=fp32@hbm:0xb000[4][128], src=fp32@sbuf:0x3000[4][128], dge_mode=swdge, S[1]+=16
  dma_copy dst=fp32@hbm:0xb200[4][128], src=fp32@sbuf:0x3200[4][128], dge_mode=swdge, S[1]+=16
  dma_copy dst=fp32@hbm:0xb400[4][128], src=fp32@sbuf:0x3400[4][128], dge_mode=swdge, S[1]+=16
  dma_copy dst=fp32@hbm:0xb600[4][128], src=fp32@sbuf:0x3600[4][128], dge_mode=swdge, S[1]+=16
  dma_copy dst=fp32@hbm:0xb800[4][128], src=fp32@sbuf:0x3800[4][128], dge_mode=swdge, S[1]+=16
  dma_copy dst=fp32@hbm:0xba00[4][128], src=fp32@sbuf:0x3a00[4][128], dge_mode=swdge, S[1]+=16
  dma_copy dst=fp32@hbm:0xbc00[4][128], src=fp32@sbuf:0x3c00[4][128], dge_mode=swdge, S[1]+=16
  dma_copy dst=fp32@hbm:0xbe00[4][128], src=fp32@sbuf:0x3e00[4][128], dge_mode=swdge, S[1]+=16
  dma_copy dst=fp32@hbm:0xc000[4][128], src=fp32@sbuf:0x4000[4][128], dge_mode=swdge, S[1]+=16
  dma_copy dst=fp32@hbm:0xc200[4][128], src=fp32@sbuf:0x4200[4][128], dge_mode=swdge, S[1]+=16
  dma_copy dst=fp32@hbm:0xc400[4][128], src=fp32@sbuf:0x4400[4][128], dge_mode=swdge, S[1]+=16
  dma_copy dst=fp32@hbm:0xc600[4][128], src=fp32@sbuf:0x4600[4][128], dge_mode=swdge, S[1]+=16
  dma_copy dst=fp32@hbm:0xc800[4][128], src=fp32@sbuf:0x4800[4][128], dge_mode=swdge, S[1]+=16
  dma_copy dst=fp32@hbm:0xca00[4][128], src=fp32@sbuf:0x4a00[4][128], dge_mode=swdge, S[1]+=16
  dma_copy dst=fp32@hbm:0xcc00[4][128], src=fp32@sbuf:0x4c00[4][128], dge_mode=swdge, S[1]+=16
  dma_copy dst=fp32@hbm:0xce00[4][128], src=fp32@sbuf:0x4e00[4][128], dge_mode=swdge, S[1]+=16
  dma_copy dst=fp32@hbm:0xd000[4][128], src=fp32@sbuf:0x5000[4][128], dge_mode=swdge, S[1]+=16
  dma_copy dst=fp32@hbm:0xd200[4][128], src=fp32@sbuf:0x5200[4][128], dge_mode=swdge, S[1]+=16
  dma_copy dst=fp32@hbm:0xd400[4][128], src=fp32@sbuf:0x5400[4][128], dge_mode=swdge, S[1]+=16
  dma_copy dst=fp32@hbm:0xd600[4][128], src=fp32@sbuf:0x5600[4][128], dge_mode=swdge, S[1]+=16
  dma_copy dst=fp32@hbm:0xd800[4][128], src=fp32@sbuf:0x5800[4][128], dge_mode=swdge, S[1]+=16
  dma_copy dst=fp32@hbm:0xda00[4][128], src=fp32@sbuf:0x5a00[4][128], dge_mode=swdge, S[1]+=16
  dma_copy dst=fp32@hbm:0xdc00[4][128], src=fp32@sbuf:0x5c00[4][128], dge_mode=swdge, S[1]+=16
  dma_copy dst=fp32@hbm:0xde00[4][128], src=fp32@sbuf:0x5e00[4][128], dge_mode=swdge, S[1]+=16
  dma_copy dst=fp32@hbm:0xe000[4][128], src=fp32@sbuf:0x6000[4][128], dge_mode=swdge, S[1]+=16
  dma_copy dst=fp32@hbm:0xe200[4][128], src=fp32@sbuf:0x6200[4][128], dge_mode=swdge, S[1]+=16
  dma_copy dst=fp32@hbm:0xe400[4][128], src=fp32@sbuf:0x6400[4][128], dge_mode=swdge, S[1]+=16
  dma_copy dst=fp32@hbm:0xe600[4][128], src=fp32@sbuf:0x6600[4][128], dge_mode=swdge, S[1]+=16
  dma_copy dst=fp32@hbm:0xe800[4][128], src=fp32@sbuf:0x6800[4][128], dge_mode=swdge, S[1]+=16
  dma_copy dst=fp32@hbm:0xea00[4][128], src=fp32@sbuf:0x6a00[4][128], dge_mode=swdge, S[1]+=16
  dma_copy dst=fp32@hbm:0xec00[4][128], src=fp32@sbuf:0x6c00[4][128], dge_mode=swdge, S[1]+=16
  dma_copy dst=fp32@hbm:0xee00[4][128], src=fp32@sbuf:0x6e00[4][128], dge_mode=swdge, S[1]+=16
  dma_copy dst=fp32@hbm:0xf000[4][128], src=fp32@sbuf:0x7000[4][128], dge_mode=swdge, S[1]+=16
  dma_copy dst=fp32@hbm:0xf200[4][128], src=fp32@sbuf:0x7200[4][128], dge_mode=swdge, S[1]+=16
  dma_copy dst=fp32@hbm:0xf400[4][128], src=fp32@sbuf:0x7400[4][128], dge_mode=swdge, S[1]+=16
  dma_copy dst=fp32@hbm:0xf600[4][128], src=fp32@sbuf:0x7600[4][128], dge_mode=swdge, S[1]+=16
