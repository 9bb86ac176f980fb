// Running sums r[i] = x[i] * 1 + r[i - 1] of 64, 256, 1024 and 2048 fp32 elements.
// measure: duration dve TENSOR_TENSOR_SCAN 0, 291, A, trn2, facts 6.1 (tensor_tensor_scan of 64)
// measure: duration dve TENSOR_TENSOR_SCAN 1, 691, A, trn2, facts 6.1 (the same of 256)
// measure: duration dve TENSOR_TENSOR_SCAN 2, 2291, A, trn2, facts 6.1 (the same of 1024)
// measure: duration dve TENSOR_TENSOR_SCAN 3, 4424, A, trn2, facts 6.1 (the same of 2048)
// expect: y = np.cumsum(x.astype(np.float64), axis=1)
.program "scan"
.hbm 0x200000
.input "x" fp32[128][2048] @0x0
.output "y" fp32[128][2048] @0x100000
.sp
  dma_copy dst=fp32@sbuf:0x0[4,262144][2048,128], src=fp32@hbm:0x0[4][262144], S[0]+=16
  dma_copy S[2]>=5, dst=fp32@hbm:0x100000[4][262144], src=fp32@sbuf:0x8000[4,262144][2048,128], S[1]+=16
.dve
  memset dst=fp32@0x4000[1][2048] p0+128, value=1, S[2]+=1
  event_semaphore S[2]>=1
  tensor_tensor_scan S[0]>=16, dst=fp32@0x8000[1][64] p0+128, data0=fp32@0x4000[1][64] p0+128, data1=fp32@0x0[1][64] p0+128, initial=0, op0=mult, op1=add, S[2]+=1
  tensor_tensor_scan dst=fp32@0x8000[1][256] p0+128, data0=fp32@0x4000[1][256] p0+128, data1=fp32@0x0[1][256] p0+128, initial=0, op0=mult, op1=add, S[2]+=1
  tensor_tensor_scan dst=fp32@0x8000[1][1024] p0+128, data0=fp32@0x4000[1][1024] p0+128, data1=fp32@0x0[1][1024] p0+128, initial=0, op0=mult, op1=add, S[2]+=1
  tensor_tensor_scan dst=fp32@0x8000[1][2048] p0+128, data0=fp32@0x4000[1][2048] p0+128, data1=fp32@0x0[1][2048] p0+128, initial=0, op0=mult, op1=add, S[2]+=1
