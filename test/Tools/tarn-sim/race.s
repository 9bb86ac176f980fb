// The Scalar engine reads what the Vector engine writes, without a wait: exit code 4, both named with their nodes.
// RUN: not tarn-sim %s 2>&1 | FileCheck %s
// A text report on stdout does not repeat what stderr says, one in a file and the JSON have it.
// RUN: not tarn-sim %s --report=text:%t.txt 2>&1 | FileCheck %s
// RUN: FileCheck %s --check-prefix=FILE < %t.txt
// RUN: not tarn-sim %s --report=json 2>/dev/null | FileCheck %s --check-prefix=JSON
// RUN: tarn-sim %s --checks=bounds,deadlock
// CHECK: error: races:
// CHECK-NEXT: at act[0] tensor_copy (line 26) of node /copy
// CHECK-NEXT: at dve[0] memset (line 23) of node /zero
// CHECK-NOT: races
// FILE: finding (races):
// FILE-NEXT: at act[0] tensor_copy (line 26) of node /copy
// FILE-NEXT: at dve[0] memset (line 23) of node /zero
// JSON: "check": "races"

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
