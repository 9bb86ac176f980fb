// Copies of 512 fp32 elements that lie 16 elements apart, on DVE and on ACT.
// measure: duration dve COPY, 591, B, trn2, facts 5.4 (128x512 fp32, source stride 16)
// measure: duration act COPY, 1045, B, trn2, facts 5.4 (128x512 fp32, source stride 16)
// expect: y = np.tile(x[:, ::16], (1, 4))
.program "copy-stride-16"
.hbm 0x501000
.input "x" fp32[128][8192] @0x0
.output "y" fp32[128][2048] @0x400000
.sp
  dma_copy dst=fp32@sbuf:0x0[4,262144][8192,128], src=fp32@hbm:0x0[4][1048576], S[0]+=16
  dma_copy S[3]>=4, dst=fp32@hbm:0x400000[4][262144], src=fp32@sbuf:0x20000[4,262144][2048,128], S[1]+=16
.dve
  tensor_copy S[0]>=16, dst=fp32@0x20000[1][512] p0+128, src=fp32@0x0[16][512] p0+128, S[3]+=1
.act
  tensor_copy S[0]>=16, dst=fp32@0x20800[1][512] p0+128, src=fp32@0x0[16][512] p0+128, S[3]+=1
  tensor_copy dst=fp32@0x21000[1][512] p0+128, src=fp32@0x0[16][512] p0+128, S[3]+=1
  tensor_copy dst=fp32@0x21800[1][512] p0+128, src=fp32@0x0[16][512] p0+128, S[3]+=1
