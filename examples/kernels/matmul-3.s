// c[m,n] = sum over k of a[k,m] * b[k,n]: third try. Three queues issue the loads, so that none makes the others wait;
// what is left to do behind the last product, a copy and a store, is shared by two engines and two queues.
.program "matmul, three queues"
.target trn2
.hbm 0x200000
.origin 0 "load" "" ""
.origin 1 "product" "" ""
.origin 2 "copy" "" ""
.origin 3 "store" "" ""
.input "a" bf16[512][512] @0x0
.input "b" bf16[512][512] @0x80000
.output "c" fp32[512][512] @0x100000

// SBUF, k of 4: a at k*0x400, b at 0x1000+k*0x400; c, m of 4: 0x2000+m*0x800. PSUM: bank m.
// S[k]: 16 for each of the two loads; S[4+m]: the tile is done; S[8+m]: it (of the last: its left half) is copied;
// S[12]: the right half of the last; S[16+m], S[20]: 16 when it is stored.
.sp
.loc 0
  dma_copy dst=bf16@sbuf:0x0[2,262144][512,128], src=bf16@hbm:0x0[2,1024][512,128], S[0]+=16
  dma_copy dst=bf16@sbuf:0x400[2,262144][512,128], src=bf16@hbm:0x20000[2,1024][512,128], S[1]+=16
  dma_copy dst=bf16@sbuf:0x1c00[2,262144][512,128], src=bf16@hbm:0xe0000[2,1024][512,128], S[3]+=16
.loc 3
  dma_copy S[8]>=1, dst=fp32@hbm:0x100000[4,2048][512,128], src=fp32@sbuf:0x2000[4,262144][512,128], S[16]+=16
  dma_copy S[9]>=1, dst=fp32@hbm:0x140000[4,2048][512,128], src=fp32@sbuf:0x2800[4,262144][512,128], S[17]+=16
  dma_copy S[10]>=1, dst=fp32@hbm:0x180000[4,2048][512,128], src=fp32@sbuf:0x3000[4,262144][512,128], S[18]+=16
  dma_copy S[11]>=1, dst=fp32@hbm:0x1c0000[4,2048][256,128], src=fp32@sbuf:0x3800[4,262144][256,128], S[19]+=16
.act
.loc 0
  dma_copy dst=bf16@sbuf:0x1000[2,262144][512,128], src=bf16@hbm:0x80000[2,1024][512,128], S[0]+=16
  dma_copy dst=bf16@sbuf:0x1400[2,262144][512,128], src=bf16@hbm:0xa0000[2,1024][512,128], S[1]+=16
.loc 2
  tensor_copy S[7]>=1, dst=fp32@0x3c00[1][256] p0+128, src=fp32@0x2001c00[1][256] p0+128, S[12]+=1
.loc 3
  dma_copy S[12]>=1, dst=fp32@hbm:0x1c0400[4,2048][256,128], src=fp32@sbuf:0x3c00[4,262144][256,128], S[20]+=16
.pool
.loc 0
  dma_copy dst=bf16@sbuf:0x800[2,262144][512,128], src=bf16@hbm:0x40000[2,1024][512,128], dge_mode=swdge, S[2]+=16
  dma_copy dst=bf16@sbuf:0x1800[2,262144][512,128], src=bf16@hbm:0xc0000[2,1024][512,128], dge_mode=swdge, S[2]+=16
  dma_copy dst=bf16@sbuf:0xc00[2,262144][512,128], src=bf16@hbm:0x60000[2,1024][512,128], dge_mode=swdge, S[3]+=16
.pe
.loc 1
  load_stationary S[0]>=32, data=bf16@0x0[1][128] p0+128
  matmul dst=fp32@0x2000000[1][512] p0+128, moving=bf16@0x1000[1][512] p0+128, group=first
  load_stationary S[1]>=32, data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2000000[1][512] p0+128, moving=bf16@0x1400[1][512] p0+128, group=middle
  load_stationary S[2]>=32, data=bf16@0x800[1][128] p0+128
  matmul dst=fp32@0x2000000[1][512] p0+128, moving=bf16@0x1800[1][512] p0+128, group=middle
  load_stationary S[3]>=32, data=bf16@0xc00[1][128] p0+128
  matmul dst=fp32@0x2000000[1][512] p0+128, moving=bf16@0x1c00[1][512] p0+128, group=last, S[4]+=1
  load_stationary data=bf16@0x100[1][128] p0+128
  matmul dst=fp32@0x2000800[1][512] p0+128, moving=bf16@0x1000[1][512] p0+128, group=first
  load_stationary data=bf16@0x500[1][128] p0+128
  matmul dst=fp32@0x2000800[1][512] p0+128, moving=bf16@0x1400[1][512] p0+128, group=middle
  load_stationary data=bf16@0x900[1][128] p0+128
  matmul dst=fp32@0x2000800[1][512] p0+128, moving=bf16@0x1800[1][512] p0+128, group=middle
  load_stationary data=bf16@0xd00[1][128] p0+128
  matmul dst=fp32@0x2000800[1][512] p0+128, moving=bf16@0x1c00[1][512] p0+128, group=last, S[5]+=1
  load_stationary data=bf16@0x200[1][128] p0+128
  matmul dst=fp32@0x2001000[1][512] p0+128, moving=bf16@0x1000[1][512] p0+128, group=first
  load_stationary data=bf16@0x600[1][128] p0+128
  matmul dst=fp32@0x2001000[1][512] p0+128, moving=bf16@0x1400[1][512] p0+128, group=middle
  load_stationary data=bf16@0xa00[1][128] p0+128
  matmul dst=fp32@0x2001000[1][512] p0+128, moving=bf16@0x1800[1][512] p0+128, group=middle
  load_stationary data=bf16@0xe00[1][128] p0+128
  matmul dst=fp32@0x2001000[1][512] p0+128, moving=bf16@0x1c00[1][512] p0+128, group=last, S[6]+=1
  load_stationary data=bf16@0x300[1][128] p0+128
  matmul dst=fp32@0x2001800[1][512] p0+128, moving=bf16@0x1000[1][512] p0+128, group=first
  load_stationary data=bf16@0x700[1][128] p0+128
  matmul dst=fp32@0x2001800[1][512] p0+128, moving=bf16@0x1400[1][512] p0+128, group=middle
  load_stationary data=bf16@0xb00[1][128] p0+128
  matmul dst=fp32@0x2001800[1][512] p0+128, moving=bf16@0x1800[1][512] p0+128, group=middle
  load_stationary data=bf16@0xf00[1][128] p0+128
  matmul dst=fp32@0x2001800[1][512] p0+128, moving=bf16@0x1c00[1][512] p0+128, group=last, S[7]+=1
.dve
.loc 2
  tensor_copy S[4]>=1, dst=fp32@0x2000[1][512] p0+128, src=fp32@0x2000000[1][512] p0+128, S[8]+=1
  tensor_copy S[5]>=1, dst=fp32@0x2800[1][512] p0+128, src=fp32@0x2000800[1][512] p0+128, S[9]+=1
  tensor_copy S[6]>=1, dst=fp32@0x3000[1][512] p0+128, src=fp32@0x2001000[1][512] p0+128, S[10]+=1
  tensor_copy S[7]>=1, dst=fp32@0x3800[1][256] p0+128, src=fp32@0x2001800[1][256] p0+128, S[11]+=1
