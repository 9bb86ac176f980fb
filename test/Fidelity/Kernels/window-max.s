// The largest of each 3 by 3 window of three rows of 4096: 4094 windows, 36,846 elements.
// measure: duration dve TENSOR_REDUCE, 38529, A, trn2, facts 4.4 (3x3 window max over 36846 elements, 142.4 + 1.0418 F)
// expect: y = np.max([x[:, r * 4096 + c : r * 4096 + c + 4094] for r in range(3) for c in range(3)], axis=0)
.program "window-max"
.hbm 0x1000000
.input "x" fp32[128][12288] @0x0
.output "y" fp32[128][4094] @0x800000
.sp
  dma_copy dst=fp32@sbuf:0x0[4,262144][12288,128], src=fp32@hbm:0x0[4][1572864], S[0]+=16
  dma_copy S[2]>=1, dst=fp32@hbm:0x800000[4][524032], src=fp32@sbuf:0x10000[4,262144][4094,128], S[1]+=16
.dve
  tensor_reduce S[0]>=16, dst=fp32@0x10000[1][4094] p0+128, data=fp32@0x0[1,4096,1][3,3,4094] p0+128, op=max, num_dims=2, S[2]+=1
