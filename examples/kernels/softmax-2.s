// Softmax of each row of x, second try: fewer passes. The maximum comes out negated, so that act subtracts it while it
// takes exponentials, and act sums what it writes.
.program "softmax, fewer passes"
.target trn2
.hbm 0x400000
.origin 0 "load" "" ""
.origin 1 "maximum" "" ""
.origin 2 "exponentials" "" ""
.origin 3 "quotient" "" ""
.origin 4 "store" "" ""
.input "x" fp32[1024][512] @0x0
.output "y" fp32[1024][512] @0x200000

// SBUF: x 0x0, exponentials 0x800, -maximum 0x1000, sum 0x1004, 1/sum 0x1008.
// S[0]: 16 a load; S[1]: two a tile, for steps of dve; S[2]: the sum is there; S[3]: a tile is done; S[4]: 16 a store.
.sp
  register_move dst=R1, src=0 // byte of the tile in HBM
  register_move dst=R2, src=0 // 16 * tiles before
  register_move dst=R3, src=0 // tiles
again:
.loc 0
  dma_copy S[4]>=R2, dst=fp32@sbuf:0x0[4,262144][512,128], src=fp32@hbm:0x0+R1*1[4,2048][512,128], S[0]+=16
  register_alu dst=R2, lhs=R2, rhs=16, op=add
  register_alu dst=R3, lhs=R3, rhs=1, op=add
.loc 4
  dma_copy S[3]>=R3, dst=fp32@hbm:0x200000+R1*1[4,2048][512,128], src=fp32@sbuf:0x800[4,262144][512,128], S[4]+=16
  register_alu dst=R1, lhs=R1, rhs=262144, op=add
  compare_branch cmp=lt, lhs=R1, rhs=2097152, target=again
.dve
  register_move dst=R1, src=0 // 16 * tiles
  register_move dst=R2, src=0 // steps of dve
  register_move dst=R3, src=0 // tiles
again:
  register_alu dst=R1, lhs=R1, rhs=16, op=add
  register_alu dst=R2, lhs=R2, rhs=2, op=add
  register_alu dst=R3, lhs=R3, rhs=1, op=add
.loc 1
  tensor_reduce S[0]>=R1, dst=fp32@0x1000[1][1] p0+128, data=fp32@0x0[1][512] p0+128, op=max, negate=true, S[1]+=1
.loc 3
  reciprocal S[2]>=R3, dst=fp32@0x1008[1][1] p0+128, data=fp32@0x1004[1][1] p0+128, S[1]+=1
  tensor_scalar S[1]>=R2, dst=fp32@0x800[1][512] p0+128, data=fp32@0x800[1][512] p0+128, op0=mult, operand0=fp32@0x1008[1][1] p0+128, S[3]+=1
  compare_branch cmp=lt, lhs=R3, rhs=8, target=again
.act
  register_move dst=R1, src=1 // steps of dve before the exponentials
  register_move dst=R2, src=0 // tiles
again:
.loc 2
  activation S[1]>=R1, dst=fp32@0x800[1][512] p0+128, data=fp32@0x0[1][512] p0+128, op=exp, bias=fp32@0x1000[1][1] p0+128, reduce_cmd=reset_reduce
  act_read_accumulator dst=fp32@0x1004[1][1] p0+128, S[2]+=1
  register_alu dst=R1, lhs=R1, rhs=2, op=add
  register_alu dst=R2, lhs=R2, rhs=1, op=add
  compare_branch cmp=lt, lhs=R2, rhs=8, target=again
