.program "loop"
.target trn2
.hbm 0x1000
.origin 0 "/a" "Add" "k"
.input "x" int32[2][4] @0x0 host int64
.const "w" fp32[2] @0x100 {1, -2.5e3}
.const "b" bf16[2] @0x140 base64 "AAECAw=="
.output "y" bf16[2][1] @0x200
.core 0
.sp
.loc 0
  dma_copy dst=fp32@sbuf:0x0[4,262144][4,2], src=fp32@hbm:0x0+R1*64[4,16][4,2], S[0]+=16
.pe
.loc "/b" "Conv" ""
  register_move dst=R1, src=0
again:
  load_stationary S[0]>=16, data=fp32@0x0[1][2] p0+2
  matmul dst=fp32@0x2000000[1][4] p0+2, moving=fp32@0x0[1][4] p0+2, group=first, S[1]+=R2
  register_alu dst=R1, op=add, lhs=R1, rhs=1
  compare_branch cmp=lt, lhs=R1, rhs=8, target=again
.core 1
.dve
  tensor_scalar S[0]==R3, dst=fp32@0x0[1][4] p0+2, data=fp32@0x0[1][4] p0+2, op0=mult, operand0=2.0, S[1]=0
.act
  nop S[2]>=3, S[2]-=1
