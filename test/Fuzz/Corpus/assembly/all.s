
.program "relu"
.target trn2
.input "x" fp32[1][512] @0x0
.const "w" fp32[2] @0x1800 {1, 2.5}
.output "y" fp32[1][512] @0x1000

.sp
.loc "/relu" "Relu"
  register_move dst=R1, src=0
again:
  dma_copy dst=fp32@sbuf:0x0[4][512], src=fp32@hbm:0x0[4][512], S[8]+=16
  dma_copy S[2]>=1, dst=fp32@hbm:0x1000[4][512], src=fp32@sbuf:0x2000[4][512], S[9]+=16
  compare_branch cmp=ne, lhs=R1, rhs=0, target=again
.act
.loc "/relu"
  activation S[8]>=16, dst=fp32@0x2000[1][512] p0+1, data=fp32@0x0[1][512] p0+1, op=relu, S[2]+=1




