// Few elements: largest of 4, 8 and 16, reciprocals of 4 and 8, and 512 of them on a single partition.
// measure: duration dve TENSOR_REDUCE 0, 157, A, trn2, facts 4.4 (tensor_reduce of 4)
// measure: duration dve TENSOR_REDUCE 1, 161, A, trn2, facts 4.4 (the same of 8)
// measure: duration dve TENSOR_REDUCE 2, 169, A, trn2, facts 4.4 (the same of 16)
// measure: duration dve TENSOR_REDUCE 3, 685, A, trn2, facts 5.3 (the same of 512 on one partition)
// measure: duration dve RECIPROCAL 0, 178, A, trn2, facts 4.4 (reciprocal of 4)
// measure: duration dve RECIPROCAL 1, 202, A, trn2, facts 4.4 (the same of 8)
// expect: y = np.concatenate([x[:, :n].max(axis=1, keepdims=True) for n in (4, 8, 16)] + [1 / x[:, :4], 1 / x[:, :8]], axis=1)
.program "small-vectors"
.hbm 0x100000
.input "x" fp32[128][512] @0x0
.output "y" fp32[128][15] @0x80000
.sp
  dma_copy dst=fp32@sbuf:0x0[4,262144][512,128], src=fp32@hbm:0x0[4][65536], S[0]+=16
  dma_copy S[2]>=6, dst=fp32@hbm:0x80000[4][1920], src=fp32@sbuf:0x8000[4,262144][15,128], S[1]+=16
.dve
  tensor_reduce S[0]>=16, dst=fp32@0x8000[1][1] p0+128, data=fp32@0x0[1][4] p0+128, op=max, S[2]+=1
  tensor_reduce dst=fp32@0x8004[1][1] p0+128, data=fp32@0x0[1][8] p0+128, op=max, S[2]+=1
  tensor_reduce dst=fp32@0x8008[1][1] p0+128, data=fp32@0x0[1][16] p0+128, op=max, S[2]+=1
  tensor_reduce dst=fp32@0x9000[1][1] p0+1, data=fp32@0x0[1][512] p0+1, op=max, S[2]+=1
  reciprocal dst=fp32@0x800c[1][4] p0+128, data=fp32@0x0[1][4] p0+128, S[2]+=1
  reciprocal dst=fp32@0x801c[1][8] p0+128, data=fp32@0x0[1][8] p0+128, S[2]+=1
