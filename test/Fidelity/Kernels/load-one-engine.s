// A [4,4096] bf16 tile: 32 KiB, all by one DMA engine, then exp on ACT.
// measure: transfer sp DMA_DIRECT2D 0, 1416, A, trn2, facts 5.6 (the vendor's DMA overview: one engine moves 32 KiB)
// why: The figure moves 23.1 bytes a ns, the captures 25.9 once the first element has come; it is of another runtime and says no more.
// measure: latency sp DMA_DIRECT2D 0, 1003, A, trn2, facts 5.6 (trigger to first element)
// why: Below every trigger of the captures (1186 to 1380 ns, and 530 ns more for a cold read of such rows): the reason why first reads are cold is not known.
// measure: wake act ACTIVATE 0 sp DMA_DIRECT2D 0, 310, A, trn2, facts 5.6 (last byte to ACT)
// why: The captures show 306 to 410 ns with a median of 400; what decides between them is not known.
// measure: duration act ACTIVATE, 3700, A, trn2, facts 5.3 (about 3.7 us)
// expect: y = np.exp(x.astype(np.float32))
.program "load-one-engine"
.hbm 0x10000
.input "x" bf16[4][4096] @0x0 host fp32
.output "y" bf16[4][4096] @0x8000 host fp32
.sp
  dma_copy dst=bf16@sbuf:0x0[2,262144][4096,4], src=bf16@hbm:0x0[2][16384], S[0]+=16
  dma_copy S[1]>=1, dst=bf16@hbm:0x8000[2][16384], src=bf16@sbuf:0x4000[2,262144][4096,4], S[2]+=16
.dve
  memset dst=fp32@0x8000[1][1] p0+4, value=0, S[3]+=1
.act
  act_table_load table=3
  event_semaphore S[3]>=1
  activation S[0]>=16, dst=bf16@0x4000[1][4096] p0+4, data=bf16@0x0[1][4096] p0+4, op=exp, bias=fp32@0x8000[1][1] p0+4, S[1]+=1
