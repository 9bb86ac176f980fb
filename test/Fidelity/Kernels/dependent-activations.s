// Activations of one element, each after the one before.
// measure: last interval act ACTIVATE, 189, A, trn1, facts 6.1 (dependent 1-element ACT ops)
// measure: last interval act ACTIVATE, 189, A, inf2, facts 6.1 (dependent 1-element ACT ops)
// expect: y = np.abs(x)
.program "dependent-activations"
.hbm 0x1000
.input "x" fp32[128][1] @0x0
.output "y" fp32[128][1] @0x800
.sp
  dma_copy dst=fp32@sbuf:0x0[4,262144][1,128], src=fp32@hbm:0x0[4][128], dge_mode=none, S[0]+=16
  dma_copy S[2]>=8, dst=fp32@hbm:0x800[4][128], src=fp32@sbuf:0x0[4,262144][1,128], dge_mode=none, S[1]+=16
.act
  act_table_load table=5
  event_semaphore S[0]>=16
  activation dst=fp32@0x0[1][1] p0+128, data=fp32@0x0[1][1] p0+128, op=abs, S[2]+=1
  activation S[2]>=1, dst=fp32@0x0[1][1] p0+128, data=fp32@0x0[1][1] p0+128, op=abs, S[2]+=1
  activation S[2]>=2, dst=fp32@0x0[1][1] p0+128, data=fp32@0x0[1][1] p0+128, op=abs, S[2]+=1
  activation S[2]>=3, dst=fp32@0x0[1][1] p0+128, data=fp32@0x0[1][1] p0+128, op=abs, S[2]+=1
  activation S[2]>=4, dst=fp32@0x0[1][1] p0+128, data=fp32@0x0[1][1] p0+128, op=abs, S[2]+=1
  activation S[2]>=5, dst=fp32@0x0[1][1] p0+128, data=fp32@0x0[1][1] p0+128, op=abs, S[2]+=1
  activation S[2]>=6, dst=fp32@0x0[1][1] p0+128, data=fp32@0x0[1][1] p0+128, op=abs, S[2]+=1
  activation S[2]>=7, dst=fp32@0x0[1][1] p0+128, data=fp32@0x0[1][1] p0+128, op=abs, S[2]+=1
