// Transposes of a 32 by 32 block on DVE, first twice within a quadrant, then to another one.
// measure: duration dve STREAM_TRANSPOSE 0, 233, A, trn2, facts 4.4 (one 32x32 fp32 block)
// measure: first interval dve STREAM_TRANSPOSE, 93, A, trn2, facts 4.4 (issue, the same quadrants as before)
// measure: last interval dve STREAM_TRANSPOSE, 234, A, trn2, facts 4.4 (issue, other quadrants than before)
// expect: y = np.concatenate([x.T, x.T], axis=1)
.program "block-transpose"
.hbm 0x10000
.input "x" fp32[32][32] @0x0
.output "y" fp32[32][64] @0x8000
.sp
  dma_copy dst=fp32@sbuf:0x0[4,262144][32,32], src=fp32@hbm:0x0[4][1024], S[0]+=16
  dma_copy S[2]>=4, dst=fp32@hbm:0x8000[4][2048], src=fp32@sbuf:0x1000[4,262144][64,32], S[1]+=16
.dve
  stream_transpose S[0]>=16, dst=fp32@0x1000[1][32] p0+32, src=fp32@0x0[1][32] p0+32, S[2]+=1
  stream_transpose dst=fp32@0x1080[1][32] p0+32, src=fp32@0x0[1][32] p0+32, S[2]+=1
  stream_transpose dst=fp32@0x1000[1][32] p32+32, src=fp32@0x0[1][32] p0+32, S[2]+=1
  stream_transpose dst=fp32@0x1080[1][32] p32+32, src=fp32@0x0[1][32] p0+32, S[2]+=1
