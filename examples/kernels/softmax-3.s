// Softmax of each row of x, third try: four tiles at a time. Each has a place of its own in SBUF and counters of its own,
// so that loads run ahead of the arithmetic and stores behind it; stores leave from pool, which has nothing else to do.
.program "softmax, four tiles in flight"
.target trn2
.hbm 0x400000
.origin 0 "load" "" ""
.origin 1 "maximum" "" ""
.origin 2 "exponentials" "" ""
.origin 3 "quotient" "" ""
.origin 4 "store" "" ""
.input "x" fp32[1024][512] @0x0
.output "y" fp32[1024][512] @0x200000

// SBUF, of tile k of 4: x at k*0x2000, then exponentials +0x800, -maximum +0x1000, sum +0x1004, 1/sum +0x1008.
// S[k]: 16 a load; S[4+k]: two a tile, for steps of dve; S[8+k]: the sum is there; S[12+k]: the tile is done; S[16+k]:
// 16 a store. Each loop turns twice.
.sp
  register_move dst=R1, src=0 // byte of the first tile in HBM
  register_move dst=R2, src=0 // 16 * turns before
again:
.loc 0
  dma_copy S[16]>=R2, dst=fp32@sbuf:0x0[4,262144][512,128], src=fp32@hbm:0x0+R1*1[4,2048][512,128], S[0]+=16
  dma_copy S[17]>=R2, dst=fp32@sbuf:0x2000[4,262144][512,128], src=fp32@hbm:0x40000+R1*1[4,2048][512,128], S[1]+=16
  dma_copy S[18]>=R2, dst=fp32@sbuf:0x4000[4,262144][512,128], src=fp32@hbm:0x80000+R1*1[4,2048][512,128], S[2]+=16
  dma_copy S[19]>=R2, dst=fp32@sbuf:0x6000[4,262144][512,128], src=fp32@hbm:0xc0000+R1*1[4,2048][512,128], S[3]+=16
  register_alu dst=R2, lhs=R2, rhs=16, op=add
  register_alu dst=R1, lhs=R1, rhs=1048576, op=add
  compare_branch cmp=lt, lhs=R1, rhs=2097152, target=again
.pool
  register_move dst=R1, src=0 // byte of the first tile in HBM
  register_move dst=R2, src=0 // turns
again:
  register_alu dst=R2, lhs=R2, rhs=1, op=add
.loc 4
  dma_copy S[12]>=R2, dst=fp32@hbm:0x200000+R1*1[4,2048][512,128], src=fp32@sbuf:0x800[4,262144][512,128], dge_mode=swdge, S[16]+=16
  dma_copy S[13]>=R2, dst=fp32@hbm:0x240000+R1*1[4,2048][512,128], src=fp32@sbuf:0x2800[4,262144][512,128], dge_mode=swdge, S[17]+=16
  dma_copy S[14]>=R2, dst=fp32@hbm:0x280000+R1*1[4,2048][512,128], src=fp32@sbuf:0x4800[4,262144][512,128], dge_mode=swdge, S[18]+=16
  dma_copy S[15]>=R2, dst=fp32@hbm:0x2c0000+R1*1[4,2048][512,128], src=fp32@sbuf:0x6800[4,262144][512,128], dge_mode=swdge, S[19]+=16
  register_alu dst=R1, lhs=R1, rhs=1048576, op=add
  compare_branch cmp=lt, lhs=R1, rhs=2097152, target=again
.dve
  register_move dst=R1, src=0 // 16 * turns
  register_move dst=R2, src=0 // steps of dve on each tile
  register_move dst=R3, src=0 // turns
again:
  register_alu dst=R1, lhs=R1, rhs=16, op=add
  register_alu dst=R2, lhs=R2, rhs=2, op=add
  register_alu dst=R3, lhs=R3, rhs=1, op=add
.loc 1
  tensor_reduce S[0]>=R1, dst=fp32@0x1000[1][1] p0+128, data=fp32@0x0[1][512] p0+128, op=max, negate=true, S[4]+=1
  tensor_reduce S[1]>=R1, dst=fp32@0x3000[1][1] p0+128, data=fp32@0x2000[1][512] p0+128, op=max, negate=true, S[5]+=1
.loc 3
  reciprocal S[8]>=R3, dst=fp32@0x1008[1][1] p0+128, data=fp32@0x1004[1][1] p0+128, S[4]+=1
  tensor_scalar S[4]>=R2, dst=fp32@0x800[1][512] p0+128, data=fp32@0x800[1][512] p0+128, op0=mult, operand0=fp32@0x1008[1][1] p0+128, S[12]+=1
.loc 1
  tensor_reduce S[2]>=R1, dst=fp32@0x5000[1][1] p0+128, data=fp32@0x4000[1][512] p0+128, op=max, negate=true, S[6]+=1
.loc 3
  reciprocal S[9]>=R3, dst=fp32@0x3008[1][1] p0+128, data=fp32@0x3004[1][1] p0+128, S[5]+=1
  tensor_scalar S[5]>=R2, dst=fp32@0x2800[1][512] p0+128, data=fp32@0x2800[1][512] p0+128, op0=mult, operand0=fp32@0x3008[1][1] p0+128, S[13]+=1
.loc 1
  tensor_reduce S[3]>=R1, dst=fp32@0x7000[1][1] p0+128, data=fp32@0x6000[1][512] p0+128, op=max, negate=true, S[7]+=1
.loc 3
  reciprocal S[10]>=R3, dst=fp32@0x5008[1][1] p0+128, data=fp32@0x5004[1][1] p0+128, S[6]+=1
  tensor_scalar S[6]>=R2, dst=fp32@0x4800[1][512] p0+128, data=fp32@0x4800[1][512] p0+128, op0=mult, operand0=fp32@0x5008[1][1] p0+128, S[14]+=1
.loc 3
  reciprocal S[11]>=R3, dst=fp32@0x7008[1][1] p0+128, data=fp32@0x7004[1][1] p0+128, S[7]+=1
  tensor_scalar S[7]>=R2, dst=fp32@0x6800[1][512] p0+128, data=fp32@0x6800[1][512] p0+128, op0=mult, operand0=fp32@0x7008[1][1] p0+128, S[15]+=1
  compare_branch cmp=lt, lhs=R3, rhs=2, target=again
.act
  register_move dst=R1, src=1 // steps of dve on each tile before its exponentials
  register_move dst=R2, src=0 // turns
again:
.loc 2
  activation S[4]>=R1, dst=fp32@0x800[1][512] p0+128, data=fp32@0x0[1][512] p0+128, op=exp, bias=fp32@0x1000[1][1] p0+128, reduce_cmd=reset_reduce
  act_read_accumulator dst=fp32@0x1004[1][1] p0+128, S[8]+=1
  activation S[5]>=R1, dst=fp32@0x2800[1][512] p0+128, data=fp32@0x2000[1][512] p0+128, op=exp, bias=fp32@0x3000[1][1] p0+128, reduce_cmd=reset_reduce
  act_read_accumulator dst=fp32@0x3004[1][1] p0+128, S[9]+=1
  activation S[6]>=R1, dst=fp32@0x4800[1][512] p0+128, data=fp32@0x4000[1][512] p0+128, op=exp, bias=fp32@0x5000[1][1] p0+128, reduce_cmd=reset_reduce
  act_read_accumulator dst=fp32@0x5004[1][1] p0+128, S[10]+=1
  activation S[7]>=R1, dst=fp32@0x6800[1][512] p0+128, data=fp32@0x6000[1][512] p0+128, op=exp, bias=fp32@0x7000[1][1] p0+128, reduce_cmd=reset_reduce
  act_read_accumulator dst=fp32@0x7004[1][1] p0+128, S[11]+=1
  register_alu dst=R1, lhs=R1, rhs=2, op=add
  register_alu dst=R2, lhs=R2, rhs=1, op=add
  compare_branch cmp=lt, lhs=R2, rhs=2, target=again
