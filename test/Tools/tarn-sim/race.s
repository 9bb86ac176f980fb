// The Scalar engine reads what the Vector engine writes, without a wait: exit code 4, both named with their nodes.
// RUN: not tarn-sim %s 2>&1 | FileCheck %s
// RUN: tarn-sim %s --checks=bounds,deadlock
// CHECK: races:
// CHECK: at dve[0] memset (line 14) of node /zero
// CHECK: at act[0] tensor_copy (line 17) of node /copy

.program "race"
.target trn2
.origin 0 "/zero" "Constant" ""
.origin 1 "/copy" "Identity" ""
.dve
.loc 0
  memset dst=fp32@0x0[1][64] p0+128, value=0.0
.act
.loc 1
  tensor_copy dst=fp32@0x1000[1][64] p0+128, src=fp32@0x0[1][64] p0+128
