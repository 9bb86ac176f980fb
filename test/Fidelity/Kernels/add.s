// Sums of 512 fp32 elements.
// measure: interval dve TENSOR_TENSOR, 615, A, trn2, facts 6.1 (qkv chain TENSOR_TENSOR of about 512 fp32)
// expect: y = np.tile(x[:, :512] + x[:, 512:], (1, 6))
.program "add"
.hbm 0x201000
.input "x" fp32[128][1024] @0x0
.output "y" fp32[128][3072] @0x80000
.sp
  dma_copy dst=fp32@sbuf:0x0[4,262144][1024,128], src=fp32@hbm:0x0[4][131072], S[0]+=16
  dma_copy S[2]>=6, dst=fp32@hbm:0x80000[4][393216], src=fp32@sbuf:0x20000[4,262144][3072,128], S[1]+=16
.dve
  tensor_tensor S[0]>=16, dst=fp32@0x20000[1][512] p0+128, data1=fp32@0x0[1][512] p0+128, data2=fp32@0x800[1][512] p0+128, op=add, S[2]+=1
  tensor_tensor dst=fp32@0x20800[1][512] p0+128, data1=fp32@0x0[1][512] p0+128, data2=fp32@0x800[1][512] p0+128, op=add, S[2]+=1
  tensor_tensor dst=fp32@0x21000[1][512] p0+128, data1=fp32@0x0[1][512] p0+128, data2=fp32@0x800[1][512] p0+128, op=add, S[2]+=1
  tensor_tensor dst=fp32@0x21800[1][512] p0+128, data1=fp32@0x0[1][512] p0+128, data2=fp32@0x800[1][512] p0+128, op=add, S[2]+=1
  tensor_tensor dst=fp32@0x22000[1][512] p0+128, data1=fp32@0x0[1][512] p0+128, data2=fp32@0x800[1][512] p0+128, op=add, S[2]+=1
  tensor_tensor dst=fp32@0x22800[1][512] p0+128, data1=fp32@0x0[1][512] p0+128, data2=fp32@0x800[1][512] p0+128, op=add, S[2]+=1
