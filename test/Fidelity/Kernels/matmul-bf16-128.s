// Matmuls of bf16 [128x128] by [128x128].
// measure: last interval pe MATMUL, 55 to 56, A, trn2, facts 5.3 (N=128, full clock)
// measure: last duration pe MATMUL, 216 to 219, A, trn2, facts 5.3 (N=128, full clock)
// expect: y = x[:, 512:].astype(np.float32).T @ x[:, :128].astype(np.float32)
.program "matmul-bf16-128"
.hbm 0x39000
.input "x" bf16[128][640] @0x0 host fp32
.output "y" fp32[128][128] @0x28000
.sp
  dma_copy dst=bf16@sbuf:0x0[2,262144][640,128], src=bf16@hbm:0x0[2][81920], S[0]+=16
  dma_copy S[3]>=1, dst=fp32@hbm:0x28000[4][16384], src=fp32@sbuf:0x20000[4,262144][128,128], S[1]+=16
.pe
  load_stationary S[0]>=16, data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2000000[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2000800[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2001000[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2001800[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2002000[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2002800[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2003000[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2003800[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2000000[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2000800[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2001000[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2001800[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2002000[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2002800[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2003000[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2003800[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2000000[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2000800[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2001000[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2001800[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2002000[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2002800[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2003000[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2003800[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2000000[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2000800[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2001000[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2001800[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2002000[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2002800[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2003000[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2003800[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2000000[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2000800[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2001000[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2001800[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2002000[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2002800[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2003000[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2003800[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2000000[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2000800[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2001000[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2001800[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2002000[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2002800[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2003000[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2003800[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2000000[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2000800[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2001000[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2001800[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2002000[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2002800[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2003000[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2003800[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2000000[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2000800[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2001000[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2001800[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2002000[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2002800[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2003000[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2003800[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2000000[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2000800[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2001000[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2001800[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2002000[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2002800[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2003000[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2003800[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2000000[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2000800[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2001000[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2001800[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2002000[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2002800[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2003000[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2003800[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2000000[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2000800[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2001000[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2001800[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2002000[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2002800[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2003000[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2003800[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2000000[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2000800[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2001000[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2001800[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2002000[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2002800[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2003000[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2003800[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2000000[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2000800[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2001000[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2001800[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2002000[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2002800[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2003000[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2003800[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2000000[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2000800[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2001000[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2001800[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2002000[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2002800[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2003000[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2003800[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2000000[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2000800[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2001000[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2001800[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2002000[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2002800[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2003000[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2003800[1][128] p0+128, moving=bf16@0x0[1][128] p0+128, group=whole, S[2]+=1
.act
  tensor_copy S[2]>=120, dst=fp32@0x20000[1][128] p0+128, src=fp32@0x2003800[1][128] p0+128, S[3]+=1
