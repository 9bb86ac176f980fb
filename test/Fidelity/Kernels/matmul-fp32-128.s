// Products of fp32 [128x128] by [128x128].
// measure: last interval pe MATMUL, 110 to 112, A, trn2, facts 5.3 (part of N=128, full clock)
// measure: last duration pe MATMUL, 273 to 275, A, trn2, facts 5.3 (part of N=128, full clock)
// measure: last duration pe LDWEIGHTS, 190, A, trn2, facts 5.3 (part, full clock)
// expect: y = x[:, 512:].astype(np.float32).T @ x[:, :128].astype(np.float32)
.program "matmul-fp32-128"
.hbm 0x61000
.input "x" fp32[128][640] @0x0
.output "y" fp32[128][128] @0x50000
.sp
  dma_copy dst=fp32@sbuf:0x0[4,262144][640,128], src=fp32@hbm:0x0[4][81920], S[0]+=16
  dma_copy S[3]>=1, dst=fp32@hbm:0x50000[4][16384], src=fp32@sbuf:0x20000[4,262144][128,128], S[1]+=16
.pe
  load_stationary S[0]>=16, data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2000000[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2000000[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2000800[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2000800[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2001000[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2001000[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2001800[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2001800[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2002000[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2002000[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2002800[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2002800[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2003000[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2003000[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2003800[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2003800[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2000000[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2000000[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2000800[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2000800[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2001000[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2001000[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2001800[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2001800[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2002000[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2002000[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2002800[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2002800[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2003000[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2003000[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2003800[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2003800[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2000000[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2000000[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2000800[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2000800[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2001000[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2001000[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2001800[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2001800[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2002000[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2002000[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2002800[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2002800[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2003000[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2003000[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2003800[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2003800[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2000000[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2000000[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2000800[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2000800[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2001000[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2001000[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2001800[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2001800[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2002000[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2002000[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2002800[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2002800[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2003000[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2003000[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2003800[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2003800[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2000000[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2000000[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2000800[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2000800[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2001000[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2001000[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2001800[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2001800[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2002000[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2002000[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2002800[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2002800[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2003000[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2003000[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2003800[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2003800[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2000000[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2000000[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2000800[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2000800[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2001000[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2001000[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2001800[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2001800[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2002000[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2002000[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2002800[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2002800[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2003000[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2003000[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2003800[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2003800[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2000000[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2000000[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2000800[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2000800[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2001000[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2001000[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2001800[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2001800[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2002000[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2002000[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2002800[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2002800[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2003000[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2003000[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2003800[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2003800[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2000000[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2000000[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2000800[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2000800[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2001000[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2001000[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2001800[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2001800[1][128] p0+128, moving=fp32@0x0[1][128] p0+128, group=last, S[2]+=1
.act
  tensor_copy S[2]>=60, dst=fp32@0x20000[1][128] p0+128, src=fp32@0x2001800[1][128] p0+128, S[3]+=1
