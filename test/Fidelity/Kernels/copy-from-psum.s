// Copies of 512 fp32 elements from PSUM on ACT.
// measure: last interval act COPY, 477, A, trn2, facts 6.1 (PSUM ScalarE copy, 512 fp32)
// measure: duration act COPY 0, 585, A, trn2, facts 6.1 (PSUM ScalarE copy, 512 fp32)
// expect: y = np.tile(x[:, 512:].astype(np.float32).T @ x[:, :512].astype(np.float32), (1, 4))
.program "copy-from-psum"
.hbm 0x129000
.input "x" bf16[128][640] @0x0 host fp32
.output "y" fp32[128][2048] @0x28000
.sp
  dma_copy dst=bf16@sbuf:0x0[2,262144][640,128], src=bf16@hbm:0x0[2][81920], S[0]+=16
  dma_copy S[3]>=4, dst=fp32@hbm:0x28000[4][262144], src=fp32@sbuf:0x20000[4,262144][2048,128], S[1]+=16
.pe
  load_stationary S[0]>=16, data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2000000[1][512] p0+128, moving=bf16@0x0[1][512] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2000800[1][512] p0+128, moving=bf16@0x0[1][512] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2001000[1][512] p0+128, moving=bf16@0x0[1][512] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2001800[1][512] p0+128, moving=bf16@0x0[1][512] p0+128, group=whole, S[2]+=1
.act
  tensor_copy S[2]>=4, dst=fp32@0x20000[1][512] p0+128, src=fp32@0x2000000[1][512] p0+128, S[3]+=1
  tensor_copy dst=fp32@0x20800[1][512] p0+128, src=fp32@0x2000800[1][512] p0+128, S[3]+=1
  tensor_copy dst=fp32@0x21000[1][512] p0+128, src=fp32@0x2001000[1][512] p0+128, S[3]+=1
  tensor_copy dst=fp32@0x21800[1][512] p0+128, src=fp32@0x2001800[1][512] p0+128, S[3]+=1
