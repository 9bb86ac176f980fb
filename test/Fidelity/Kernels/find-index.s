// Where the eight largest of 15,520 elements of one partition stand.
// measure: duration dve FIND_INDEX8, 16309, A, trn2, facts 6.1 (nc_find_index8, 15520 elements on one partition)
// expect: y = np.argsort(-x, axis=1, kind="stable")[:, :8]
.program "find-index"
.hbm 0x20000
.input "x" fp32[1][15520] @0x0
.output "y" uint32[1][8] @0x10000
.sp
  dma_copy dst=fp32@sbuf:0x0[4][15520], src=fp32@hbm:0x0[4][15520], S[0]+=16
  dma_copy S[2]>=2, dst=uint32@hbm:0x10000[4][8], src=uint32@sbuf:0x11000[4][8], S[1]+=16
.dve
  max8 S[0]>=16, dst=fp32@0x10000[1][8] p0+1, src=fp32@0x0[1][15520] p0+1, S[2]+=1
  match_value_load S[2]>=1, vals=fp32@0x10000[1][8] p0+1
  find_index8 dst=uint32@0x11000[1][8] p0+1, data=fp32@0x0[1][15520] p0+1, S[2]+=1
