// Reciprocals of 512 fp32 elements.
// measure: duration dve RECIPROCAL, 3349 to 3352, A, trn2, facts appendix B (151.75 to 154.33 + 6.2454 to 6.2493 F)
// expect: y = np.tile(1 / x, (1, 3))
.program "reciprocal"
.hbm 0x101000
.input "x" fp32[128][512] @0x0
.output "y" fp32[128][1536] @0x40000
.sp
  dma_copy dst=fp32@sbuf:0x0[4,262144][512,128], src=fp32@hbm:0x0[4][65536], S[0]+=16
  dma_copy S[2]>=3, dst=fp32@hbm:0x40000[4][196608], src=fp32@sbuf:0x20000[4,262144][1536,128], S[1]+=16
.dve
  reciprocal S[0]>=16, dst=fp32@0x20000[1][512] p0+128, data=fp32@0x0[1][512] p0+128, S[2]+=1
  reciprocal dst=fp32@0x20800[1][512] p0+128, data=fp32@0x0[1][512] p0+128, S[2]+=1
  reciprocal dst=fp32@0x21000[1][512] p0+128, data=fp32@0x0[1][512] p0+128, S[2]+=1
