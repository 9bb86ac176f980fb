// c[m,n] = sum over k of a[k,m] * b[k,n]: second try. Both operands fit into SBUF and are loaded once, on two queues; each
// tile of c has a bank of PSUM and a place in SBUF of its own, so that nothing waits for room.
.program "matmul, loaded once"
.target trn2
.hbm 0x200000
.origin 0 "load" "" ""
.origin 1 "product" "" ""
.origin 2 "copy" "" ""
.origin 3 "store" "" ""
.input "a" bf16[512][512] @0x0
.input "b" bf16[512][512] @0x80000
.output "c" fp32[512][512] @0x100000

// SBUF, k of 4: a at k*0x400, b at 0x1000+k*0x400; c, m of 4: 0x2000+m*0x800. PSUM: bank m.
// S[k]: 16 for each of the two loads; S[4]: tiles of products; S[5]: copies; S[6]: 16 a store.
.sp
.loc 0
  dma_copy dst=bf16@sbuf:0x0[2,262144][512,128], src=bf16@hbm:0x0[2,1024][512,128], S[0]+=16
  dma_copy dst=bf16@sbuf:0x400[2,262144][512,128], src=bf16@hbm:0x20000[2,1024][512,128], S[1]+=16
  dma_copy dst=bf16@sbuf:0x800[2,262144][512,128], src=bf16@hbm:0x40000[2,1024][512,128], S[2]+=16
  dma_copy dst=bf16@sbuf:0xc00[2,262144][512,128], src=bf16@hbm:0x60000[2,1024][512,128], S[3]+=16
.loc 3
  register_move dst=R1, src=0 // byte of the tile in c
  register_move dst=R2, src=0 // byte of the tile in SBUF
  register_move dst=R3, src=0 // tiles
again:
  register_alu dst=R3, lhs=R3, rhs=1, op=add
  dma_copy S[5]>=R3, dst=fp32@hbm:0x100000+R1*1[4,2048][512,128], src=fp32@sbuf:0x2000+R2*1[4,262144][512,128], S[6]+=16
  register_alu dst=R1, lhs=R1, rhs=262144, op=add
  register_alu dst=R2, lhs=R2, rhs=2048, op=add
  compare_branch cmp=lt, lhs=R3, rhs=4, target=again
.act
.loc 0
  dma_copy dst=bf16@sbuf:0x1000[2,262144][512,128], src=bf16@hbm:0x80000[2,1024][512,128], S[0]+=16
  dma_copy dst=bf16@sbuf:0x1400[2,262144][512,128], src=bf16@hbm:0xa0000[2,1024][512,128], S[1]+=16
  dma_copy dst=bf16@sbuf:0x1800[2,262144][512,128], src=bf16@hbm:0xc0000[2,1024][512,128], S[2]+=16
  dma_copy dst=bf16@sbuf:0x1c00[2,262144][512,128], src=bf16@hbm:0xe0000[2,1024][512,128], S[3]+=16
.pe
  register_move dst=R1, src=0 // byte of the tile's first column in a row of a
  register_move dst=R2, src=0 // byte of the tile's bank
again:
.loc 1
  load_stationary S[0]>=32, data=bf16@0x0+R1*1[1][128] p0+128
  matmul dst=fp32@0x2000000+R2*1[1][512] p0+128, moving=bf16@0x1000[1][512] p0+128, group=first
  load_stationary S[1]>=32, data=bf16@0x400+R1*1[1][128] p0+128
  matmul dst=fp32@0x2000000+R2*1[1][512] p0+128, moving=bf16@0x1400[1][512] p0+128, group=middle
  load_stationary S[2]>=32, data=bf16@0x800+R1*1[1][128] p0+128
  matmul dst=fp32@0x2000000+R2*1[1][512] p0+128, moving=bf16@0x1800[1][512] p0+128, group=middle
  load_stationary S[3]>=32, data=bf16@0xc00+R1*1[1][128] p0+128
  matmul dst=fp32@0x2000000+R2*1[1][512] p0+128, moving=bf16@0x1c00[1][512] p0+128, group=last, S[4]+=1
  register_alu dst=R1, lhs=R1, rhs=256, op=add
  register_alu dst=R2, lhs=R2, rhs=2048, op=add
  compare_branch cmp=lt, lhs=R2, rhs=8192, target=again
.dve
  register_move dst=R1, src=0 // tiles
  register_move dst=R2, src=0 // byte of the tile in PSUM and in SBUF
again:
.loc 2
  register_alu dst=R1, lhs=R1, rhs=1, op=add
  tensor_copy S[4]>=R1, dst=fp32@0x2000+R2*1[1][512] p0+128, src=fp32@0x2000000+R2*1[1][512] p0+128, S[5]+=1
  register_alu dst=R2, lhs=R2, rhs=2048, op=add
  compare_branch cmp=lt, lhs=R1, rhs=4, target=again
