// Instructions that captures never show, on two cores of a Trainium3.
.target trn3
.hbm 0x100000
.input "x" bf16[128][256] @0x0 host fp32
.output "y" fp32[128][256] @0x40000
.origin 0 "a node" "Op" "kernel"
.sp
.loc 0
  dma_copy dst=bf16@sbuf:0x0[262144,2][128,256], src=bf16@hbm:0x0[2][32768], S[1]+=16
.act
  activation S[1]>=16, dst=fp32@0x1000[1][256] p0+32, data=bf16@0x0[1][256] p32+32, op=exp, scale=0.333333343, bias=-1.25
.dve
  memset dst=fp32@0x2000[1][64] p64+32, value=0.1
  tensor_scalar dst=fp32@0x3000[1][64] p64+32, data=fp32@0x2000[1][64] p64+32, op0=subtract, operand0=0.1, reverse0=true
  tensor_copy dst=fp8_e4m3@0x4000[1][64] p64+32, src=fp32@0x3000[1][64] p64+32, S[2]-=3
  tensor_copy dst=fp32@0x3000[-1,2][8,4] p64+32, src=fp32@0x2000[1,8][8,4] p64+32
.core 1
.dve
  memset dst=fp32@0x2000[1][64] p0+32, value=3
.sp
  nop
