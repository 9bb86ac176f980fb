// exp of 4096 bf16 elements.
// measure: duration act ACTIVATE, 3700, A, trn2, facts 5.3 (about 3.7 us in the vendor's DMA overview)
// expect: y = np.exp(x.astype(np.float32))
.program "exp-4096"
.hbm 0x201000
.input "x" bf16[128][4096] @0x0 host fp32
.output "y" bf16[128][4096] @0x100000 host fp32
.sp
  dma_copy dst=bf16@sbuf:0x0[2,262144][4096,128], src=bf16@hbm:0x0[2][524288], S[0]+=16
  dma_copy S[3]>=1, dst=bf16@hbm:0x100000[2][524288], src=bf16@sbuf:0x20000[2,262144][4096,128], S[1]+=16
.act
  act_table_load table=3
  event_semaphore S[4]>=1
  activation S[0]>=16, dst=bf16@0x20000[1][4096] p0+128, data=bf16@0x0[1][4096] p0+128, op=exp, bias=fp32@0x10000[1][1] p0+128, S[3]+=1
.dve
  memset dst=fp32@0x10000[1][1] p0+128, value=0, S[4]+=1
