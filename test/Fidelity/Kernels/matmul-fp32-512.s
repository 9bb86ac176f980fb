// Products of fp32 [128x128] by [128x512]: two loads and two matmuls of two passes each.
// measure: last interval pe MATMUL, 428 to 429, A, trn2, facts 5.3 (part of N=512, full clock)
// measure: last duration pe MATMUL, 589 to 594, A, trn2, facts 5.3 (part of N=512, full clock)
// measure: first interval pe MATMUL, 853, A, trn2, facts 5.5 (part of N=512, throttled)
// measure: last pair interval pe MATMUL, 830.6, B, inf2, facts 5.6 (20.2 TFLOP/s in fp32, sustained)
// expect: y = x[:, 512:].astype(np.float32).T @ x[:, :512].astype(np.float32)
.program "matmul-fp32-512"
.hbm 0x91000
.input "x" fp32[128][640] @0x0
.output "y" fp32[128][512] @0x50000
.sp
  dma_copy dst=fp32@sbuf:0x0[4,262144][640,128], src=fp32@hbm:0x0[4][81920], dge_mode=none, S[0]+=16
  dma_copy S[3]>=1, dst=fp32@hbm:0x50000[4][65536], src=fp32@sbuf:0x20000[4,262144][512,128], dge_mode=none, S[1]+=16
.pe
  load_stationary S[0]>=16, data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2000000[1][512] p0+128, moving=fp32@0x0[1][512] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2000000[1][512] p0+128, moving=fp32@0x0[1][512] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2000800[1][512] p0+128, moving=fp32@0x0[1][512] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2000800[1][512] p0+128, moving=fp32@0x0[1][512] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2001000[1][512] p0+128, moving=fp32@0x0[1][512] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2001000[1][512] p0+128, moving=fp32@0x0[1][512] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2001800[1][512] p0+128, moving=fp32@0x0[1][512] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2001800[1][512] p0+128, moving=fp32@0x0[1][512] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2002000[1][512] p0+128, moving=fp32@0x0[1][512] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2002000[1][512] p0+128, moving=fp32@0x0[1][512] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2002800[1][512] p0+128, moving=fp32@0x0[1][512] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2002800[1][512] p0+128, moving=fp32@0x0[1][512] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2003000[1][512] p0+128, moving=fp32@0x0[1][512] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2003000[1][512] p0+128, moving=fp32@0x0[1][512] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2003800[1][512] p0+128, moving=fp32@0x0[1][512] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2003800[1][512] p0+128, moving=fp32@0x0[1][512] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2000000[1][512] p0+128, moving=fp32@0x0[1][512] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2000000[1][512] p0+128, moving=fp32@0x0[1][512] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2000800[1][512] p0+128, moving=fp32@0x0[1][512] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2000800[1][512] p0+128, moving=fp32@0x0[1][512] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2001000[1][512] p0+128, moving=fp32@0x0[1][512] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2001000[1][512] p0+128, moving=fp32@0x0[1][512] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2001800[1][512] p0+128, moving=fp32@0x0[1][512] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2001800[1][512] p0+128, moving=fp32@0x0[1][512] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2002000[1][512] p0+128, moving=fp32@0x0[1][512] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2002000[1][512] p0+128, moving=fp32@0x0[1][512] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2002800[1][512] p0+128, moving=fp32@0x0[1][512] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2002800[1][512] p0+128, moving=fp32@0x0[1][512] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2003000[1][512] p0+128, moving=fp32@0x0[1][512] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2003000[1][512] p0+128, moving=fp32@0x0[1][512] p0+128, group=last, S[2]+=1
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=low
  matmul dst=fp32@0x2003800[1][512] p0+128, moving=fp32@0x0[1][512] p0+128, group=first
  load_stationary data=fp32@0x800[1][128] p0+128, fp32_mode=high
  matmul dst=fp32@0x2003800[1][512] p0+128, moving=fp32@0x0[1][512] p0+128, group=last, S[2]+=1
.dve
  tensor_copy S[2]>=16, dst=fp32@0x20000[1][512] p0+128, src=fp32@0x2003800[1][512] p0+128, S[3]+=1
