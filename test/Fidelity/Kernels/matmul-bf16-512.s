// Matmuls of bf16 [128x128] by [128x512], one after the other: first at half clock, then at full.
// measure: last interval pe MATMUL, 215 to 218, A, trn2, facts 5.3 (N=512, full clock)
// measure: first interval pe MATMUL, 379, A, trn2, replay 4.3 (N=512, throttled, after idling)
// measure: second interval pe MATMUL, 426, A, trn2, facts 5.5 (N=512, throttled)
// measure: last duration pe MATMUL, 376 to 389, A, trn2, facts 5.3 (N=512, full clock)
// measure: last interval pe MATMUL, 217.3, B, trn2, facts 6.3 (2048 full matmuls reach 77.2 TFLOP/s)
// measure: last interval pe MATMUL, 208.9, B, inf2, facts 5.6 (80.3 TFLOP/s in bf16, sustained)
// expect: y = x[:, 512:].astype(np.float32).T @ x[:, :512].astype(np.float32)
.program "matmul-bf16-512"
.hbm 0x69000
.input "x" bf16[128][640] @0x0 host fp32
.output "y" fp32[128][512] @0x28000
.sp
  dma_copy dst=bf16@sbuf:0x0[2,262144][640,128], src=bf16@hbm:0x0[2][81920], dge_mode=none, S[0]+=16
  dma_copy S[3]>=1, dst=fp32@hbm:0x28000[4][65536], src=fp32@sbuf:0x20000[4,262144][512,128], dge_mode=none, S[1]+=16
.pe
  load_stationary S[0]>=16, data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2000000[1][512] p0+128, moving=bf16@0x0[1][512] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2000800[1][512] p0+128, moving=bf16@0x0[1][512] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2001000[1][512] p0+128, moving=bf16@0x0[1][512] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2001800[1][512] p0+128, moving=bf16@0x0[1][512] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2002000[1][512] p0+128, moving=bf16@0x0[1][512] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2002800[1][512] p0+128, moving=bf16@0x0[1][512] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2003000[1][512] p0+128, moving=bf16@0x0[1][512] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2003800[1][512] p0+128, moving=bf16@0x0[1][512] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2000000[1][512] p0+128, moving=bf16@0x0[1][512] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2000800[1][512] p0+128, moving=bf16@0x0[1][512] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2001000[1][512] p0+128, moving=bf16@0x0[1][512] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2001800[1][512] p0+128, moving=bf16@0x0[1][512] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2002000[1][512] p0+128, moving=bf16@0x0[1][512] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2002800[1][512] p0+128, moving=bf16@0x0[1][512] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2003000[1][512] p0+128, moving=bf16@0x0[1][512] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2003800[1][512] p0+128, moving=bf16@0x0[1][512] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2000000[1][512] p0+128, moving=bf16@0x0[1][512] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2000800[1][512] p0+128, moving=bf16@0x0[1][512] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2001000[1][512] p0+128, moving=bf16@0x0[1][512] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2001800[1][512] p0+128, moving=bf16@0x0[1][512] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2002000[1][512] p0+128, moving=bf16@0x0[1][512] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2002800[1][512] p0+128, moving=bf16@0x0[1][512] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2003000[1][512] p0+128, moving=bf16@0x0[1][512] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2003800[1][512] p0+128, moving=bf16@0x0[1][512] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2000000[1][512] p0+128, moving=bf16@0x0[1][512] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2000800[1][512] p0+128, moving=bf16@0x0[1][512] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2001000[1][512] p0+128, moving=bf16@0x0[1][512] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2001800[1][512] p0+128, moving=bf16@0x0[1][512] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2002000[1][512] p0+128, moving=bf16@0x0[1][512] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2002800[1][512] p0+128, moving=bf16@0x0[1][512] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2003000[1][512] p0+128, moving=bf16@0x0[1][512] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2003800[1][512] p0+128, moving=bf16@0x0[1][512] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2000000[1][512] p0+128, moving=bf16@0x0[1][512] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2000800[1][512] p0+128, moving=bf16@0x0[1][512] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2001000[1][512] p0+128, moving=bf16@0x0[1][512] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2001800[1][512] p0+128, moving=bf16@0x0[1][512] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2002000[1][512] p0+128, moving=bf16@0x0[1][512] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2002800[1][512] p0+128, moving=bf16@0x0[1][512] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2003000[1][512] p0+128, moving=bf16@0x0[1][512] p0+128, group=whole, S[2]+=1
  load_stationary data=bf16@0x400[1][128] p0+128
  matmul dst=fp32@0x2003800[1][512] p0+128, moving=bf16@0x0[1][512] p0+128, group=whole, S[2]+=1
.dve
  tensor_copy S[2]>=40, dst=fp32@0x20000[1][512] p0+128, src=fp32@0x2003800[1][512] p0+128, S[3]+=1
