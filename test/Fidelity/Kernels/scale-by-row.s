// 512 fp32 elements of each partition times a number of the partition.
// measure: interval dve TENSOR_SCALAR, 395 to 402, A, trn2, facts 5.3 (tensor_scalar fp32 F=512 with a pointer)
// measure: duration dve TENSOR_SCALAR, 480 to 487, A, trn2, facts 5.3 (tensor_scalar fp32 F=512 with a pointer)
// expect: y = np.concatenate([x[:, :512] * x[:, 512 + i:513 + i] for i in range(6)], axis=1)
.program "scale-by-row"
.hbm 0x1c2000
.input "x" fp32[128][520] @0x0
.output "y" fp32[128][3072] @0x41000
.sp
  dma_copy dst=fp32@sbuf:0x0[4,262144][520,128], src=fp32@hbm:0x0[4][66560], S[0]+=16
  dma_copy S[2]>=6, dst=fp32@hbm:0x41000[4][393216], src=fp32@sbuf:0x20000[4,262144][3072,128], S[1]+=16
.dve
  tensor_scalar S[0]>=16, dst=fp32@0x10000[1][512] p0+128, data=fp32@0x0[1][512] p0+128, op0=mult, operand0=fp32@0x800[1][1] p0+128
  tensor_scalar dst=fp32@0x20000[1][512] p0+128, data=fp32@0x0[1][512] p0+128, op0=mult, operand0=fp32@0x800[1][1] p0+128, S[2]+=1
  tensor_scalar dst=fp32@0x20800[1][512] p0+128, data=fp32@0x0[1][512] p0+128, op0=mult, operand0=fp32@0x804[1][1] p0+128, S[2]+=1
  tensor_scalar dst=fp32@0x21000[1][512] p0+128, data=fp32@0x0[1][512] p0+128, op0=mult, operand0=fp32@0x808[1][1] p0+128, S[2]+=1
  tensor_scalar dst=fp32@0x21800[1][512] p0+128, data=fp32@0x0[1][512] p0+128, op0=mult, operand0=fp32@0x80c[1][1] p0+128, S[2]+=1
  tensor_scalar dst=fp32@0x22000[1][512] p0+128, data=fp32@0x0[1][512] p0+128, op0=mult, operand0=fp32@0x810[1][1] p0+128, S[2]+=1
  tensor_scalar dst=fp32@0x22800[1][512] p0+128, data=fp32@0x0[1][512] p0+128, op0=mult, operand0=fp32@0x814[1][1] p0+128, S[2]+=1
