




.program "chain"
.target trn2
.hbm 0x20000
.input "x" fp32[128][64] @0x0
.output "y" fp32[128][64] @0x10000

.sp
  dma_copy dst=fp32@sbuf:0x0[4,262144][32,128], src=fp32@hbm:0x0[4,256][32,128], S[5]+=16
  dma_copy dst=fp32@sbuf:0x80[4,262144][32,128], src=fp32@hbm:0x80[4,256][32,128], S[5]+=16
.dve
  tensor_copy S[5]>=32, dst=fp32@0x2000000[1][64] p0+128, src=fp32@0x0[1][64] p0+128, S[0]+=1
.act
  tensor_copy S[0]>=1, dst=fp32@0x1000[1][64] p0+128, src=fp32@0x2000000[1][64] p0+128, S[1]+=1
  dma_copy S[1]>=1, dst=fp32@hbm:0x10000[4,256][64,128], src=fp32@sbuf:0x1000[4,262144][64,128]
