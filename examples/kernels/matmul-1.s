// c[m,n] = sum over k of a[k,m] * b[k,n], 512 by 512 by 512: a first try. For each tile of 128 rows of c, and each
// stretch of 128 k, both operands are loaded, multiplied and forgotten.
.program "matmul, first try"
.target trn2
.hbm 0x200000
.origin 0 "load" "" ""
.origin 1 "product" "" ""
.origin 2 "copy" "" ""
.origin 3 "store" "" ""
.input "a" bf16[512][512] @0x0
.input "b" bf16[512][512] @0x80000
.output "c" fp32[512][512] @0x100000

// SBUF: a 0x0, b 0x400, c 0x1000. PSUM: bank 0.
// S[0]: 16 a load of a; S[1]: 16 a load of b; S[2]: products; S[3]: copies; S[4]: 16 a store.
.sp
  register_move dst=R1, src=0 // byte of the tile's first column in a row of a
  register_move dst=R2, src=0 // products
  register_move dst=R3, src=0 // tiles
  register_move dst=R4, src=0 // byte of the tile in c
again:
.loc 0
  dma_copy S[2]>=R2, dst=bf16@sbuf:0x0[2,262144][128,128], src=bf16@hbm:0x0+R1*1[2,1024][128,128], S[0]+=16
  dma_copy dst=bf16@sbuf:0x400[2,262144][512,128], src=bf16@hbm:0x80000[2,1024][512,128], S[1]+=16
  register_alu dst=R2, lhs=R2, rhs=1, op=add
  dma_copy S[2]>=R2, dst=bf16@sbuf:0x0[2,262144][128,128], src=bf16@hbm:0x20000+R1*1[2,1024][128,128], S[0]+=16
  dma_copy dst=bf16@sbuf:0x400[2,262144][512,128], src=bf16@hbm:0xa0000[2,1024][512,128], S[1]+=16
  register_alu dst=R2, lhs=R2, rhs=1, op=add
  dma_copy S[2]>=R2, dst=bf16@sbuf:0x0[2,262144][128,128], src=bf16@hbm:0x40000+R1*1[2,1024][128,128], S[0]+=16
  dma_copy dst=bf16@sbuf:0x400[2,262144][512,128], src=bf16@hbm:0xc0000[2,1024][512,128], S[1]+=16
  register_alu dst=R2, lhs=R2, rhs=1, op=add
  dma_copy S[2]>=R2, dst=bf16@sbuf:0x0[2,262144][128,128], src=bf16@hbm:0x60000+R1*1[2,1024][128,128], S[0]+=16
  dma_copy dst=bf16@sbuf:0x400[2,262144][512,128], src=bf16@hbm:0xe0000[2,1024][512,128], S[1]+=16
  register_alu dst=R2, lhs=R2, rhs=1, op=add
  register_alu dst=R3, lhs=R3, rhs=1, op=add
.loc 3
  dma_copy S[3]>=R3, dst=fp32@hbm:0x100000+R4*1[4,2048][512,128], src=fp32@sbuf:0x1000[4,262144][512,128], S[4]+=16
  register_alu dst=R1, lhs=R1, rhs=256, op=add
  register_alu dst=R4, lhs=R4, rhs=262144, op=add
  compare_branch cmp=lt, lhs=R3, rhs=4, target=again
.pe
  register_move dst=R1, src=0 // 16 * products
  register_move dst=R2, src=0 // tiles
again:
.loc 1
  register_alu dst=R1, lhs=R1, rhs=16, op=add
  load_stationary S[0]>=R1, data=bf16@0x0[1][128] p0+128
  matmul S[1]>=R1, dst=fp32@0x2000000[1][512] p0+128, moving=bf16@0x400[1][512] p0+128, group=first, S[2]+=1
  register_alu dst=R1, lhs=R1, rhs=16, op=add
  load_stationary S[0]>=R1, data=bf16@0x0[1][128] p0+128
  matmul S[1]>=R1, dst=fp32@0x2000000[1][512] p0+128, moving=bf16@0x400[1][512] p0+128, group=middle, S[2]+=1
  register_alu dst=R1, lhs=R1, rhs=16, op=add
  load_stationary S[0]>=R1, data=bf16@0x0[1][128] p0+128
  matmul S[1]>=R1, dst=fp32@0x2000000[1][512] p0+128, moving=bf16@0x400[1][512] p0+128, group=middle, S[2]+=1
  register_alu dst=R1, lhs=R1, rhs=16, op=add
  load_stationary S[0]>=R1, data=bf16@0x0[1][128] p0+128
  matmul S[1]>=R1, dst=fp32@0x2000000[1][512] p0+128, moving=bf16@0x400[1][512] p0+128, group=last, S[2]+=1
  register_alu dst=R2, lhs=R2, rhs=1, op=add
  compare_branch cmp=lt, lhs=R2, rhs=4, target=again
.dve
  register_move dst=R1, src=0 // products
  register_move dst=R2, src=0 // 16 * tiles before
again:
.loc 2
  event_semaphore S[4]>=R2
  register_alu dst=R1, lhs=R1, rhs=4, op=add
  register_alu dst=R2, lhs=R2, rhs=16, op=add
  tensor_copy S[2]>=R1, dst=fp32@0x1000[1][512] p0+128, src=fp32@0x2000000[1][512] p0+128, S[3]+=1
  compare_branch cmp=lt, lhs=R2, rhs=64, target=again
