// affine_select of 512 fp32 elements on the GpSimd engine.
// measure: duration pool AFFINE_SELECT, 610, A, trn2, facts appendix B (176.87 + 0.8458 F)
// measure: interval pool AFFINE_SELECT, 560, A, trn2, facts appendix B (issue 126.88 + 0.8458 F)
// expect: y = np.tile(np.where(np.arange(128)[:, None] - np.arange(512)[None, :] >= 0, x, -1), (1, 3))
.program "select-triangle"
.hbm 0x100000
.input "x" fp32[128][512] @0x0
.output "y" fp32[128][1536] @0x40000
.sp
  dma_copy dst=fp32@sbuf:0x0[4,262144][512,128], src=fp32@hbm:0x0[4][65536], S[0]+=16
  dma_copy S[2]>=3, dst=fp32@hbm:0x40000[4][196608], src=fp32@sbuf:0x10000[4,262144][1536,128], S[1]+=16
.pool
  affine_select S[0]>=16, dst=fp32@0x10000[1][512] p0+128, on_true=fp32@0x0[1][512] p0+128, pattern=[-1][512], channel_multiplier=1, cmp=ge, on_false=-1, S[2]+=1
  affine_select dst=fp32@0x10800[1][512] p0+128, on_true=fp32@0x0[1][512] p0+128, pattern=[-1][512], channel_multiplier=1, cmp=ge, on_false=-1, S[2]+=1
  affine_select dst=fp32@0x11000[1][512] p0+128, on_true=fp32@0x0[1][512] p0+128, pattern=[-1][512], channel_multiplier=1, cmp=ge, on_false=-1, S[2]+=1
