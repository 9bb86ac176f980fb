// exp with its sum over 64, 256, 1024 and 2048 fp32 elements, and the sum read back.
// measure: duration act ACTIVATE 0, 348, A, trn2, facts 6.1 (exp + accumulator readback, 64 elements)
// measure: duration act ACTIVATE 1, 491, A, trn2, facts 6.1 (the same, 256 elements)
// measure: duration act ACTIVATE 2, 1148, A, trn2, facts 6.1 (the same, 1024 elements)
// measure: duration act ACTIVATE 3, 2001, A, trn2, facts 6.1 (the same, 2048 elements)
// measure: duration act ACT_READ_ACCUMULATOR, 279, A, trn2, facts 6.1
// expect: y = np.stack([np.exp(x[:, :n]).sum(axis=1) for n in (64, 256, 1024, 2048)], axis=1)
.program "exp-and-sum"
.hbm 0x101800
.input "x" fp32[128][2048] @0x0
.output "y" fp32[128][4] @0x100000
.sp
  dma_copy dst=fp32@sbuf:0x0[4,262144][2048,128], src=fp32@hbm:0x0[4][262144], S[0]+=16
  dma_copy S[3]>=4, dst=fp32@hbm:0x100000[4][512], src=fp32@sbuf:0x20000[4,262144][4,128], S[1]+=16
.act
  act_table_load table=3
  event_semaphore S[4]>=1
  activation S[0]>=16, dst=fp32@0x8000[1][64] p0+128, data=fp32@0x0[1][64] p0+128, op=exp, bias=fp32@0x4000[1][1] p0+128, reduce_cmd=reset_reduce
  act_read_accumulator dst=fp32@0x20000[1][1] p0+128, S[3]+=1
  activation dst=fp32@0x8000[1][256] p0+128, data=fp32@0x0[1][256] p0+128, op=exp, bias=fp32@0x4000[1][1] p0+128, reduce_cmd=reset_reduce
  act_read_accumulator dst=fp32@0x20004[1][1] p0+128, S[3]+=1
  activation dst=fp32@0x8000[1][1024] p0+128, data=fp32@0x0[1][1024] p0+128, op=exp, bias=fp32@0x4000[1][1] p0+128, reduce_cmd=reset_reduce
  act_read_accumulator dst=fp32@0x20008[1][1] p0+128, S[3]+=1
  activation dst=fp32@0x8000[1][2048] p0+128, data=fp32@0x0[1][2048] p0+128, op=exp, bias=fp32@0x4000[1][1] p0+128, reduce_cmd=reset_reduce
  act_read_accumulator dst=fp32@0x2000c[1][1] p0+128, S[3]+=1
.dve
  memset dst=fp32@0x4000[1][1] p0+128, value=0, S[4]+=1
