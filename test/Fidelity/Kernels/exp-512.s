// exp of 512 fp32 elements with a bias of the partition, from SBUF to SBUF.
// measure: interval act ACTIVATE, 612, A, trn2, facts 6.1 (exp 512 fp32 SBUF to SBUF)
// measure: duration act ACTIVATE, 704 to 729, A, trn2, facts 6.1 (exp 512 fp32 SBUF to SBUF)
// measure: duration act ACT_TABLE_LOAD, 1283, A, trn2, facts 6.1
// expect: y = np.tile(np.exp(x[:, :512] + x[:, 512:513]), (1, 6))
.program "exp-512"
.hbm 0x1c2000
.input "x" fp32[128][520] @0x0
.output "y" fp32[128][3072] @0x41000
.sp
  dma_copy dst=fp32@sbuf:0x0[4,262144][520,128], src=fp32@hbm:0x0[4][66560], S[0]+=16
  dma_copy S[3]>=6, dst=fp32@hbm:0x41000[4][393216], src=fp32@sbuf:0x20000[4,262144][3072,128], S[1]+=16
.act
  act_table_load table=3
  activation S[0]>=16, dst=fp32@0x20000[1][512] p0+128, data=fp32@0x0[1][512] p0+128, op=exp, bias=fp32@0x800[1][1] p0+128, S[3]+=1
  activation dst=fp32@0x20800[1][512] p0+128, data=fp32@0x0[1][512] p0+128, op=exp, bias=fp32@0x800[1][1] p0+128, S[3]+=1
  activation dst=fp32@0x21000[1][512] p0+128, data=fp32@0x0[1][512] p0+128, op=exp, bias=fp32@0x800[1][1] p0+128, S[3]+=1
  activation dst=fp32@0x21800[1][512] p0+128, data=fp32@0x0[1][512] p0+128, op=exp, bias=fp32@0x800[1][1] p0+128, S[3]+=1
  activation dst=fp32@0x22000[1][512] p0+128, data=fp32@0x0[1][512] p0+128, op=exp, bias=fp32@0x800[1][1] p0+128, S[3]+=1
  activation dst=fp32@0x22800[1][512] p0+128, data=fp32@0x0[1][512] p0+128, op=exp, bias=fp32@0x800[1][1] p0+128, S[3]+=1
