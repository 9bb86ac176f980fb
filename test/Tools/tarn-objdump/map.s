// Who lies where: tensors of HBM by address, and of a partition of SBUF and PSUM the stretches that the same nodes use.
// RUN: tarn-objdump --map %s | FileCheck %s

.program "product"
.target trn2
.hbm 0x2000
.origin 0 "load" "Identity" ""
.origin 1 "product" "MatMul" ""
.origin 2 "copy" "Relu" ""
.input "x" fp32[128][4] @0x0
.output "y" fp32[128][4] @0x1000
.sp
.loc 0
  dma_copy dst=fp32@sbuf:0x0[4,262144][4,128], src=fp32@hbm:0x0[4,16][4,128], S[0]+=16
.pe
.loc 1
  load_stationary S[0]>=16, data=bf16@0x0[1][8] p0+128
  matmul dst=fp32@0x2000000[1][8] p0+8, moving=bf16@0x0[1][8] p0+128, group=whole, S[1]+=1
.dve
.loc 2
  tensor_copy S[1]>=1, dst=fp32@0x40[1][8] p0+8, src=fp32@0x2000000[1][8] p0+8, S[2]+=1

// Written by utils/update-tests:
// CHECK: HBM: 8192 bytes of 25769803776
// CHECK-NEXT: 0x0000000000          2048 bytes  input     fp32    128x4  x
// CHECK-NEXT: 0x0000001000          2048 bytes  output    fp32    128x4  y
// CHECK-NEXT: SBUF: 96 bytes a partition of 229376, named by 4 operands
// CHECK-NEXT: 0x000000            16 bytes  load, product
// CHECK-NEXT: 0x000040            32 bytes  copy
// CHECK-NEXT: PSUM: 32 bytes a partition of 16384, named by 2 operands
// CHECK-NEXT: 0x000000            32 bytes  product, copy
