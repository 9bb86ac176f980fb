// 64 DMAs of 128 bytes on the Sync engine.
// measure: span sp DMA_DIRECT2D, 40951, A, trn2, facts 6.1 (64 x 128-B DMA_DIRECT2D on SP, instruction time)
// expect: y = x
.program "small-triggers"
.hbm 0x4000
.input "x" fp32[64][32] @0x0
.output "y" fp32[64][32] @0x2000
.sp
  dma_copy dst=fp32@sbuf:0x0[4,128][32,64], src=fp32@hbm:0x0[4][2048], S[0]+=16
  dma_copy S[0]>=16, dst=fp32@hbm:0x2000[4][32], src=fp32@sbuf:0x0[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x2080[4][32], src=fp32@sbuf:0x80[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x2100[4][32], src=fp32@sbuf:0x100[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x2180[4][32], src=fp32@sbuf:0x180[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x2200[4][32], src=fp32@sbuf:0x200[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x2280[4][32], src=fp32@sbuf:0x280[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x2300[4][32], src=fp32@sbuf:0x300[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x2380[4][32], src=fp32@sbuf:0x380[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x2400[4][32], src=fp32@sbuf:0x400[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x2480[4][32], src=fp32@sbuf:0x480[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x2500[4][32], src=fp32@sbuf:0x500[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x2580[4][32], src=fp32@sbuf:0x580[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x2600[4][32], src=fp32@sbuf:0x600[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x2680[4][32], src=fp32@sbuf:0x680[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x2700[4][32], src=fp32@sbuf:0x700[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x2780[4][32], src=fp32@sbuf:0x780[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x2800[4][32], src=fp32@sbuf:0x800[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x2880[4][32], src=fp32@sbuf:0x880[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x2900[4][32], src=fp32@sbuf:0x900[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x2980[4][32], src=fp32@sbuf:0x980[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x2a00[4][32], src=fp32@sbuf:0xa00[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x2a80[4][32], src=fp32@sbuf:0xa80[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x2b00[4][32], src=fp32@sbuf:0xb00[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x2b80[4][32], src=fp32@sbuf:0xb80[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x2c00[4][32], src=fp32@sbuf:0xc00[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x2c80[4][32], src=fp32@sbuf:0xc80[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x2d00[4][32], src=fp32@sbuf:0xd00[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x2d80[4][32], src=fp32@sbuf:0xd80[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x2e00[4][32], src=fp32@sbuf:0xe00[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x2e80[4][32], src=fp32@sbuf:0xe80[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x2f00[4][32], src=fp32@sbuf:0xf00[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x2f80[4][32], src=fp32@sbuf:0xf80[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x3000[4][32], src=fp32@sbuf:0x1000[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x3080[4][32], src=fp32@sbuf:0x1080[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x3100[4][32], src=fp32@sbuf:0x1100[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x3180[4][32], src=fp32@sbuf:0x1180[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x3200[4][32], src=fp32@sbuf:0x1200[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x3280[4][32], src=fp32@sbuf:0x1280[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x3300[4][32], src=fp32@sbuf:0x1300[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x3380[4][32], src=fp32@sbuf:0x1380[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x3400[4][32], src=fp32@sbuf:0x1400[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x3480[4][32], src=fp32@sbuf:0x1480[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x3500[4][32], src=fp32@sbuf:0x1500[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x3580[4][32], src=fp32@sbuf:0x1580[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x3600[4][32], src=fp32@sbuf:0x1600[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x3680[4][32], src=fp32@sbuf:0x1680[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x3700[4][32], src=fp32@sbuf:0x1700[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x3780[4][32], src=fp32@sbuf:0x1780[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x3800[4][32], src=fp32@sbuf:0x1800[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x3880[4][32], src=fp32@sbuf:0x1880[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x3900[4][32], src=fp32@sbuf:0x1900[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x3980[4][32], src=fp32@sbuf:0x1980[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x3a00[4][32], src=fp32@sbuf:0x1a00[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x3a80[4][32], src=fp32@sbuf:0x1a80[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x3b00[4][32], src=fp32@sbuf:0x1b00[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x3b80[4][32], src=fp32@sbuf:0x1b80[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x3c00[4][32], src=fp32@sbuf:0x1c00[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x3c80[4][32], src=fp32@sbuf:0x1c80[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x3d00[4][32], src=fp32@sbuf:0x1d00[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x3d80[4][32], src=fp32@sbuf:0x1d80[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x3e00[4][32], src=fp32@sbuf:0x1e00[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x3e80[4][32], src=fp32@sbuf:0x1e80[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x3f00[4][32], src=fp32@sbuf:0x1f00[4][32], S[1]+=16
  dma_copy dst=fp32@hbm:0x3f80[4][32], src=fp32@sbuf:0x1f80[4][32], S[1]+=16
