// Which waits another order implies: act knows of dve's first update from its second, pool of both by way of act. The last
// update of dve is nobody's.
// RUN: tarn-objdump --waits %s | FileCheck %s --match-full-lines
// RUN: sed 's/S.0.>=2, //' %s > %t.race.s
// RUN: not tarn-objdump --waits %t.race.s | FileCheck %s --check-prefix=RACE
// RUN: not tarn-objdump --waits %S/trip-count.s 2>&1 | FileCheck %s --check-prefix=DATA

// CHECK: wait act[0] tensor_copy S[0]>=2: orders by itself
// CHECK-NEXT: wait act[1] tensor_copy S[0]>=1: implied by act[0] tensor_copy
// CHECK-NEXT: wait pool[0] tensor_copy S[1]>=2: orders by itself
// CHECK-NEXT: wait pool[1] tensor_copy S[0]>=2: implied by pool[0] tensor_copy
// CHECK: update act[1] tensor_copy S[1]: asked for
// CHECK: update dve[0] memset S[0]: asked for
// CHECK-NEXT: update dve[1] memset S[0]: asked for
// CHECK-NEXT: update dve[2] memset S[0]: no wait asks for it

// RACE: race:
// DATA: --waits: the course of this program hangs on data (tensor_load); waits are told of one course only

.program "waits"
.target trn2

.dve
  memset dst=fp32@0x0[1][8] p0+2, value=1, S[0]+=1
  memset dst=fp32@0x100[1][8] p0+2, value=1, S[0]+=1
  memset dst=fp32@0x200[1][8] p0+2, value=1, S[0]+=1
.act
  tensor_copy S[0]>=2, dst=fp32@0x1000[1][8] p0+2, src=fp32@0x100[1][8] p0+2, S[1]+=1
  tensor_copy S[0]>=1, dst=fp32@0x1100[1][8] p0+2, src=fp32@0x0[1][8] p0+2, S[1]+=1
.pool
  tensor_copy S[1]>=2, dst=fp32@0x2000[1][8] p0+2, src=fp32@0x1000[1][8] p0+2
  tensor_copy S[0]>=2, dst=fp32@0x2100[1][8] p0+2, src=fp32@0x100[1][8] p0+2
