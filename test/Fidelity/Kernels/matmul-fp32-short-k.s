// Products of fp32 over 64 rows: half of the array, which never leaves the throttle.
// measure: last pair interval pe MATMUL, 1707, A, trn2, facts 6.1 (fp32 K=64, M=128, N=512)
// expect: y = x[:64, 512:].T @ x[:64, :512]
.program "matmul-fp32-short-k"
.hbm 0x91000
.input "x" fp32[128][640] @0x0
.output "y" fp32[128][512] @0x50000
.sp
  dma_copy dst=fp32@sbuf:0x0[4,262144][640,128], src=fp32@hbm:0x0[4][81920], S[0]+=16
  dma_copy S[3]>=1, dst=fp32@hbm:0x50000[4][65536], src=fp32@sbuf:0x20000[4,262144][512,128], S[1]+=16
.pe
  load_stationary S[0]>=16, data=fp32@0x800[1][128] p0+64, fp32_mode=low
  matmul dst=fp32@0x2000000[1][512] p0+128, moving=fp32@0x0[1][512] p0+64, group=first
  load_stationary data=fp32@0x800[1][128] p0+64, fp32_mode=high
  matmul dst=fp32@0x2000000[1][512] p0+128, moving=fp32@0x0[1][512] p0+64, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+64, fp32_mode=low
  matmul dst=fp32@0x2000800[1][512] p0+128, moving=fp32@0x0[1][512] p0+64, group=first
  load_stationary data=fp32@0x800[1][128] p0+64, fp32_mode=high
  matmul dst=fp32@0x2000800[1][512] p0+128, moving=fp32@0x0[1][512] p0+64, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+64, fp32_mode=low
  matmul dst=fp32@0x2001000[1][512] p0+128, moving=fp32@0x0[1][512] p0+64, group=first
  load_stationary data=fp32@0x800[1][128] p0+64, fp32_mode=high
  matmul dst=fp32@0x2001000[1][512] p0+128, moving=fp32@0x0[1][512] p0+64, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+64, fp32_mode=low
  matmul dst=fp32@0x2001800[1][512] p0+128, moving=fp32@0x0[1][512] p0+64, group=first
  load_stationary data=fp32@0x800[1][128] p0+64, fp32_mode=high
  matmul dst=fp32@0x2001800[1][512] p0+128, moving=fp32@0x0[1][512] p0+64, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+64, fp32_mode=low
  matmul dst=fp32@0x2002000[1][512] p0+128, moving=fp32@0x0[1][512] p0+64, group=first
  load_stationary data=fp32@0x800[1][128] p0+64, fp32_mode=high
  matmul dst=fp32@0x2002000[1][512] p0+128, moving=fp32@0x0[1][512] p0+64, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+64, fp32_mode=low
  matmul dst=fp32@0x2002800[1][512] p0+128, moving=fp32@0x0[1][512] p0+64, group=first
  load_stationary data=fp32@0x800[1][128] p0+64, fp32_mode=high
  matmul dst=fp32@0x2002800[1][512] p0+128, moving=fp32@0x0[1][512] p0+64, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+64, fp32_mode=low
  matmul dst=fp32@0x2003000[1][512] p0+128, moving=fp32@0x0[1][512] p0+64, group=first
  load_stationary data=fp32@0x800[1][128] p0+64, fp32_mode=high
  matmul dst=fp32@0x2003000[1][512] p0+128, moving=fp32@0x0[1][512] p0+64, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+64, fp32_mode=low
  matmul dst=fp32@0x2003800[1][512] p0+128, moving=fp32@0x0[1][512] p0+64, group=first
  load_stationary data=fp32@0x800[1][128] p0+64, fp32_mode=high
  matmul dst=fp32@0x2003800[1][512] p0+128, moving=fp32@0x0[1][512] p0+64, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+64, fp32_mode=low
  matmul dst=fp32@0x2000000[1][512] p0+128, moving=fp32@0x0[1][512] p0+64, group=first
  load_stationary data=fp32@0x800[1][128] p0+64, fp32_mode=high
  matmul dst=fp32@0x2000000[1][512] p0+128, moving=fp32@0x0[1][512] p0+64, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+64, fp32_mode=low
  matmul dst=fp32@0x2000800[1][512] p0+128, moving=fp32@0x0[1][512] p0+64, group=first
  load_stationary data=fp32@0x800[1][128] p0+64, fp32_mode=high
  matmul dst=fp32@0x2000800[1][512] p0+128, moving=fp32@0x0[1][512] p0+64, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+64, fp32_mode=low
  matmul dst=fp32@0x2001000[1][512] p0+128, moving=fp32@0x0[1][512] p0+64, group=first
  load_stationary data=fp32@0x800[1][128] p0+64, fp32_mode=high
  matmul dst=fp32@0x2001000[1][512] p0+128, moving=fp32@0x0[1][512] p0+64, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+64, fp32_mode=low
  matmul dst=fp32@0x2001800[1][512] p0+128, moving=fp32@0x0[1][512] p0+64, group=first
  load_stationary data=fp32@0x800[1][128] p0+64, fp32_mode=high
  matmul dst=fp32@0x2001800[1][512] p0+128, moving=fp32@0x0[1][512] p0+64, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+64, fp32_mode=low
  matmul dst=fp32@0x2002000[1][512] p0+128, moving=fp32@0x0[1][512] p0+64, group=first
  load_stationary data=fp32@0x800[1][128] p0+64, fp32_mode=high
  matmul dst=fp32@0x2002000[1][512] p0+128, moving=fp32@0x0[1][512] p0+64, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+64, fp32_mode=low
  matmul dst=fp32@0x2002800[1][512] p0+128, moving=fp32@0x0[1][512] p0+64, group=first
  load_stationary data=fp32@0x800[1][128] p0+64, fp32_mode=high
  matmul dst=fp32@0x2002800[1][512] p0+128, moving=fp32@0x0[1][512] p0+64, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+64, fp32_mode=low
  matmul dst=fp32@0x2003000[1][512] p0+128, moving=fp32@0x0[1][512] p0+64, group=first
  load_stationary data=fp32@0x800[1][128] p0+64, fp32_mode=high
  matmul dst=fp32@0x2003000[1][512] p0+128, moving=fp32@0x0[1][512] p0+64, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+64, fp32_mode=low
  matmul dst=fp32@0x2003800[1][512] p0+128, moving=fp32@0x0[1][512] p0+64, group=first
  load_stationary data=fp32@0x800[1][128] p0+64, fp32_mode=high
  matmul dst=fp32@0x2003800[1][512] p0+128, moving=fp32@0x0[1][512] p0+64, group=last, S[2]+=1
.act
  tensor_copy S[2]>=16, dst=fp32@0x20000[1][512] p0+128, src=fp32@0x2003800[1][512] p0+128, S[3]+=1
