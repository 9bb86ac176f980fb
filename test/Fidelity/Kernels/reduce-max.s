// Row maxima of 512 fp32 elements, one after the other on DVE.
// measure: interval dve TENSOR_REDUCE, 592 to 604, A, trn2, facts 6.1 (reduce max 512 fp32)
// measure: duration dve TENSOR_REDUCE, 672 to 687, A, trn2, facts 6.1 (reduce max 512 fp32)
// expect: y = np.stack([x[:, 512 * (i % 2):512 * (i % 2) + 512].max(axis=1) for i in range(8)], axis=1)
.program "reduce-max"
.hbm 0x82000
.input "x" fp32[128][1024] @0x0
.output "y" fp32[128][8] @0x80000
.sp
  dma_copy dst=fp32@sbuf:0x0[4,262144][1024,128], src=fp32@hbm:0x0[4][131072], S[0]+=16
  dma_copy S[2]>=8, dst=fp32@hbm:0x80000[4][1024], src=fp32@sbuf:0x20000[4,262144][8,128], S[1]+=16
.dve
  tensor_reduce S[0]>=16, dst=fp32@0x20000[1][1] p0+128, data=fp32@0x0[1][512] p0+128, op=max, S[2]+=1
  tensor_reduce dst=fp32@0x20004[1][1] p0+128, data=fp32@0x800[1][512] p0+128, op=max, S[2]+=1
  tensor_reduce dst=fp32@0x20008[1][1] p0+128, data=fp32@0x0[1][512] p0+128, op=max, S[2]+=1
  tensor_reduce dst=fp32@0x2000c[1][1] p0+128, data=fp32@0x800[1][512] p0+128, op=max, S[2]+=1
  tensor_reduce dst=fp32@0x20010[1][1] p0+128, data=fp32@0x0[1][512] p0+128, op=max, S[2]+=1
  tensor_reduce dst=fp32@0x20014[1][1] p0+128, data=fp32@0x800[1][512] p0+128, op=max, S[2]+=1
  tensor_reduce dst=fp32@0x20018[1][1] p0+128, data=fp32@0x0[1][512] p0+128, op=max, S[2]+=1
  tensor_reduce dst=fp32@0x2001c[1][1] p0+128, data=fp32@0x800[1][512] p0+128, op=max, S[2]+=1
