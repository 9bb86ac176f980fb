// Sums of 8 elements, one after the other, on a NeuronCore-v2.
// measure: mean interval dve TENSOR_TENSOR, 58.6, B, trn1, facts 6.6 (65536 of them in 3.84 ms)
// expect: y = np.tile(x[:, :8] + x[:, 8:], (1, 4))
.program "tiny-adds"
.hbm 0x10000
.input "x" fp32[128][16] @0x0
.output "y" fp32[128][32] @0x8000
.sp
  dma_copy dst=fp32@sbuf:0x0[4,262144][16,128], src=fp32@hbm:0x0[4][2048], dge_mode=none, S[0]+=16
  dma_copy S[2]>=4, dst=fp32@hbm:0x8000[4][4096], src=fp32@sbuf:0x1000[4,262144][32,128], dge_mode=none, S[1]+=16
.dve
  tensor_tensor S[0]>=16, dst=fp32@0x1000[1][8] p0+128, data1=fp32@0x0[1][8] p0+128, data2=fp32@0x20[1][8] p0+128, op=add, S[2]+=1
  tensor_tensor dst=fp32@0x1020[1][8] p0+128, data1=fp32@0x0[1][8] p0+128, data2=fp32@0x20[1][8] p0+128, op=add, S[2]+=1
  tensor_tensor dst=fp32@0x1040[1][8] p0+128, data1=fp32@0x0[1][8] p0+128, data2=fp32@0x20[1][8] p0+128, op=add, S[2]+=1
  tensor_tensor dst=fp32@0x1060[1][8] p0+128, data1=fp32@0x0[1][8] p0+128, data2=fp32@0x20[1][8] p0+128, op=add, S[2]+=1
